"""Ink that no text explains: taken apart into symbols, thin rules, and the rest."""

from typing import Final

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]
_RULE_MM: Final = 4.0
"""A rule of a table is at least so long and at most so thick."""
_THICK_MM: Final = 0.6
_CELL_MM: Final = 2.0
_COARSE_PER_MM: Final = 3.9
"""Dots to the millimetre that suffice to tell a rule from a mark."""
_DUST_MM2: Final = 0.02
"""A few stray pixels in one cell are no graphic (a 6 pt comma has 0.1 mm²)."""


def erase_box(bits: Bits, box: tuple[int, int, int, int], margin: int) -> None:
    x0, y0, x1, y1 = box
    bits[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin] = False


def unexplained_boxes(bits: Bits, dots_per_mm: float) -> list[tuple[int, int, int, int]]:
    """Boxes in pixels of what remains after thin rules, neighbouring marks joined."""
    if not bits.any():
        return []
    fine = max(1, int(dots_per_mm / _COARSE_PER_MM))
    coarse = _coarse(bits, fine)
    scale = dots_per_mm / fine
    rest = coarse & ~_rules(coarse, scale) & ~_rules(_turned(coarse), scale).T
    boxes = _clusters(rest, max(1, round(_CELL_MM * scale)))
    return [
        box
        for x0, y0, x1, y1 in boxes
        if _area(bits, box := (x0 * fine, y0 * fine, x1 * fine, y1 * fine))
        >= _DUST_MM2 * dots_per_mm**2
    ]


def _area(bits: Bits, box: tuple[int, int, int, int]) -> int:
    x0, y0, x1, y1 = box
    return int(np.count_nonzero(bits[y0:y1, x0:x1]))


def _coarse(bits: Bits, fine: int) -> Bits:
    """One pixel for ``fine`` × ``fine``, set where any of them is."""
    height, width = (-(-side // fine) * fine for side in bits.shape)
    padded = np.zeros((height, width), np.bool_)
    padded[: bits.shape[0], : bits.shape[1]] = bits
    rows = padded[0::fine].copy()
    for i in range(1, fine):
        rows |= padded[i::fine]
    cells = rows[:, 0::fine].copy()
    for i in range(1, fine):
        cells |= rows[:, i::fine]
    return cells


def _turned(bits: Bits) -> Bits:
    return np.ascontiguousarray(bits.T)


def _rules(bits: Bits, scale: float) -> Bits:
    """Horizontal rules: long runs whose stack of long runs is thin."""
    runs = _long_runs(bits, round(_RULE_MM * scale))
    # a rule that lies across the raster takes up to one more pixel
    thick = _long_runs(_turned(runs), round(_THICK_MM * scale) + 2).T
    return runs & ~thick


def _long_runs(bits: Bits, length: int) -> Bits:
    """The pixels that lie in a horizontal run of at least ``length``."""
    height, width = bits.shape
    # a white column on the right ends every run with its row; a pixel before the first starts one
    flat = np.zeros(height * (width + 1) + 1, np.int8)
    flat[1:].reshape(height, width + 1)[:, :width] = bits
    edges = np.flatnonzero(flat[1:] != flat[:-1]).reshape(-1, 2)
    long = edges[edges[:, 1] - edges[:, 0] >= length]
    steps = np.zeros(height * (width + 1), np.int8)
    steps[long[:, 0]], steps[long[:, 1]] = 1, -1
    runs = np.cumsum(steps, dtype=np.int8).reshape(height, width + 1)
    return runs[:, :width].astype(np.bool_)


def _clusters(bits: Bits, cell: int) -> list[tuple[int, int, int, int]]:
    rows, columns = np.nonzero(bits)
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
