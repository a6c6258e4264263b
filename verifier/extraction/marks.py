"""Ink that no text explains: taken apart into symbols, thin rules, and the rest."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
Pixels = tuple[int, int, int, int]
Floats = npt.NDArray[np.float64]
_RULE_MM: Final = 25.0
"""A rule is at least so long and at most so thick: shorter, it is a stroke of a letter (一, 1)."""
_THICK_MM: Final = 0.6
_OVER_MM: Final = 0.3
"""White between a rule and the letters above and below it."""
_BESIDE_MM: Final = 1.0
"""White between a rule's ends, or a frame's sides, and the letters: a stroke nearer is read with
them, as | before 85."""
_SIDE_MM: Final = 5.0
"""The least height of a frame."""
_FRAME_SHARE: Final = 0.6
"""Of the page's width: the least width of a frame."""
_CORNER_MM: Final = 0.8
_MOST_RULES: Final = 40
_MOST_SIDES: Final = 8
"""On a page: ours have up to 15 rules, and 4 sides."""
_BLOCK_SHARE: Final = 0.5
"""Of the width of the text: the least width of the rules between its lines."""
_GAP_MM: Final = 2.5
"""White between two rules, but those of a frame: ours are 6 mm apart at least."""
_ROOM_MM: Final = 14.0
"""The least side of a room for a mark; its corners are drawn for a fifth of it, this thin."""
_TICK_SHARE: Final = 0.2
_LINE_MM: Final = 0.5
_CELL_MM: Final = 2.0
_COARSE_PER_MM: Final = 3.9
"""Dots to the millimetre that suffice to tell a rule from a mark."""
_DUST_MM2: Final = 0.015
"""A few stray pixels in one cell are no graphic (a 6 pt comma has 0.1 mm²)."""


def erase_box(bits: Bits, box: Pixels, margin: int) -> None:
    x0, y0, x1, y1 = box
    bits[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin] = False


def unexplained_boxes(bits: Bits, dots_per_mm: float, letters: Sequence[Pixels]) -> list[Pixels]:
    """Boxes in pixels of what remains after the rules and frames of a form, neighbouring marks
    joined. ``bits``: ink that is neither letter nor symbol; ``letters``: boxes of the letters' ink.
    """
    inked: Bits = np.logical_or.reduce(bits, axis=1)
    if not inked.any():
        return []
    fine = max(1, int(dots_per_mm / _COARSE_PER_MM))
    coarse = _coarse(bits, inked, fine)
    scale = dots_per_mm / fine
    rest = coarse & ~_form(coarse, scale, np.array(letters, np.float64).reshape(-1, 4) / fine)
    cells = _clusters(rest, max(1, round(_CELL_MM * scale)))
    boxes = [
        box
        for x0, y0, x1, y1 in cells
        if _area(bits, box := (x0 * fine, y0 * fine, x1 * fine, y1 * fine))
        >= _DUST_MM2 * dots_per_mm**2
    ]
    return [] if boxes and _is_room_for_a_mark(bits, boxes, dots_per_mm, letters) else boxes


def _is_room_for_a_mark(
    bits: Bits, boxes: Sequence[Pixels], dots_per_mm: float, letters: Sequence[Pixels]
) -> bool:
    """Four corners of a square in which a mark of quality is to be stuck, and nothing else there."""
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    side = (x1 - x0 + y1 - y0) / 2
    beside = _BESIDE_MM * dots_per_mm
    if (
        len(boxes) != 4
        or side < _ROOM_MM * dots_per_mm
        or abs(x1 - x0 - y1 + y0) > beside
        or not _clear((x0, y0, x1, y1), np.array(letters).reshape(-1, 4), beside, beside)
    ):
        return False
    rows, columns = np.nonzero(bits[y0:y1, x0:x1])
    edge = np.minimum(rows, y1 - y0 - 1 - rows), np.minimum(columns, x1 - x0 - 1 - columns)
    thin = np.minimum(*edge) <= _LINE_MM * dots_per_mm
    at_corners = np.maximum(*edge) <= _TICK_SHARE * side + beside / 2
    return bool((thin & at_corners).all())


