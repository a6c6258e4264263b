"""Ink added to letters or taken from them, too little to make another letter of one, enough to make
another reading of a line: a point between two digits, a stroke's end, a counter filled.

A letter set again differs from the page at its edges, which is why resetting.py lets a pixel around
each pass. Here the edges are looked at themselves: what rounding adds or takes it spreads along a
stroke, while a dot has its ink in one place.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]
Pixels = tuple[int, int, int, int]

_FIGURES: Final = frozenset("0123456789ABCDEFGHJKLMNOPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
"""But I and l, which are bars."""
_CHANGED_FIGURE: Final = 0.16
"""Mean of the ink added, or taken, in a square of three pixels. Honest figures reach 0.112, over all
styles and as other programs save them anew; a point between them, of 0.2 mm, has at least 0.311 at
300 dpi, one of 0.1 mm 0.484 at 600 (``python -m tests.verifier.dots``)."""
_SMALL: Final = 40.0
"""Pixels of the em: below, no letter is set bolder than its font, which no reference meets exactly."""
_CHANGED_SMALL: Final = 0.22
"""鳖 at 5.8 pt reaches 0.180, of 1,300 characters."""
_CHANGED: Final = 0.3
"""Honest titles reach 0.25."""
_CHANGED_BAR: Final = 0.6
"""A corner may have a row and a column of pixels more, or less: five of nine."""
_BARS: Final = frozenset("-—一■")
_LETTER_BARS: Final = frozenset("Il|")
"""PDFium fills them to whole pixels."""
ANOTHER: Final = 1.0
"""What may change of a letter that is told of as another one: all."""
_LEAST: Final = 51
"""Difference of the pixel in the middle of such a square, of 255."""
_AROUND: Final = 2
"""Pixels around letters in which they are blurred, and a dot is read with them."""
_APART: Final = 2
"""Heights of a letter from which the next begins a line of its own."""


def may_change(text: str, size: float) -> float:
    """Of a letter that is the one claimed; ``size``: pixels of the em."""
    if text in _FIGURES:
        return _CHANGED_FIGURE
    if text in _LETTER_BARS:
        return _CHANGED_BAR
    if size < _SMALL:
        return _CHANGED_SMALL
    return _CHANGED_BAR if text in _BARS else _CHANGED


def small_changes(
    picture: Picture, again: Picture, boxes: Sequence[Pixels], most: Sequence[float]
) -> list[Pixels]:
    """Boxes in pixels of what is added or taken. ``again``: the page set again, 0 to 255; ``boxes``:
    of its letters, in their order; ``most``: what may change of each."""
    parts = [_differing(picture, again, line) for line in _lines(boxes)]
    if not parts:
        return []
    rows, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    changed = _changed(picture, again, rows, columns)
    above = changed > _CHANGED_FIGURE
    rows, columns, changed = rows[above], columns[above], changed[above]
    if not len(rows):
        return []
    allowed = np.full(len(rows), _CHANGED_FIGURE)
    for (x0, y0, x1, y1), limit in zip(boxes, most, strict=True):
        if limit > _CHANGED_FIGURE:
            near = (columns >= x0 - 1) & (columns <= x1) & (rows >= y0 - 1) & (rows <= y1)
            allowed[near] = np.maximum(allowed[near], limit)
    found = changed > allowed
    return _joined(rows[found].tolist(), columns[found].tolist())


def _lines(boxes: Sequence[Pixels]) -> Iterator[Pixels]:
    """Boxes of the letters that follow each other closely: fewer to look at, and no symbol in them."""
    line: Pixels | None = None
    for box in boxes:
        x0, y0, x1, y1 = box
        if line is None:
            line = box
            continue
        left, top, right, bottom = line
        apart = _APART * (bottom - top)
        if y0 < bottom and top < y1 and x0 - right < apart and left - x1 < apart:
            line = min(left, x0), min(top, y0), max(right, x1), max(bottom, y1)
        else:
            yield line
            line = box
    if line is not None:
        yield line


def _differing(picture: Picture, again: Picture, line: Pixels) -> tuple[Places, Places]:
    """Rows and columns of the pixels that are darker or lighter than set again."""
    x0, y0, x1, y1 = line
    height, width = picture.shape
    # squares lie within the page
    left, top = max(x0 - _AROUND, 1), max(y0 - _AROUND, 1)
    where = (
        slice(top, min(y1 + _AROUND, height - 1)),
        slice(left, min(x1 + _AROUND, width - 1)),
    )
    drawn, set_again = ~picture[where], again[where]
    far = (np.maximum(drawn, set_again) - np.minimum(drawn, set_again)) > _LEAST
    rows, columns = np.divmod(np.flatnonzero(far), far.shape[1] or 1)
    return rows + top, columns + left


def _changed(
    picture: Picture, again: Picture, rows: Places, columns: Places
) -> npt.NDArray[np.float64]:
    """In the square around each pixel: what is added or what is taken, whichever is more. They are
    not set off against each other: white beside a dot does not make up for it."""
    added, taken = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.int32)
    for down, right in product((-1, 0, 1), repeat=2):
        place = rows + down, columns + right
        more = (~picture[place]).astype(np.int32) - again[place]
        added += np.maximum(more, 0)
        taken -= np.minimum(more, 0)
    return np.maximum(added, taken) / (255.0 * 9)


def _joined(rows: Sequence[int], columns: Sequence[int]) -> list[Pixels]:
    """One box for the squares that meet."""
    boxes: list[Pixels] = []
    for y, x in zip(rows, columns, strict=True):
        for place, (x0, y0, x1, y1) in enumerate(boxes):
            if x0 - 1 <= x + 1 and x - 1 <= x1 and y0 - 1 <= y + 1 and y - 1 <= y1:
                boxes[place] = min(x0, x - 1), min(y0, y - 1), max(x1, x + 2), max(y1, y + 2)
                break
        else:
            boxes.append((x - 1, y - 1, x + 2, y + 2))
    return boxes
