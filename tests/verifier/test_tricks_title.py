"""Titles that readers show above the pages: words of the page, or said."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Name

from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.file_title import read_titles

ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)
TITLE = "特优A级"
Change = Callable[[pikepdf.Pdf], None]


def in_information(opened: pikepdf.Pdf, title: str = TITLE) -> None:
    opened.trailer.Info = opened.make_indirect(pikepdf.Dictionary(Title=title))


def metadata(change: Callable[[bytes], bytes]) -> Change:
    def write(opened: pikepdf.Pdf) -> None:
        data = opened.Root.Metadata.read_bytes()
        changed = change(data)
        assert changed != data
        opened.Root.Metadata = opened.make_stream(changed, Type=Name.Metadata, Subtype=Name.XML)

    return write


OLD = ISSUED.fields["title"].encode()
END = b"</rdf:Description>"


def titled(prefix: str, namespace: str, name: str) -> bytes:
    title = f"<{prefix}:{name}>{TITLE}</{prefix}:{name}>"
    return f'<rdf:Description xmlns:{prefix}="{namespace}">{title}</rdf:Description>'.encode()


WORDS = "本证已作废"


def in_hz(data: bytes) -> bytes:
    """A second title that lxml would see as Chinese letters (RFC 1843), and pdf.js as a title."""
    hidden = "<dc:title>" + "".join(f"&#{ord(one)};" for one in WORDS) + "</dc:title>"
    ascii_only = "".join(one if one.isascii() else f"&#{ord(one)};" for one in data.decode())
    shown = ascii_only.replace(END.decode(), f"~{{{hidden}~}}{END.decode()}", 1)
    return b'<?xml version="1.0" encoding="HZ"?>' + shown.encode()


CHANGES = {
    # what programs show as the document's properties
    "a producer": (
        lambda opened: setattr(
            opened.trailer, "Info", opened.make_indirect(pikepdf.Dictionary(Producer=TITLE))
        ),
        TITLE,
    ),
    "a description": (
        metadata(
            lambda data: data.replace(
                END, END + titled("dx", "http://purl.org/dc/elements/1.1/", "description"), 1
            )
        ),
        TITLE,
    ),
    "information": (in_information, TITLE),
    # letters that stand on the page, but are not its title
    "a line of the page": (
        lambda opened: in_information(opened, f"产品数量：{ISSUED.fields['quantity']}"),
        f"产品数量：{ISSUED.fields['quantity']}",
    ),
    "a part of a line": (
        lambda opened: in_information(opened, ISSUED.fields["title"][:3]),
        ISSUED.fields["title"][:3],
    ),
    "metadata": (metadata(lambda data: data.replace(OLD, TITLE.encode())), TITLE),
    "metadata by another prefix": (
        metadata(
            lambda data: (
                data.replace(OLD, TITLE.encode())
                .replace(b"dc:title", b"x9:title")
                .replace(b"xmlns:dc=", b"xmlns:x9='http://purl.org/dc/elements/1.1/' xmlns:dc=")
            )
        ),
        TITLE,
    ),
    "metadata by that prefix of another namespace": (
        metadata(lambda data: data.replace(END, END + titled("dc", "urn:x", "title"), 1)),
        TITLE,
    ),
    "metadata in capitals": (
        metadata(
            lambda data: data.replace(
                END, END + titled("DC", "http://purl.org/dc/elements/1.1/", "Title"), 1
            )
        ),
        TITLE,
    ),
    "metadata as an attribute": (
        metadata(
            lambda data: data.replace(
                b'rdf:about=""', f'rdf:about="" dc:title="{TITLE}"'.encode(), 1
            ).replace(b"<rdf:RDF ", b"<rdf:RDF xmlns:dc='http://purl.org/dc/elements/1.1/' ", 1)
        ),
        TITLE,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_title_that_no_page_has(name: str) -> None:
    change, title = CHANGES[name]
    verdict = paper.check(paper.edit_pdf(PAGE, change), paper.known(ISSUED))
    assert verdict.indication is Indication.INDETERMINATE
    found = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert found == {"TITLE": f"PDF 的标题或说明不是页面上印的标题（{title}），阅读程序会显示它"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<x",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
        b"<x>" + b" " * 100_000 + b"</x>",
        b"<x><!-- a --></x>",
        b"<x><![CDATA[a]]></x>",
        "<x/>".encode("utf-16"),
    ],
    ids=["nothing", "broken", "a DTD", "long", "a comment", "a section", "two bytes a letter"],
)
def test_metadata_that_cannot_be_read_have_a_title_that_no_page_has(data: bytes) -> None:
    with pikepdf.new() as opened:
        opened.Root.Metadata = opened.make_stream(data)
        assert read_titles(opened) == ("〈无法读取〉",)


def test_metadata_are_read_as_browsers_read_them() -> None:
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        metadata(in_hz)(opened)
        assert WORDS in read_titles(opened)
        metadata(lambda data: data.decode().encode("utf-16"))(opened)
        assert read_titles(opened)[-1] == "〈无法读取〉"


@pytest.mark.parametrize(
    "added",
    [
        b'<script xmlns="urn:y">document.body.innerHTML = "9200"</script>',
        b'<x:y xmlns:x="urn:y" style="position:fixed">9200</x:y>',
    ],
)
def test_metadata_that_are_a_web_page(added: bytes) -> None:
    with pikepdf.open(io.BytesIO(PAGE)) as opened:
        metadata(lambda data: data.replace(END, added + END, 1))(opened)
        assert read_titles(opened)[-1] == "〈无法读取〉"


def test_a_title_of_halves_of_characters_is_no_blank() -> None:
    """pikepdf makes nothing of it; pdf.js shows its bytes as letters."""

    def change(opened: pikepdf.Pdf) -> None:
        said = pikepdf.String(
            b"\xfe\xff"
            + b"".join(bytes((0xD8 + place, letter)) for place, letter in enumerate(b"VOID"))
        )
        opened.trailer.Info = opened.make_indirect(pikepdf.Dictionary(Title=said))

    with pikepdf.open(io.BytesIO(paper.edit_pdf(PAGE, change))) as opened:
        assert "〈无法读取〉" in read_titles(opened)
