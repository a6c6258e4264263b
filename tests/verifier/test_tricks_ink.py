"""Ink beside, across and around the letters: what passed once, and honest pages that did not."""

import re

import pikepdf
import pytest

from certgen.report import STYLE
from credential.verdict import AxisName, Indication
from tests import samples
from tests.verifier import paper

DIGEST = "9fec8fe97ffffd66fe8a0f7e"
"""f and e stand so near that e lies in the box of f."""


def codes(verdict, name=AxisName.VISIBILITY):
    return {finding.code for finding in paper.axis(verdict, name).findings}


def test_a_signed_report_that_prints_digests_passes():
    words = {"title": "核验报告", "annex": f"report.json {DIGEST}", "policy": f"公证，{DIGEST}"}
    claims, fields = samples.bound(samples.REPORT, words)
    issued = paper.document(claims, fields)
    records = paper.registry(paper.record_of(issued, fields=fields))
    verdict = paper.check(paper.pdf(issued, STYLE), records)
    assert verdict.indication is Indication.PASSED, verdict.axes


def test_lettering_hatched_out_of_rules():
    """A letter as high as the page, above it on a larger sheet: each stroke as long as a rule."""
    issued = paper.producer()
    strokes = " ".join(
        f"{60 + row} {640 + 5 * row} m {360 - row} {640 + 5 * row} l" for row in range(100)
    )

    def hatch(opened):
        opened.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 420, 1300])
        paper.append_content(f"0 G 1.4 w {strokes} S")(opened)

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), hatch), paper.known(issued))
    assert verdict.indication is Indication.INDETERMINATE
    assert "UNEXPLAINED_MARK" in codes(verdict)


def test_a_grey_hairline_through_a_value():
    """So light that each letter under it still fits."""
    issued = paper.producer()
    data = paper.pdf(issued)
    glyphs = paper.Direct().extract(data).glyphs
    start = "".join(glyph.text for glyph in glyphs).index("1200公斤")
    level = 210 - (glyphs[start].baseline - 1.5)
    strokes = " ".join(
        f"{left + 0.2:.3f} {level:.3f} {right - left - 0.4:.3f} 0.07 re"
        for left, _, right, _ in (glyph.box for glyph in glyphs[start : start + 6])
    )
    strike = paper.append_content(f"0.45 g 2.834646 0 0 2.834646 0 0 cm {strokes} f")
    verdict = paper.check(paper.edit_pdf(data, strike), paper.known(issued))
    assert verdict.indication is Indication.INDETERMINATE
    assert "UNEXPLAINED_MARK" in codes(verdict)


@pytest.mark.parametrize(
    "slant", ["1 64 0 1 0 0", "1 0 .5 1 0 0", "1 0 0 9 0 0", ".9 .1 -.1 .9 0 0"], ids=repr
)
def test_a_pen_aslant(slant):
    """The letters stand upright again by a second matrix; the breadth of their edges does not."""
    issued = paper.producer()

    def change(opened):
        content = opened.pages[0].Contents
        drawn = re.sub(rb"(?=BT )", f"{slant} cm ".encode(), content.read_bytes(), count=1)
        content.write(drawn)

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    said = [one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings]
    assert "各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 cm" in said


@pytest.mark.parametrize("times", [60, 4000])
def test_a_path_longer_than_one_reader_draws(times):
    """PDFium drops the end of what has more than four million cells; all others draw it."""
    issued = paper.producer()
    back_and_forth = "20 20 m 20 300 l " * times
    stroke = paper.append_content(f"{back_and_forth} 100 100 m 140 100 l S")
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), stroke), paper.known(issued))
    said = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    by_length = "各阅读程序可能画得不同：绘图指令的取值不是出证系统所用的，在指令 l"
    assert verdict.indication is Indication.INDETERMINATE
    assert (said.get("DRAWING") == by_length) == (times > 100)


def test_rectangles_longer_than_one_reader_draws():
    issued = paper.producer()
    stroke = paper.append_content("20 20 300 300 re " * 20 + "S")
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), stroke), paper.known(issued))
    said = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert said["DRAWING"].endswith("在指令 re")
