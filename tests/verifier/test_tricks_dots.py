"""Small marks at letters that make another reading of them: most of these passed once."""

from collections.abc import Callable
from typing import Final

import pikepdf
import pytest

from credential.verdict import AxisName, Indication, Verdict
from tests.verifier import paper
from verifier.evidence import Glyph

MM: Final = 72 / 25.4
PAPERS: Final = {
    "A5": (paper.producer, paper.A5, "1200公斤"),
    "label": (paper.producer, paper.LABEL, "1200公斤"),
    "letter": (paper.pledge, paper.LETTER, "140581"),
}
SMALLEST: Final = {"A5": 0.12, "label": 0.15, "letter": 0.12}
"""Millimetres of the least square that is seen at any pair of digits."""


def codes(verdict: Verdict) -> set[str]:
    return {finding.code for finding in paper.axis(verdict, AxisName.VISIBILITY).findings}


def draw_on(name: str, mark: Callable[[Glyph, Glyph, float], str], text: str = "") -> Verdict:
    """``mark``: operators in millimetres from the page's foot, for the first letter of ``text``, the
    next one, and their baseline; /Dot is one black pixel."""
    make, style, number = PAPERS[name]
    issued = make()
    data = paper.pdf(issued, style)
    evidence = paper.Direct().extract(data)
    start = "".join(glyph.text for glyph in evidence.glyphs).index(text or number)
    left, right = evidence.glyphs[start : start + 2]
    content = mark(left, right, evidence.pages[0].height - left.baseline)

    def change(opened: pikepdf.Pdf) -> None:
        dot = opened.make_stream(b"\0")
        dot.Type, dot.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        dot.Width = dot.Height = 1
        dot.ColorSpace, dot.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        resources = opened.pages[0].obj.Resources
        known = resources.get("/XObject", pikepdf.Dictionary())
        if "/Dot" in content:
            known[pikepdf.Name("/Dot")] = opened.make_indirect(dot)
            resources.XObject = known
        paper.append_content(f"{MM} 0 0 {MM} 0 0 cm {content}")(opened)

    return paper.check(paper.edit_pdf(data, change), paper.known(issued))


def square(x: float, y: float, width: float, height: float) -> str:
    return f"{x - width / 2:.3f} {y:.3f} {width:.3f} {height:.3f} re"


def dot(width: float, height: float) -> Callable[[Glyph, Glyph, float], str]:
    return lambda _, right, base: f"0 g {square(right.box[0], base, width, height)} f"


def comma(_: Glyph, right: Glyph, base: float) -> str:
    x = right.box[0]
    return f"0 g {x - 0.08} {base + 0.15} m {x + 0.08} {base + 0.15} l {x - 0.06} {base - 0.25} l f"


def minus(left: Glyph, right: Glyph, base: float) -> str:
    return f"0 g {square(right.box[0], base + em(left) / 3, 0.24, 0.1)} f"


def minus_before(left: Glyph, _: Glyph, base: float) -> str:
    return f"0 g {square(left.box[0], base + em(left) / 3, 0.3, 0.12)} f"


def one_to_seven(left: Glyph, _: Glyph, base: float) -> str:
    x, y, size = left.box[0], base + 0.66 * em(left), em(left)
    return f"0 g {x + 0.02 * size} {y} {0.25 * size} {0.07 * size} re f"


def cut(left: Glyph, _: Glyph, base: float) -> str:
    return f"1 g {left.box[0]} {base + 0.3 * em(left)} {0.56 * em(left)} 0.06 re f"


def by_clip(_: Glyph, right: Glyph, base: float) -> str:
    x = right.box[0]
    return f"{square(x, base, 0.21, 0.17)} W n 0 g {square(x, base - 3, 6, 6)} f"


def by_picture(_: Glyph, right: Glyph, base: float) -> str:
    return f"0.21 0 0 0.17 {right.box[0] - 0.1} {base} cm /Dot Do"


def by_inline_picture(_: Glyph, right: Glyph, base: float) -> str:
    image = "BI /W 1 /H 1 /IM true /BPC 1 /D [1 0] /F /AHx ID 80> EI"
    return f"0 g 0.21 0 0 0.17 {right.box[0] - 0.1} {base} cm {image}"


def em(glyph: Glyph) -> float:
    return glyph.size / MM


MARKS: Final = {
    "dot": dot(0.21, 0.17),
    "high dot": dot(0.15, 0.3),
    "comma": comma,
    "minus": minus,
    "minus before": minus_before,
    "1 to 7": one_to_seven,
    "cut": cut,
    "dot by clip": by_clip,
    "dot by picture": by_picture,
    "dot by inline picture": by_inline_picture,
}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
def test_a_small_mark_at_a_number(name, mark):
    verdict = draw_on(name, mark)
    assert verdict.indication is Indication.INDETERMINATE
    assert codes(verdict) & {"UNEXPLAINED_MARK", "OTHER_SHAPE"}


@pytest.mark.parametrize("name", PAPERS)
def test_the_smallest_dot_between_digits(name):
    verdict = draw_on(name, dot(SMALLEST[name], SMALLEST[name]))
    assert verdict.indication is Indication.INDETERMINATE
    assert "UNEXPLAINED_MARK" in codes(verdict)


@pytest.mark.parametrize(("across", "up"), [(0.35, 0.5), (0.7, 0.1), (0.5, 0.0)])
@pytest.mark.parametrize("name", ["A5", "label"])
def test_a_stroke_added_to_a_character(name, across, up):
    """品 of the label of the quantity: a short stroke within it, or at its foot."""

    def stroke(left: Glyph, _: Glyph, base: float) -> str:
        x, y = left.box[0] + across * em(left), base + up * em(left)
        return f"0 g {square(x, y, 0.12, 0.3)} f"

    verdict = draw_on(name, stroke, "品数量")
    assert verdict.indication is Indication.INDETERMINATE
    assert codes(verdict) & {"UNEXPLAINED_MARK", "OTHER_SHAPE"}


@pytest.mark.parametrize("name", PAPERS)
def test_no_mark_is_seen_where_none_is_drawn(name):
    verdict = draw_on(name, lambda *_: "0 g")
    assert not codes(verdict) & {"UNEXPLAINED_MARK", "OTHER_SHAPE"}


def test_the_place_of_a_dot_is_told():
    seen = []

    def mark(left: Glyph, right: Glyph, base: float) -> str:
        seen.append(right)
        return dot(0.21, 0.17)(left, right, base)

    findings = paper.axis(draw_on("label", mark), AxisName.VISIBILITY).findings
    (place,) = [finding.place for finding in findings if finding.code == "UNEXPLAINED_MARK"]
    x0, y0, x1, y1 = place.box
    assert x0 < seen[0].box[0] < x1
    assert y0 < seen[0].baseline < y1
    assert x1 - x0 < 1
    assert y1 - y0 < 1
