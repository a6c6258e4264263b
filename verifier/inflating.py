"""A deflate stream that is exactly its bytes: nothing stands behind its end, nothing is left out of it.

zlib, and zipfile and Pillow with it, stop at the end of the stream or at the size that was said:
whatever follows goes unseen, while other programs walk into it.
"""

import zlib
from typing import Final

import numpy as np

RAW: Final = -15
"""Window bits of a ZIP's member (RFC 1951)."""
WRAPPED: Final = 15
"""Of a PNG's pixels (RFC 1950): with a head and a checksum, which zlib compares."""
_TELLING: Final = 4
"""Bytes that no other block gives back as they stand, but by chance."""
_LOOKED_AT: Final = 64


def inflated(packed: bytes, size: int, window: int = RAW) -> bytes | None:
    """None unless the stream is whole, gives ``size`` bytes and ends with the last of ``packed``."""
    stream = zlib.decompressobj(window)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        return None
    whole = stream.eof and not stream.unused_data and len(content) == size
    return content if whole else None


def is_plainly_deflated(packed: bytes) -> bool:
    """Whether every reader unpacks it alike: as zlib writes it, no stored block behind another kind.

    Poppler and pdf.js read ahead, throw the bytes away at a stored block (RFC 1951 §3.2.4), and may
    find another length there than zlib does.
    """
    # RFC 1950 §2.2: deflate, a window of 32 kB, no dictionary
    if len(packed) < 6 or packed[0] != 0x78 or packed[1] & 0x20:
        return False
    place, last = 2, False
    while packed[place : place + 1] in (b"\x00", b"\x01") and not last:
        last = packed[place] == 1
        place += 5 + int.from_bytes(packed[place + 1 : place + 3], "little")
    return last or not _has_stored(packed, [at for at in _lengths(packed) if at > place])


def _lengths(packed: bytes) -> list[int]:
    """Where a stored block's length and its complement may stand: one place in 65,536 by chance."""
    data = np.frombuffer(packed, np.uint8)
    low, high = data[:-3] ^ data[2:-1], data[1:-2] ^ data[3:]
    places: list[int] = np.flatnonzero((low & high) == 0xFF).tolist()
    return places


def _has_stored(packed: bytes, places: list[int]) -> bool:
    """Whether what stands behind one of these lengths is taken as it is."""
    stream, read = zlib.decompressobj(WRAPPED), 0
    try:
        for at in places:
            length = int.from_bytes(packed[at : at + 2], "little")
            if length < _TELLING:
                return True
            # places may overlap: what was read stays read
            stream.decompress(packed[read : at + 4])
            read = max(read, at + 4)
            behind = packed[at + 4 : at + 4 + min(length, _LOOKED_AT)]
            if not stream.eof and stream.copy().decompress(behind) == behind:
                return True
    except zlib.error:
        return True
    return False
