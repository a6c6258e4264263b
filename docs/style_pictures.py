"""Draw every label style and one sheet anew: ``.venv/bin/python docs/style_pictures.py``.

The labels are those of the tests, with fixed keys, so that the pictures change only with a style.
"""

import io
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

from certgen.label_pdf import label_pdf, write_labels
from certgen.label_sheet import A4_SHEETS
from certgen.page import PageStyle, render_pdf
from scheme.model import Shape, Style
from tests.certgen.documents import certificate
from tests.certgen.labels import jiande, label, style
from tests.samples import AT

FOLDER: Final = Path(__file__).parent / "pictures" / "styles"
LABELS: Final = (
    "one-fruit",
    "one-egg-square",
    "one-fruit-square-25",
    "one-fruit-38x21",
    "one-bag",
    "one-bag-80x60",
    "one-box",
    "one-mark",
    "one-bundle",
    "one-bundle-100x30",
)
PAGES: Final = ("one-coop", "one-household-a4")
SEED: Final = 3
GREY: Final = 205


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for id in LABELS:
        save(id, label_picture(style(id)))
    for id in PAGES:
        save(id, page_picture(style(id)))
    save("sheet-a4-24", sheet_picture())


def label_picture(chosen: Style) -> Image.Image:
    """The label on grey, cut as its stock is cut."""
    picture = rendered(label_pdf(label(chosen.id, SEED), chosen), 300)
    shape = Image.new("L", picture.size, 0)
    assert chosen.layout is not None
    corners = (0, 0, picture.width - 1, picture.height - 1)
    if chosen.layout.shape is Shape.ROUND:
        ImageDraw.Draw(shape).ellipse(corners, fill=255)
    else:
        ImageDraw.Draw(shape).rounded_rectangle(corners, radius=12, fill=255)
    return framed(picture, shape)


def page_picture(chosen: Style) -> Image.Image:
    pack = jiande()
    page = PageStyle(
        chosen.title,
        pack.templates[chosen.template],
        chosen.width_mm,
        chosen.height_mm,
        chosen.module_mm,
    )
    return framed(rendered(render_pdf(certificate(), page, at=AT), 80))


def sheet_picture() -> Image.Image:
    """A part-used sheet: printing starts at the third place."""
    chosen, file = style("one-bag-70x37"), io.BytesIO()
    labels = [label(chosen.id, seed) for seed in range(22)]
    write_labels(file, chosen, [labels], sheet=A4_SHEETS[24], start=3)
    return framed(rendered(file.getvalue(), 82))


def rendered(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as opened:
        picture: Image.Image = opened[0].render(scale=dpi / 72).to_pil().convert("L")
    return picture


def framed(picture: Image.Image, shape: Image.Image | None = None) -> Image.Image:
    margin = 16
    frame = Image.new("L", (picture.width + 2 * margin, picture.height + 2 * margin), GREY)
    frame.paste(picture, (margin, margin), shape)
    return frame


def save(name: str, picture: Image.Image) -> None:
    path = FOLDER / f"{name}.png"
    picture.quantize(16, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.name, picture.size, path.stat().st_size)


if __name__ == "__main__":
    main()
