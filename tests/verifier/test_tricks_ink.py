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


UNSEEN = "第 1 页画有线条而画面上看不到，各阅读程序可能显示不同的内容"


@pytest.mark.parametrize(
    "path",
    [
        # PDFium takes the curve for its chord, and all others draw the spike
        "100 100 m 115 100.02 92 99.98 100.1 100 c S",
        "100 100 m 100.02 120 100.02 120 100.1 100 c S",
    ],
    ids=repr,
)
def test_a_line_that_one_reader_leaves_out(path):
    issued = paper.producer()
    drawn = paper.append_content(f"q 0 G 0.2 w {path} Q")
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), drawn), paper.known(issued))
    (finding,) = [
        one for one in paper.axis(verdict, AxisName.VISIBILITY).findings if one.code == "UNSEEN_INK"
    ]
    assert finding.message == UNSEEN
    assert finding.place is not None
    assert finding.place.box is not None


def test_words_in_place_of_letters():
    """pdftotext, and what copies and reads aloud, gives 120公斤; a parser passes over empty words."""
    issued = paper.producer()

    def change(opened):
        content = opened.pages[0].Contents
        data = content.read_bytes()
        drawn = re.sub(rb"/Span<</MCID (\d+)", rb"/Span<</ActualText()/MCID \1", data, count=1)
        assert drawn != data
        content.write(drawn)

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    said = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert said["DRAWING"].endswith("在指令 BDC")


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ({"/ActualText": pikepdf.String("9200公斤")}, "ActualText"),
        ({"/E": pikepdf.String("9200公斤")}, "E"),
        ({"/T": pikepdf.String("9200公斤")}, "T"),
        ({"/Alt": pikepdf.String("公斤")}, "Alt"),
        ({"/S": pikepdf.Name.Figure, "/Alt": pikepdf.String("9200公斤")}, "Alt"),
        ({"/S": pikepdf.Name.Figure, "/Alt": pikepdf.Name("/9")}, "Alt"),
    ],
    ids=repr,
)
def test_words_of_the_structure(entries, named):
    issued = paper.producer()

    def change(opened):
        element = next(
            item
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
        )
        for key, value in entries.items():
            element[key] = value

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    said = [one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings]
    assert f"PDF 含有代替页面文字的说明（{named}）" in said


def test_a_curve_is_no_longer_than_a_letters():
    """Its chord off the page, its middle back on it: few places, each on ink that is there."""
    issued = paper.producer()
    drawn = paper.append_content("q 0 G 1 w -1000 100 m 2000 101 2000 99 -1000 100.1 c S Q")
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), drawn), paper.known(issued))
    found = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert found["DRAWING"].endswith("在指令 c")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        # of a short broad bar the middle alone may lie on ink that is there
        ("28 w 100 100 m 100.6 100 l S", "在指令 S"),
        ("2 w " + "20 20 m 20.6 20 l " * 5000 + "S", "在指令 S"),
    ],
    ids=["broad", "many"],
)
def test_bars_that_are_broader_than_long(path, said):
    issued = paper.producer()
    drawn = paper.append_content(f"q 0 G {path} Q")
    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), drawn), paper.known(issued))
    found = {one.code: one.message for one in paper.axis(verdict, AxisName.VISIBILITY).findings}
    assert found["DRAWING"].endswith(said)


def form_of(content, box):
    """Drawn twice, below the page's own content."""

    def change(opened):
        form = opened.make_stream(content)
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox, form.Resources = pikepdf.Array(box), pikepdf.Dictionary()
        opened.pages[0].Resources.XObject.Fm9 = opened.make_indirect(form)
        opened.pages[0].contents_add(b"/Fm9 Do /Fm9 Do")

    return change


@pytest.mark.parametrize(
    ("content", "box", "said"),
    [
        (b"0 G 1 w 10 10 m 200 10 l S", [0, 0, 100, 100], "所用的图形小于页面，会裁去其中的文字"),
        (b"0 G 1 w 10 10 m 200 10 l S", [0, 0, 100], "所用的图形没有边框"),
        (b"0 G 1 w 10 10 m 200 10 l S", [pikepdf.Name.A] * 4, "所用的图形没有边框"),
        (b"0 G 1 w " + b"10 10 m 290 10 l S " * 250, [0, 0, 300, 300], "过多，未逐条核对"),
        (b"0 G 1 w " + b"10 10 m 290 10 l S " * 500, [0, 0, 300, 300], "在指令 S"),
    ],
    ids=["across", "three sides", "names", "twice too many", "too many"],
)
def test_lines_of_a_form(content, box, said):
    issued = paper.producer()
    page = paper.edit_pdf(paper.pdf(issued), form_of(content, box))
    verdict = paper.check(page, paper.known(issued))
    found = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert any(one.code == "DRAWING" and one.message.endswith(said) for one in found)


def test_a_pen_broader_than_ours_around_letters():
    issued = paper.producer()

    def change(opened):
        content = opened.pages[0].Contents
        content.write(re.sub(rb"BT ", b"3 w BT 2 Tr ", content.read_bytes(), count=1))

    verdict = paper.check(paper.edit_pdf(paper.pdf(issued), change), paper.known(issued))
    found = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert any(one.code == "DRAWING" for one in found)
