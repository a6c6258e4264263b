"""Where the paths of a page, or of a form, have to leave ink: reckoned at once when all are known.

A certificate has ten thousand places; each by itself takes as long as the reading of its letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from verifier.extraction.transform import Transform

Point = tuple[float, float]
Places = npt.NDArray[np.float64]
"""A row of x and y for each."""
_Numbers = npt.NDArray[np.float64]
_SIDES: Final = np.array((-0.4, 0.0, 0.4))
"""Of a line's breadth, from its middle."""
_CORNERS: Final = 4
_TOWARDS: Final = 0.7
"""Of the way from the middle of an area to its corners."""


class Line(NamedTuple):
    """Straight by two points, or a curve by four (§8.5.2.2). ``length``: from each to the next;
    ``many``: places on it."""

    points: Sequence[Point]
    length: float
    many: int


@dataclass(slots=True)
class PathInk:
    """``count``: of places. ``lines``, with the breadth, and ``areas``, by their corners, each with the
    transform it is drawn in and the number of its first place."""

    count: int = 0
    lines: list[tuple[Line, float, Transform, int]] = field(default_factory=list)
    areas: list[tuple[Sequence[Point], Transform, int]] = field(default_factory=list)

    def stroke(self, lines: Sequence[Line], width: float, transform: Transform) -> None:
        """In the middle of each line and at its two sides."""
        for line in lines:
            self.lines.append((line, width, transform, self.count))
            self.count += line.many * len(_SIDES)

    def fill(self, areas: Sequence[Sequence[Point]], transform: Transform) -> None:
        """The middle of each rectangle, and near its corners."""
        for corners in areas:
            self.areas.append((corners, transform, self.count))
            self.count += 1 + len(corners[:_CORNERS])

    def places(self) -> Places:
        """In the order in which they are drawn."""
        places = np.empty((self.count, 2))
        for corners, transform, first in self.areas:
            held = np.array(_within(corners))
            x, y = _transformed(held[:, 0], held[:, 1], np.array(transform))
            places[first : first + len(held)] = np.stack((x, y), axis=1)
        for points in (2, 4):
            lines = [one for one in self.lines if len(one[0].points) == points]
            if lines:
                _put(places, lines)
        return places


def _put(places: Places, drawn: Sequence[tuple[Line, float, Transform, int]]) -> None:
    """Of lines of so many points all."""
    lines, widths, transforms, firsts = zip(*drawn, strict=True)
    counts = np.array([line.many for line in lines])
    whole = np.repeat(np.arange(len(lines)), counts)
    number = np.arange(len(whole)) - (np.cumsum(counts) - counts)[whole]
    part = (number + 0.5) / counts[whole]
    row = np.array([line.points for line in lines]).transpose(1, 2, 0)[:, :, whole]
    while len(row) > 2:
        row = row[:-1] + (row[1:] - row[:-1]) * part
    (start_x, start_y), (end_x, end_y) = row
    if len(lines[0].points) == 2:
        step = np.array([line.length for line in lines])[whole]
    else:
        step = np.hypot(end_x - start_x, end_y - start_y)
    step[step == 0] = 1.0
    sides = _SIDES * np.array(widths)[whole, None]
    x, y = _transformed(
        (start_x + (end_x - start_x) * part)[:, None] + sides * ((start_y - end_y) / step)[:, None],
        (start_y + (end_y - start_y) * part)[:, None] + sides * ((end_x - start_x) / step)[:, None],
        np.array(transforms).T[:, whole, None],
    )
    at = (np.array(firsts)[whole] + number * len(_SIDES))[:, None] + np.arange(len(_SIDES))
    places[at, 0], places[at, 1] = x, y


def _transformed(x: _Numbers, y: _Numbers, transform: _Numbers) -> tuple[_Numbers, _Numbers]:
    a, b, c, d, e, f = transform
    return x * a + y * c + e, x * b + y * d + f


def _within(corners: Sequence[Point]) -> list[Point]:
    middle = between(corners[0], corners[2], 0.5) if len(corners) > 2 else corners[0]
    return [middle, *(between(middle, corner, _TOWARDS) for corner in corners[:_CORNERS])]


def between(one: Point, other: Point, part: float) -> Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part
