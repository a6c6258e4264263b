"""One page as pictured: what a person sees of it, in pixels and in millimetres."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from verifier.evidence import Box
from verifier.limits import Limits

Picture = npt.NDArray[np.uint8]
Draft = npt.NDArray[np.uint32]
"""A page drawn small, in colours: blue, green and red are a pixel's lowest bytes, the highest is 0."""
MM: Final = 25.4 / 72
"""Millimetres of a point."""
_SMALL_MM: Final = 55.0
"""Labels whose shorter side is less have type of 4 to 5 points: they are pictured twice as large,
or 未 and 末 could not be told apart."""
_COLOURED: Final = 8
"""Difference of a pixel's channels from which it has a colour; our pages are black on white."""
_DRAFT_DPI: Final = 50
"""A colour is seen, and a dot of 0.03 mm changes a pixel's gray, at a sixth of the resolution that a
letter needs and at a twentieth of the cost. At 72 dpi a page costs half as much again."""
_DRAFT_PIXELS: Final = 4_000_000
"""A0 has as many."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``picture``: gray, 255 is paper. ``across``, ``down``: pixels to the point (PDFium rounds
    pages up)."""

    number: int
    picture: Picture
    across: float
    down: float

    def box(self, pixels: tuple[int, int, int, int]) -> Box:
        """Millimetres."""
        x0, y0, x1, y1 = pixels
        return (
            hundredths(x0 / self.across * MM),
            hundredths(y0 / self.down * MM),
            hundredths(x1 / self.across * MM),
            hundredths(y1 / self.down * MM),
        )


def picture_page(page: pdfium.PdfPage, number: int, limits: Limits) -> Sheet:
    """At ``limits.dpi``, or as large as ``limits.render_pixels`` allows."""
    gray = page.render(scale=_scale(page, limits), grayscale=True).to_numpy()
    picture = np.ascontiguousarray(gray.reshape(gray.shape[:2]))
    across, down = picture.shape[1] / page.get_width(), picture.shape[0] / page.get_height()
    return Sheet(number, picture, across, down)


def colours_of(page: pdfium.PdfPage, limits: Limits) -> Picture:
    """Red, green and blue of each pixel of picture_page."""
    drawn = page.render(scale=_scale(page, limits), rev_byteorder=True).to_numpy()
    return np.ascontiguousarray(drawn)


def _scale(page: pdfium.PdfPage, limits: Limits) -> float:
    width, height = page.get_width(), page.get_height()
    largest = math.sqrt(limits.render_pixels / (width * height)) * 0.99
    small = min(width, height) * MM < _SMALL_MM
    return min(limits.dpi * (2 if small else 1) / 72, largest)


def draft_page(page: pdfium.PdfPage) -> Draft:
    drawn = page.render(scale=_draft_scale(page), prefer_bgrx=True).to_numpy()
    pixels: Draft = np.ascontiguousarray(drawn).view(np.uint32)[:, :, 0]
    return pixels & np.uint32(0xFFFFFF)


def _draft_scale(page: pdfium.PdfPage) -> float:
    return min(_DRAFT_DPI / 72, math.sqrt(_DRAFT_PIXELS / (page.get_width() * page.get_height())))


def coloured_box(page: pdfium.PdfPage, draft: Draft) -> Box | None:
    """Where the page has any colour, in millimetres: in gray, yellow would be as good as white."""
    # the channels of black, white and gray are equal
    odd_ones = np.flatnonzero((draft ^ (draft >> 8)) & np.uint32(0xFFFF))
    pixels = draft.ravel()[odd_ones]
    blue, green, red = (pixels >> (8 * channel) & np.uint32(0xFF) for channel in range(3))
    least, most = (way(way(blue, green), red) for way in (np.minimum, np.maximum))
    odd = odd_ones[most - least > _COLOURED]
    if not len(odd):
        return None
    y, x = np.divmod(odd, draft.shape[1])
    scale = _draft_scale(page)
    sides = (x.min(), y.min(), x.max() + 1, y.max() + 1)
    x0, y0, x1, y1 = (hundredths(float(side) / scale * MM) for side in sides)
    return x0, y0, x1, y1


def hundredths(value: float) -> float:
    """Of a millimetre: as places are reported."""
    return round(value, 2)
