"""The file as it was sent and as qpdf wrote it anew, drawn beside each other.

All evidence is of the copy, and the person opens the file: whatever made the two differ, a page that
does is not the page that was read.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]

_DPI: Final = 50
"""A dot of 0.03 mm changes a pixel's gray. The copy's letters are wanted at this size anyhow, where
colour is looked for; at 72 dpi a page costs half as much again."""
_PIXELS: Final = 4_000_000
"""A0 has as many."""


def pages_drawn_otherwise(original: bytes, copy: pdfium.PdfDocument) -> Iterator[int]:
    """Numbers of the copy's pages that have other pixels in the original. The copy's are not turned.

    Page counts are compared elsewhere: a page that is not there counts as drawn otherwise.
    """
    with pdfium.PdfDocument(original) as document:
        there = len(document)
        for at, page in enumerate(copy):
            if at >= there:
                yield at + 1
                continue
            sent = document[at]
            sent.set_rotation(0)
            if not np.array_equal(_drawn(sent), _drawn(page)):
                yield at + 1


def _drawn(page: pdfium.PdfPage) -> npt.NDArray[np.uint8]:
    """In colours, since in gray some could be exchanged."""
    largest = math.sqrt(_PIXELS / (page.get_width() * page.get_height()))
    drawn: npt.NDArray[np.uint8] = page.render(scale=min(_DPI / 72, largest)).to_numpy()
    return drawn
