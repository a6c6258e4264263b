"""An embedded font's own bytes (bare CFF, Adobe TN 5176) as ours are written: each thing once.

Of two glyphs of one CID FreeType draws the first and Ghostscript the last; of two tables of one
name, of a matrix in two places, of parts that overlap each reader takes what it likes. What is
written otherwise than in the fonts of our pages is therefore refused, and nothing is drawn.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from struct import error as StructError
from struct import iter_unpack, unpack_from
from typing import Final, NamedTuple

from verifier.extraction.outline_program import OutlineError, flat_glyph

_ROS, _CHARSET, _CHAR_STRINGS, _FD_ARRAY, _FD_SELECT = 1230, 15, 17, 1236, 1237
_MATRIX, _PRIVATE, _SUBRS, _DEFAULT_WIDTH, _NOMINAL_WIDTH = 1207, 18, 19, 20, 21
_BOX, _VERSION, _COUNT = 5, 1231, 1234
_NAMES: Final = frozenset({0, 1, 2, 3, 4, 1200, 1221, 1222})
_LINES: Final = frozenset({1203, 1204})
"""Of underlining."""
BOXES: Final = frozenset({(-1002, -1048, 2928, 1808), (-997, -1049, 2929, 1809)})
"""Of our two fonts: from where a letter begins to where it ends, by which readers find lines."""
_VALUES: Final[Mapping[int, frozenset[tuple[float, ...]]]] = {
    _BOX: BOXES,
    1203: frozenset({(-150,), (0,)}),
    1204: frozenset({(50,), (0,)}),
    _VERSION: frozenset({(0,), (2.00300002,), (2.00399995,)}),
}
"""Operands of our fonts, and as Ghostscript and cairo write them."""
_TOP: Final = frozenset(
    {_ROS, _CHARSET, _CHAR_STRINGS, _FD_ARRAY, _FD_SELECT, _MATRIX, _BOX, _VERSION, _COUNT}
) | _NAMES | _LINES  # fmt: skip
_NEEDED: Final = frozenset({_ROS, _CHARSET, _CHAR_STRINGS, _FD_ARRAY, _FD_SELECT})
_NAME: Final = re.compile(rb"(?:[A-Z]{6}\+)?Noto(?:Sans|Serif)SC-Regular")
_FONT_NAME: Final = 1238
_PART: Final = frozenset({_FONT_NAME, _MATRIX, _PRIVATE}) | _LINES
_HINTS: Final = (6, 7, 8, 9, 10, 11, 1217, 1212, 1213, 1209, 1210, 1211, 1218)
"""In the order of :class:`Hints`."""
_PRIVATES: Final = frozenset({*_HINTS, _SUBRS, _DEFAULT_WIDTH, _NOMINAL_WIDTH})
"""Operators of the dictionaries of our fonts (TN 5176 §9, §15, §18; 12 x is 1200 + x)."""
_MANY: Final = {
    _ROS: 3, 5: 4, _MATRIX: 6, _PRIVATE: 2,
    6: 14, 7: 10, 8: 14, 9: 10, 1212: 12, 1213: 12,
}  # fmt: skip
"""Operands of each, of the others one; of zones and widths so many at most. Of too many Ghostscript
gives the font up and draws the codes' bytes in one of its own."""
_UP_TO: Final = frozenset({6, 7, 8, 9, 1212, 1213})
_STANDARD: Final = 391
"""TN 5176, appendix A: strings that every reader knows."""
_THOUSANDTHS: Final = (0.001, 0, 0, 0.001, 0, 0)
_MATRICES: Final = frozenset(
    {(None, None), (None, _THOUSANDTHS), (_THOUSANDTHS, None), (_THOUSANDTHS, (1, 0, 0, 1, 0, 0))}
)
"""Of the font and of its part: an em of 1000 however they are put together."""
_LAST: Final = rb"\x0f\x1f\x2f\x3f\x4f\x5f\x6f\x7f\x8f\x9f\xaf\xbf\xcf\xdf\xef\xf0-\xff"
"""Bytes with the nibble that ends a real number."""
_OPERAND: Final = (
    rb"(?:[\x20-\xf6]|[\xf7-\xfe].|\x1c..|\x1d....|\x1e[^" + _LAST + rb"]{0,7}+[" + _LAST + rb"])"
)
_ENTRY: Final = re.compile(rb"(" + _OPERAND + rb"*+)(\x0c.|[\x00-\x0b\x0d-\x15])", re.DOTALL)
_OPERANDS: Final = re.compile(_OPERAND, re.DOTALL)
_NIBBLES: Final = (*"0123456789", ".", "E", "E-", "", "-")

Operands = tuple[float, ...]


