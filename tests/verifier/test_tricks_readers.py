"""What one reader draws and another does not: each once passed, since PDFium alone was asked.

The readers that differ (poppler, MuPDF, Ghostscript, pdf.js) are named beside each.
"""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.drawing import read_drawings

ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)
QUANTITY = rb"[(\000\n\000\013\000\f\000\f\000\r\000\016)]TJ"
"""1200公斤 in the codes of this page."""


def findings(change: Callable[[pikepdf.Pdf], None]) -> Mapping[str, str]:
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is not Indication.PASSED
    return {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}


def appended(content: str) -> Callable[[pikepdf.Pdf], None]:
    return paper.append_content(content)


def quantity_shown(shown: bytes, before: bytes = b"") -> Callable[[pikepdf.Pdf], None]:
    def change(opened: pikepdf.Pdf) -> None:
        content = opened.pages[0].Contents.read_bytes()
        start = content.rindex(b"BT", 0, content.index(QUANTITY))
        content = content[:start] + before + content[start:]
        opened.pages[0].Contents = opened.make_stream(content.replace(QUANTITY, shown))

    return change


DRAWN = {
    # PDFium keeps the white that was set, all others begin with black
    "0 g /DeviceCMYK cs 165 190 30 8 re f": "cs",
    "0 g /Pattern cs 165 190 30 8 re f": "cs",
    "0 g /zz cs 165 190 30 8 re f": "cs",
    # poppler and MuPDF take the last, PDFium the first
    "/c0 cs 1 0 0 scn 165 190 30 8 re f": "scn",
    # one component for three
    "/DeviceRGB cs 1 1 1 scn 0 scn 165 190 30 8 re f": "scn",
    "0 0 0 rg 0 scn 165 190 30 8 re f": "scn",
    "/c0 cs 1 scn q 0 0 0 rg Q 0 0 0 scn 165 190 30 8 re f": "scn",
    "2 g 165 190 30 8 re f": "g",
    "0 G 0 J 1.4 w [100 1 1] 107 d 165 465 m 165 475 l S": "d",
    "0 G 2 w [30 300] -40 d 165 465 m 195 465 l S": "d",
    "0 G 1 J 1.4 w 165 465 m 165 465 l S": "J",
    "0 G 1.4 w 165 465 m h S": "h",
    "0 w 0 G 165 465 m 195 465 l S": "w",
    "0.01 w 0 G 165 465 m 195 465 l S": "S",
    # poppler draws a pixel for each, PDFium none: dots enough make a letter
    "0.1 w 0 G 165 465 m 165.01 465 l S 167 465 m 167.01 465 l S": "S",
    "0 g 165 465 0.06 0.06 re f 167 465 0.06 0.06 re f": "f",
    # Ghostscript draws the edges of areas that undo each other
    "0 g 165 190 30 8 re 165 190 m 165 198 l 195 198 l 195 190 l h f": "f",
    "0 g 165 190 m 195 190 l 195 198 l 165 198 l h 165 190 m 165 198 l 195 198 l 195 190 l h f": "f",
    "0 g 165 465 30 0 re f": "re",
    "0 g 165 465 m 195 465 l h f": "f",
    "0 g 30 0 0 0.0001 165 465 cm 0 0 1 1 re f": "cm",
    "BT 0 Tr /zz 9 Tf 1 0 0 1 165 465 Tm (\\000\\n) Tj ET": "Tf",
    "BT 0 Tr 1 0 0 1 165 465 Tm (\\000\\n) Tj ET": "Tj",
    "BT /f0 9 Tf 1 0 0 1 165 465 Tm (\\000\\n\\012) Tj ET": "Tj",
    "/zz Do": "Do",
    "/zz gs": "gs",
    "/Span <</MCID 0 /Odd 1>> BDC EMC": "BDC",
    "EMC": "EMC",
}


@pytest.mark.parametrize("content", DRAWN)
def test_values_that_no_page_of_ours_has(content):
    assert findings(appended(content))["DRAWING"] == (
        f"各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 {DRAWN[content]}"
    )


