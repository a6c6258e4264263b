"""A page's file as every reader unpacks it alike.

typst ends one letter's font in a hundred with a stored block behind another kind of block, which
poppler may read otherwise (credential.plain_deflate), and which the verifier therefore doubts.
"""

import io
import re
import zlib
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Name, ObjectStreamMode, StreamDecodeLevel

from credential.plain_deflate import deflated, is_plainly_deflated

_STREAM: Final = re.compile(
    rb"/Length ([0-9]+)(?:[^<>]|<<[^<>]*>>|<[0-9A-Fa-f]*>)*+>>\s*+stream\r?\n"
)
_SMALL: Final = 4096
"""Bytes of a stream that is one block, whoever packs it."""
_LEVEL: Final = 9


def plain_pdf(data: bytes) -> bytes:
    """``data``, from typst, unchanged unless a stream of it has to be packed anew; the same for the same."""
    if _is_plain(data):
        return data
    for objects in (ObjectStreamMode.preserve, ObjectStreamMode.disable):
        again = _packed_anew(data, objects)
        if _is_plain(again):
            return again
    return data


def _is_plain(data: bytes) -> bool:
    return all(
        packed[:1] != b"\x78" or is_plainly_deflated(packed) for packed in _large_streams(data)
    )


def _large_streams(data: bytes) -> Iterator[bytes]:
    place = 0
    while (found := _STREAM.search(data, place)) is not None:
        place = found.end()
        size = int(found[1])
        if size > _SMALL:
            yield data[place : place + size]
            place += size


def _packed_anew(data: bytes, objects: ObjectStreamMode) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if not isinstance(item, pikepdf.Stream) or item.get(Name.Filter) != Name.FlateDecode:
                continue
            packed = item.read_raw_bytes()
            if not is_plainly_deflated(packed):
                item.write(deflated(zlib.decompress(packed), _LEVEL), filter=Name.FlateDecode)
        pdf.save(
            output,
            object_stream_mode=objects,
            stream_decode_level=StreamDecodeLevel.none,
            compress_streams=True,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return output.getvalue()