class FontError(ValueError):
    """A font is written otherwise than ours are."""


class Hints(NamedTuple):
    """What moves outlines to whole pixels, where a reader does that (TN 5176 §15); empty where it is
    left out."""

    blue: Operands
    other_blues: Operands
    family_blues: Operands
    family_other_blues: Operands
    width_across: Operands
    width_upright: Operands
    language: Operands
    widths_across: Operands
    widths_upright: Operands
    scale: Operands
    shift: Operands
    fuzz: Operands
    expansion: Operands


class Glyph(NamedTuple):
    """``width``: thousandths of an em; ``code``: its outline's program, without calls."""

    width: float
    code: bytes
    hints: Hints


def glyphs(program: bytes, most: int) -> Mapping[int, Glyph]:
    """Each glyph by its CID.

    Raises:
        FontError: it is no CFF as ours are, or has more than ``most`` glyphs.
    """
    try:
        return _glyphs(program, most)
    except (OutlineError, StructError, LookupError, ValueError, OverflowError) as error:
        raise FontError from error


def _glyphs(program: bytes, most: int) -> Mapping[int, Glyph]:
    opened = open_program(program)
    codes, _ = _index(program, opened.char_strings)
    _check(0 < len(codes) <= most)
    cids = _charset(program, opened.charset, len(codes))
    chosen = parts_of(program, opened.select, len(codes))
    return {
        cid: opened.parts[part].glyph(code, opened.shared)
        for cid, code, part in zip(cids, codes, chosen, strict=True)
    }


class Program(NamedTuple):
    """``shared``: subroutines; ``charset``, ``char_strings``, ``select``: where these tables begin."""

    shared: Sequence[bytes]
    parts: "Sequence[Part]"
    charset: int
    char_strings: int
    select: int


def open_program(program: bytes | memoryview) -> Program:
    """Raises FontError, OutlineError, LookupError, ValueError, OverflowError or struct.error."""
    # of another minor version Ghostscript draws the codes' bytes in a font of its own
    _check(bytes(program[:3]) == b"\1\0\4" and 1 <= program[3] <= 4)
    names, place = _index(program, 4)
    tops, place = _index(program, place)
    strings, place = _index(program, place)
    shared, _ = _index(program, place)
    _check(len(names) == len(tops) == 1 and _NAME.fullmatch(names[0]) is not None)
    top = _dictionary(tops[0], _TOP)
    _check(next(iter(top)) == _ROS and top.keys() >= _NEEDED)
    charset, char_strings, parts, select = (
        _offset(top[table]) for table in (_CHARSET, _CHAR_STRINGS, _FD_ARRAY, _FD_SELECT)
    )
    _check_names(top, strings)
    held = [Part(program, one, top, strings) for one in _index(program, parts)[0]]
    # Ghostscript takes the scale of all from the first
    _check(len({part.matrices for part in held}) == 1)
    return Program(shared, held, charset, char_strings, select)


def item_of(data: bytes | memoryview, place: int, number: int) -> bytes:
    """One of the table that begins at ``place``, without reading all of them."""
    (count,) = unpack_from(">H", data, place)
    size, base = data[place + 2], place + 3
    left, right = (
        int.from_bytes(data[at : at + size], "big")
        for at in (base + number * size, base + (number + 1) * size)
    )
    start = base + (count + 1) * size - 1
    return bytes(data[start + left : start + right])


class Part:
    """One font dictionary: its subroutines, and what its glyphs' widths are counted from."""

    def __init__(
        self,
        program: bytes | memoryview,
        held: bytes,
        top: Mapping[int, Operands],
        strings: Sequence[bytes],
    ) -> None:
        font = _dictionary(held, _PART)
        _check_names(font, strings)
        self.matrices = top.get(_MATRIX), font.get(_MATRIX)
        _check(self.matrices in _MATRICES)
        size, place = map(int, font[_PRIVATE])
        _check(size >= 0 and 0 < place <= len(program) - size)
        private = _dictionary(bytes(program[place : place + size]), _PRIVATES)
        self.hints = Hints(*(private.get(operator, ()) for operator in _HINTS))
        (self._default,) = private.get(_DEFAULT_WIDTH, (0,))
        (self._nominal,) = private.get(_NOMINAL_WIDTH, (0,))
        self._own: Sequence[bytes] = ()
        if _SUBRS in private:
            self._own, _ = _index(program, place + _offset(private[_SUBRS]))

    def glyph(self, code: bytes, shared: Sequence[bytes]) -> Glyph:
        flat, more = flat_glyph(code, shared, self._own)
        return Glyph(self._default if more is None else self._nominal + more, flat, self.hints)


def _check(right: bool) -> None:  # what is asked, not a switch
    if not right:
        raise FontError


