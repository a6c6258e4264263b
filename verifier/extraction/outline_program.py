"""The program of one glyph (Type 2 charstring, Adobe TN 5177), by the operators our fonts are drawn with.

An interpreter drops the operand too many, another takes it for the first one; one does arithmetic
and random numbers, another not. So each operator must have as many operands as it takes, a path
begins with a move and the glyph ends once. Nothing is drawn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

_LONGEST: Final = 1 << 16
"""Bytes of one glyph with its subroutines in their places; ours have some thousands."""
_COMMON: Final = 1 << 11
"""Bytes of most of ours."""
_CALLS: Final = 200
"""Of subroutines by one glyph; ours make some ten."""
_DEEPEST: Final = 10
"""TN 5177, appendix B."""
_NUMBER: Final = rb"(?:[\x20-\xf6]|[\xf7-\xfe].|\x1c..|\xff....)"
_NUMBERS: Final = re.compile(_NUMBER, re.DOTALL)
_INSTRUCTION: Final = re.compile(
    rb"(" + _NUMBER + rb"*+)(\x0c.|[\x00-\x0b\x0d-\x1b\x1d-\x1f])", re.DOTALL
)
_CALL_OWN, _RETURN, _END, _CALL_SHARED = b"\x0a", b"\x0b", b"\x0e", b"\x1d"
_STEMS: Final = frozenset((b"\x01", b"\x03", b"\x12", b"\x17"))
"""hstem, vstem, hstemhm, vstemhm"""
_MASKS: Final = frozenset((b"\x13", b"\x14"))
"""hintmask, cntrmask"""
_FIRST: Final = {b"\x15": 2, b"\x16": 1, b"\x04": 1, _END: 0}
"""What a glyph without hints begins with, a move or its end, and the operands of each."""


Beginning = tuple[float | None, int, int]
"""A glyph's width, the number of its hints, and where its drawing begins."""


class OutlineError(ValueError):
    """A glyph is written otherwise than ours are."""


def flat_glyph(
    code: bytes, shared: Sequence[bytes], own: Sequence[bytes]
) -> tuple[bytes, float | None]:
    """The glyph with its subroutines in their places, and how much wider than nominal it says it is;
    None: it has the default width.

    ``shared``, ``own``: subroutines of the whole font and of this glyph's part of it.

    Raises:
        OutlineError: it has an operator or a number of operands that none of ours has.
    """
    # typst's fonts have none: what looks like a call is a part of a number there, or refused below
    if (shared or own) and (_CALL_OWN in code or _CALL_SHARED in code):
        flat = _Flat(shared, own)
        if not flat.add(code, 0):
            raise OutlineError
        code = bytes(flat.written)
    if len(code) > _LONGEST:
        raise OutlineError
    return code, _known_width(code) if len(code) <= _COMMON else _width(code)


