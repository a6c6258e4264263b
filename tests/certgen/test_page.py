"""Pages are read back by two libraries, and their symbols by a decoder."""

import io
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from certgen.document import Document
from certgen.glyphs import GlyphError, check_glyphs
from certgen.page import PageError, PageStyle, render_pdf
from certgen.symbol import SymbolError, fit_symbol
from credential.claims import Basis
from credential.fields import FIELDS
from tests.certgen import documents
from tests.certgen.documents import A5, LABEL, LETTER
from tests.samples import AT

MM = 72 / 25.4
LONG_LABEL = documents.certificate(
    name="建德市新安江三都乾潭梅城果蔬专业合作社联合社",
    product="有机富硒红颜草莓",
    origin="浙江省杭州市建德市大慈岩镇里叶村",
    contact="0571-64700000、13800000000（王㐂）",
    basis=tuple(Basis),
)
PAGES = {
    "A5": (documents.certificate(), A5),
    "A5 long": (documents.long_certificate(), A5),
    "A5 household": (documents.household_certificate(), A5),
    "A5 without grade": (documents.certificate(grade=None, name="䶮𬭎㐂农场"), A5),
    "label": (documents.certificate(), LABEL),
    "label long": (LONG_LABEL, LABEL),
    "label household": (documents.household_certificate(), LABEL),
    "letter": (documents.letter(), LETTER),
    "letter on one page": (
        documents.letter(notice="一、应当如实承诺。", pledge="本人提交的材料真实。"),
        LETTER,
    ),
    "letter of many pages": (
        documents.letter(notice="公证机构有权核查承诺内容，申请人应当配合。\n" * 60 + "完毕。"),
        LETTER,
    ),
}


@pytest.fixture(params=PAGES, scope="module")
def page(request: pytest.FixtureRequest) -> tuple[Document, PageStyle, bytes]:
    document, style = PAGES[request.param]
    return document, style, render_pdf(document, style, at=AT)


def _bare(text: str) -> str:
    return "".join(text.split())


def _printed(name: str, value: str) -> str:
    label = FIELDS[name].label
    return _bare(f"{label}：{value}" if label else value)


def _symbol_box(pdf: pdfplumber.PDF) -> tuple[Any, dict[str, Any]]:
    """The last page and the one picture of the document, which is on it."""
    pictures = [(page, image) for page in pdf.pages for image in page.images]
    assert len(pictures) == 1
    assert pictures[0][0] is pdf.pages[-1]
    return pictures[0]


def test_pdfium_reads_every_field(page: tuple[Document, PageStyle, bytes]) -> None:
    document, _, pdf = page
    with pypdfium2.PdfDocument(pdf) as opened:
        text = "".join(_bare(sheet.get_textpage().get_text_bounded()) for sheet in opened)

    for name, value in document.fields.items():
        assert _printed(name, value) in text
    # nothing but the fields is on the paper, and each is there once
    assert len(text) == sum(len(_printed(name, value)) for name, value in document.fields.items())


def test_pdfplumber_reads_every_field(page: tuple[Document, PageStyle, bytes]) -> None:
    """The text beside the label's symbol column is cut out first, as the verifier does."""
    document, style, pdf = page
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        last, picture = _symbol_box(opened)
        if style is LABEL:
            left = picture["x0"] - 3.2 * MM + 4 * 0.33 * MM
            column = last.crop((left, 0, last.width, last.height)).extract_text()
            text = last.crop((0, 0, left, last.height)).extract_text() + column
        else:
            text = "".join(sheet.extract_text() + "\n" for sheet in opened.pages)
    bare = _bare(text)

    for name, value in document.fields.items():
        assert _printed(name, value) in bare
    lines = [_bare(line) for line in text.splitlines()]
    for name in document.fields:
        if label := FIELDS[name].label:
            starts = [line for line in lines if line.startswith(f"{label}：")]
            assert len(starts) == 1 or style is LABEL, name
    assert len(bare) == sum(len(_printed(name, value)) for name, value in document.fields.items())


