"""A ZIP that a stranger sent, read in the child: how many members, and one member at a time."""

import io
import json
import struct
from typing import Final

from verifier.evidence import Evidence
from verifier.limits import Limits
from verifier.pile import Item
from verifier.zip_pile import PileError, PileLimits, open_zip

LISTING: Final = 128 << 10
"""Bytes of :func:`zip_listing`."""
HEAD: Final = 64 << 10
"""Bytes of :func:`zip_member` before the member's own."""
HEAD_SIZE: Final = struct.Struct(">I")


def zip_listing(data: bytes, bounds: PileLimits, limits: Limits) -> bytes:
    """``{"count": 3, "passed_over": ["Thumbs.db"]}``, or ``{"refused": "为什么"}``."""
    try:
        pile = open_zip(io.BytesIO(data), limits, bounds)
        said: dict[str, object] = {"count": pile.count, "passed_over": pile.passed_over}
    except PileError as error:
        said = {"refused": str(error)}
    return json.dumps(said).encode("ascii")


def zip_member(data: bytes, bounds: PileLimits, place: int, room: int, limits: Limits) -> bytes:
    """The head's size, ``{"name": …, "refused": null or [sub-indication, code, words]}``, the content.

    ``place``: from 0; ``room``: bytes that may still be inflated of the whole archive.
    """
    item = open_zip(io.BytesIO(data), limits, bounds).item(place, room)
    return pack_item(item)


def pack_item(item: Item) -> bytes:
    content, refused = item.content, None
    if isinstance(content, Evidence):
        (flag,) = content.flags
        content, refused = b"", [flag.sub, flag.code, flag.message]
    head = json.dumps({"name": item.name, "refused": refused}).encode("ascii")
    return HEAD_SIZE.pack(len(head)) + head + content
