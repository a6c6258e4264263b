"""Pictures and printer languages are taken apart again and read."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from benchmarks.symbol_reading import DECODERS, Picture, as_signed
from certgen.label_files import Format, LabelFiles
from certgen.label_layout import place_label
from certgen.label_pdf import label_pdf
from certgen.label_picture import burnt, draw_pictures, label_svg
from certgen.label_printer import compress_rows
from certgen.symbol import SymbolError
from certgen.symbol_tables import Bytes
from tests.certgen.labels import STYLES, label, style

TOO_COARSE = {
    (id, 203)
    for id in (
        "one-fruit",
        "one-egg",
        "one-fruit-square-25",
        "one-egg-square-25",
        "one-fruit-38x21",
        "one-egg-38x21",
    )
}
"""Their modules can't be whole dots."""


def _file(id: str, format: Format, dpi: int) -> bytes:
    (content,) = LabelFiles(style(id), format, dpi).draw([label(id)]).pages
    return content


def _dots(id: str, dpi: int) -> Bytes:
    (picture,) = draw_pictures([label(id)], style(id), dpi)
    return burnt(picture)


def _seen(dots: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> Picture:
    """What is burnt as a picture, with the roll around it."""
    return np.pad(255 - dots * 255, 24, constant_values=255).astype(np.uint8)


def _read(picture: Picture) -> list[set[str]]:
    return [{as_signed(text) for text in decode(picture)} for decode in DECODERS.values()]


@pytest.mark.parametrize("id", ["one-fruit", "one-egg-square", "one-box-60x40", "one-bundle"])
def test_a_png_has_its_size_and_is_read(id: str) -> None:
    one, chosen = label(id), style(id)
    picture = Image.open(io.BytesIO(_file(id, Format.PNG, 300)))
    assert picture.size == (
        round(chosen.width_mm * 300 / 25.4),
        round(chosen.height_mm * 300 / 25.4),
    )
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert _read(np.pad(np.asarray(picture), 24, constant_values=255)) == [{one.qr_text}] * 2


@pytest.mark.parametrize(
    ("id", "dpi"),
    [("one-egg-square", 203), ("one-fruit", 300), ("one-box-60x40", 203), ("one-mark", 300)],
)
def test_every_module_is_a_whole_number_of_dots(id: str, dpi: int) -> None:
    dots = _dots(id, dpi)
    box = place_label(style(id), label(id).fields).symbol
    left, top, right, bottom = (
        round(side * dpi / 25.4) for side in (box.x, box.y, box.x + box.side, box.y + box.side)
    )
    inside = dots[top:bottom, left:right]
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    symbol = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # the upper left corner is a finder pattern, seven modules wide
    module, rest = divmod(int(np.argmin(symbol[0])), 7)
    assert (rest, symbol.shape[0] % module) == (0, 0)
    assert module * 25.4 / dpi >= 0.33
    assert np.array_equal(np.kron(symbol[::module, ::module], np.ones((module, module))), symbol)


_PRINTED = [(id, dpi) for id in STYLES for dpi in (203, 300) if (id, dpi) not in TOO_COARSE]


@pytest.mark.parametrize(("id", "dpi"), _PRINTED)
def test_zpl_gives_the_picture_back(id: str, dpi: int) -> None:
    zpl = _file(id, Format.ZPL, dpi).decode("ascii")
    found = re.fullmatch(
        r"\^XA\n\^PW(\d+)\n\^LL(\d+)\n\^LH0,0\n\^FO0,0\^GFA,(\d+),(\d+),(\d+),(.*)\^FS\n"
        r"\^XZ\n",
        zpl,
    )
    assert found is not None
    width, height, sent, total, row = map(int, found.groups()[:5])
    rows = _expanded(found[6], row)
    assert sent == total == row * height == rows.size
    dots = np.unpackbits(rows, axis=1)[:, :width]
    assert np.array_equal(dots, _dots(id, dpi))
    assert _read(_seen(dots)) == [{label(id).qr_text}] * 2
    assert len(found[6]) < rows.size * 1.2  # plain hexadecimal would be twice the bytes


def _expanded(text: str, width: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """ZPL II's compression undone, character by character as its manual tells it."""
    rows: list[str] = []
    row, count = "", 0
    for character in text:
        if character == ":":
            rows.append(rows[-1])
        elif character in ",!":
            rows.append(row.ljust(2 * width, "0" if character == "," else "F"))
            row = ""
        elif "G" <= character <= "Y":
            count += ord(character) - ord("F")
        elif "g" <= character <= "z":
            count += 20 * (ord(character) - ord("f"))
        else:
            row += character * (count or 1)
            count = 0
            if len(row) == 2 * width:
                rows.append(row)
                row = ""
    assert not row and not count
    return np.array([list(bytes.fromhex(row)) for row in rows], np.uint8)


def test_compression_of_every_kind_of_row() -> None:
    source = np.random.default_rng(1)
    rows = np.zeros((40, 60), np.uint8)
    rows[3:5] = 255
    rows[5, :30] = 255
    rows[6, 30:] = 255
    rows[7:20] = source.integers(0, 256, (13, 60))
    rows[20:30] = rows[7]
    rows[31, :59] = 0xAA
    assert np.array_equal(_expanded(compress_rows(rows), 60), rows)
    wide = np.full((2, 700), 0x11, np.uint8)
    wide[1, 699] = 0x12
    assert np.array_equal(_expanded(compress_rows(wide), 700), wide)


@pytest.mark.parametrize(("id", "dpi"), _PRINTED)
def test_tspl_gives_the_picture_back(id: str, dpi: int) -> None:
    one, chosen = label(id), style(id)
    head, _, rest = _file(id, Format.TSPL, dpi).partition(b"BITMAP 0,0,")
    assert head.decode() == (
        f"SIZE {chosen.width_mm} mm,{chosen.height_mm} mm\r\nGAP 2 mm,0 mm\r\nDIRECTION 1\r\nCLS\r\n"
    )
    width, height, mode, data = rest.split(b",", 3)
    size = int(width) * int(height)
    assert (mode, data[size:]) == (b"0", b"\r\nPRINT 1,1\r\n")
    rows = np.frombuffer(data[:size], np.uint8).reshape(int(height), int(width))
    dots = np.unpackbits(rows ^ 255, axis=1)[:, : round(chosen.width_mm * dpi / 25.4)]
    assert _read(_seen(dots)) == [{one.qr_text}] * 2


def test_a_printer_too_coarse_for_the_symbol_is_refused() -> None:
    expected = r"样式“一果一证（圆形 30 毫米）”在每英寸 203 点的打印机上印不下：每格须为 3 个整点（0.375 mm）"
    with pytest.raises(SymbolError, match=expected):
        _file("one-fruit", Format.ZPL, 203)


def test_an_svg_has_its_size_its_words_and_the_same_picture() -> None:
    one, chosen = label("one-box-60x40"), style("one-box-60x40")
    root = ElementTree.fromstring(label_svg(one, chosen))
    space = "{http://www.w3.org/2000/svg}"
    assert (root.get("width"), root.get("viewBox")) == ("60mm", "0 0 60 40")
    words = root.findtext(f"{space}desc") or ""
    assert f"编号：{one.fields['number']}" in words and one.fields["promise"] in words
    shapes = {shape.get("id") for shape in root.iter(f"{space}path")}
    uses = [use.get("href") for use in root.iter(f"{space}use")]
    assert uses and all(use is not None and use[1:] in shapes for use in uses)
    # a shape for each character on the page: labels, values and the number
    with pypdfium2.PdfDocument(label_pdf(one, chosen)) as pdf:
        text = "".join(pdf[0].get_textpage().get_text_bounded().split())
    assert len(uses) >= len(text)
