"""What is drawn on a label as the operators of a page's content (ISO 32000-1 §8, §9)."""

from functools import lru_cache
from typing import Final

from certgen.label_parts import MM, Box
from credential.symbol_size import QUIET_ZONE

_HAIRLINE: Final = 0.4


@lru_cache(maxsize=256)
def symbol_place(count: int, x: float, y: float, side: float, height: float) -> bytes:
    """All of a symbol but its rows: one image mask of one pixel a module, in hexadecimal, because a
    binary inline image may by chance contain the end mark that a reader looks for.

    ``x``, ``y``, ``side``: of its box.
    """
    module = side / (count + 2 * QUIET_ZONE)
    length = number(count * module / MM)
    left = number((x + QUIET_ZONE * module) / MM)
    bottom = number((height - y - side + QUIET_ZONE * module) / MM)
    return b"q %s 0 0 %s %s %s cm BI /W %d /H %d /IM true /BPC 1 /D [1 0] /F /AHx ID " % (
        length,
        length,
        left,
        bottom,
        count,
        count,
    )


def hairline(rule: tuple[float, float, float], height: float) -> bytes:
    left, y, right = rule
    level = number((height - y) / MM)
    return b"%s w %s %s m %s %s l S\n" % (
        number(_HAIRLINE),
        number(left / MM),
        level,
        number(right / MM),
        level,
    )


def corners(box: Box, height: float) -> bytes:
    """The room for a mark: its four corners, each a fifth of its side."""
    tick = box.side / 5
    far_x, far_y = box.x + box.side, box.y + box.side
    lines = []
    for x, inward_x in ((box.x, tick), (far_x, -tick)):
        for y, inward_y in ((box.y, tick), (far_y, -tick)):
            points = (x + inward_x, y), (x, y), (x, y + inward_y)
            lines.append(
                b"%s %s m %s %s l %s %s l S\n"
                % tuple(
                    number(value / MM)
                    for across, down in points
                    for value in (across, height - down)
                )
            )
    return b"%s w %s" % (number(_HAIRLINE), b"".join(lines))


@lru_cache(maxsize=16384)
def start(x: float, y: float) -> bytes:
    """Millimetres from the lower left, rounded to micrometres."""
    return b"1 0 0 1 %s %s Tm " % (number(round(x, 3) / MM), number(round(y, 3) / MM))


@lru_cache(maxsize=16384)
def number(value: float) -> bytes:
    """A PDF number to a hundredth of a point. Kept: lines stand where those of other labels do."""
    return (b"%.2f" % value).rstrip(b"0").rstrip(b".")
