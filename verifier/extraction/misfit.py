"""How far what is drawn is from the letter that it should be."""

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
    rows, columns = (min(window, side) for side in area.shape)
    whole = area.astype(np.uint16)
    # by slices: sums along an axis take twice as long
    lines = whole[: height - rows + 1].copy()
    for i in range(1, rows):
        lines += whole[i : height - rows + 1 + i]
    sums = lines[:, : width - columns + 1].copy()
    for i in range(1, columns):
        sums += lines[:, i : width - columns + 1 + i]
    return float(sums.max()) / (window * window)
