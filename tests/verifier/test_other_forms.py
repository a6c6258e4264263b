"""Documents of another form in the bytes of a file."""

from random import Random

import pytest

from tests.verifier import paper
from verifier.evidence import Form
from verifier.extraction.front_door import other_form
from verifier.other_forms import has_pdf, has_text_document, has_zip

PAGE = paper.pdf(paper.producer())
LETTER = paper.docx_of(paper.producer())
OBJECTS = PAGE.replace(b"%PDF-", b"").replace(b"startxref", b"").replace(b"endobj", b"")


@pytest.mark.parametrize(
    "data",
    [
        PAGE,
        b"x" * 2000 + PAGE,
        OBJECTS,
        # a comment, a form feed and a NUL are white space (§7.2.3)
        b"12 0%\nobj<</A 1>> 13 0\x0cobj\r\n14 0\0obj(",
        b"startxref",
    ],
    ids=["PDF", "behind", "objects", "comments", "a table"],
)
def test_a_pdf_wherever_it_stands(data: bytes) -> None:
    assert has_pdf(data)


@pytest.mark.parametrize(
    "data",
    [
        LETTER,
        paper.symbol_png(paper.producer().qr_text),
        Random(1).randbytes(3_000_000),
        b"an obj here, and object",
    ],
    ids=["DOCX", "PNG", "noise", "one word"],
)
def test_no_pdf(data: bytes) -> None:
    assert not has_pdf(data)


def test_a_zip() -> None:
    assert has_zip(PAGE + LETTER + PAGE)
    assert not has_zip(PAGE)
    assert not has_zip(Random(2).randbytes(3_000_000))


def test_a_text_document_that_libreoffice_opens_instead() -> None:
    hybrid = PAGE.replace(b"/Root", b"/AdditionalStreams[/application#2Fvnd 9 0 R]/Root")
    assert has_text_document(hybrid)
    assert not has_text_document(PAGE)
    (flag,) = other_form(hybrid, Form.PDF)
    assert (flag.code, "（PDF、ZIP 或 ODF）" in flag.message) == ("POLYGLOT", True)