def _offset(operands: Operands) -> int:
    (place,) = operands
    _check(place > 0 and place == int(place))
    return int(place)


def _index(data: bytes | memoryview, place: int) -> tuple[list[bytes], int]:
    """The items, and where the table ends (TN 5176 §5)."""
    (count,) = unpack_from(">H", data, place)
    if not count:
        return [], place + 2
    size, start = data[place + 2], place + 3
    _check(1 <= size <= 4)
    base = start + (count + 1) * size
    offsets = [int.from_bytes(data[at : at + size], "big") for at in range(start, base, size)]
    _check(offsets[0] == 1 and base - 1 + offsets[-1] <= len(data))
    _check(all(left <= right for left, right in pairwise(offsets)))
    items = [bytes(data[base - 1 + left : base - 1 + right]) for left, right in pairwise(offsets)]
    return items, base - 1 + offsets[-1]


def _dictionary(data: bytes, known: frozenset[int]) -> Mapping[int, Operands]:
    """Operators of ``known`` only, each once (TN 5176 §4)."""
    place, held = 0, dict[int, Operands]()
    while place < len(data):
        found = _ENTRY.match(data, place)
        if found is None:
            raise FontError
        operator = found[2][0] if len(found[2]) == 1 else 1200 + found[2][1]
        _check(operator in known and operator not in held)
        operands = tuple(map(_number, _OPERANDS.findall(found[1])))
        many = _MANY.get(operator, 1)
        _check(len(operands) <= many if operator in _UP_TO else len(operands) == many)
        _check(operator not in _VALUES or operands in _VALUES[operator])
        held[operator] = operands
        place = found.end()
    return held


def _check_names(held: Mapping[int, Operands], strings: Sequence[bytes]) -> None:
    """Each leads to a string that there is (§10), and the collection is Adobe's Identity."""
    named = [held[operator][0] for operator in held.keys() & {*_NAMES, _FONT_NAME}]
    named += held.get(_ROS, ())[:2]
    known = [place for place in named if 0 <= place < _STANDARD + len(strings)]
    _check(len(known) == len(named) and all(place == int(place) for place in named))
    if _ROS in held:
        registry, ordering = (int(place) - _STANDARD for place in held[_ROS][:2])
        _check(min(registry, ordering) >= 0)
        _check((strings[registry], strings[ordering]) == (b"Adobe", b"Identity"))


def _number(operand: bytes) -> float:
    """TN 5176 §4, tables 3 to 5."""
    first = operand[0]
    if first == 30:
        digits = operand[1:].hex()
        return float("".join(_NIBBLES[int(digit, 16)] for digit in digits[: digits.index("f")]))
    if first in {28, 29}:
        return int.from_bytes(operand[1:], "big", signed=True)
    if first <= 246:
        return first - 139
    if first <= 250:
        return (first - 247) * 256 + operand[1] + 108
    return -(first - 251) * 256 - operand[1] - 108


def _charset(data: bytes, place: int, glyphs: int) -> list[int]:
    """CIDs in ascending order (TN 5176 §13): which of two a reader takes is its own affair."""
    form, cids = data[place], [0]
    place += 1
    if form == 0:
        cids += unpack_from(f">{glyphs - 1}H", data, place)
        place += 2 * (glyphs - 1)
    else:
        _check(form in {1, 2})
        run = ">HB" if form == 1 else ">HH"
        while len(cids) < glyphs:
            low, more = unpack_from(run, data, place)
            cids.extend(range(low, low + more + 1))
            place += form + 2
    # and for all where nothing stands behind the table
    _check(place < len(data))
    _check(len(cids) == glyphs and all(left < right for left, right in pairwise(cids)))
    # Ghostscript draws boxes for what stands behind a gap in this form
    _check(form != 2 or cids[-1] == glyphs - 1)
    return cids


def parts_of(data: bytes | memoryview, place: int, glyphs: int) -> list[int]:
    """The font dictionary of each glyph (TN 5176 §19)."""
    form = data[place]
    if form == 0:
        return list(unpack_from(f">{glyphs}B", data, place + 1))
    _check(form == 3)
    (count,) = unpack_from(">H", data, place + 1)
    end = place + 3 + 3 * count
    ranges = list(iter_unpack(">HB", data[place + 3 : end]))
    (last,) = unpack_from(">H", data, end)
    bounds = [first for first, _ in ranges] + [last]
    _check(bounds[0] == 0 and last == glyphs)
    _check(all(left < right for left, right in pairwise(bounds)))
    return [
        part
        for (_, part), (left, right) in zip(ranges, pairwise(bounds), strict=True)
        for _ in range(left, right)
    ]
