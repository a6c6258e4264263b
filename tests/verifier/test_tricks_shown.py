"""Ink that one reader covers, moves or shrinks away and another shows: each once passed.

Our pages have black ink alone, near the page, and one picture, a symbol's. So nothing can be covered.
"""

import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.font_program import FontError, _charset

ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)
Change = Callable[[pikepdf.Pdf], None]


def findings(change: Change) -> Mapping[str, str]:
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is not Indication.PASSED
    return {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}


WORDS = "BT /f0 9 Tf 1 0 0 1 165 465 Tm (\\000\\n) Tj ET"
CONTENTS = {
    # white over words: cairo and poppler lose a rectangle that large, MuPDF one of 3.4e38
    "white": ("1 g 165 190 30 8 re f", "g"),
    "nearly white": ("0.97 g 165 190 30 8 re f", "g"),
    "white in three components": ("1 1 1 rg 165 190 30 8 re f", "rg"),
    "white of a profile": ("/c0 cs 1 scn 165 190 30 8 re f", "scn"),
    "a white line": ("1 G 165 190 m 195 190 l S", "G"),
    # §8.6.5.1: cs sets black, which PDFium and pdf.js do not do
    "white before a space": ("1 g /DeviceGray cs 165 190 30 8 re f", "g"),
    # numbers of 32 bits lose what those of 64 keep
    "far away and back": ("1 0 0 1 9000 0 cm 1 0 0 1 -9000 0 cm 165 190 30 8 re f", "cm"),
    "large and small again": ("2000 0 0 2000 0 0 cm .0005 0 0 .0005 0 0 cm 0 0 9 9 re f", "cm"),
    "many matrices": ("1 0 0 1 1 0 cm " * 9 + "165 190 30 8 re f", "cm"),
    "a rectangle past the page": ("165 190 5000 8 re f", "re"),
    "a line past the page": ("165 190 m 165 5000 l S", "l"),
    "text past the page": ("BT /f0 9 Tf 1 0 0 1 9000 0 Tm -8800 400 Td (\\000\\n) Tj ET", "Tm"),
    "text moved past the page": ("BT /f0 9 Tf 9000 0 Td -8800 400 Td (\\000\\n) Tj ET", "Td"),
    "text moved many times": ("BT /f0 9 Tf " + "1 1 Td " * 201 + "(\\000\\n) Tj ET", "Td"),
    "text moved between its letters": (
        "BT /f0 9 Tf 1 0 0 1 165 465 Tm [15000 (\\000\\n) 15000 (\\000\\n)] TJ ET",
        "TJ",
    ),
    "text far below by its leading": ("BT /f0 9 Tf 5000 TL T* (\\000\\n) Tj ET", "T*"),
    # in a form poppler, MuPDF, Ghostscript and pdf.js go on with the page's leading, PDFium with none
    "a line below by a leading set before": ("BT 9 TL ET BT /f0 9 Tf T* (\\000\\n) Tj ET", "T*"),
    "a small font drawn large": ("BT /f0 .01 Tf 900 0 0 900 165 465 Tm (\\000\\n) Tj ET", "Tf"),
    "a large font drawn small": ("BT /f0 5000 Tf .1 0 0 .1 165 465 Tm (\\000\\n) Tj ET", "Tf"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_ink_is_black_and_near_the_page(name: str) -> None:
    content, operator = CONTENTS[name]
    assert findings(paper.append_content(content))["DRAWING"] == (
        f"各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 {operator}"
    )


def picture(side: int, data: bytes, **entries: object) -> Change:
    """Instead of the page's symbol, so that there is one."""

    def change(opened: pikepdf.Pdf) -> None:
        (image,) = (
            item
            for item in opened.objects
            if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) == Name.Image
        )
        image.write(data)
        image.Width = image.Height = side
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        for key, value in entries.items():
            image[Name("/" + key)] = value

    return change


PICTURES = {
    "white": picture(85, b"\xff" * 85 * 85),
    "no symbol's size": picture(86, b"\xff" * 86 * 86),
    "grey": picture(85, b"\x80" * 85 * 85),
    "not square": picture(85, b"\xff" * 85 * 170, Height=170),
    "of another depth": picture(85, b"\xff" * 85 * 43, BitsPerComponent=4),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_symbol(name: str) -> None:
    assert findings(PICTURES[name])["PICTURE"] == (
        "PDF 含有二维码以外的图片，或二维码不是每格一点的黑白图片"
    )


def form(**entries: object) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        drawn = opened.make_stream(b"0 g 0 0 20 20 re f")
        said = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 20, 20])}
        for key, value in {**said, "Resources": Dictionary(), **entries}.items():
            if value is not None:
                drawn[Name("/" + key)] = value
        opened.pages[0].Resources.XObject = Dictionary(Fm9=opened.make_indirect(drawn))
        opened.pages[0].contents_add(b"q /Fm9 Do Q")

    return change


