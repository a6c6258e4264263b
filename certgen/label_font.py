"""The fonts of labels: how wide each character is, its code in a PDF, and the subset to embed.

A label's pages are written before it is known which characters the whole job needs, so the codes
are the font's own character identifiers (CIDs), which a subset of it keeps.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import uharfbuzz as hb  # type: ignore[import-untyped]  # it has no stubs
from pylopdf_fonts_zh_cn import sans_path, serif_path

LABEL_FONTS: Final[tuple[Path, ...]] = (sans_path(), serif_path())
"""黑体 first: on a small label a thermal printer loses the thin strokes of 宋体, which is only for
what 黑体 lacks."""

_CHARSET_OPERATOR: Final = 15
_HALF_WIDTH: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


@dataclass(frozen=True, slots=True)
class Glyph:
    """``font``: place in LABEL_FONTS; ``code``: CID; ``width``: thousandths of an em."""

    font: int
    glyph: int
    code: int
    width: int


@dataclass(frozen=True, slots=True)
class FontBox:
    """What a font descriptor needs (ISO 32000-1 §9.8), in thousandths of an em."""

    name: str
    box: tuple[int, int, int, int]
    ascent: int
    descent: int


class LabelFont:
    """One font. Opened once a process: 8 MB of tables that are only looked up."""

    def __init__(self, place: int, path: Path) -> None:
        data = path.read_bytes()
        self._place = place
        self._face = hb.Face(hb.Blob(data))
        self._font = hb.Font(self._face)
        self._codes = _read_charset(_table(data, b"CFF "), self._face.glyph_count)
        left, bottom, right, top = struct.unpack_from(">4h", _table(data, b"head"), 36)
        ascent, descent = struct.unpack_from(">2h", _table(data, b"hhea"), 4)
        self.box = FontBox(path.stem, (left, bottom, right, top), ascent, descent)

    def glyph(self, character: str) -> Glyph | None:
        found = self._font.get_nominal_glyph(ord(character))
        return None if not found else self._at(found)

    def half_width(self, character: str) -> Glyph:
        """The half-em form of a digit, capital or hyphen, so that all numbers are equally wide."""
        buffer = hb.Buffer()
        buffer.add_str(character)
        buffer.guess_segment_properties()
        hb.shape(self._font, buffer, {"hwid": True})
        return self._at(buffer.glyph_infos[0].codepoint)

    def _at(self, glyph: int) -> Glyph:
        width = self._font.get_glyph_h_advance(glyph)
        return Glyph(self._place, glyph, self._codes[glyph], width)

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """The CFF table with only these glyphs, their CIDs kept."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.layout_feature_tag_set.clear()
        small = hb.subset(self._face, wanted).blob.data
        return _table(small, b"CFF ")

    def outline(self, glyph: int) -> str:
        """The glyph as an SVG path, y upwards, thousandths of an em."""
        parts: list[str] = []
        self._font.draw_glyph_with_pen(glyph, _Pen(parts))
        return "".join(parts)


class _Pen:
    def __init__(self, parts: list[str]) -> None:
        self._add = parts.append

    def moveTo(self, point: tuple[float, float]) -> None:
        self._add(f"M{point[0]:g} {point[1]:g}")

    def lineTo(self, point: tuple[float, float]) -> None:
        self._add(f"L{point[0]:g} {point[1]:g}")

    def curveTo(self, *points: tuple[float, float]) -> None:
        self._add("C" + " ".join(f"{x:g} {y:g}" for x, y in points))

    def qCurveTo(self, *points: tuple[float, float]) -> None:
        self._add("Q" + " ".join(f"{x:g} {y:g}" for x, y in points))

    def closePath(self) -> None:
        self._add("Z")

    def endPath(self) -> None: ...


@cache
def label_fonts() -> tuple[LabelFont, ...]:
    return tuple(LabelFont(place, path) for place, path in enumerate(LABEL_FONTS))


@cache
def glyph_of(character: str) -> Glyph | None:
    """From the first font that has it; None if none has."""
    return next((glyph for font in label_fonts() if (glyph := font.glyph(character))), None)


@cache
def half_width_glyphs() -> Mapping[str, Glyph]:
    """Of what a certificate number is written with."""
    return {character: label_fonts()[0].half_width(character) for character in _HALF_WIDTH}


def _table(font: bytes, tag: bytes) -> bytes:
    """One table of an OpenType font."""
    count = struct.unpack_from(">H", font, 4)[0]
    for name, _, start, length in struct.iter_unpack(">4sLLL", font[12 : 12 + 16 * count]):
        if name == tag:
            return font[start : start + length]
    raise ValueError(f"no {tag.decode()} table")


def _read_charset(cff: bytes, glyphs: int) -> tuple[int, ...]:
    """CID of each glyph (Adobe TN 5176 §13, formats 0, 1 and 2)."""
    names_end = _index_end(cff, cff[2])
    count, size = struct.unpack_from(">HB", cff, names_end)
    first = names_end + 3 + (count + 1) * size - 1
    start = first + int.from_bytes(cff[names_end + 3 : names_end + 3 + size], "big")
    top = cff[start : _index_end(cff, names_end)]
    place = _top_number(top, _CHARSET_OPERATOR)
    form = cff[place]
    place += 1
    if form == 0:
        return (0, *struct.unpack_from(f">{glyphs - 1}H", cff, place))
    codes = [0]
    run = struct.Struct(">HB" if form == 1 else ">HH")
    while len(codes) < glyphs:
        low, left = run.unpack_from(cff, place)
        codes.extend(range(low, low + left + 1))
        place += run.size
    return tuple(codes[:glyphs])


def _index_end(cff: bytes, start: int) -> int:
    """TN 5176 §5."""
    count, size = int.from_bytes(cff[start : start + 2], "big"), cff[start + 2]
    if count == 0:
        return start + 2
    offsets = start + 3
    last = int.from_bytes(cff[offsets + count * size : offsets + (count + 1) * size], "big")
    return offsets + (count + 1) * size - 1 + last


def _top_number(top: bytes, wanted: int) -> int:
    """The integer operand of one operator of the Top DICT (TN 5176 §4)."""
    place, operand = 0, 0
    while place < len(top):
        byte = top[place]
        if byte <= 21:
            operator = byte if byte != 12 else 1200 + top[place + 1]
            place += 1 if byte != 12 else 2
            if operator == wanted:
                return operand
        elif byte == 28:
            operand = int.from_bytes(top[place + 1 : place + 3], "big", signed=True)
            place += 3
        elif byte == 29:
            operand = int.from_bytes(top[place + 1 : place + 5], "big", signed=True)
            place += 5
        elif byte == 30:  # a real number ends with the nibble 15
            place += 1
            while 15 not in divmod(top[place], 16):
                place += 1
            place += 1
        elif byte <= 246:
            operand = byte - 139
            place += 1
        else:
            sign, base = (1, 247) if byte <= 250 else (-1, 251)
            operand = sign * ((byte - base) * 256 + top[place + 1] + 108)
            place += 2
    raise ValueError("no charset in the Top DICT")
