"""Draws verifier/extraction/half_width.png: ``python -m tests.verifier.extraction.half_width_sheet``."""

import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn as fonts
import pypdfium2 as pdfium
import typst
from PIL import Image

from verifier.extraction.reference import HALF_WIDTH, HALF_WIDTH_SHEET, SHEET_EM, SHEET_HEIGHT

_SOURCE = f"""
#set page(width: {len(HALF_WIDTH) * SHEET_EM // 2}pt, height: {SHEET_HEIGHT}pt, margin: 0pt)
#set text(font: "Noto Sans SC", size: {SHEET_EM}pt, features: ("hwid",), top-edge: "baseline")
#place(dy: {SHEET_EM}pt, "{HALF_WIDTH}")
"""


def draw_sheet() -> npt.NDArray[np.uint8]:
    """White letters on black, one pixel a point."""
    page = typst.compile(
        _SOURCE.encode(), font_paths=[str(fonts.sans_path().parent)], ignore_system_fonts=True
    )
    assert isinstance(page, bytes)
    picture = pdfium.PdfDocument(page)[0].render(scale=1, grayscale=True).to_numpy()
    return 255 - np.ascontiguousarray(picture.reshape(picture.shape[:2]))


if __name__ == "__main__":
    Image.fromarray(draw_sheet()).save(HALF_WIDTH_SHEET, optimize=True)
