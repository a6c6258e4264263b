"""What is drawn, and what of it is seen: a line that PDFium leaves out, other readers draw."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from credential.verdict import Place
from verifier.extraction.drawn_path import Point
from verifier.extraction.sheet import Sheet

_PAPER: Final = 230
"""Gray; a line of a tenth of a point, between two pixels, leaves 200."""
_HALF_MM: Final = 6
"""Pixels, for a place to show."""


def unseen_ink(inked: Sequence[Point], sheet: Sheet) -> Place | None:
    """The first of the places, in points from below, that is on the page and has no ink near it."""
    if not inked:
        return None
    picture = sheet.picture
    down, across = picture.shape
    points = np.array(inked, np.float64)
    columns = np.floor(points[:, 0] * sheet.across).astype(np.int64)
    rows = np.floor(down - points[:, 1] * sheet.down).astype(np.int64)
    here = (columns >= 0) & (columns < across) & (rows >= 0) & (rows < down)
    columns, rows = columns[here], rows[here]
    darkest = np.full(len(rows), 255, np.uint8)
    for right in (-1, 0, 1):
        for below in (-1, 0, 1):
            beside = (rows + below).clip(0, down - 1), (columns + right).clip(0, across - 1)
            np.minimum(darkest, picture[beside], out=darkest)
    missing = np.flatnonzero(darkest > _PAPER)
    if not len(missing):
        return None
    column, row = int(columns[missing[0]]), int(rows[missing[0]])
    box = column - _HALF_MM, row - _HALF_MM, column + _HALF_MM, row + _HALF_MM
    return Place(sheet.number, sheet.box(box))
