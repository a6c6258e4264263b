"""QR symbols of a picture, decoded by zxing-cpp."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image, ImageOps

Picture = npt.NDArray[np.uint8]
_FORMAT: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LARGEST_RETRY: Final = 40_000_000
_CUT_OFF: Final = 5
"""Per cent of the darkest and lightest pixels that become black and white."""


@dataclass(frozen=True, slots=True)
class Found:
    """``box``: around the modules, in pixels, without the quiet zone. ``corners``: the symbol's own
    top left, top right, bottom right, bottom left. ``version``, ``error`` (level) and ``mask``: as the
    symbol itself says (ISO/IEC 18004 §7.9, §7.10)."""

    text: str
    box: tuple[int, int, int, int]
    corners: tuple[tuple[int, int], ...]
    version: int
    error: str
    mask: int


def read_symbols(picture: Picture) -> list[Found]:
    """All symbols at the picture's own size."""
    return _decode(picture, 1.0)


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


def _decode(picture: Picture, scale: float) -> list[Found]:
    return [
        _found(code, scale)
        for code in zxingcpp.read_barcodes(
            picture, formats=_FORMAT, text_mode=zxingcpp.TextMode.Plain
        )
        if code.valid
    ]


def _found(code: zxingcpp.Barcode, scale: float) -> Found:
    place = code.position
    corners = tuple(
        (round(corner.x / scale), round(corner.y / scale))
        for corner in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    )
    xs, ys = zip(*corners, strict=True)
    said: Any = code.extra  # a dict; the stubs say object
    return Found(
        code.text,
        (min(xs), min(ys), max(xs), max(ys)),
        corners,
        int(said.get("Version", 0)),
        code.ec_level,
        int(said.get("DataMask", 0)),
    )
