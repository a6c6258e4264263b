"""The picture of a letter: one symbol as we draw it, to the pixel, and not a mark beside it."""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from credential.symbol_size import QUIET_ZONE
from credential.verdict import SubIndication
from verifier.extraction.picture import decode_picture
from verifier.extraction.refusal import Refused
from verifier.extraction.symbol_check import check_symbol
from verifier.extraction.symbols import Found, Picture, read_symbols, read_symbols_harder
from verifier.inflating import WRAPPED, inflated
from verifier.limits import Limits

_PIXELS: Final = 12
"""A module's side in the picture."""
_UNITS: Final = 1500
"""English Metric Units a pixel: a module of 12 pixels is half a millimetre."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_ONE_BIT_GRAY: Final = bytes((1, 0, 0, 0, 0))
"""Depth, colour type, compression, filter, interlace (W3C PNG 11.2.1)."""
_HEAD: Final = 13


@dataclass(frozen=True, slots=True)
class Seen:
    """``texts``: of the symbols; ``width``: EMU on the page as we lay it, None where the picture is
    anything but one symbol of our drawing."""

    texts: tuple[str, ...]
    width: int | None


def look_at_picture(data: bytes, limits: Limits) -> Seen:
    """Raises Refused where the picture is over a limit; one that is damaged has no symbol."""
    try:
        picture = decode_picture(data, limits)
    except Refused as refused:
        if refused.sub is SubIndication.PROCESSING_LIMIT:
            raise
        return Seen((), None)
    found = read_symbols(picture) or read_symbols_harder(picture)
    ours = len(found) == 1 and _is_plain_png(data) and _is_drawn_so(data, found[0])
    texts = tuple(item.text for item in found)
    return Seen(texts, picture.shape[1] * _UNITS if ours else None)


def _is_plain_png(data: bytes) -> bool:
    """One bit a pixel, no chunk that changes its look (palette, transparency, gamma, profile), and
    nothing behind the pixels: Pillow reads neither that nor their checksum."""
    if not data.startswith(_SIGNATURE) or data[24:29] != _ONE_BIT_GRAY:
        return False
    place, chunks = len(_SIGNATURE), []
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length
        if data[place - 4 : place] != struct.pack(">I", zlib.crc32(kind + body)):
            return False
        chunks.append((kind, body))
    kinds = [kind for kind, _ in chunks]
    if place != len(data) or kinds != [b"IHDR", *[b"IDAT"] * (len(kinds) - 2), b"IEND"]:
        return False
    head, *pixels, end = (body for _, body in chunks)
    if len(head) != _HEAD or end:
        return False
    width, height = struct.unpack_from(">II", head)
    packed = b"".join(pixels)
    # a row is its filter and its bits
    return inflated(packed, height * (1 + (width + 7) // 8), WRAPPED) is not None


def _is_drawn_so(data: bytes, found: Found) -> bool:
    """Whole modules, white around, and every module as the text says."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        picture: Picture = np.asarray(image.convert("L"))
    small = picture[::_PIXELS, ::_PIXELS]
    again = small.repeat(_PIXELS, 0).repeat(_PIXELS, 1)
    if small.shape[0] != small.shape[1] or not np.array_equal(again, picture):
        return False
    around = small.copy()
    around[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE] = 255
    if not np.all(around == 255):
        return False
    checked = check_symbol(picture, found)
    edge, side = QUIET_ZONE * _PIXELS, (len(small) - QUIET_ZONE) * _PIXELS
    return checked.wrong is None and checked.box == (edge, edge, side, side)
