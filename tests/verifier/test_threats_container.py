"""Files that are two files, that parsers read differently, that are locked, or that are not ours."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import docx
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from credential.verdict import Axis, AxisName, Indication, SubIndication, Verdict
from tests.verifier import paper
from verifier.extraction.run import extract
from verifier.limits import Limits

UNSURE = Indication.INDETERMINATE
ISSUED = paper.producer()
KNOWN = paper.known(ISSUED)
PAGE = paper.pdf(ISSUED)
LETTER = paper.docx_of(ISSUED)
SYMBOL = paper.symbol_png(ISSUED.qr_text)


def container(verdict: Verdict) -> Axis:
    assert verdict.indication is not Indication.PASSED
    return paper.axis(verdict, AxisName.CONTAINER)


# Two files in one

POLYGLOTS = {
    "PDF then ZIP": (PAGE + LETTER, "TRAILING_BYTES"),
    "PDF then HTML": (PAGE + b"<html><script>alert(1)</script></html>", "TRAILING_BYTES"),
    "PDF then PNG": (PAGE + SYMBOL, "TRAILING_BYTES"),
    "script then PDF": (b"#!/bin/sh\nexit\n" + PAGE, "LEADING_BYTES"),
    "GIF then PDF": (b"GIF89a" + bytes(20) + PAGE, "LEADING_BYTES"),
    "bytes at the end": (PAGE + b"\x00\x01", "TRAILING_BYTES"),
    "PDF without an end": (PAGE[: PAGE.rindex(b"%%EOF")], "NO_END"),
}


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_a_polyglot_is_a_disagreement(kind: str) -> None:
    data, code = POLYGLOTS[kind]
    verdict = paper.check(data, KNOWN)
    found = container(verdict)
    assert (verdict.indication, found.indication) == (UNSURE, UNSURE)
    assert found.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert verdict.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert code in {finding.code for finding in found.findings}


def test_a_second_pdf_behind_the_first_is_never_passed() -> None:
    """A reader that begins at the end shows the second, another may show the first."""
    other = paper.pdf(paper.producer(quantity="9200公斤"))
    for data in (PAGE + other, other + PAGE):
        found = container(paper.check(data, KNOWN))
        assert found.sub_indication is SubIndication.PARSER_DISAGREEMENT
        assert "SECOND_FILE" in {finding.code for finding in found.findings}


@pytest.mark.parametrize("head", [SYMBOL, PAGE, b"x" * 10], ids=["PNG", "PDF", "bytes"])
def test_a_docx_behind_something_else_is_not_read_as_one(head: bytes) -> None:
    """Word opens it all the same."""
    verdict = paper.check(head + LETTER, KNOWN)
    assert verdict.indication is not Indication.PASSED


def test_a_docx_with_bytes_behind_it() -> None:
    verdict = paper.check(LETTER + PAGE, KNOWN)
    assert verdict.indication is UNSURE


def test_a_png_with_a_document_behind_it_shows_its_picture_only() -> None:
    """What hides there is not read; a bare symbol does not pass anyway."""
    verdict = paper.check(SYMBOL + PAGE, KNOWN)
    assert (verdict.indication, verdict.sub_indication) == (
        UNSURE,
        SubIndication.CONTENT_NOT_COMPARED,
    )


# Read differently


def font(opened: pikepdf.Pdf, **more: pikepdf.Object) -> None:
    fonts = opened.pages[0].Resources.Font
    fonts.Other = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, **more)
    opened.pages[0].contents_add(b"BT /Other 12 Tf 300 165 Td (1234) Tj ET")


def other_words_for_readers_aloud(opened: pikepdf.Pdf) -> None:
    """ActualText (ISO 32000-1 §14.9.4): one parser gives it, the other what is drawn."""
    font(opened)
    target = opened.pages[0]
    drawn = target.Contents.read_bytes() if isinstance(target.Contents, pikepdf.Stream) else b""
    if not drawn:
        drawn = b"\n".join(part.read_bytes() for part in target.Contents)
    spoken = b"/Span <</ActualText (9200)>> BDC BT /Other 12 Tf"
    target.Contents = opened.make_stream(drawn.replace(b"BT /Other 12 Tf", spoken) + b" EMC")


def two_readings_of_a_map(opened: pikepdf.Pdf) -> None:
    """beginbfrange with an array that is too short."""
    text = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n"
        b"1 beginbfrange <31> <34> [<0039>] endbfrange\nendcmap end end"
    )
    font(opened, ToUnicode=opened.make_stream(text))


@pytest.mark.parametrize("change", [other_words_for_readers_aloud, two_readings_of_a_map])
def test_two_parsers_that_read_other_words(change: Callable[[pikepdf.Pdf], None]) -> None:
    found = container(paper.check(paper.edit_pdf(PAGE, change), KNOWN))
    assert (found.indication, found.sub_indication) == (
        UNSURE,
        SubIndication.PARSER_DISAGREEMENT,
    )
    (finding,) = [item for item in found.findings if item.code == "TWO_TEXTS"]
    assert finding.message == "第 1 页：两种解析程序读出的文字不同"
    assert finding.place is not None
    assert finding.place.page == 1


def wrong_length(data: bytes) -> bytes:
    place = data.index(b"/Length ") + 8
    return data[:place] + b"9" + data[place + 1 :]


def second_definition(data: bytes) -> bytes:
    """An object defined again behind the table: whoever rebuilds the table takes the last one."""
    place = data.rindex(b"xref\n")
    return data[:place] + b"1 0 obj\n<</Type/Catalog>>\nendobj\n" + data[place:]


def no_table(data: bytes) -> bytes:
    return data.replace(b"startxref", b"startxxxx")


@pytest.mark.parametrize("damage", [wrong_length, second_definition, no_table])
def test_what_had_to_be_repaired_is_a_disagreement(damage: Callable[[bytes], bytes]) -> None:
    data = damage(paper.edit_pdf(PAGE, lambda _: None))
    found = container(paper.check(data, KNOWN))
    assert found.indication is UNSURE
    assert found.sub_indication is SubIndication.PARSER_DISAGREEMENT
    assert "REPAIRED" in {finding.code for finding in found.findings}


# Locked, or of a form that is not read


def locked_zip() -> bytes:
    """Bit 0 of every member's flags (APPNOTE 4.4.4), in both places."""
    data = bytearray(LETTER)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def locked_pdf(user: str) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        opened.save(output, encryption=pikepdf.Encryption(owner="owner", user=user))
    return output.getvalue()


