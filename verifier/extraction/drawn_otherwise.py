"""Masks of letters that PDFium draws otherwise than others: mere rectangles, and letters drawn twice."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import product
from math import ceil
from typing import Final

import numpy as np

from verifier.extraction.reference import Mask

RECTANGLES: Final = frozenset("-—一")
"""PDFium fills what is a mere rectangle to whole pixels, as many as are begun; ■ is so large that it
makes no difference."""
_UNSURE: Final = 0.15
"""Pixels by which the reference is wider or narrower than the font's own outline."""


def whole_pixels(mask: Mask) -> Iterator[Mask]:
    """A mere rectangle in the sizes that it may be filled in."""
    height, width = (float(mask.ink.sum(axis).max()) for axis in (0, 1))
    for rows, columns in product(_begun(height), _begun(width)):
        ink = np.ones((rows, columns), np.float32)
        yield replace(mask, ink=ink, total=float(ink.size), weight=float(ink.size))


def _begun(length: float) -> Collection[int]:
    return {max(1, ceil(length - _UNSURE)), ceil(length + _UNSURE)}


def with_edge(letter: Mask, edge: Mask, right: int, down: int) -> Mask:
    """One over the other; ``right``, ``down``: pixels from the letter's origin to the edge's."""
    left, top = min(letter.left, edge.left + right), min(letter.top, edge.top + down)
    places = (
        (letter.ink, letter.left - left, letter.top - top),
        (edge.ink, edge.left + right - left, edge.top + down - top),
    )
    rows = max(y + ink.shape[0] for ink, _, y in places)
    columns = max(x + ink.shape[1] for ink, x, _ in places)
    both = np.zeros((rows, columns), np.float32)
    for ink, x, y in places:
        area = both[y : y + ink.shape[0], x : x + ink.shape[1]]
        area += ink - area * ink
    weight = float(np.vdot(both, both))
    return Mask(both, left, top, float(both.sum()), weight, letter.advance)
