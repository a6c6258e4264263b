"""Ink that no text explains: taken apart into symbols, thin rules, and the rest."""

from typing import Final

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
_RULE_MM: Final = 4.0
"""A rule of a table is at least so long and at most so thick."""
_THICK_MM: Final = 0.6
_CELL_MM: Final = 2.0
_DUST_MM2: Final = 0.02
"""A few stray pixels in one cell are no graphic (a 6 pt comma has 0.1 mm²)."""


def erase_box(bits: Bits, box: tuple[int, int, int, int], margin: int) -> None:
    x0, y0, x1, y1 = box
    bits[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin] = False


def unexplained_boxes(bits: Bits, dots_per_mm: float) -> list[tuple[int, int, int, int]]:
    """Boxes in pixels of what remains after thin rules, neighbouring marks joined."""
    if not bits.any():
        return []
    rest = bits & ~_rules(bits, dots_per_mm) & ~_rules(bits.T, dots_per_mm).T
    cell = max(1, round(_CELL_MM * dots_per_mm))
    return _clusters(rest, cell, max(3, round(_DUST_MM2 * dots_per_mm**2)))


def _rules(bits: Bits, dots_per_mm: float) -> Bits:
    """Horizontal rules: long runs whose stack of long runs is thin."""
    runs = _long_runs(bits, max(2, round(_RULE_MM * dots_per_mm)))
    thick = _long_runs(runs.T, max(2, round(_THICK_MM * dots_per_mm) + 1)).T
    return runs & ~thick


def _long_runs(bits: Bits, length: int) -> Bits:
    """The pixels that lie in a horizontal run of at least ``length``."""
    result = np.zeros_like(bits)
    rows = np.flatnonzero(bits.any(axis=1))
    for row in rows:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], bits[row].view(np.int8), [0]))))
        starts, ends = edges[::2], edges[1::2]
        for start, end in zip(starts, ends, strict=True):
            if end - start >= length:
                result[row, start:end] = True
    return result


def _clusters(bits: Bits, cell: int, dust: int) -> list[tuple[int, int, int, int]]:
    rows, columns = np.nonzero(bits)
    if not len(rows):
        return []
    cells: dict[tuple[int, int], list[int]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        key = row // cell, column // cell
        box = cells.setdefault(key, [column, row, column + 1, row + 1, 0])
        box[0], box[1] = min(box[0], column), min(box[1], row)
        box[2], box[3] = max(box[2], column + 1), max(box[3], row + 1)
        box[4] += 1
    found = []
    while cells:
        _, box = cells.popitem()
        joined = [*box]
        _grow(cells, joined, cell)
        if joined[4] >= dust:
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
            joined[4] += box[4]