def _form(coarse: Bits, scale: float, letters: Floats) -> Bits:
    """The ink of rules and frames as forms have them, and of no stroke that could be writing.

    A rule lies level, is longer than any letter is wide, and keeps off the letters; an upright
    stroke is only ever the side of a frame nearly as wide as the page.
    """
    level = _rules(coarse, scale, _RULE_MM)
    upright = _rules(coarse.T, scale, _SIDE_MM).T
    across, down = _strokes(level), [_turned_box(box) for box in _strokes(upright.T)]
    kept = np.zeros(coarse.shape, np.bool_)
    if len(across) > _MOST_RULES or len(down) > _MOST_SIDES:
        return kept
    over, beside, reach = (mm * scale for mm in (_OVER_MM, _BESIDE_MM, _CORNER_MM))
    wide = [box for box in across if box[2] - box[0] >= _FRAME_SHARE * coarse.shape[1]]
    sides = [box for box in down if _is_side(box, wide, reach)]
    sides = [box for box in sides if _clear(box, letters, beside, beside)]
    for x0, y0, x1, y1 in sides:
        kept[y0:y1, x0:x1] |= upright[y0:y1, x0:x1]
    framed = [box for box in across if _is_of_frame(box, sides, reach)]
    lines = _lines([box for box in across if box not in framed], letters, scale)
    for x0, y0, x1, y1 in (*framed, *lines):
        if _clear((x0, y0, x1, y1), letters, over, beside):
            kept[y0:y1, x0:x1] |= level[y0:y1, x0:x1]
    return kept


def _lines(rules: Sequence[Pixels], letters: Floats, scale: float) -> list[Pixels]:
    """Those that rule a block of text as a form does: all of one width, from where the text begins,
    a line of text or more between them. One more may stand alone, to be signed on.

    Rules of many widths, or close together, are lettering hatched out of rules.
    """
    if not rules:
        return []
    reach = _CORNER_MM * scale
    x0, _, x1, _ = max(rules, key=lambda box: box[2] - box[0])
    alike = [box for box in rules if abs(box[0] - x0) <= reach and abs(box[2] - x1) <= reach]
    other = [box for box in rules if box not in alike]
    if len(other) > 1:
        other = []
    if len(alike) > 1 and len(letters):
        left, right = letters[:, 0].min(), letters[:, 2].max()
        if x0 > left + reach or x1 - x0 < _BLOCK_SHARE * (right - left):
            return []
    found = sorted((*alike, *other), key=lambda box: box[1])
    least = _GAP_MM * scale
    close = [upper[3] + least > lower[1] for upper, lower in pairwise(found)]
    return [
        box
        for box, above, below in zip(found, [False, *close], [*close, False], strict=True)
        if not above and not below
    ]


def _is_of_frame(rule: Pixels, sides: Sequence[Pixels], reach: float) -> bool:
    """It begins at the corner of one side and ends at that of another."""
    x0, y0, x1, y1 = rule
    ends = [side for side in sides if min(abs(side[1] - y0), abs(side[3] - y1)) <= reach]
    return any(abs(side[0] - x0) <= reach for side in ends) and any(
        abs(side[2] - x1) <= reach for side in ends
    )


def _is_side(side: Pixels, wide: Sequence[Pixels], reach: float) -> bool:
    """A wide rule begins or ends at each of its ends: it is the side of a frame."""
    x0, y0, x1, y1 = side
    corners = [
        box
        for box in wide
        if min(abs(box[0] - x0), abs(box[2] - x1), abs(box[0] - x1), abs(box[2] - x0)) <= reach
    ]
    return any(abs(box[1] - y0) <= reach for box in corners) and any(
        abs(box[3] - y1) <= reach for box in corners
    )


def _clear(box: Pixels, letters: Floats, over: float, beside: float) -> bool:
    """No letter within ``over`` above or below the box, nor within ``beside`` of its ends."""
    if not len(letters):
        return True
    x0, y0, x1, y1 = box
    near = (
        (letters[:, 0] < x1 + beside)
        & (letters[:, 2] > x0 - beside)
        & (letters[:, 1] < y1 + over)
        & (letters[:, 3] > y0 - over)
    )
    return not near.any()


