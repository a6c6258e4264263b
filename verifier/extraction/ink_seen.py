"""What is drawn, and what of it is seen: a line that PDFium leaves out, other readers draw."""

from itertools import product
from typing import Final

import numpy as np

from credential.verdict import Place
from verifier.extraction.path_ink import Places
from verifier.extraction.sheet import Sheet

_PAPER: Final = 230
"""Gray; a line of a tenth of a point, between two pixels, leaves 200."""
_BESIDE: Final = sorted(product((-1, 0, 1), repeat=2), key=lambda step: step != (0, 0))
"""Steps to the pixel itself and to those around it: most places have ink where they are."""
_HALF_MM: Final = 6
"""Pixels, for a place to show."""


def unseen_ink(inked: Places | None, sheet: Sheet) -> Place | None:
    """The first of the places, in points from below, that is on the page and has no ink near it."""
    if inked is None:
        return None
    picture = sheet.picture
    down, across = picture.shape
    columns = np.floor(inked[:, 0] * sheet.across).astype(np.int64)
    rows = np.floor(down - inked[:, 1] * sheet.down).astype(np.int64)
    here = (columns >= 0) & (columns < across) & (rows >= 0) & (rows < down)
    columns, rows = columns[here], rows[here]
    for right, below in _BESIDE:
        beside = (rows + below).clip(0, down - 1), (columns + right).clip(0, across - 1)
        unseen = picture[beside] > _PAPER
        columns, rows = columns[unseen], rows[unseen]
    if not len(columns):
        return None
    column, row = int(columns[0]), int(rows[0])
    box = column - _HALF_MM, row - _HALF_MM, column + _HALF_MM, row + _HALF_MM
    return Place(sheet.number, sheet.box(box))