def _width(code: bytes) -> float | None:
    width, stems, start = beginning(code)
    if not _drawing((stems + 7) // 8).fullmatch(code, start):
        raise OutlineError
    return width


_known_width: Final = lru_cache(maxsize=8192)(_width)
"""Most letters of a file are those of the one before."""


@dataclass(slots=True)
class _Flat:
    """``operands``: so many wait for the operator that is to come; ``stems``: hints so far;
    ``calls``: subroutines begun."""

    shared: Sequence[bytes]
    own: Sequence[bytes]
    written: bytearray = field(default_factory=bytearray)
    operands: int = 0
    stems: int = 0
    calls: int = 0

    def add(self, code: bytes, depth: int) -> bool:
        """True where the glyph ends in it. It must end there, or return, with its last byte."""
        place = 0
        while (found := _INSTRUCTION.match(code, place)) is not None:
            numbers, operator = found.groups()
            place = found.end()
            count = len(_NUMBERS.findall(numbers))
            if operator in {_CALL_OWN, _CALL_SHARED}:
                called = self._called(numbers, operator)
                self.calls += 1
                if max(depth / _DEEPEST, self.calls / _CALLS, len(self.written) / _LONGEST) >= 1:
                    raise OutlineError
                if not self.add(called, depth + 1):
                    continue
            else:
                self.written += numbers
                self.operands += count
                if operator != _RETURN:
                    place += self._operate(operator, code[place : place + _DEEPEST])
                    if operator != _END:
                        continue
            if place != len(code):
                raise OutlineError
            return operator != _RETURN
        raise OutlineError

    def _called(self, numbers: bytes, operator: bytes) -> bytes:
        held = _NUMBERS.findall(numbers)
        if not held:
            raise OutlineError
        self.written += numbers[: len(numbers) - len(held[-1])]
        self.operands += len(held) - 1
        known = self.own if operator == _CALL_OWN else self.shared
        # TN 5176 §16
        bias = 107 if len(known) < 1240 else 1131 if len(known) < 33900 else 32768
        number = _value(held[-1]) + bias
        if not 0 <= number < len(known):
            raise OutlineError
        return known[int(number)]

    def _operate(self, operator: bytes, after: bytes) -> int:
        """How many of the bytes behind are a mask of hints."""
        self.written += operator
        length = 0
        if operator in _STEMS or operator in _MASKS:
            self.stems += self.operands // 2
        if operator in _MASKS:
            length = (self.stems + 7) // 8
            if length > len(after):
                raise OutlineError
            self.written += after[:length]
        self.operands = 0
        return length


def beginning(code: bytes) -> Beginning:
    """The width, the number of hints, and where the drawing begins."""
    width, stems, place, first = None, 0, 0, True
    while (found := _INSTRUCTION.match(code, place)) is not None:
        operator, start = found[2], found.start()
        numbers = _NUMBERS.findall(found[1])
        hints = operator in _STEMS or operator in _MASKS
        takes = len(numbers) // 2 * 2 if hints else _FIRST.get(operator)
        if takes is None or len(numbers) - takes not in ((0, 1) if first else (0,)):
            raise OutlineError
        # pdf.js draws nothing of a glyph with a hint of less than one pair
        if takes < 2 and (operator in _STEMS or (operator in _MASKS and not stems)):
            raise OutlineError
        if len(numbers) > takes:
            width = _value(numbers[0])
            start += len(numbers[0])
        if not hints:
            return width, stems, start
        stems += takes // 2
        if operator in _MASKS:
            return width, stems, found.start(2)
        place, first = found.end(), False
    raise OutlineError


@cache
def _drawing(mask: int) -> re.Pattern[bytes]:
    """All that follows the hints, of which a mask has so many bytes. Operands are counted."""
    n = _NUMBER
    hint = rb"[\x13\x14].{%d}" % mask if mask else rb"(?!)"
    move = rb"(?:" + n + n + rb"\x15|" + n + rb"[\x16\x04])"
    line = rb"(?:" + n + n + rb"){1,24}+\x05|" + n + rb"{1,48}+[\x06\x07]"
    curve = (
        rb"(?:" + n + rb"{6}){1,8}+(?:\x08|" + n + n + rb"\x18)|"
        rb"(?:" + n + rb"{4}){1,12}+" + n + rb"?+[\x1a\x1b\x1e\x1f]|"
        + n + rb"{6}(?:" + n + n + rb"){1,21}+\x19"
    )  # fmt: skip
    drawn = rb"(?:" + curve + rb"|" + line + rb"|" + hint + rb")*+"
    pattern = rb"(?:" + hint + rb")*+(?:" + move + drawn + rb")*+\x0e"
    return re.compile(pattern, re.DOTALL)


def _value(number: bytes) -> float:
    """TN 5177 §3.2, table 1."""
    first = number[0]
    if first == 28:
        return int.from_bytes(number[1:], "big", signed=True)
    if first == 255:
        return int.from_bytes(number[1:], "big", signed=True) / 65536
    if first <= 246:
        return first - 139
    if first <= 250:
        return (first - 247) * 256 + number[1] + 108
    return -(first - 251) * 256 - number[1] - 108
