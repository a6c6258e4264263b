"""What codes read as, taken apart in one pass, reads as pdfminer reads it."""

import io
import re

import pikepdf
import pytest

from certgen.label_pdf import label_pdf
from credential.verdict import AxisName, Indication
from tests.certgen import labels
from tests.verifier import paper
from verifier.extraction import characters
from verifier.extraction.characters import read_characters
from verifier.extraction.plain_unicode import plain_unicode
from verifier.limits import Limits


def maps(pdf: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            font.ToUnicode.read_bytes()
            for font in document.objects
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font
        ]


def by_pdfminer(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(characters, "plain_unicode", lambda _data: None)
        return read_characters(pdf, Limits())


def with_map(pdf: bytes, data: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                font.ToUnicode = document.make_stream(data)
        document.save(output)
    return output.getvalue()


@pytest.mark.parametrize("name", [*paper.STYLES, "label by certgen"])
def test_our_own_files_are_plain(name, monkeypatch):
    if name in paper.STYLES:
        issued = paper.pledge() if name == "letter" else paper.producer()
        pdf = paper.pdf(issued, paper.STYLES[name])
    else:
        pdf = label_pdf(labels.label("one-bag"), labels.style("one-bag"))
    assert all(plain_unicode(data) for data in maps(pdf))
    read = read_characters(pdf, Limits())
    assert any(read)
    assert read == by_pdfminer(pdf, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        (rb"<0001> <", rb"<0001> <D83D"),
        (rb"<0001> <", rb"<0001> <00A0"),
        (rb"<0001> <", rb"<0002> <"),
        (rb"<0001> <", rb"<0001>  <"),
        (rb"<0001> <", rb"<00 01> <"),
        (rb"beginbfchar\n<0001> <[0-9A-F]+>\n", b"beginbfchar\n<0001> /A\n"),
        (rb"1 begincode", rb"1 begincidchar\n<4E00> 1\nendcidchar\n1 begincode"),
        (rb"endcmap", rb"1 beginbfrange\n<0001> <0005> <4E00>\nendbfrange\nendcmap"),
        (rb"endcmap", rb"1 beginbfchar\n<0001> <4E00>\nendbfchar\nendcmap"),
        (rb"endcmap", rb"%endcmap"),
        (rb"begincmap", rb"begin"),
        (rb"FFFF>", rb"00FF>"),
        (rb"%%Title", rb"%%Title\r1 beginbfchar\n<0001> <4E00>\nendbfchar\n%%"),
    ],
    ids=lambda change: change[1].decode()[:20],
)
def test_any_way_of_writing_reads_as_pdfminer_reads_it(change, monkeypatch):
    pdf = paper.pdf(paper.producer())
    data, count = re.subn(*change, maps(pdf)[0], count=1)
    assert count
    altered = with_map(pdf, data)
    assert read_characters(altered, Limits()) == by_pdfminer(altered, monkeypatch)


def characters_map(*lines: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    """Written as cairo writes it."""
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
        b"<< /Registry (Adobe)\n   /Ordering (UCS)\n   /Supplement 0\n>> def\n"
        + head
        + b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n"
        b"<0000> <ffff>\nendcodespacerange\n"
        + b"".join(line + b"\n" for line in lines)
        + b"endcmap\n"
        + tail
        + b"CMapName currentdict /CMap defineresource pop\nend\nend\n"
    )


BEFORE = (b"1 beginbfchar", b"<0100> <0031>", b"endbfchar")
ONE = (b"1 beginbfchar", b"<000a> <0031>", b"endbfchar")


def test_what_other_programs_write() -> None:
    read = plain_unicode(
        characters_map(*ONE, b"1 beginbfrange", b"<0010><0012><4e00>", b"endbfrange")
    )
    assert read is not None
    assert read.cid2unichr == {10: "1", 16: "一", 17: "丁", 18: "丂"}


def test_a_range_of_ghostscript_that_means_one_code() -> None:
    lines = (b"2 beginbfrange", b"<00ff><01ff><65e5>", b"<0100><0100><6708>", b"endbfrange")
    read = plain_unicode(characters_map(*lines))
    assert read is not None
    assert read.cid2unichr == {0xFF: "日", 0x100: "月"}


@pytest.mark.parametrize(
    "data",
    [
        # poppler ends the string at the first bracket, and takes the block
        characters_map(*ONE, head=b"/Title (() 1 beginbfchar <000A> <0039> endbfchar ) def\n"),
        # poppler and PDFium read on
        characters_map(*ONE, tail=b"1 beginbfchar\n<000a> <0039>\nendbfchar\n"),
        characters_map(*ONE, head=b"% 1 beginbfchar <000a> <0039> endbfchar\n"),
        characters_map(*ONE, head=b"%\r1 beginbfchar\n"),
        characters_map(*ONE, head=b"/Other usecmap\n"),
        characters_map(b"2 beginbfchar", *ONE[1:]),
        characters_map(*ONE, *ONE),
        characters_map(b"1 beginbfchar", b"<000a> <d83d>", b"endbfchar"),
        characters_map(b"1 beginbfchar", b"<0a> <0031>", b"endbfchar"),
        characters_map(b"1 beginbfchar", b"<000a> <31>", b"endbfchar"),
        characters_map(b"1 beginbfchar", b"<000a> /one", b"endbfchar"),
        characters_map(b"1 beginbfrange", b"<0001> <0003> <00fe>", b"endbfrange"),
        characters_map(b"1 beginbfrange", b"<0003> <0001> <0031>", b"endbfrange"),
        characters_map(b"1 beginbfrange", b"<0001> <0002> [<0031> <0032>]", b"endbfrange"),
        characters_map(b"1 begincidchar", b"<000a> 5", b"endcidchar"),
        # LibreOffice, poppler, MuPDF and pdf.js took the last, and had 9200 of 1200
        characters_map(*BEFORE, b"1 beginbfrange", b"<00ff> <01ff> <0038>", b"endbfrange"),
        # who takes the first has another number
        characters_map(
            b"2 beginbfrange", b"<00ff><01ff><0038>", b"<0100><0100><0031>", b"endbfrange"
        ),
    ],
    ids=lambda data: data[150:].decode("latin-1")[:40],
)
def test_what_readers_take_differently_is_told_of(data: bytes) -> None:
    assert plain_unicode(data) is None
    issued = paper.producer()
    verdict = paper.check(with_map(paper.pdf(issued), data), paper.known(issued))
    assert verdict.indication is not Indication.PASSED
    found = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert found["FONT_UNICODE"] == ("PDF 含有各阅读程序可能读作不同文字的字体（ToUnicode 的写法）")


@pytest.mark.parametrize("more", [b"dup ", b"dup dup dup def def end end ", b"/X 1 def\n", b"%x\n"])
def test_a_head_that_is_no_writers_is_told_of(more: bytes) -> None:
    """Of a dup too many Ghostscript gives the map up and copies 9800 for 1200."""
    assert plain_unicode(characters_map(*ONE)) is not None
    assert plain_unicode(characters_map(*ONE, head=more)) is None


def test_a_block_has_a_hundred_at_most() -> None:
    for count in (100, 101):
        lines = [b"<%04x> <%04x>" % (code, 0x4E00 + code) for code in range(1, count + 1)]
        read = plain_unicode(characters_map(b"%d beginbfchar" % count, *lines, b"endbfchar"))
        assert (read is None) == (count == 101)