def test_the_symbol_stands_alone_at_its_size(page: tuple[Document, PageStyle, bytes]) -> None:
    document, style, pdf = page
    symbol = fit_symbol(document.qr_text, style.width_mm * 0.4, style.module_mm)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        last, picture = _symbol_box(opened)
        assert picture["width"] / MM == pytest.approx(symbol.side * style.module_mm, abs=0.01)
        assert picture["height"] == pytest.approx(picture["width"], abs=0.01)
        quiet = 4 * style.module_mm * MM
        assert min(picture["x0"], picture["top"]) > 0
        assert picture["x1"] < last.width and picture["bottom"] < last.height
        marks = last.chars + last.lines + last.rects
        inside = [
            mark
            for mark in marks
            if mark["x1"] > picture["x0"]
            and mark["x0"] < picture["x1"]
            and mark["bottom"] > picture["top"]
            and mark["top"] < picture["bottom"]
            and not _surrounds(mark, picture)
        ]
        # ascender boxes reach into the quiet zone, ink does not: see the decoder's test
        assert all(mark["bottom"] - picture["bottom"] > -quiet for mark in inside)
        beside = last.crop((0, picture["top"] + quiet, picture["x0"] + quiet, picture["bottom"]))
        if style is not LABEL:
            assert not beside.extract_text()


def _surrounds(mark: dict[str, Any], picture: dict[str, Any]) -> bool:
    return bool(mark["x0"] < picture["x0"] and mark["x1"] > picture["x1"])


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_printed_symbol_is_read(page: tuple[Document, PageStyle, bytes], dpi: int) -> None:
    document, style, pdf = page
    if style is LABEL and dpi == 150:
        dpi = 203  # what label printers have
    with pypdfium2.PdfDocument(pdf) as opened:
        picture = opened[len(opened) - 1].render(scale=dpi / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)

    assert code.text.replace("/1/0", "/1/", 1) == document.qr_text


def test_pages_have_their_size_and_number(page: tuple[Document, PageStyle, bytes]) -> None:
    document, style, pdf = page
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for sheet in opened.pages:
            box = [float(side) / MM for side in sheet.mediabox]
            assert box == pytest.approx([0, 0, style.width_mm, style.height_mm], abs=0.1)
        if style is not LETTER:
            assert len(opened.pages) == 1
        elif document is PAGES["letter"][0]:
            assert len(opened.pages) == 2
        elif document is PAGES["letter on one page"][0]:
            assert len(opened.pages) == 1


def test_nothing_is_cut_or_smaller_than_stated(page: tuple[Document, PageStyle, bytes]) -> None:
    _, style, pdf = page
    margin, smallest = (2, 5.5) if style is LABEL else (6.5, 5.9) if style is A5 else (20, 8)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for sheet in opened.pages:
            assert min(char["size"] for char in sheet.chars) >= smallest - 0.01
    with pypdfium2.PdfDocument(pdf) as rendered:
        for sheet in rendered:
            picture = sheet.render(scale=4 / MM).to_pil().convert("L")  # 4 pixels a millimetre
            edge = int(margin * 4)
            ink = ImageOps.invert(picture).getbbox()
            assert ink is not None
            assert min(ink[0], ink[1], picture.width - ink[2], picture.height - ink[3]) >= edge


def test_lines_do_not_start_with_closing_punctuation(
    page: tuple[Document, PageStyle, bytes],
) -> None:
    _, _, pdf = page
    with pypdfium2.PdfDocument(pdf) as opened:
        for sheet in opened:
            for line in sheet.get_textpage().get_text_bounded().splitlines():
                assert line[:1] not in set("，。；：、？！）》”’"), line
                assert line.rstrip()[-1:] not in set("（《“‘"), line


