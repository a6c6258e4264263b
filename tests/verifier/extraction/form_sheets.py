"""Draws the sheets of verifier/extraction: ``python -m tests.verifier.extraction.form_sheets``."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn as fonts
import pypdfium2 as pdfium
import typst
from PIL import Image

from verifier.extraction.letter_forms import CHINESE, EM, HALF_WIDTH, HEIGHT, SHEETS

Picture = npt.NDArray[np.uint8]


def draw_half_width() -> Picture:
    return _drawn(
        len(HALF_WIDTH) * EM // 2,
        1,
        f'#set text(font: "Noto Sans SC", features: ("hwid",))\n#place(dy: {EM}pt, "{HALF_WIDTH}")',
    )


def draw_chinese() -> Picture:
    """Each in Chinese text, after a letter that is left out: alone it is of no script."""
    cells = [width // 1000 or 1 for width, _ in CHINESE.values()]
    lines = []
    for row, font in enumerate(("Noto Serif SC", "Noto Sans SC")):
        left = 0
        for text, count in zip(CHINESE, cells, strict=True):
            quoted = '"\\""' if text == '"' else f'"{text}"'
            lines.append(
                f"#place(dx: {left}pt, dy: {row * HEIGHT}pt, box(width: {count * EM}pt,"
                f" height: {HEIGHT}pt, clip: true, place(dx: -{EM}pt, dy: {EM}pt,"
                f' box(width: {9 * EM}pt, text(font: "{font}", lang: "zh", region: "cn",'
                f' "丨" + {quoted})))))'
            )
            left += count * EM
    return _drawn(sum(cells) * EM, 2, "\n".join(lines))


DRAWN: Final[Mapping[str, Callable[[], Picture]]] = {
    "half_width": draw_half_width,
    "chinese_forms": draw_chinese,
}


def _drawn(width: int, rows: int, words: str) -> Picture:
    """White letters on black, one pixel a point."""
    source = f"""
#set page(width: {width}pt, height: {rows * HEIGHT}pt, margin: 0pt)
#set text(size: {EM}pt, top-edge: "baseline", cjk-latin-spacing: none)
{words}
"""
    page = typst.compile(
        source.encode(), font_paths=[str(fonts.sans_path().parent)], ignore_system_fonts=True
    )
    assert isinstance(page, bytes)
    picture = pdfium.PdfDocument(page)[0].render(scale=1, grayscale=True).to_numpy()
    return 255 - np.ascontiguousarray(picture.reshape(picture.shape[:2]))


if __name__ == "__main__":
    for name, draw in DRAWN.items():
        Image.fromarray(draw()).save(SHEETS[name], optimize=True)
