"""QR symbols of a picture, decoded by zxing-cpp."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image, ImageDraw, ImageOps

Picture = npt.NDArray[np.uint8]
Within = tuple[slice, slice]
"""Rows and columns."""
_FORMAT: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LARGE: Final = 500
"""Pixels of a side from which symbols are also looked for at a third of the size, as zxing-cpp does
by itself: a large one that is speckled or out of focus is read there."""
_ROOMY: Final = 640
"""The same, once one was found: in a camera's picture of 640 by 480 there is no room beside it for one
so large."""
_ENOUGH: Final = 3
"""Pixels to a module at which every symbol is read."""
_WHITE: Final = 255
_BAND: Final = 128
"""Rows of a smaller picture that are made together: as much as a processor holds at hand."""
_BESIDE: Final = 3 * 8
"""Pixels: zxing-cpp looks along every third line, and tells black from white by squares of eight, of
which two on each side have a say."""
_FINDER: Final = 7
"""Dark modules in the first row of a finder pattern (ISO/IEC 18004 §6.3.3.1)."""
_LARGEST_RETRY: Final = 40_000_000
_CUT_OFF: Final = 5
"""Per cent of the darkest and lightest pixels that become black and white."""


@dataclass(frozen=True, slots=True)
class Found:
    """``box``: around the modules, in pixels, without the quiet zone. ``corners``: the symbol's own
    top left, top right, bottom right, bottom left. ``version``, ``error`` (level) and ``mask``: as the
    symbol itself says (ISO/IEC 18004 §7.9, §7.10); 0 of a micro one, whose version has a letter."""

    text: str
    box: tuple[int, int, int, int]
    corners: tuple[tuple[int, int], ...]
    version: int
    error: str
    mask: int


def read_symbols(picture: Picture) -> list[Found]:
    """All symbols at the picture's own size and at a third of it, again and again while it is large.

    A third of a symbol's modules is noise that takes as long as the whole picture, so what was read is
    blank there. Whether something else is drawn inside of it, symbol_check.py says of a page, and
    with_harder, which blanks nothing, of a scan; a symbol's picture by itself never passes.
    """
    small = _without_repeats(picture)
    scale = len(small) / len(picture)
    inked = _inked(small)
    found = _decode_within(small, inked, scale)
    while max(small.shape) > (_ROOMY if found else _LARGE) and min(small.shape) >= 3:
        scale /= 3
        small = _blanked(_third(small, inked), found, scale)
        inked = _inked(small)
        found = [*found, *_decode_within(small, inked, scale)]
    return found


def _inked(picture: Picture) -> Within:
    """Outside of it all is white; so far around the ink that zxing-cpp, which knows no edge but the
    picture's, sees the same within as in the whole."""
    rows = np.flatnonzero(picture.min(axis=1) < _WHITE)
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    down = _around(rows, len(picture))
    columns = np.flatnonzero(picture[down].min(axis=0) < _WHITE)
    return down, _around(columns, picture.shape[1])


