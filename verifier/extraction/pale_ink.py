"""Strokes of a colour as light as the paper: a person sees them, and gray, which OCR reads, does not."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from verifier.evidence import Box
from verifier.extraction.symbols import Picture

Colours = npt.NDArray[np.uint8]
_AS_LIGHT: Final = 24
"""Levels of gray beside the paper's that OCR takes for paper."""
_COLOURED: Final = 60
"""Levels by which a colour's parts lie apart, beside the paper's own. Edges of a red seal or of blue ink
are never both: as light as this they are mixed with 6/7 of paper."""
_AROUND: Final = 1.0
"""Heights of a line beside it that are looked at too: there a digit is added."""
_LEAST: Final = 0.03
"""Of a line's height squared: half of a thin digit's strokes."""


def pale_ink(
    colours: Colours, gray: Picture, lines: Iterable[Box], dots_per_mm: float
) -> Box | None:
    """The first place at a line with such strokes. ``colours``: red, green, blue."""
    for line in lines:
        x0, y0, x1, y1 = (side * dots_per_mm for side in line)
        # a line on its side has its height across
        height = min(x1 - x0, y1 - y0)
        side = round(_AROUND * height)
        left, top = max(0, round(x0) - side), max(0, round(y0) - side // 3)
        place = np.s_[top : round(y1) + side // 3, left : round(x1) + side]
        pale = _pale(colours[place], gray[place])
        if pale.sum() < max(9.0, _LEAST * height * height):
            continue
        rows, columns = np.nonzero(pale)
        return (
            round((left + float(columns.min())) / dots_per_mm, 2),
            round((top + float(rows.min())) / dots_per_mm, 2),
            round((left + float(columns.max()) + 1) / dots_per_mm, 2),
            round((top + float(rows.max()) + 1) / dots_per_mm, 2),
        )
    return None


def _pale(colours: Colours, gray: Picture) -> npt.NDArray[np.bool_]:
    """Pixels of such a colour whose neighbours to the right and below are too: no grain of noise is."""
    kept = np.zeros(gray.shape, np.bool_)
    paper = float(np.percentile(gray, 75)) if gray.size else 0.0
    as_light = np.abs(gray.astype(float) - paper) <= _AS_LIGHT
    if not as_light.any():
        return kept
    beside = colours.astype(float) - np.median(colours[as_light], axis=0)
    pale = as_light & (beside.max(axis=2) - beside.min(axis=2) > _COLOURED)
    kept[:-1, :-1] = pale[:-1, :-1] & pale[1:, :-1] & pale[:-1, 1:] & pale[1:, 1:]
    return kept