def _strokes(level: Bits) -> list[Pixels]:
    """Boxes of the level rules: runs that lie one below the other are one."""
    live = np.flatnonzero(level.any(1))
    edges = _edges(level[live])
    if len(edges) > _MOST_RULES * 8:
        return [(0, 0, 0, 0)] * (_MOST_RULES + 1)
    width = level.shape[1] + 1
    boxes: list[Pixels] = []
    for start, end in edges.tolist():
        row, x0 = int(live[start // width]), start % width
        x1 = x0 + end - start
        for place, box in enumerate(boxes):
            if row <= box[3] <= row + 1 and box[0] < x1 and x0 < box[2]:
                boxes[place] = min(box[0], x0), box[1], max(box[2], x1), row + 1
                break
        else:
            boxes.append((x0, row, x1, row + 1))
    return boxes


def _turned_box(box: Pixels) -> Pixels:
    return box[1], box[0], box[3], box[2]


def _area(bits: Bits, box: tuple[int, int, int, int]) -> int:
    x0, y0, x1, y1 = box
    return int(np.count_nonzero(bits[y0:y1, x0:x1]))


def _coarse(bits: Bits, inked: Bits, fine: int) -> Bits:
    """One pixel for ``fine`` × ``fine``, set where any of them is. Most of a page is white: only
    the rows that have ink, ``inked``, are looked at."""
    height, width = (-(-side // fine) for side in bits.shape)
    live = np.unique(np.flatnonzero(inked) // fine)
    rows = np.zeros((len(live), width * fine), np.bool_)
    for i in range(fine):
        rows[:, : bits.shape[1]] |= bits[np.minimum(live * fine + i, bits.shape[0] - 1)]
    cells = np.zeros((height, width), np.bool_)
    # neighbours first and then every ``fine``-th: picking takes longer than joining
    near = rows[:, : rows.shape[1] - fine + 1].copy()
    for i in range(1, fine):
        near |= rows[:, i : rows.shape[1] - fine + 1 + i]
    cells[live] = near[:, ::fine]
    return cells


def _rules(bits: Bits, scale: float, least: float) -> Bits:
    """Horizontal rules: long runs whose stack of long runs is thin."""
    runs = _long_runs(bits, round(least * scale))
    # a rule that lies across the raster takes up to one more pixel
    most = round(_THICK_MM * scale) + 2
    if not _is_anywhere_thick(runs, most):
        return runs
    return runs & ~_long_runs(runs.T, most).T


def _is_anywhere_thick(runs: Bits, most: int) -> bool:
    rows = len(runs) - most + 1
    if rows <= 0:
        return False
    stack = runs[:rows]
    for i in range(1, most):
        stack = stack & runs[i : rows + i]
    return bool(stack.any())


def _long_runs(bits: Bits, length: int) -> Bits:
    """The pixels that lie in a horizontal run of at least ``length``."""
    kept = np.zeros(bits.shape, np.bool_)
    live = np.flatnonzero(np.add.reduce(bits, axis=1, dtype=np.uint16) >= length)
    if not len(live):
        return kept
    edges = _edges(bits[live])
    long = edges[edges[:, 1] - edges[:, 0] >= length]
    width = bits.shape[1] + 1
    for start, end in long.tolist():
        x0 = start % width
        kept[live[start // width], x0 : x0 + end - start] = True
    return kept


def _edges(bits: Bits) -> npt.NDArray[np.intp]:
    """Where each horizontal run begins and ends, counted through rows of one more column."""
    height, width = bits.shape
    # a white column on the right ends every run with its row; a pixel before the first starts one
    flat = np.zeros(height * (width + 1) + 1, np.int8)
    flat[1:].reshape(height, width + 1)[:, :width] = bits
    return np.flatnonzero(flat[1:] != flat[:-1]).reshape(-1, 2)


def _clusters(bits: Bits, cell: int) -> list[Pixels]:
    # of the flat array: of two dimensions it takes five times as long
    rows, columns = np.divmod(np.flatnonzero(bits), bits.shape[1])
    if not len(rows):
        return []
    cells: dict[tuple[int, int], list[int]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        key = row // cell, column // cell
        box = cells.setdefault(key, [column, row, column + 1, row + 1])
        box[0], box[1] = min(box[0], column), min(box[1], row)
        box[2], box[3] = max(box[2], column + 1), max(box[3], row + 1)
    found = []
    while cells:
        _, box = cells.popitem()
        joined = [*box]
        _grow(cells, joined, cell)
        found.append((joined[0], joined[1], joined[2], joined[3]))
    return sorted(found, key=lambda box: (box[1], box[0]))


def _grow(cells: dict[tuple[int, int], list[int]], joined: list[int], cell: int) -> None:
    """Join every cell that touches the box, until none does."""
    while True:
        near = [
            key
            for key in cells
            if joined[1] // cell - 1 <= key[0] <= joined[3] // cell + 1
            and joined[0] // cell - 1 <= key[1] <= joined[2] // cell + 1
        ]
        if not near:
            return
        for key in near:
            box = cells.pop(key)
            joined[0], joined[1] = min(joined[0], box[0]), min(joined[1], box[1])
            joined[2], joined[3] = max(joined[2], box[2]), max(joined[3], box[3])
