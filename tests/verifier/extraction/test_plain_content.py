"""Content taken apart in one pass moves the same letters as pdfminer's own reading of it."""

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier import paper
from verifier.extraction import characters
from verifier.extraction.characters import Character, read_characters
from verifier.extraction.plain_content import plain_instructions
from verifier.limits import Limits

PLAIN = (
    b"q ",
    b"Q\n",
    b"1 0 0 -1 67.8565 736.4384 cm",
    b"/c0 cs 0 scn",
    b"/c0 CS 0 SCN 0.35 w 4 M",
    b" 0 0 m 459.5626 0 l\nS\n",
    b"BT 2 Tr/f0 28 Tf 1 0 0 -1 0 0 Tm",
    b" BT\n",
    b" ET\n",
    b"/f0 -.5 Tf ",
    b"3 -4 Td ",
    b"12 TL T* ",
    b"[(\\000\\001)-300(\\000(a)\\b\\))+1.5]TJ",
    b"[ <00010002> -3 ]TJ ",
    b"(\\0001\\000(nested (brackets))) Tj",
    b"(\\000\r\n)'",
    b"<0001>Tj ",
    b"/Span<</MCID 0/Alt<FEFF4FE1>>>BDC\n",
    b"/Artifact<</BBox[0 0 419.5 595.2]/Type/Layout>>BDC ",
    b"EMC",
    b"/x0 Do ",
    b" EMC\n",
    b" BI /W 8 /H 1 /IM true /BPC 1 /D [1 0] /F /AHx ID ff>EI ",
)
ODD = (
    b"<00 1>Tj ",
    b"% a comment\n",
    b"5-0 ",
    b"1. 2 Td ",
    b"7 ",
    b"(\\7) Tj ",
    b"(\\400) Tj ",
    b"(open ",
    b"] ",
    b">> ",
    b"Tj ",
)


@pytest.fixture(scope="module")
def page() -> bytes:
    return paper.pdf(paper.producer())


def with_content(pdf: bytes, content: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        first = document.pages[0].obj
        fonts = first.Resources.Font
        first.Resources.Font = pikepdf.Dictionary(f0=next(iter(fonts.values())))
        first.Contents = document.make_stream(content)
        document.save(output, static_id=True)
    return output.getvalue()


def read(data: bytes) -> list[list[Character]] | type[Exception]:
    try:
        return read_characters(data, Limits())
    except Exception as error:  # what pdfminer raises, both must raise
        return type(error)


def read_by_pdfminer(data: bytes, monkeypatch: pytest.MonkeyPatch) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(characters, "plain_instructions", lambda _data: None)
        return read(data)


@pytest.mark.parametrize("style", paper.STYLES)
def test_our_own_pages_are_plain(style, monkeypatch):
    pdf = paper.pdf(paper.pledge() if style == "letter" else paper.producer(), paper.STYLES[style])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.pages:
            assert plain_instructions(one.obj.Contents.read_bytes())
    assert read(pdf) == read_by_pdfminer(pdf, monkeypatch)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PLAIN), max_size=16)
    | st.lists(st.sampled_from((*PLAIN, *ODD)), max_size=8)
)
def test_any_content_gives_the_same_letters(page, pieces):
    data = with_content(page, b"".join(pieces))
    with pytest.MonkeyPatch.context() as patch:
        assert read(data) == read_by_pdfminer(data, patch)


@pytest.mark.parametrize(
    "content",
    [
        b"5-0 0 Td",
        b"1. 0 Td",
        b"1 Td",
        b"1 2 3 Td",
        b"12Td",
        b"(\\400) Tj",
        b"(\\12) Tj",
        b"(open Tj",
        b"<123> Tj",
        b"<12>> Tj",
        b"(a) 5 Tj",
        b"[(a) /b] TJ",
        b"/f0 Tf",
        b"% q",
        b"q\x00",
        b"(a) Tj5",
        b"1 g f*",
        b"BI /W 8 ID",
        b"1234567890123456 0 Td",
        b"/Span<</MCID>>BDC",
    ],
)
def test_what_is_written_otherwise_is_left_to_pdfminer(content):
    assert plain_instructions(content) is None
