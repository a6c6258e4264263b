"""Places of lines, curves and areas all at once are the same as each by itself."""

import math
from itertools import pairwise

import numpy as np
import pytest

from verifier.extraction.drawn_path import DrawnPath
from verifier.extraction.path_ink import Line, PathInk, Point
from verifier.extraction.transform import UNIT, Transform, point

TURNED: Transform = (0.0, 2.0, -2.0, 0.0, 300.0, 40.0)
STRAIGHT = Line([(10.0, 20.0), (13.0, 24.0)], 5.0, 5)
CURVE = Line([(0.0, 0.0), (4.0, 9.0), (11.0, 9.0), (15.0, 0.0)], 30.0, 7)
CORNERS = [(1.0, 2.0), (5.0, 2.0), (5.0, 8.0), (1.0, 8.0), (1.0, 2.0)]


def between(one: Point, other: Point, part: float) -> Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def along(line: Line, width: float) -> list[Point]:
    """§8.5.2.2, one place after the other."""
    places = []
    for number in range(line.many):
        part, row = (number + 0.5) / line.many, list(line.points)
        while len(row) > 2:
            row = [between(one, other, part) for one, other in pairwise(row)]
        start, end = row
        step = math.dist(start, end) or 1.0
        x, y = between(start, end, part)
        for side in (-0.4 * width, 0.0, 0.4 * width):
            places.append(
                (x + side * (start[1] - end[1]) / step, y + side * (end[0] - start[0]) / step)
            )
    return places


def test_places_are_those_of_each_line_in_the_order_drawn() -> None:
    ink = PathInk()
    ink.stroke([CURVE, STRAIGHT], 0.5, UNIT)
    ink.fill([CORNERS], TURNED)
    ink.stroke([STRAIGHT, CURVE], 2.0, TURNED)
    middle = (3.0, 5.0)
    area = [middle, *(between(middle, corner, 0.7) for corner in CORNERS[:4])]
    expected = [
        *along(CURVE, 0.5),
        *along(STRAIGHT, 0.5),
        *(point(place, TURNED) for place in area),
        *(point(place, TURNED) for line in (STRAIGHT, CURVE) for place in along(line, 2.0)),
    ]
    assert ink.count == len(expected)
    assert np.allclose(ink.places(), expected, rtol=0, atol=1e-12)


def test_a_line_without_length_has_its_places_where_it_stands() -> None:
    ink = PathInk()
    ink.stroke([Line([(7.0, 7.0), (7.0, 7.0)], 0.0, 5)], 1.0, UNIT)
    assert ink.places().tolist() == [[7.0, 7.0]] * 15


def test_no_paths_have_no_places() -> None:
    assert PathInk().places().shape == (0, 2)


@pytest.mark.parametrize("begun", [False, True])
def test_what_was_not_begun_is_not_closed(begun: bool) -> None:
    path = DrawnPath()
    if begun:
        assert path.takes("re", (0.0, 0.0, 9.0, 9.0), 1.0)
    assert not path.takes("h", (), 1.0)