def _around(places: npt.NDArray[np.intp], end: int) -> slice:
    first, last = int(places[0]) - _BESIDE, int(places[-1]) + 1 + _BESIDE
    return slice(max(first, 0) // _BESIDE * _BESIDE, min(-(-last // _BESIDE) * _BESIDE, end))


def read_symbols_harder(picture: Picture) -> list[Found]:
    """Once more at half and at double size and with more contrast, for pictures in which there was
    none."""
    found: list[Found] = []
    for harder, scale in _retries(picture):
        if not found:
            found = _decode(harder, scale)
    return found


def with_harder(picture: Picture, found: list[Found]) -> list[Found]:
    """``found`` and every further symbol, by its text, that the retries see: a second, smaller one
    must not stay unseen beside the first."""
    known = list(found)
    for harder, scale in _retries(picture):
        texts = {item.text for item in known}
        known.extend(item for item in _decode(harder, scale) if item.text not in texts)
    return known


def _retries(picture: Picture) -> Iterator[tuple[Picture, float]]:
    image = Image.fromarray(picture)
    for scale in (0.5, 2.0):
        if picture.size * scale * scale <= _LARGEST_RETRY:
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            yield np.asarray(image.resize(size, Image.Resampling.LANCZOS)), scale
    yield np.asarray(ImageOps.autocontrast(image, cutoff=_CUT_OFF)), 1.0


def _without_repeats(picture: Picture) -> Picture:
    """A picture of a symbol that a program drew, where each pixel stands many times beside and below
    itself, with each of them only so often that the finest module is still read; any other as it is."""
    height, width = picture.shape
    corner = int(picture.diagonal().argmin())
    times, rest = divmod(int(picture[corner, corner:].argmax()), _FINDER)
    if rest or times < 2 * _ENOUGH or height % times or width % times:
        return picture
    small = picture[::times, ::times]
    row = small.repeat(times, axis=1)
    if not all(np.array_equal(picture[line::times], row) for line in range(times)):
        return picture
    return small.repeat(_ENOUGH, axis=0).repeat(_ENOUGH, axis=1)


def _third(picture: Picture, inked: Within) -> Picture:
    """The mean of each three by three pixels."""
    small = np.full([side // 3 for side in picture.shape], _WHITE, np.uint8)
    top, left = (side.start // 3 for side in inked)
    height, width = (side // 3 for side in picture[inked].shape)
    part = picture[inked][: height * 3, : width * 3]
    for at in range(0, height, _BAND):
        rows = part[at * 3 : (at + _BAND) * 3]
        lines = np.add(rows[0::3], rows[1::3], dtype=np.uint16)
        lines += rows[2::3]
        sums = lines[:, 0::3] + lines[:, 1::3]
        sums += lines[:, 2::3]
        small[top + at : top + at + len(sums), left : left + width] = (sums + 4) // 9
    return small


def _blanked(picture: Picture, found: Sequence[Found], scale: float) -> Picture:
    """``picture`` at ``scale`` of what ``found`` was found in: each symbol in the colour of its own
    light modules, so that what is beside it looks the same."""
    if not found:
        return picture
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for item in found:
        x0, y0, x1, y1 = (max(int(side * scale), 0) for side in item.box)
        some = np.sort(picture[y0 : y1 + 1 : 4, x0 : x1 + 1 : 4], axis=None)
        light = int(some[len(some) * 9 // 10])
        draw.polygon([(x * scale, y * scale) for x, y in item.corners], fill=light)
    return np.asarray(image)


def _decode(picture: Picture, scale: float) -> list[Found]:
    """At a third of the size too."""
    return _read(picture, scale, 0, 0, smaller=True)


def _decode_within(picture: Picture, inked: Within, scale: float) -> list[Found]:
    rows, columns = inked
    part = np.ascontiguousarray(picture[inked])
    return _read(part, scale, columns.start, rows.start, smaller=False) if part.size else []


def _read(picture: Picture, scale: float, left: int, top: int, *, smaller: bool) -> list[Found]:
    return [
        _found(code, scale, left, top)
        for code in zxingcpp.read_barcodes(
            picture, formats=_FORMAT, text_mode=zxingcpp.TextMode.Plain, try_downscale=smaller
        )
        if code.valid
    ]


def _found(code: zxingcpp.Barcode, scale: float, left: int, top: int) -> Found:
    place = code.position
    corners = tuple(
        (round((corner.x + left) / scale), round((corner.y + top) / scale))
        for corner in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    )
    xs, ys = zip(*corners, strict=True)
    said: Any = code.extra  # a dict; the stubs say object
    version = str(said.get("Version", ""))
    return Found(
        code.text,
        (min(xs), min(ys), max(xs), max(ys)),
        corners,
        int(version) if version.isdecimal() else 0,
        code.ec_level,
        int(said.get("DataMask", 0)),
    )