def test_a_form_has_no_matrix_of_its_own() -> None:
    """[0 0 0 0 0 0] cairo draws as if there were none; in hundredths Ghostscript draws dots as pixels."""
    odd = findings(form(Matrix=Array([0, 0, 0, 0, 0, 0])))
    assert odd["FORM_ENTRY"] == "PDF 含有带透明组的图形（Matrix）"


@pytest.mark.parametrize("key", ["Type", "Resources"])
def test_a_form_has_all_its_entries(key: str) -> None:
    assert findings(form(**{key: None}))["ENTRY_MISSING"] == f"PDF 含有缺少条目的对象（{key}）"


def test_a_form_is_drawn_as_large_as_it_is() -> None:
    def change(opened: pikepdf.Pdf) -> None:
        form()(opened)
        opened.pages[0].contents_add(b"q .5 0 0 .5 0 0 cm /Fm9 Do Q")

    assert findings(change)["DRAWING"].endswith("在指令 Do")


@pytest.mark.parametrize(
    ("page", "content", "operator"),
    [
        ("", b"BT /f0 9 Tf 1 0 0 1 5 5 Tm T* (\000\n) Tj ET", "T*"),
        ("", b"BT /f0 9 Tf 1 0 0 1 5 5 Tm (\000\n) ' ET", "'"),
        ("", b"0 0 m 9 9 l S", "S"),
        ("", b"BT /f0 9 Tf 2 Tr 1 0 0 1 5 5 Tm (\000\n) Tj ET", "Tj"),
        ("2 Tr", b"0 0 9 9 re f", "Do"),
    ],
)
def test_a_form_takes_nothing_over_from_its_page(page: str, content: bytes, operator: str) -> None:
    def change(opened: pikepdf.Pdf) -> None:
        resources = opened.pages[0].Resources
        form(Resources=Dictionary(Font=resources.Font))(opened)
        resources.XObject.Fm9.write(content)
        opened.pages[0].contents_add(f"q {page} /Fm9 Do Q".encode())

    messages = {
        f"各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 {operator}",
    }
    assert findings(change)["DRAWING"] in messages


def content_of(kind: Name) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        opened.pages[0].Contents.Type = kind

    return change


def nested(opened: pikepdf.Pdf) -> None:
    page = opened.pages[0].obj
    page.Contents = Array([Array([page.Contents])])


@pytest.mark.parametrize("change", [content_of(Name.XRef), content_of(Name.ObjStm), nested])
def test_content_is_a_stream_of_its_own(change: Change) -> None:
    """As a cross-reference it could be packed with rows that Ghostscript and pdf.js cannot read; of
    an array in an array poppler and cairo draw nothing."""
    assert findings(change)["KIND_CONTENTS"] == "PDF 含有写法异常的条目（Contents）"


def font(kind: Name) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    return lambda opened: next(
        item
        for item in opened.objects
        if isinstance(item, pikepdf.Dictionary)
        and kind in (item.get(Name.Subtype), item.get(Name.Type))
    )


def without(kind: Name, key: str) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        del font(kind)(opened)[key]

    return change


def renamed(kind: Name, key: str, name: str) -> Change:
    def change(opened: pikepdf.Pdf) -> None:
        font(kind)(opened)[key] = Name(name)

    return change


def direct(opened: pikepdf.Pdf) -> None:
    fonts = opened.pages[0].Resources.Font
    for name, one in list(fonts.items()):
        fonts[name] = Dictionary(dict(one.items()))


def direct_descendant(opened: pikepdf.Pdf) -> None:
    whole = font(Name.Type0)(opened)
    whole.DescendantFonts = Array([Dictionary(dict(whole.DescendantFonts[0].items()))])


def shared(opened: pikepdf.Pdf) -> None:
    fonts = opened.pages[0].Resources.Font
    fonts.Fz = opened.make_indirect(Dictionary(dict(font(Name.Type0)(opened).items())))


FONTS = {
    # poppler and cairo take two fonts without numbers for one where 31 bits of a sum agree
    "no number": (direct, "FONT", "无法核对的字体类型"),
    "no number below": (direct_descendant, "FONT", "无法核对的字体类型"),
    "glyphs of another": (shared, "FONT_SHARED", "几种字体共用的字形"),
    # pdf.js draws nothing in it
    "no name": (without(Name.Type0, "/BaseFont"), "ENTRY_MISSING", "缺少条目的对象（BaseFont）"),
    "no widths": (without(Name.CIDFontType0, "/W"), "ENTRY_MISSING", "缺少条目的对象（W）"),
    "no name below": (without(Name.FontDescriptor, "/FontName"), "FONT_NAME", "名称不一致的字体"),
    "another name": (
        renamed(Name.CIDFontType0, "/BaseFont", "/ABCDEF+Other"),
        "FONT_NAME",
        "名称不一致的字体",
    ),
    "no subset's name": (
        renamed(Name.Type0, "/BaseFont", "/Song"),
        "FONT_NAME",
        "名称不一致的字体",
    ),
    "no height": (without(Name.FontDescriptor, "/Ascent"), "FONT_ENTRY", "字体中无法核对的条目"),
}


