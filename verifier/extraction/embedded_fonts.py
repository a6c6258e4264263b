"""Fonts and what the file says of them beside their own bytes: widths, character collection, flags.

Of widths whose ranges overlap each reader takes another, and some take the font's own instead: so
all must say the same (ISO 32000-1 §9.7.4.3).
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, TypeGuard

import pikepdf
from pikepdf import Name

from verifier.extraction.font_program import BOXES, FontError, Glyph, glyphs
from verifier.extraction.our_letters import is_not_defined, is_our_letter
from verifier.extraction.plain_unicode import unicode_of

_LARGEST: Final = 8 << 20
"""Bytes of all programs; a letter has 60 kB."""
_GLYPHS: Final = 20_000
"""Of all fonts, a second's work; a letter has three hundred."""
_ROUNDED: Final = 1
"""Thousandths of an em."""
_DEFAULT: Final = 1000
"""§9.7.4.3, DW."""
_FORCE_BOLD: Final = 1 << 18
"""§9.8.2: how bold is each reader's own affair."""
_NEEDED: Final = frozenset(
    {"/Type", "/FontName", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent"}
    | {"/CapHeight", "/StemV", "/FontFile3"}
)
_DESCRIPTOR: Final = _NEEDED | {"/StemH", "/CIDSet"}
"""§9.8, tables 122 and 124."""
_HEIGHTS: Final[Mapping[tuple[Decimal | int, Decimal | int], str]] = {
    (1160, -288): "label",
    (880, -120): "typst",
    (1808, -1048): "saved",
    (1809, -1049): "saved",
}
"""Ascent and Descent of a font in the labels, in the pages, and as Ghostscript and cairo save both. By
them pdftotext tells which words stand in one line: of fonts that differ it gave a day to another label."""
_UPRIGHT: Final = {"/ItalicAngle": (0, 0), "/CapHeight": (729, 1809), "/StemV": (80, 439)}
"""From which value to which."""
_COLLECTION: Final = {"/Registry": "Adobe", "/Ordering": "Identity", "/Supplement": 0}


def odd_fonts(fonts: Iterable[pikepdf.Object]) -> Iterator[tuple[str, str]]:
    """Code and words for each Type 0 font that is not written as ours are, or whose letters are not
    ours."""
    seen = set[tuple[int, int]]()
    writers = set[str | None]()
    size, count = 0, 0
    for whole in fonts:
        parts = whole.get(Name.DescendantFonts)
        font = parts[0] if isinstance(parts, pikepdf.Array) and len(parts) == 1 else None
        if not isinstance(font, pikepdf.Dictionary):
            continue  # said elsewhere
        descriptor = font.get(Name.FontDescriptor)
        if not isinstance(descriptor, pikepdf.Dictionary):
            continue  # said elsewhere: it is not embedded
        program = descriptor.get(Name.FontFile3)
        if not isinstance(program, pikepdf.Stream):
            continue
        writers.add(_heights(descriptor))
        is_plain = _is_plain(descriptor) and _is_collection(font.get(Name.CIDSystemInfo))
        if not is_plain or len(writers) > 1:
            yield "FONT_ENTRY", "字体中无法核对的条目"
        if program.objgen in seen:
            yield "FONT_SHARED", "几种字体共用的字形"
            continue
        seen.add(program.objgen)
        data = _bytes(program)
        size += len(data)
        if size > _LARGEST or count >= _GLYPHS:
            yield "FONT_PROGRAM", "过大、未逐字核对的字体"
            return
        own = _glyphs(data, _GLYPHS - count)
        count += len(own or ())
        read = unicode_of(whole.get(Name.ToUnicode))
        if own is None:
            yield "FONT_PROGRAM", "各阅读程序可能画得不同的字体（字形写法）"
        elif read is None:
            yield "FONT_UNICODE", "各阅读程序可能读作不同文字的字体（ToUnicode 的写法）"
        elif not _agree(font, own, read):
            yield "FONT_WIDTHS", "各阅读程序可能画得不同的字体（字宽）"
        elif any(not read[cid].strip() for cid in read.keys() - own.keys()):
            # §9.7.6.3: some readers draw glyph 0 for what is not there, a cross in a box; others nothing,
            # which looks as a blank does. Of letters that are not there no ink is seen; Ghostscript names
            # many that no text shows
            yield "FONT_PROGRAM", "各阅读程序可能画得不同的字体（没有字形的编码）"
        elif (odd := _first_other(own, read)) is not None:
            yield "FONT_OUTLINE", f"字形与出证系统所用字体不同的文字（{odd[:20]}）"


def _is_plain(descriptor: pikepdf.Object) -> bool:
    if not _NEEDED <= descriptor.keys() <= _DESCRIPTOR:
        return False
    flags, box = descriptor.Flags, descriptor.FontBBox
    return (
        _is_whole(flags)
        and not flags & _FORCE_BOLD
        and _is_inside(box)
        and _heights(descriptor) is not None
        and all(
            _is_number(descriptor[key]) and least <= descriptor[key] <= most
            for key, (least, most) in _UPRIGHT.items()
        )
    )


def _heights(descriptor: pikepdf.Object) -> str | None:
    """Whose they are, None where they are nobody's."""
    above, below = descriptor.get(Name.Ascent), descriptor.get(Name.Descent)
    return _HEIGHTS.get((above, below)) if _is_number(above) and _is_number(below) else None


def _is_inside(box: object) -> bool:
    """Of a subset typst writes the box of its own letters."""
    sides = list(box) if isinstance(box, pikepdf.Array) else []
    return len(sides) == 4 and any(
        all(map(_is_number, sides))
        and left <= sides[0] < sides[2] <= right
        and low <= sides[1] < sides[3] <= high
        for left, low, right, high in BOXES
    )


def _is_collection(said: object) -> bool:
    if not isinstance(said, pikepdf.Dictionary) or said.keys() != _COLLECTION.keys():
        return False
    return all(
        (str(value) if isinstance(value, pikepdf.String) else value) == _COLLECTION[key]
        for key, value in said.items()
    )


def _bytes(program: pikepdf.Stream) -> bytes:
    try:
        return program.read_bytes()
    except pikepdf.PdfError:
        return b""


def _glyphs(data: bytes, most: int) -> Mapping[int, Glyph] | None:
    try:
        return glyphs(data, most)
    except FontError:
        return None


def _first_other(own: Mapping[int, Glyph], read: Mapping[int, str]) -> str | None:
    """What a glyph reads as that is another letter or the same one again, so that a text may choose
    between the two; or that it reads as nothing and is there."""
    seen = set[tuple[bytes, str | None]]()
    for cid, glyph in own.items():
        if (glyph.code, read.get(cid)) in seen:
            return read.get(cid) or f"CID {cid}"
        seen.add((glyph.code, read.get(cid)))
        text = read.get(cid)
        if not (is_not_defined(glyph) if text is None else is_our_letter(glyph, text)):
            return text or f"CID {cid}"
    return None


def _agree(font: pikepdf.Object, own: Mapping[int, Glyph], read: Mapping[int, str]) -> bool:
    """Of glyph 0, which no text shows, Ghostscript says no width of its own."""
    widths = _widths(font.get(Name.W))
    other = font.get(Name.DW, _DEFAULT)
    if widths is None or not _is_number(other) or not widths.keys() <= own.keys():
        return False
    return all(
        abs(float(widths.get(cid, other)) - glyph.width) <= _ROUNDED
        for cid, glyph in own.items()
        if cid or 0 in read
    )


def _widths(said: object) -> Mapping[int, float] | None:
    """By CID; None where it is not one list in ascending order, each CID once."""
    if said is None:
        return {}
    held: list[object] = list(said) if isinstance(said, pikepdf.Array) else [None]
    widths: dict[int, float] = {}
    place, least = 0, 0
    while place < len(held):
        first, second = held[place], held[place + 1] if place + 1 < len(held) else None
        if isinstance(second, pikepdf.Array):
            some: list[object] = list(second)
            place += 2
        elif _is_whole(first) and _is_whole(second) and first <= second <= 0xFFFF:
            some = held[place + 2 : place + 3] * (second - first + 1)
            place += 3
        else:
            return None
        if not _is_whole(first) or first < least or not some:
            return None
        least = first + len(some)
        for cid, width in enumerate(some, first):
            if not _is_number(width):
                return None
            widths[cid] = float(width)
    return widths


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> TypeGuard[int | Decimal]:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
