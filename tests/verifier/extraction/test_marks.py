"""Which ink counts as a rule, and which as a mark."""

import numpy as np
import pytest

from verifier.extraction.marks import erase_box, unexplained_boxes

DOTS = 300 / 25.4


def sheet() -> np.ndarray:
    return np.zeros((1200, 900), np.bool_)


def test_nothing_on_white_paper():
    assert unexplained_boxes(sheet(), DOTS, []) == []


LETTER = (300, 430, 340, 470)


@pytest.mark.parametrize("thick", [1, 4, 6])
def test_a_thin_rule_is_explained(thick):
    bits = sheet()
    bits[400 : 400 + thick, 50:800] = True
    assert unexplained_boxes(bits, DOTS, [LETTER]) == []


@pytest.mark.parametrize(
    "letter",
    [(300, 404, 340, 440), (300, 360, 340, 399), (10, 380, 45, 420), (805, 380, 840, 420)],
    ids=["just below", "just above", "before it", "behind it"],
)
def test_a_rule_at_a_letter_is_a_stroke_of_it(letter):
    bits = sheet()
    bits[400:404, 50:800] = True
    assert unexplained_boxes(bits, DOTS, [letter]) != []


def test_an_upright_stroke_alone_is_a_mark():
    """However long: it reads as a 1, and with a few more as anything."""
    bits = sheet()
    bits[200:800, 400:404] = True
    assert unexplained_boxes(bits, DOTS, []) != []


def test_strokes_that_form_a_letter_are_marks():
    bits = sheet()
    bits[200:204, 200:500] = bits[500:504, 200:500] = True
    bits[200:504, 200:204] = bits[200:504, 496:500] = True
    assert unexplained_boxes(bits, DOTS, []) != []


def test_a_frame_is_explained():
    bits = sheet()
    bits[100:1100, 80:820] = True
    bits[104:1096, 84:816] = False
    assert unexplained_boxes(bits, DOTS, [LETTER]) == []


@pytest.mark.parametrize("letter", [(88, 400, 110, 430), (70, 400, 78, 430)])
def test_a_letter_at_the_side_of_a_frame(letter):
    bits = sheet()
    bits[100:1100, 80:820] = True
    bits[104:1096, 84:816] = False
    assert unexplained_boxes(bits, DOTS, [letter]) != []


def corners(side: int, tick: int) -> np.ndarray:
    bits = sheet()
    for y, down in ((300, 1), (300 + side, -1)):
        for x, right in ((300, 1), (300 + side, -1)):
            level = sorted((x, x + right * tick))
            upright = sorted((y, y + down * tick))
            bits[y - 1 : y + 1, slice(*level)] = True
            bits[slice(*upright), x - 1 : x + 1] = True
    return bits


def test_the_room_for_a_mark_of_quality():
    assert unexplained_boxes(corners(220, 44), DOTS, [(*LETTER[:2], 310, 440)]) != []
    assert unexplained_boxes(corners(220, 44), DOTS, []) == []
    assert unexplained_boxes(corners(100, 20), DOTS, []) != []
    assert unexplained_boxes(corners(220, 70), DOTS, []) != []


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (slice(400, 440), slice(50, 800)),
        (slice(400, 404), slice(50, 80)),
        (slice(9, 29), slice(9, 29)),
    ],
    ids=["a thick bar", "a short dash", "a square"],
)
def test_other_ink_is_a_mark(rows, columns):
    bits = sheet()
    bits[rows, columns] = True
    ((x0, y0, x1, y1),) = unexplained_boxes(bits, DOTS, [])
    assert x0 <= columns.start < columns.stop <= x1
    assert y0 <= rows.start < rows.stop <= y1


def test_two_marks_far_apart_are_two():
    bits = sheet()
    bits[100:120, 100:120] = bits[900:920, 700:720] = True
    assert len(unexplained_boxes(bits, DOTS, [])) == 2


def test_a_speck_of_dust_is_none():
    bits = sheet()
    bits[100, 100] = True
    assert unexplained_boxes(bits, DOTS, []) == []


def test_an_erased_box_reaches_over_the_edge():
    bits = ~sheet()
    erase_box(bits, (0, 0, 900, 1200), 5)
    assert not bits.any()


def ruled(*rules: tuple[int, int, int]) -> np.ndarray:
    """``rules``: row, first and last column."""
    bits = sheet()
    for row, left, right in rules:
        bits[row : row + 4, left:right] = True
    return bits


def test_the_rules_of_a_form_are_explained():
    form = [(row, 50, 800) for row in range(100, 700, 60)]
    assert unexplained_boxes(ruled(*form), DOTS, [(60, 120, 100, 150)]) == []
    assert unexplained_boxes(ruled(*form, (760, 200, 500)), DOTS, [(60, 120, 100, 150)]) == []


HATCHES = {
    "of several widths": [(row, 100, 400 + row % 200) for row in range(100, 700, 50)],
    "from several margins": [(row, 50 + row % 120, 800) for row in range(100, 700, 50)],
    "close together": [(row, 50, 800) for row in range(100, 700, 20)],
    "two lines to be signed on": [(300, 50, 800), (400, 100, 450), (500, 200, 550)],
    "far from the text": [(row, 500, 800) for row in range(100, 700, 60)],
}


@pytest.mark.parametrize("hatch", HATCHES)
def test_rules_that_are_no_form_are_marks(hatch):
    assert unexplained_boxes(ruled(*HATCHES[hatch]), DOTS, [(60, 1120, 100, 1150)]) != []
