"""A deflate stream that is exactly its bytes: nothing stands behind its end, nothing is left out of it.

zlib, and zipfile and Pillow with it, stop at the end of the stream or at the size that was said:
whatever follows goes unseen, while other programs walk into it.
"""

import zlib
from typing import Final

RAW: Final = -15
"""Window bits of a ZIP's member (RFC 1951)."""
WRAPPED: Final = 15
"""Of a PNG's pixels (RFC 1950): with a head and a checksum, which zlib compares."""


def inflated(packed: bytes, size: int, window: int = RAW) -> bytes | None:
    """None unless the stream is whole, gives ``size`` bytes and ends with the last of ``packed``."""
    stream = zlib.decompressobj(window)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        return None
    whole = stream.eof and not stream.unused_data and len(content) == size
    return content if whole else None
