"""Our own two fonts' glyphs and hints, as they are embedded in our pages."""

import mmap
import struct
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn as fonts

from verifier.extraction.font_program import Hints, Program, item_of, open_program, parts_of

PATHS: Final = (fonts.serif_path(), fonts.sans_path())


@lru_cache(maxsize=8192)
def our_program(path: Path, glyph: int) -> bytes:
    """The program of a glyph, without calls; ``glyph``: its place in the font."""
    data, opened = _open(path)
    part = opened.parts[_parts(path)[glyph]]
    return part.glyph(item_of(data, opened.char_strings, glyph), opened.shared).code


@cache
def our_hints() -> frozenset[Hints]:
    """Of every part of each font."""
    return frozenset(part.hints for path in PATHS for part in _open(path)[1].parts)


@cache
def _parts(path: Path) -> list[int]:
    """Of each glyph."""
    data, opened = _open(path)
    (count,) = struct.unpack_from(">H", data, opened.char_strings)
    return parts_of(data, opened.select, count)


@cache
def _open(path: Path) -> tuple[memoryview, Program]:
    with path.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    table = _table(data, b"CFF ")
    return table, open_program(table)


def _table(data: memoryview, name: bytes) -> memoryview:
    """OpenType 1.9, "Organization of an OpenType Font"."""
    (count,) = struct.unpack_from(">H", data, 4)
    for place in range(12, 12 + 16 * count, 16):
        tag, _, start, size = struct.unpack_from(">4s3L", data, place)
        if tag == name:
            return data[start : start + size]
    raise LookupError(name)
