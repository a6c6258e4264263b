"""Is a symbol drawn as its text says, module for module?

Error correction lets a decoder read past what is drawn inside a symbol: a white box with words in
it takes up no more than the torn corner that the correction is for. So the symbol is drawn once
more from its decoded text and laid over the picture; a page that we issue has no wrong module.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import segno
import zxingcpp

from verifier.extraction.symbols import Found, Picture

Box = tuple[int, int, int, int]
_LIGHT: Final = 245
"""Least value of a light module's pixels: a paler colour still shows on paper."""
_DARK: Final = 60
_FEWEST: Final = 3
"""Pixels to a module below which the picture is enlarged: an edge is up to a pixel off."""
_SLACK: Final = 3
"""Pixels by which a decoder's corners may lie off a straight, square symbol."""
_DUST: Final = 2
"""Wrong pixels that mean nothing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``box``: of the modules in pixels, None where they do not stand upright and square.
    ``wrong``: of what is drawn otherwise than the text says, None where nothing is."""

    box: Box | None
    wrong: Box | None


def check_symbol(picture: Picture, found: Found) -> Checked:
    """``picture``: the least of each pixel's channels, so that no colour passes for white."""
    if not _is_upright(found):
        return Checked(None, found.box)
    box: Box | None = None
    wrong: Box | None = found.box
    for modules in _redrawn(found):
        box = box or _tight(picture, found.box, len(modules))
        if box is None:
            break
        wrong = _difference(picture, box, modules)
        if wrong is None:
            break
    return Checked(box, wrong)


def _is_upright(found: Found) -> bool:
    """The symbol's own top left is the page's, its sides are parallel to the page's and equal."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = found.corners
    slack = max(_SLACK, (found.box[2] - found.box[0]) // 100)
    level = max(abs(ay - by), abs(cy - dy), abs(ax - dx), abs(bx - cx)) <= slack
    square = abs((bx - ax) - (dy - ay)) <= 2 * slack
    return level and square and bx > ax and dy > ay


def _redrawn(found: Found) -> Iterator[npt.NDArray[np.bool_]]:
    """The modules (True: dark), in the two segments that the issuing side writes."""
    address, slash, digits = found.text.rpartition("/")
    if not slash or not digits:
        return
    # by the zint within zxing-cpp, which parts our texts as we do and takes a twentieth of the time
    try:
        quick = zxingcpp.create_barcode(
            found.text,
            zxingcpp.BarcodeFormat.QRCode,
            ec_level=found.error,
            version=found.version,
            data_mask=found.mask,
        )
        yield np.asarray(quick.to_image(scale=1, add_quiet_zones=False)) < 128
    except (ValueError, TypeError, RuntimeError):  # a text that it parts or counts otherwise
        pass
    # a list makes one segment an item, each in its own mode; segno's type stubs do not say so
    segments: Any = [address + slash, digits]
    try:
        code = segno.make_qr(
            segments, error=found.error, version=found.version, mask=found.mask, boost_error=False
        )
    except (ValueError, TypeError):  # the text is of another making: it is not ours
        return
    yield np.array([[module & 1 for module in row] for row in code.matrix], np.bool_)


def _tight(picture: Picture, box: Box, side: int) -> Box | None:
    """The box of the dark pixels, within a module of where the decoder says: that much is white."""
    reach = max(2, round((box[2] - box[0]) / side))
    left, top = max(box[0] - reach, 0), max(box[1] - reach, 0)
    dark = picture[top : box[3] + reach, left : box[2] + reach] < 128
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    if not len(rows) or min(len(rows), len(columns)) < side:
        return None
    x0, y0, x1, y1 = (int(value) for value in (columns[0], rows[0], columns[-1], rows[-1]))
    return left + x0, top + y0, left + x1 + 1, top + y1 + 1


def _difference(picture: Picture, box: Box, modules: npt.NDArray[np.bool_]) -> Box | None:
    """Each pixel against the modules that it and its neighbours belong to."""
    x0, y0, x1, y1 = box
    area = picture[y0:y1, x0:x1]
    side = len(modules)
    pixels = min(area.shape) / side
    more = 1 if pixels >= _FEWEST else _FEWEST + 1
    if more > 1:
        area = area.repeat(more, 0).repeat(more, 1)
    height, width = area.shape
    rows = np.minimum((np.arange(height) + 0.5) * side / height, side - 1).astype(np.intp)
    columns = np.minimum((np.arange(width) + 0.5) * side / width, side - 1).astype(np.intp)
    drawn = modules[rows][:, columns]
    wrong = (_all_around(drawn) & (area > _DARK)) | (_all_around(~drawn) & (area < _LIGHT))
    if np.count_nonzero(wrong) <= _DUST:
        return None
    lines, places = np.nonzero(wrong)
    return (
        x0 + int(places.min()) // more,
        y0 + int(lines.min()) // more,
        x0 + int(places.max()) // more + 1,
        y0 + int(lines.max()) // more + 1,
    )


def _all_around(bits: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a pixel and its neighbours are all set; beyond the edge counts as unset."""
    inner = np.zeros(bits.shape, np.bool_)
    lines = bits[:-2] & bits[1:-1] & bits[2:]
    inner[1:-1, 1:-1] = lines[:, :-2] & lines[:, 1:-1] & lines[:, 2:]
    return inner
