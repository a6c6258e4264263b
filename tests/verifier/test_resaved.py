"""An honest document that another program saved anew never fails, and passes where its letters are ours."""

import pytest

from benchmarks.resaving import saved_by
from certgen.label_drawing import Label
from certgen.label_pdf import label_pdf
from credential.verdict import AxisName, Indication
from tests.certgen import labels
from tests.verifier import paper, resaved
from tests.verifier.test_mutants import label
from verifier.extraction.run import extract
from verifier.limits import Limits

ISSUED = {name: make() for name, make in list(resaved.DOCUMENTS.items())[:2]}
"""The A5 certificate and the label: serif and sans, 300 and 600 dpi."""
CAIRO = "cairo (print to file)"


def saved(program, way, data):
    if not resaved.is_installed(program):
        pytest.skip(f"{program} is not installed")
    return resaved.verdict_on(way(data))


@pytest.mark.parametrize("document", ISSUED)
@pytest.mark.parametrize("name", resaved.SAME_LETTERS)
def test_our_own_letters_pass(name, document):
    verdict = saved(*resaved.SAME_LETTERS[name], ISSUED[document])
    assert verdict.indication is Indication.PASSED, verdict.axes


@pytest.mark.parametrize("name", ["qpdf --qdf", CAIRO, "ghostscript"])
def test_a_label_with_its_symbol_packed_anew_passes(name):
    program, way = resaved.SAME_LETTERS[name]
    if not resaved.is_installed(program):
        pytest.skip(f"{program} is not installed")
    document = label(3)
    data = label_pdf(Label(document.fields, document.qr_text), labels.style("one-bag"))
    records = paper.registry(paper.record_of(document, fields=document.fields))
    verdict = paper.check(way(data), records)
    assert verdict.indication is Indication.PASSED, verdict.axes


def test_an_a4_certificate_that_cairo_printed_passes():
    """Its label 统一社会信用代码 has a 一 that is neither as high nor as wide as PDFium fills it."""
    verdict = saved(*resaved.SAME_LETTERS[CAIRO], paper.pdf(paper.producer(), paper.A4))
    assert verdict.indication is Indication.PASSED, verdict.axes


def test_bold_letters_that_cairo_wrote_in_two_parts_are_themselves():
    """Printed on a smaller page the caption's letters and their edges are half a pixel apart; that
    the page is smaller is another matter, and makes no other words of its own."""
    smaller = saved_by(
        "pdftocairo", "-pdf", "-paperw", "226", "-paperh", "170", "in.pdf", "out.pdf"
    )
    verdict = saved("pdftocairo", smaller, ISSUED["80×60"])
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is Indication.PASSED
    findings = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert [finding.code for finding in findings] == ["TINY_TEXT"]


@pytest.mark.parametrize("name", [name for name in resaved.OTHER_LETTERS if "dpi" not in name])
def test_other_letters_are_unsure(name):
    verdict = saved(*resaved.OTHER_LETTERS[name], ISSUED["A5"])
    assert verdict.indication is Indication.INDETERMINATE


@pytest.mark.parametrize("name", resaved.OF_A_DOCX)
def test_a_letter_of_a_docx_is_unsure(name):
    verdict = saved(*resaved.OF_A_DOCX[name], paper.docx_of(paper.pledge()))
    assert verdict.indication is Indication.INDETERMINATE
    if name.endswith("pdf"):
        content = paper.axis(verdict, AxisName.CONTENT_MATCH)
        assert content.findings[0].code == "SET_AGAIN"
        assert content.findings[0].message.startswith("版面的字体已被其他软件替换")
        (other,) = [
            finding.message
            for finding in paper.axis(verdict, AxisName.VISIBILITY).findings
            if finding.code == "OTHER_FONT"
        ]
        assert "不是出证系统所用的字体" in other


@pytest.mark.parametrize("style", [paper.A5, paper.LABEL, paper.LETTER], ids=lambda one: one.name)
def test_two_dashes_are_two_letters(style):
    """Found: joined into one, Ghostscript copied them as another character, and an honest page FAILED."""
    words = "莲花镇——戴家村———甲"
    issued = paper.pledge(matter=words) if style is paper.LETTER else paper.producer(origin=words)
    seen = extract(paper.pdf(issued, style), Limits(), lambda _: None).glyphs
    assert all(len(glyph.text) == 1 for glyph in seen)
    assert words in "".join(glyph.text for glyph in seen)
