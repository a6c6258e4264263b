"""One path as it is drawn, and where ink has to be of it (ISO 32000-1 §8.5).

Of a path that is too long, curved beyond its ends or closed upon itself, one reader draws less than
another. So its pieces are within bounds, and of each a few places are told: what draws there must be
seen there.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from verifier.extraction.path_ink import Line, Point

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


@dataclass(slots=True)
class DrawnPath:
    """``piece``: the one begun last; ``open``: it was begun and not closed; ``pieces``: before it.
    ``stroked``, ``filled``: all pieces may be; ``length``: in points, of all; ``lines``: where it leaves ink if
    it is stroked; ``areas``: if it is filled, by their corners."""

    piece: list[tuple[float, float]] = field(default_factory=list)
    open: bool = False
    pieces: int = 0
    length: float = 0.0
    stroked: bool = True
    filled: bool = True
    lines: list[Line] = field(default_factory=list)
    areas: list[Sequence[Point]] = field(default_factory=list)

    def takes(self, operator: str, values: Sequence[float], unit: float) -> bool:
        """False at what has no length, and where it is filled at what has no breadth, or too much of it."""
        if operator in {"l", "c"}:
            ends = list(zip(values[::2], values[1::2], strict=True))
            moved = self.open and any(end != self.piece[-1] for end in ends)
            line, hull = _along([*self.piece[-1:], *ends], unit)
            self.length += hull
            moved = moved and (operator == "l" or hull <= _CURVED)
            self.lines.append(line)
            self.piece += ends
            return moved and self.length <= _LONGEST
        if operator == "h":
            closed, self.open = self.open and len(self.piece) > 1, False
            if closed:
                self.lines.append(_along([self.piece[-1], self.piece[0]], unit)[0])
            return closed
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
            self.lines += (_along(side, unit)[0] for side in pairwise(corners))
            self.areas.append(corners)
            self.length += 2 * (abs(width) + abs(height)) * unit
            return min(width, height) > 0 and not moved_only and self.length <= _LONGEST
        plain = self.stroked if operator == "S" else self.filled and not moved_only
        return plain and self.pieces > 0

    def is_short(self, width: float) -> bool:
        """Its lines as broad as they are. ``width``: in points."""
        return self.length + 2 * width * self.pieces <= _LONGEST

    def _close(self, unit: float) -> None:
        if len(self.piece) > 1:
            across, down = zip(*self.piece, strict=True)
            self._add((max(across) - min(across)) * unit, (max(down) - min(down)) * unit)
            # of two areas that turn in opposite ways Ghostscript draws the edges
            alone = self.pieces == 1 and not self.open
            self.filled = self.filled and alone and _is_rectangle(self.piece)
            self.areas.append(self.piece)
        self.piece, self.open = [], False

    def _add(self, width: float, height: float) -> None:
        self.pieces += 1
        self.stroked = self.stroked and max(width, height) >= _SHORT
        self.filled = self.filled and min(width, height) >= _THIN


def _along(points: Sequence[Point], unit: float) -> tuple[Line, float]:
    """A line or a curve, with as many places as its length needs, and that length."""
    steps = [math.dist(one, other) for one, other in pairwise(points)]
    length = sum(steps) * unit
    return Line(points, sum(steps), max(_LEAST, math.ceil(length / _APART))), length


def _is_rectangle(corners: Sequence[tuple[float, float]]) -> bool:
    """Its sides upright and level, as our rules are."""
    across, down = {x for x, _ in corners}, {y for _, y in corners}
    level = [left[1] == right[1] for left, right in pairwise(corners)]
    upright = [left[0] == right[0] for left, right in pairwise(corners)]
    turning = all(one != other for one, other in zip(level, upright, strict=True))
    alternating = all(one != other for one, other in pairwise(level))
    return len(corners) == 4 and len(across) == len(down) == 2 and turning and alternating
