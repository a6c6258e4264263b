"""Which ink counts as a rule, and which as a mark."""

import numpy as np
import pytest

from verifier.extraction.marks import erase_box, unexplained_boxes

DOTS = 300 / 25.4


def sheet() -> np.ndarray:
    return np.zeros((1200, 900), np.bool_)


def test_nothing_on_white_paper():
    assert unexplained_boxes(sheet(), DOTS) == []


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("thick", [1, 4, 6])
def test_a_thin_rule_is_explained(turned, thick):
    bits = sheet()
    bits[400 : 400 + thick, 50:800] = True
    assert unexplained_boxes(bits.T.copy() if turned else bits, DOTS) == []


def test_a_frame_is_explained():
    bits = sheet()
    bits[100:1100, 80:820] = True
    bits[104:1096, 84:816] = False
    assert unexplained_boxes(bits, DOTS) == []


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
    ((x0, y0, x1, y1),) = unexplained_boxes(bits, DOTS)
    assert x0 <= columns.start < columns.stop <= x1
    assert y0 <= rows.start < rows.stop <= y1


def test_two_marks_far_apart_are_two():
    bits = sheet()
    bits[100:120, 100:120] = bits[900:920, 700:720] = True
    assert len(unexplained_boxes(bits, DOTS)) == 2


def test_a_speck_of_dust_is_none():
    bits = sheet()
    bits[100, 100] = True
    assert unexplained_boxes(bits, DOTS) == []


def test_an_erased_box_reaches_over_the_edge():
    bits = ~sheet()
    erase_box(bits, (0, 0, 900, 1200), 5)
    assert not bits.any()
