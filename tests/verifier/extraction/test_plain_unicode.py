"""What codes read as, taken apart in one pass, reads as pdfminer reads it."""

import io
import re

import pikepdf
import pytest

from certgen.label_pdf import label_pdf
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
def test_any_other_reads_as_pdfminer_reads_it(change, monkeypatch):
    pdf = paper.pdf(paper.producer())
    data, count = re.subn(*change, maps(pdf)[0], count=1)
    assert count
    altered = with_map(pdf, data)
    assert read_characters(altered, Limits()) == by_pdfminer(altered, monkeypatch)
