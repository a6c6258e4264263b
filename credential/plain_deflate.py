"""Deflate that every reader unpacks alike (RFC 1951): no stored block behind one of another kind.

Poppler and pdf.js read ahead in a block of codes, throw the bytes away where a stored block begins
(§3.2.4), and may find another length there than zlib does. zlib itself writes such a block now and
then: where data are cut into several blocks and the last is too short to be worth its codes.
"""

import zlib
from typing import Final

_TELLING: Final = 4
"""Bytes that no other block gives back as they stand, but by chance."""
_LOOKED_AT: Final = 64
_ONE_BLOCK: Final = (1 << 14) - 1
"""Bytes that zlib never cuts at memory level 8: a block ends with its 16,383rd symbol (deflate.h)."""
_MEMORY: Final = (8, 9, 7, 6, 5, 4, 3)
"""zlib's memory levels: each cuts blocks elsewhere."""


def deflated(data: bytes | bytearray, level: int) -> bytes:
    """``data`` in zlib's form (RFC 1950). ``level``: 0 to 9; as zlib.compress gives it, but where that
    has a stored block behind another."""
    packed = zlib.compress(data, level)
    if len(data) < _ONE_BLOCK or is_plainly_deflated(packed):
        return packed
    for memory in _MEMORY:
        stream = zlib.compressobj(level, memLevel=memory)
        packed = stream.compress(data) + stream.flush()
        if is_plainly_deflated(packed):
            return packed
    # stored from end to end
    return zlib.compress(data, 0)


def is_plainly_deflated(packed: bytes) -> bool:
    """Whether every reader unpacks it alike: no stored block behind another kind."""
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
    size = len(packed) - 2
    both = int.from_bytes(packed[:-2], "big") ^ int.from_bytes(packed[2:], "big")
    complements, places = both.to_bytes(size, "big"), []
    at = complements.find(b"\xff\xff")
    while at >= 0:
        places.append(at)
        at = complements.find(b"\xff\xff", at + 1)
    return places


def _has_stored(packed: bytes, places: list[int]) -> bool:
    """Whether what stands behind one of these lengths is taken as it is."""
    stream, read = zlib.decompressobj(), 0
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
