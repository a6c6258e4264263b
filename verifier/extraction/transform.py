"""Transformation matrices of PDF (ISO 32000-1 §8.3.3), as far as the places of our pages need them."""

import math
from functools import lru_cache
from typing import Final

Transform = tuple[float, float, float, float, float, float]
UNIT: Final[Transform] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FARTHEST: Final = 4000.0
"""Points from the origin; an A0 page ends at 3,370. There a number of 32 bits tells 0.0005 apart."""
_FLAT: Final = 0.0001
_ALIKE: Final = 0.001
"""Part of the one by which the other may differ."""
_FITTED: Final = 0.03
"""Likewise; a label of 20 mm has 56.7 points."""


def multiplied(first: Transform, then: Transform) -> Transform:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def point(place: tuple[float, float], transform: Transform) -> tuple[float, float]:
    x, y = place
    a, b, c, d, e, f = transform
    return x * a + y * c + e, x * b + y * d + f


def is_near(place: tuple[float, ...]) -> bool:
    """On or near a page."""
    return max(map(abs, place)) <= _FARTHEST


@lru_cache(maxsize=64)
def sides(transform: Transform) -> tuple[float, float]:
    """Of a unit square; of one that is pressed flat, none."""
    a, b, c, d = transform[:4]
    if abs(a * d - b * c) < _FLAT * max(1.0, max(map(abs, transform[:4])) ** 2):
        return 0.0, 0.0
    return math.hypot(a, b), math.hypot(c, d)


def is_even(transform: Transform) -> bool:
    """Of a unit square: upright or turned by quarters, and but for a page that is fitted to whole points a
    square."""
    a, b, c, d = map(abs, transform[:4])
    (one, other), rest = ((a, d), (b, c)) if a > b else ((b, c), (a, d))
    return not any(rest) and abs(one - other) <= _FITTED * max(one, other)


def is_square(transform: Transform) -> bool:
    """Of a unit square: upright still, and a square."""
    a, b, c, d = transform[:4]
    return b == c == 0 and a > 0 and abs(a - d) <= _ALIKE * a
