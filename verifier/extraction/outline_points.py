"""The points of a glyph's outline, of a program that outline_program.py has found well written.

Nothing is drawn and nothing is guessed: each operator has the operands that it takes (TN 5177 §4.1).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from verifier.extraction.outline_program import MASKS, beginning, instructions

Contours = tuple[tuple[float, ...], ...]
"""Each contour: its first point, then six numbers for each curve; a line is a curve whose control
points are its ends."""
_Steps = Sequence[tuple[float, float, float, float, float, float]]
"""From each point of a curve to its next."""
_Numbers = Sequence[float]


def contours(code: bytes) -> Contours:
    """Of a glyph without calls. A line back to a contour's first point is left out: closing draws it."""
    done: list[list[float]] = []
    x = y = 0.0
    for numbers, operator in instructions(code, beginning(code)):
        if operator in _MOVES:
            across, down = _MOVES[operator](numbers)
            x, y = x + across, y + down
            done.append([x, y])
        elif operator not in MASKS and operator in _CURVES:
            for dx1, dy1, dx2, dy2, dx3, dy3 in _CURVES[operator](numbers):
                x1, y1 = x + dx1, y + dy1
                x2, y2 = x1 + dx2, y1 + dy2
                x, y = x2 + dx3, y2 + dy3
                done[-1].extend((x1, y1, x2, y2, x, y))
    return tuple(map(without_closing, done))


def without_closing(contour: _Numbers) -> tuple[float, ...]:
    start, before, line = contour[:2], contour[-8:-6], contour[-6:]
    closes = len(contour) > 8 and line[:2] == before and line[2:4] == line[4:] == start
    return tuple(contour[:-6] if closes else contour)


def _line(dx: float, dy: float) -> tuple[float, float, float, float, float, float]:
    return 0, 0, dx, dy, 0, 0


def _lines(n: _Numbers) -> _Steps:
    return [_line(n[i], n[i + 1]) for i in range(0, len(n), 2)]


def _level(n: _Numbers, *, first: bool) -> _Steps:
    """hlineto and vlineto: across and down in turns; ``first``: across."""
    return [_line(*((step, 0) if (i % 2 == 0) == first else (0, step))) for i, step in enumerate(n)]


def _curves(n: _Numbers) -> _Steps:
    return [(n[i], n[i + 1], n[i + 2], n[i + 3], n[i + 4], n[i + 5]) for i in range(0, len(n), 6)]


def _along(n: _Numbers, *, across: bool) -> _Steps:
    """hhcurveto and vvcurveto: begin and end in one direction; an odd number more moves the first."""
    more, rest = (n[0], n[1:]) if len(n) % 4 else (0.0, n)
    steps = []
    for i in range(0, len(rest), 4):
        a, b, c, d = rest[i : i + 4]
        aside = more if i == 0 else 0.0
        steps.append((a, aside, b, c, d, 0.0) if across else (aside, a, b, c, 0.0, d))
    return steps


def _turning(n: _Numbers, *, across: bool) -> _Steps:
    """hvcurveto and vhcurveto: each begins in the other's direction; one more number ends the last."""
    more, rest = (n[-1], n[:-1]) if len(n) % 4 else (0.0, n)
    steps = []
    for i in range(0, len(rest), 4):
        a, b, c, d = rest[i : i + 4]
        last = more if i + 4 == len(rest) else 0.0
        steps.append((a, 0.0, b, c, last, d) if across else (0.0, a, b, c, d, last))
        across = not across
    return steps


_MOVES: Final[Mapping[bytes, Callable[[_Numbers], tuple[float, float]]]] = {
    b"\x15": lambda n: (n[0], n[1]),
    b"\x16": lambda n: (n[0], 0.0),
    b"\x04": lambda n: (0.0, n[0]),
}
"""rmoveto, hmoveto, vmoveto"""
_CURVES: Final[Mapping[bytes, Callable[[_Numbers], _Steps]]] = {
    b"\x05": _lines,
    b"\x06": lambda n: _level(n, first=True),
    b"\x07": lambda n: _level(n, first=False),
    b"\x08": _curves,
    b"\x18": lambda n: [*_curves(n[:-2]), *_lines(n[-2:])],
    b"\x19": lambda n: [*_lines(n[:-6]), *_curves(n[-6:])],
    b"\x1a": lambda n: _along(n, across=False),
    b"\x1b": lambda n: _along(n, across=True),
    b"\x1e": lambda n: _turning(n, across=False),
    b"\x1f": lambda n: _turning(n, across=True),
}
"""rlineto, hlineto, vlineto, rrcurveto, rcurveline, rlinecurve, vvcurveto, hhcurveto, vhcurveto,
hvcurveto"""
