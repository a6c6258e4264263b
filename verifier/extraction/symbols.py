"""QR symbols of a picture, decoded by zxing-cpp."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

Picture = npt.NDArray[np.uint8]
_FORMAT: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_LARGEST_RETRY: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """``box``: of the modules, in pixels, without the quiet zone."""

    text: str
    box: tuple[int, int, int, int]


def read_symbols(picture: Picture) -> list[Found]:
    """All symbols at the picture's own size."""
    return _decode(picture, 1.0)


def read_symbols_harder(picture: Picture) -> list[Found]:
    """Once more at half and at double size, for pictures in which there was none."""
    found: list[Found] = []
    for scale in (0.5, 2.0):
        if not found and picture.size * scale * scale <= _LARGEST_RETRY:
            image = Image.fromarray(picture)
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            found = _decode(np.asarray(image.resize(size, Image.Resampling.LANCZOS)), scale)
    return found


def _decode(picture: Picture, scale: float) -> list[Found]:
    return [
        Found(code.text, _box(code.position, scale))
        for code in zxingcpp.read_barcodes(
            picture, formats=_FORMAT, text_mode=zxingcpp.TextMode.Plain
        )
        if code.valid
    ]


def _box(position: zxingcpp.Position, scale: float) -> tuple[int, int, int, int]:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs = [corner.x / scale for corner in corners]
    ys = [corner.y / scale for corner in corners]
    return round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))
