"""How far what is drawn is from the letter that it should be."""

from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
FULL: Final = 255.0
"""Black, in the picture's own numbers: a whole page of larger ones costs more than all its letters."""
FAINT: Final = 0.3
"""Of a letter's darkness: below it, it is not drawn there."""


def misfit_of(drawn: Picture, again: Picture, darkness: float, window: int) -> float:
    """The largest difference that is no mere edge, in parts of the letter's darkness.

    Within the letter only: PDFium widens a square such as ■ to whole pixels.
    """
    # bytes: a subtraction in larger numbers takes longer than these three
    difference = np.maximum(drawn, again) - np.minimum(drawn, again)
    return _largest_mean(difference, window) / (FULL * max(darkness, FAINT))


def _largest_mean(area: Picture, window: int) -> float:
    """Of the means over squares of ``window`` pixels, as far as they lie within."""
    height, width = area.shape
    rows, columns = min(window, height), min(window, width)
    # in one row, which takes a tenth of the time: a square that would run over the edge has white
    # there, so none is more than the one within that has its ink
    across = width + columns - 1
    framed = np.zeros((height, across), np.uint16)
    framed[:, :width] = area
    sums = framed.ravel()
    for step, count in ((across, rows), (1, columns)):
        size = len(sums) - step * (count - 1)
        parts = [sums[start : start + size] for start in range(0, step * count, step)]
        # not in place: where one part begins within another's bytes that takes thrice the time
        sums = reduce(np.add, parts)
    return float(sums.max()) / (window * window)
