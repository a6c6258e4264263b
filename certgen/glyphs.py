"""Which characters the pages' fonts can print, known before anything is signed.

No font library is needed for this: a character map (OpenType, cmap, format 12) is a list of ranges.
"""

import struct
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pylopdf_fonts_zh_cn import sans_path, serif_path

from credential.fields import FIELDS

FONT_PATHS: Final[tuple[Path, ...]] = (serif_path(), sans_path())
"""Noto Serif SC and Noto Sans SC: all of 通用规范汉字表. Nothing else is ever used on a page."""

_UNICODE_FULL: Final = {(0, 4), (0, 6), (3, 10)}  # platform, encoding: the whole of Unicode


class GlyphError(ValueError):
    """A character can't be printed. ``field`` and ``character`` are the ones."""

    def __init__(self, field: str, character: str) -> None:
        label = FIELDS[field].label or FIELDS[field].english
        super().__init__(
            f"“{label}”中的“{character}”（U+{ord(character):04X}）没有可用的字形，无法打印，"
            "请改用规范字或联系管理员"
        )
        self.field = field
        self.character = character


def check_glyphs(fields: Mapping[str, str]) -> None:
    """Raise GlyphError for the first character, in the order of the page, that no font has."""
    for name, value in fields.items():
        for character in value:
            if not character.isspace() and not has_glyph(character):
                raise GlyphError(name, character)


def has_glyph(character: str) -> bool:
    return any(_in_ranges(ord(character), *_ranges(path)) for path in FONT_PATHS)


def _in_ranges(code: int, starts: tuple[int, ...], ends: tuple[int, ...]) -> bool:
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@cache
def _ranges(path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last characters of each range of one font, ascending."""
    font = path.read_bytes()
    tables = struct.unpack_from(">H", font, 4)[0]
    for tag, _, start, _ in struct.iter_unpack(">4sLLL", font[12 : 12 + 16 * tables]):
        if tag == b"cmap":
            return _read_cmap(font, start)
    raise ValueError(f"{path.name}: no cmap table")


def _read_cmap(font: bytes, cmap: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    records = struct.unpack_from(">H", font, cmap + 2)[0]
    for platform, encoding, offset in struct.iter_unpack(
        ">HHL", font[cmap + 4 : cmap + 4 + 8 * records]
    ):
        start = cmap + offset
        if (platform, encoding) in _UNICODE_FULL and font[start : start + 2] == b"\0\x0c":
            (count,) = struct.unpack_from(">L", font, start + 12)
            groups = [
                (first, last)
                for first, last, _ in struct.iter_unpack(
                    ">LLL", font[start + 16 : start + 16 + 12 * count]
                )
            ]
            return tuple(first for first, _ in groups), tuple(last for _, last in groups)
    raise ValueError("no format 12 character map")