def test_the_credential_is_the_only_attachment(page: tuple[Document, PageStyle, bytes]) -> None:
    document, _, pdf = page
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["credential.cose"]
        attached = opened.attachments["credential.cose"].get_file()
        assert attached.read_bytes() == document.message
        assert attached.mime_type == "application/cose"
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        assert metadata["dc:title"] == document.fields["title"]


def test_the_same_input_gives_the_same_bytes() -> None:
    document = documents.certificate()
    again = (
        "import sys, hashlib; from tests.certgen import documents; from tests.samples import AT;"
        "from certgen.page import render_pdf;"
        "sys.stdout.buffer.write(render_pdf(documents.certificate(), documents.A5, at=AT))"
    )
    first = render_pdf(document, A5, at=AT)

    assert render_pdf(document, A5, at=AT) == first
    fresh = subprocess.run([sys.executable, "-c", again], capture_output=True, check=True)
    assert fresh.stdout == first
    assert render_pdf(document, A5, at=AT + 1) != first


def test_a_character_without_a_glyph_is_named_with_its_field() -> None:
    document = documents.certificate()
    fields = dict(document.fields) | {"origin": "浙江省建德市\U00030729村"}
    expected = r"“产地”中的“\U00030729”（U\+30729）没有可用的字形，无法打印"
    with pytest.raises(GlyphError, match=expected) as caught:
        render_pdf(replace(document, fields=fields), A5, at=AT)
    assert (caught.value.field, caught.value.character) == ("origin", "\U00030729")


def test_the_character_map_agrees_with_the_typesetter() -> None:
    """Common, rare and missing: what check_glyphs lets through is set, what it refuses is not."""
    template = '#import "/form.typ": *\n#show: form.with()\n#value("origin")'
    style = PageStyle("试", template, 148, 210, 0.5)
    document = documents.certificate()
    for character in "浙䶮𬭎㐂■□（《Aé９":
        check_glyphs({"origin": character})
        render_pdf(replace(document, fields={"origin": character}), style, at=AT)
    for character in "\U00030729\u0e01\u0628":
        with pytest.raises(GlyphError):
            check_glyphs({"origin": character})


def test_a_value_too_long_for_the_label_is_refused_by_its_name() -> None:
    document = documents.certificate(name=documents.LONG_NAME, contact="13800000000，" * 12)
    expected = r"版面“80×60 mm 标签”放不下：“联系方式”有 144 个字，缩到最小字号仍超出"
    with pytest.raises(PageError, match=expected) as caught:
        render_pdf(document, LABEL, at=AT)
    assert caught.value.field == "contact"


def test_a_credential_too_long_for_the_label_is_refused() -> None:
    with pytest.raises(SymbolError, match=r"每格 0.33 mm .*请缩短名称、产地等文字"):
        render_pdf(documents.long_certificate(), LABEL, at=AT)


def test_long_latin_words_break_and_stay_on_the_page() -> None:
    name = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    pdf = render_pdf(documents.certificate(name=name), LABEL, at=AT)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        last, picture = _symbol_box(opened)
        text = last.crop((0, 0, picture["x0"], last.height)).extract_text()
    assert name in _bare(text)


def test_a_wrong_template_is_not_a_raw_error() -> None:
    style = PageStyle("坏的版面", "#nonsense(", 148, 210, 0.5)
    with pytest.raises(PageError, match=r"^版面“坏的版面”的模板有误，无法排版，请联系管理员$"):
        render_pdf(documents.certificate(), style, at=AT)


def test_the_title_is_dark_on_white() -> None:
    """A page without its fonts would be a page without text."""
    pdf = render_pdf(documents.certificate(), A5, at=AT)
    with pypdfium2.PdfDocument(pdf) as opened:
        picture: Image.Image = opened[0].render(scale=2).to_pil().convert("L")
    width, height = picture.size
    title = picture.crop((width // 4, height // 18, 3 * width // 4, height // 9))
    dark = sum(title.histogram()[:100])
    assert dark > title.width * title.height // 20