@pytest.mark.parametrize("name", FONTS)
def test_a_font_has_all_its_entries_and_one_name(name: str) -> None:
    change, code, message = FONTS[name]
    assert findings(change)[code] == f"PDF 含有{message}"


def charset(*ranges: tuple[int, int]) -> bytes:
    return b"\x02" + b"".join(struct.pack(">HH", *one) for one in ranges)


def test_a_glyph_that_reads_as_nothing_is_not_ours() -> None:
    def change(opened: pikepdf.Pdf) -> None:
        said = font(Name.Type0)(opened).ToUnicode
        kept = re.sub(rb"<000A> <[0-9A-F]{4}>\n", b"", said.read_bytes())
        kept = re.sub(rb"\d+(?= beginbfchar)", lambda n: b"%d" % (int(n[0]) - 1), kept, count=1)
        assert len(kept) < len(said.read_bytes()) - 10
        said.write(kept)

    assert findings(change)["FONT_OUTLINE"] == "PDF 含有字形与出证系统所用字体不同的文字（CID 10）"


def test_glyphs_numbered_by_long_ranges_have_no_gap() -> None:
    """Behind one Ghostscript draws boxes."""
    assert _charset(charset((1, 2)) + b"\0", 0, 4) == [0, 1, 2, 3]
    assert _charset(charset((1, 0), (2, 1)) + b"\0", 0, 4) == [0, 1, 2, 3]
    with pytest.raises(FontError):
        _charset(charset((1, 0), (3, 1)) + b"\0", 0, 4)


def test_the_same_ink_on_an_honest_page_is_no_odd_drawing() -> None:
    """So that the refusals above are of what they say."""
    data = paper.edit_pdf(PAGE, paper.append_content("0 g 165 190 30 8 re f " + WORDS))
    verdict = paper.check(data, paper.known(ISSUED))
    codes = {one.code for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert "DRAWING" not in codes


@pytest.mark.parametrize("name", ["ZapfDingbats", "Symbol", "NotoSansSC-Bold"])
def test_a_font_bears_one_of_our_names_wherever_it_says_it(name: str) -> None:
    """In ZapfDingbats LibreOffice Draw shows digits as pointing hands."""

    def change(opened: pikepdf.Pdf) -> None:
        for whole in opened.pages[0].Resources.Font.values():
            part = whole.DescendantFonts[0]
            whole.BaseFont = part.BaseFont = part.FontDescriptor.FontName = Name(f"/ABCDEF+{name}")

    assert findings(change)["FONT_NAME"] == "PDF 含有名称不一致的字体"


def test_a_font_bears_one_of_our_names_in_its_program_too() -> None:
    def change(opened: pikepdf.Pdf) -> None:
        for whole in opened.pages[0].Resources.Font.values():
            program = whole.DescendantFonts[0].FontDescriptor.FontFile3
            data = program.read_bytes()
            changed = re.sub(rb"Noto(Sans|Serif)SC-Regular", rb"Noto\1SC-Regulaz", data, count=1)
            assert changed != data
            program.write(changed)

    assert "FONT_PROGRAM" in findings(change)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        # each by itself a font's of ours, but of another writer: pdftotext gave a day to another label
        (("Ascent", "Descent"), (1160, -288)),
        (("Ascent", "Descent"), (1800, 0)),
        (("Descent",), (0,)),
        (("ItalicAngle",), (-12,)),
        (("CapHeight",), (9000,)),
        (("FontBBox",), ([-1002, -1048, 9000, 1808],)),
        (("FontBBox",), ([0, 0, 0, 0],)),
    ],
)
def test_a_font_is_as_high_as_ours(key: tuple[str, ...], value: tuple[Any, ...]) -> None:
    def change(opened: pikepdf.Pdf) -> None:
        whole = next(iter(opened.pages[0].Resources.Font.values()))
        descriptor = whole.DescendantFonts[0].FontDescriptor
        for name, said in zip(key, value, strict=True):
            descriptor[f"/{name}"] = pikepdf.Array(said) if isinstance(said, list) else said

    assert findings(change)["FONT_ENTRY"] == "PDF 含有字体中无法核对的条目"