def saved(kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    Image.open(io.BytesIO(SYMBOL)).convert("RGB").save(output, kind, **options)
    return output.getvalue()


def packed(name: str) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(name, b"<x/>")
    return output.getvalue()


MANY = [Image.open(io.BytesIO(SYMBOL)).convert("L"), Image.new("L", (99, 99))]
UNSUPPORTED = {
    "PDF, password to open": (locked_pdf("secret"), "文件已加密，请上传未加密的文件"),
    "PDF, password to change": (locked_pdf(""), "文件已加密，请上传未加密的文件"),
    "DOCX, members locked": (locked_zip(), "文件已加密，请上传未加密的文件"),
    # Office keeps a locked DOCX, and its older forms, in an OLE container
    "DOCX, locked by Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "只接受"),
    "XLSX": (packed("xl/workbook.xml"), "只接受"),
    "ODT": (packed("content.xml"), "只接受"),
    "OFD": (packed("OFD.xml"), "只接受"),
    "GIF": (saved("GIF"), "只接受"),
    "BMP": (saved("BMP"), "只接受"),
    "TIFF": (saved("TIFF"), "只接受"),
    "WEBP": (saved("WEBP", lossless=True), "只接受"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "只接受"),
    "RTF": (b"{\\rtf1 hello}", "只接受"),
    "HTML": (b"<!DOCTYPE html><p>hello", "只接受"),
    "PostScript": (b"%!PS-Adobe-3.0\nshowpage", "只接受"),
    "text": ("承诺达标合格证".encode(), "只接受"),
    "nothing": (b"", "只接受"),
    "PNG of several pictures": (
        saved("PNG", save_all=True, append_images=MANY[1:]),
        "图片有多帧，请上传单张图片",
    ),
}


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_what_is_locked_or_of_another_form_is_unsupported(kind: str) -> None:
    data, words = UNSUPPORTED[kind]
    verdict = paper.check(data, KNOWN)
    assert (verdict.indication, verdict.sub_indication) == (
        UNSURE,
        SubIndication.UNSUPPORTED_FORMAT,
    )
    assert {axis.indication for axis in verdict.axes} == {UNSURE}
    assert container(verdict).findings[0].message.startswith(words)


# Files that bear nothing of ours


def plain_pdf(pages: int = 1) -> bytes:
    opened = pikepdf.new()
    for _ in range(pages):
        page = opened.add_blank_page(page_size=(595, 842))
        page.Contents = opened.make_stream(b"BT /F 12 Tf 50 700 Td (Invoice 42) Tj ET")
        page.Resources = Dictionary(
            Font=Dictionary(
                F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
    output = io.BytesIO()
    opened.save(output)
    return output.getvalue()


def plain_docx() -> bytes:
    made = docx.Document()
    made.add_paragraph("承诺达标合格证")
    made.add_table(2, 2)
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def plain_picture(kind: str) -> bytes:
    noise = Image.frombytes("L", (200, 100), random.Random(5).randbytes(20_000))
    output = io.BytesIO()
    noise.save(output, kind)
    return output.getvalue()


def with_symbol(text: str) -> bytes:
    def change(opened: pikepdf.Pdf) -> None:
        target = opened.pages[0]
        target.add_resource(paper.symbol_picture(opened, text), Name.XObject, Name("/X"))
        target.contents_add(b"q 90 0 0 90 300 300 cm /X Do Q")

    return paper.edit_pdf(plain_pdf(), change)


def without_symbol(opened: pikepdf.Pdf) -> None:
    opened.pages[0].Contents = opened.make_stream(
        opened.pages[0].Contents.read_bytes().replace(b"/x0 Do", b"")
    )


FOREIGN = {
    "PDF": plain_pdf(),
    "PDF of three pages": plain_pdf(3),
    "PDF with another's symbol": with_symbol("https://pay.example.com/a?b=1"),
    "PDF with a symbol of words": with_symbol("CERTIFICATE 1"),
    "our page without its symbol": paper.edit_pdf(PAGE, without_symbol),
    "DOCX": plain_docx(),
    "PNG": plain_picture("PNG"),
    "JPEG": plain_picture("JPEG"),
    "PNG of another's symbol": paper.symbol_png("WIFI:S:x;;"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_that_bears_no_credential_of_ours(kind: str) -> None:
    """Thousands more: `zhengxin bench robustness` (docs/benchmarks.md)."""
    verdict = paper.check(FOREIGN[kind], KNOWN)
    assert verdict.indication is UNSURE
    credential = paper.axis(verdict, AxisName.CREDENTIAL)
    assert (credential.indication, credential.sub_indication) == (
        UNSURE,
        SubIndication.NO_SIGNATURE_FOUND,
    )
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert (content.indication, content.sub_indication) == (
        UNSURE,
        SubIndication.CONTENT_NOT_COMPARED,
    )
    assert verdict.credential is None


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _in_a_png(other: bytes) -> bytes:
    return SYMBOL[:33] + _chunk(b"tEXt", b"Comment\0" + other) + SYMBOL[33:]


def _in_a_jpeg(other: bytes) -> bytes:
    data = paper.symbol_jpeg(paper.producer().qr_text)
    body = other[:60_000]
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(body) + 2) + body + data[2:]


def _in_a_docx(other: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/other.bin", other)
        with zipfile.ZipFile(io.BytesIO(LETTER)) as old:
            for name in old.namelist():
                archive.writestr(name, old.read(name))
    return output.getvalue()


@pytest.mark.parametrize("where", [_in_a_png, _in_a_jpeg, _in_a_docx])
def test_a_picture_or_a_letter_that_is_a_pdf_too(where) -> None:
    """Named .pdf, every reader shows 9200公斤, while a person is asked to confirm 1200."""
    other = paper.pdf(paper.producer(quantity="9200公斤"))
    # poppler and MuPDF do without a header
    bare = other[other.index(b"\n") :]
    honest, *odd = (
        {f.code for f in extract(where(held), Limits(), lambda _: None).flags}
        for held in (b"plain", other, bare, b"1 0 obj <</Type/Catalog>>2 0 obj[]")
    )
    assert [codes - honest for codes in odd] == [{"POLYGLOT"}] * 3


def test_a_picture_that_is_a_zip_too() -> None:
    flags = extract(SYMBOL[:-12] + LETTER + SYMBOL[-12:], Limits(), lambda _: None).flags
    assert "POLYGLOT" in {flag.code for flag in flags}


def test_a_pdf_that_is_a_zip_too() -> None:
    """Its directory in the middle, the rest for a comment: named .docx, Word shows another letter."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        opened.Root.Metadata = opened.make_stream(LETTER, Type=Name.Metadata, Subtype=Name.XML)
        opened.save(output, compress_streams=False, fix_metadata_version=False)
    verdict = paper.check(output.getvalue(), KNOWN)
    codes = {finding.code for axis in verdict.axes for finding in axis.findings}
    assert verdict.indication is UNSURE
    assert "POLYGLOT" in codes


@pytest.mark.parametrize("pages", [[], [[], []]], ids=["fewer", "more"])
def test_two_parsers_that_count_pages_differently(pages, monkeypatch) -> None:
    monkeypatch.setattr("verifier.extraction.pdf.read_characters", lambda *_: pages)
    (flag,) = extract(PAGE, Limits(), lambda _: None).flags
    assert (flag.sub, flag.code) == (SubIndication.UNSUPPORTED_FORMAT, "UNREADABLE")
