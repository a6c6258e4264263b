"""One path as it is drawn, and where ink has to be of it (ISO 32000-1 §8.5).

Of a path that is too long, curved beyond its ends or closed upon itself, one reader draws less than
another. So its pieces are within bounds, and of each a few places are told: what draws there must be
seen there.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

Point = tuple[float, float]
_THIN: Final = 0.3
"""Points of a filled area's shorter side: of the rules of a letter it is 0.35. Of tiny areas poppler
draws a whole pixel each, and of such letters are made."""
_SHORT: Final = 0.5
_LONGEST: Final = 20_000.0
"""Points of one path, all pieces together; the longest of our pages, as cairo saves them, has 2,700. PDFium leaves
out in silence what is more than four million pixels of edges (AGG's cells), at 300 dpi of 500,000 points."""
_APART: Final = 2.0
"""Points between two places of a line."""
_LEAST: Final = 5
"""Places of a line, however short."""
_CURVED: Final = 50.0
"""Points of a curve with its control points; of a letter's in cairo's pages 26. Of a longer one the chord
may lie off the page, and what comes back onto it is drawn by some alone."""
_SIDE: Final = 0.4
"""Of a line's breadth, from its middle."""


@dataclass(slots=True)
class DrawnPath:
    """``piece``: the one begun last; ``open``: it was begun and not closed; ``pieces``: before it.
    ``stroked``, ``filled``: all pieces may be; ``length``: in points, of all; ``edges``: places on its lines,
    each with the direction across; ``middles``: of what is filled."""

    piece: list[tuple[float, float]] = field(default_factory=list)
    open: bool = False
    pieces: int = 0
    length: float = 0.0
    stroked: bool = True
    filled: bool = True
    edges: list[tuple[Point, Point]] = field(default_factory=list)
    middles: list[Point] = field(default_factory=list)

    def takes(self, operator: str, values: Sequence[float], unit: float) -> bool:
        """False at what has no length, and where it is filled at what has no breadth, or too much of it."""
        if operator in {"l", "c"}:
            ends = list(zip(values[::2], values[1::2], strict=True))
            moved = self.open and any(end != self.piece[-1] for end in ends)
            hull = sum(math.dist(*pair) for pair in pairwise([*self.piece[-1:], *ends])) * unit
            self.length += hull
            moved = moved and (operator == "l" or hull <= _CURVED)
            if moved:
                self.edges += _along([self.piece[-1], *ends], unit)
            self.piece += ends
            return moved and self.length <= _LONGEST
        if operator == "h":
            closed, self.open = self.open, False
            self.edges += _along([*self.piece[-1:], *self.piece[:1]], unit)
            return closed and len(self.piece) > 1
        # cairo ends its paths with a move; in front of a line such a one is nobody's
        moved_only = self.open and len(self.piece) == 1
        self._close(unit)
        if operator == "m":
            self.piece, self.open = [(values[0], values[1])], True
            return not moved_only
        if operator == "re":
            width, height = values[2:]
            self._add(width * unit, height * unit)
            x, y = values[:2]
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
            for side in pairwise(corners):
                self.edges += _along(side, unit)
            self.middles += _within(corners)
            self.length += 2 * (abs(width) + abs(height)) * unit
            return min(width, height) > 0 and not moved_only and self.length <= _LONGEST
        plain = self.stroked if operator == "S" else self.filled and not moved_only
        return plain and self.pieces > 0

    def is_short(self, width: float) -> bool:
        """Its lines as broad as they are. ``width``: in points."""
        return self.length + 2 * width * self.pieces <= _LONGEST

    def ink(self, operator: str, width: float) -> Iterator[Point]:
        """Where it has to be: in the middle of each line and at its two sides, or in an area."""
        if operator == "f":
            yield from self.middles
            return
        for (x, y), (across, down) in self.edges:
            for part in (-_SIDE, 0.0, _SIDE):
                yield x + part * width * across, y + part * width * down

    def _close(self, unit: float) -> None:
        if len(self.piece) > 1:
            across, down = zip(*self.piece, strict=True)
            self._add((max(across) - min(across)) * unit, (max(down) - min(down)) * unit)
            # of two areas that turn in opposite ways Ghostscript draws the edges
            alone = self.pieces == 1 and not self.open
            self.filled = self.filled and alone and _is_rectangle(self.piece)
            self.middles += _within(self.piece)
        self.piece, self.open = [], False

    def _add(self, width: float, height: float) -> None:
        self.pieces += 1
        self.stroked = self.stroked and max(width, height) >= _SHORT
        self.filled = self.filled and min(width, height) >= _THIN


def _along(line: Sequence[Point], unit: float) -> Iterator[tuple[Point, Point]]:
    """Places on a line or a curve (§8.5.2.2), by its two or four points, and the way across it there."""
    length = sum(math.dist(one, other) for one, other in pairwise(line)) * unit
    count = max(_LEAST, math.ceil(length / _APART))
    for part in ((place + 0.5) / count for place in range(count)):
        row = list(line)
        while len(row) > 2:
            row = [_between(one, other, part) for one, other in pairwise(row)]
        start, end = row
        step = math.dist(start, end) or 1.0
        across = (start[1] - end[1]) / step, (end[0] - start[0]) / step
        yield _between(start, end, part), across


def _within(corners: Sequence[Point]) -> Iterator[Point]:
    """The middle of a rectangle, and near its corners."""
    middle = _between(corners[0], corners[2], 0.5) if len(corners) > 2 else corners[0]
    yield middle
    yield from (_between(middle, corner, 0.7) for corner in corners[:4])


def _between(one: Point, other: Point, part: float) -> Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def _is_rectangle(corners: Sequence[tuple[float, float]]) -> bool:
    """Its sides upright and level, as our rules are."""
    across, down = {x for x, _ in corners}, {y for _, y in corners}
    level = [left[1] == right[1] for left, right in pairwise(corners)]
    upright = [left[0] == right[0] for left, right in pairwise(corners)]
    turning = all(one != other for one, other in zip(level, upright, strict=True))
    alternating = all(one != other for one, other in pairwise(level))
    return len(corners) == 4 and len(across) == len(down) == 2 and turning and alternating