def symbol(modules: int, side: float) -> str:
    """An inline mask without ink, as a label's symbol is written (certgen.label_pdf)."""
    bits = "00" * (-(-modules // 8) * modules)
    return (
        f"q 0 g {side} 0 0 {side} 165 190 cm\nBI\n/W {modules} /H {modules} /IM true /BPC 1"
        f" /D [1 0] /F /AHx\nID {bits}>\nEI\nQ"
    )


INLINE = {
    # 50 pixels a point: Ghostscript draws one of many, PDFium their mean
    "dense": symbol(997, 20),
    "dense, of a symbol's size": symbol(57, 40),
    "no symbol's size": symbol(40, 80),
    "two": f"{symbol(21, 15)} {symbol(21, 15)}",
}


@pytest.mark.parametrize("name", INLINE)
def test_an_inline_picture_is_the_one_symbol_of_its_page(name):
    assert findings(appended(INLINE[name]))["DRAWING"] == (
        "各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 INLINE IMAGE"
    )


def test_one_inline_picture_of_a_symbol_s_size_is_no_odd_drawing():
    """So that the refusals above are of what they say; that there is nothing in it is another axis."""
    with pikepdf.new() as label:
        page = label.add_blank_page(page_size=(300, 300))
        page.contents_add(symbol(57, 41).encode())
        page.contents_coalesce()
        assert list(read_drawings(label).odd) == []


def test_text_that_clips_what_comes_after():
    """Ghostscript hides the value, all others show it."""
    odd = findings(quantity_shown(QUANTITY, before=b"BT 7 Tr ET "))
    assert odd["DRAWING"].endswith("在指令 Tr")


SPELT = {
    # Ghostscript reads a line feed, as §7.3.4.2 has it, and shows another letter
    "carriage return": QUANTITY.replace(rb"\r", b"\r"),
    "both": QUANTITY.replace(rb"\n", b"\r\n"),
    "escaped line end": QUANTITY.replace(rb"\013", b"\\013\\\n"),
    "short octal": QUANTITY.replace(rb"\013", rb"\13"),
    "unknown escape": QUANTITY.replace(rb"\013", b"\\\x0b"),
    "odd hexadecimal": b"[<000a000b000c000c000d000e0>]TJ",
    "comment": QUANTITY.replace(b"]TJ", b"%)]TJ\n]TJ"),
}


@pytest.mark.parametrize("name", SPELT)
def test_strings_that_readers_read_differently(name):
    assert "DRAWING" in findings(quantity_shown(SPELT[name]))


@pytest.mark.parametrize(
    "content",
    ["/Sp#61n BMC EMC", "% comment\n0 g", "1.0000000000000000000001 w", "\0 0 g", "0 g\x0c"],
)
def test_spelling_that_readers_mend(content):
    odd = findings(appended(content))["DRAWING"]
    assert odd == "各阅读程序可能画得不同：绘图指令的写法各阅读程序读法不同"


def picture(data: bytes, **entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(opened: pikepdf.Pdf) -> None:
        image = opened.make_stream(data)
        said = {"Width": 32, "Height": 8, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
        for key, value in {**said, **entries}.items():
            if value is not None:
                image[Name("/" + key)] = value
        image.Type, image.Subtype = Name.XObject, Name.Image
        opened.pages[0].Resources.XObject.Im9 = opened.make_indirect(image)
        opened.pages[0].contents_add(b"q 40 0 0 40 165 430 cm /Im9 Do Q")

    return change


def jpeg() -> bytes:
    output = io.BytesIO()
    Image.new("L", (32, 8)).save(output, "JPEG")
    return output.getvalue()[:200]


def test_a_picture_denser_than_any_reader_draws():
    """PDFium draws the mean of its pixels, others one of many."""
    dense = b"\xff" * 300 * 300
    odd = findings(picture(dense, Width=300, Height=300))
    assert odd["DRAWING"].endswith("在指令 Do")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # PDFium draws nothing of it, the others what there is
        (picture(jpeg(), Filter=Name.DCTDecode), "PACKING"),
        (picture(b"\0" * 256, BitsPerComponent=None), "IMAGE_DATA"),
        *((picture(b"\0" * 256, BitsPerComponent=bits), "IMAGE_DATA") for bits in (3, 5, 6, 7, 12)),
        (picture(b"\xff" * 255), "IMAGE_DATA"),
        (picture(b"\xff" * 257), "IMAGE_DATA"),
        (picture(b"\0" * 256, ColorSpace=Name.DeviceCMYK), "IMAGE_DATA"),
        (picture(b"80>", Filter=Name.RunLengthDecode), "PACKING"),
    ],
)
def test_pictures_that_only_some_readers_draw(change, code):
    assert code in findings(change)


def test_a_page_turned_by_half_a_right_angle():
    """MuPDF turns it, the others do not."""

    def change(opened: pikepdf.Pdf) -> None:
        opened.pages[0].obj.Rotate = 45

    assert "TURNED" in findings(change)


def test_a_grey_profile_in_the_place_of_red_green_and_blue():
    def change(opened: pikepdf.Pdf) -> None:
        spaces = opened.pages[0].Resources.ColorSpace
        spaces.DefaultRGB = spaces.c0

    assert "COLOUR" in findings(change)


def cid_font(opened: pikepdf.Pdf) -> pikepdf.Object:
    """Of the values."""
    return opened.pages[0].Resources.Font.f0.DescendantFonts[0]


def widths(change: Callable[[list[object]], Sequence[object]], **entries: object):
    def changed(opened: pikepdf.Pdf) -> None:
        font = cid_font(opened)
        font.W = Array(change(list(font.W)))
        for key, value in entries.items():
            font[Name("/" + key)] = value

    return changed


@pytest.mark.parametrize(
    "change",
    [
        # poppler and MuPDF sort the ranges and show 12 for 1200
        widths(lambda held: [9, 12, 558, 10, 10, 471, 9, 9, 1000, *held]),
        widths(lambda held: [*held, *held]),
        widths(lambda held: [*held, 60000, 60000, 500]),
        widths(lambda held: held[:-1]),
        widths(lambda held: [*held[:2], held[2] + 30, *held[3:]]),
        widths(lambda held: held[3:]),
    ],
)
def test_widths_that_readers_take_differently(change):
    assert "FONT_WIDTHS" in findings(change)


def test_what_a_font_says_of_itself():
    def bold(opened: pikepdf.Pdf) -> None:
        cid_font(opened).FontDescriptor.Flags |= 1 << 18

    def collection(opened: pikepdf.Pdf) -> None:
        cid_font(opened).CIDSystemInfo = Dictionary(
            Registry=b"Adobe", Ordering=b"GB1", Supplement=5
        )

    for change in (bold, collection):
        assert "FONT_ENTRY" in findings(change)


def test_a_width_of_glyph_0_that_is_not_said():
    """Ghostscript leaves it out, and says what most others have in its place."""

    change = widths(lambda held: [1, *held[1:]], DW=500)
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is Indication.PASSED


def test_two_glyphs_of_one_number():
    """FreeType takes the first, Ghostscript and pdf.js the last: 9200公斤 for 1200."""

    def change(opened: pikepdf.Pdf) -> None:
        stream = cid_font(opened).FontDescriptor.FontFile3
        stream.write(twice(stream.read_bytes(), 10, 17))

    assert "FONT_PROGRAM" in findings(change)


def test_a_code_that_the_font_has_no_glyph_for():
    """Read as a blank; Ghostscript draws glyph 0 there, a cross in a box, upon □ before 委托检测合格."""

    def change(opened: pikepdf.Pdf) -> None:
        said = opened.pages[0].Resources.Font.f0.ToUnicode
        more = b"1 beginbfchar\n<4000> <0020>\nendbfchar\nendcmap\n"
        said.write(said.read_bytes().replace(b"endcmap\n", more))
        appended("q /c0 cs 0 scn BT /f0 20 Tf 1 0 0 1 60 60 Tm <4000> Tj ET Q")(opened)

    words = "PDF 含有各阅读程序可能画得不同的字体（没有字形的编码）"
    assert findings(change)["FONT_PROGRAM"] == words


def test_letters_without_a_glyph_that_no_text_shows():
    """Ghostscript names the codes of a font by ranges that are longer than the font."""

    def change(opened: pikepdf.Pdf) -> None:
        said = opened.pages[0].Resources.Font.f0.ToUnicode
        more = b"1 beginbfchar\n<4000> <660E>\nendbfchar\nendcmap\n"
        said.write(said.read_bytes().replace(b"endcmap\n", more))

    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is Indication.PASSED


def test_a_part_of_a_font_in_its_place():
    """PDFium and MuPDF draw glyph 0 by it, the others nothing."""

    def change(opened: pikepdf.Pdf) -> None:
        fonts = opened.pages[0].Resources.Font
        fonts.f9 = cid_font(opened)
        appended("q /c0 cs 0 scn BT /f9 20 Tf 1 0 0 1 60 60 Tm (1) Tj ET Q")(opened)

    assert findings(change)["FONT"] == "PDF 含有无法核对的字体类型"


def twice(program: bytes, cid: int, other: int) -> bytes:
    """The glyph of ``other`` once more, as ``cid``: tables behind the old ones."""
    tables = {name: int.from_bytes(found[1], "big") for name, found in _offsets(program).items()}
    place = tables["glyphs"]
    count, size = int.from_bytes(program[place : place + 2], "big"), program[place + 2]
    starts = [
        int.from_bytes(program[at : at + size], "big")
        for at in range(place + 3, place + 3 + (count + 1) * size, size)
    ]
    base = place + 2 + (count + 1) * size
    codes = [program[base + a : base + b] for a, b in pairwise(starts)]
    codes.append(codes[other])
    made = bytearray(program)
    numbers = [*range(1, count), cid]
    for name, table in (
        ("glyphs", _index(codes)),
        ("charset", b"\0" + b"".join(number.to_bytes(2, "big") for number in numbers)),
        ("parts", b"\0" + bytes(count + 1)),
    ):
        start = _offsets(program)[name].start(1)
        made[start : start + 4] = len(made).to_bytes(4, "big")
        made += table
    return bytes(made)


def _offsets(program: bytes) -> Mapping[str, re.Match[bytes]]:
    operators = {"charset": rb"\x0f", "glyphs": rb"\x11", "parts": rb"\x0c\x25"}
    found = {
        name: re.search(rb"\x1d(....)" + operator, program, re.DOTALL)
        for name, operator in operators.items()
    }
    return {name: match for name, match in found.items() if match is not None}


def _index(items: Sequence[bytes]) -> bytes:
    ends = [1 + sum(map(len, items[:place])) for place in range(len(items) + 1)]
    offsets = b"".join(end.to_bytes(4, "big") for end in ends)
    return len(items).to_bytes(2, "big") + b"\4" + offsets + b"".join(items)
