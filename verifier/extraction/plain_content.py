"""A content stream as our pages are written (ISO 32000-1 §7.8.2), taken apart in one pass.

pdfminer's own parser takes a Python call for each character class that it meets, which is half of
the reading of a page. Here a stream is matched whole, instruction by instruction, with the operands
that each must have; what is written in any other way is not guessed at: the answer is None and
pdfminer reads the stream itself. tests/verifier/extraction/test_plain_content.py holds both to the
same characters.
"""

import re
from collections.abc import Iterator
from typing import Final

from pdfminer.psparser import LIT

Operand = object
"""As pdfminer gives it to its operators: a float, bytes, a literal, or a list of the first two."""
Instruction = tuple[str, tuple[Operand, ...]]
_LONGEST: Final = 1 << 20
"""Bytes. Longer content is told of by drawing.py, and here it would be held in memory."""

_WHITE: Final = rb"[ \t\r\n]"
_END: Final = rb"(?=[ \t\r\n/\[(<]|\Z)"
_NUMBER: Final = rb"[-+]?(?:[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+|\.[0-9]{1,15}+)(?![-+.0-9])"
_NUMBERS: Final = rb"(?:" + _NUMBER + _WHITE + rb"++)*+"
_NAME: Final = rb"/[A-Za-z0-9_+.\-]++"
_PLAIN_BYTES: Final = rb"[^()\\]++|\\(?:[0-3][0-7]{2}|[nrtbf()\\])"
_NESTED: Final = rb"\((?:" + _PLAIN_BYTES + rb"|\((?:" + _PLAIN_BYTES + rb")*+\))*+\)"
_STRING: Final = rb"\((?:" + _PLAIN_BYTES + rb"|" + _NESTED + rb")*+\)"
"""Balanced brackets stand in it for themselves (§7.3.4.2); three deep is more than we write."""
_HEXADECIMAL: Final = rb"<(?:[0-9A-Fa-f]{2})*+>"
_TEXT: Final = rb"(?:" + _STRING + rb"|" + _HEXADECIMAL + rb"(?!>))"
_LIST: Final = rb"\[(?:" + _WHITE + rb"|" + _NAME + rb"|" + _NUMBER + rb")*+\]"
_VALUE: Final = (
    rb"(?:" + _NAME + rb"|" + _LIST + rb"|" + _STRING + rb"|" + _HEXADECIMAL + rb"|"
    rb"(?<=" + _WHITE + rb")" + _NUMBER + rb")"
)  # fmt: skip
_MARK: Final = (
    rb"<<(?:" + _WHITE + rb"*+" + _NAME + _WHITE + rb"*+" + _VALUE + rb")*+" + _WHITE + rb"*+>>"
)
_SYMBOL: Final = (
    rb"BI\s++/W [0-9]{1,3}+\s++/H [0-9]{1,3}+\s++/IM true\s++/BPC 1\s++/D \[1 0\]\s++"
    rb"/F /AHx\s++ID\s[0-9a-f]++>\s*+EI(?=\s)"
)
"""The inline image of a label, as drawing.py knows it; it has no letters."""
_INSTRUCTION: Final = re.compile(
    rb"(?:" + _WHITE + rb"++|" + _SYMBOL + rb"|"
    rb"(?P<numbers>" + _NUMBERS + rb")(?P<plain>[A-Za-z]{1,3}+\*?+)" + _END + rb"|"
    rb"(?P<name>" + _NAME + rb")" + _WHITE + rb"++(?P<after>" + _NUMBERS + rb")"
    rb"(?P<named>Tf|CS|cs|gs|Do|BMC)" + _END + rb"|"
    + _NAME + _WHITE + rb"*+(?P<mark>" + _MARK + rb")" + _WHITE + rb"*+BDC" + _END + rb"|"
    rb"(?P<text>" + _TEXT + rb")" + _WHITE + rb"*+(?P<show>Tj|')" + _END + rb"|"
    rb"\[(?P<texts>(?:" + _WHITE + rb"|" + _TEXT + rb"|" + _NUMBER + rb")*+)\]"
    + _WHITE + rb"*+TJ" + _END + rb")"
)  # fmt: skip
_MCID: Final = re.compile(rb"/MCID\s+([0-9]{1,6})(?=[\s/>])")
_ITEM: Final = re.compile(_TEXT + rb"|" + _NUMBER)
_ESCAPED: Final = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

_COUNTS: Final = {
    b"q": 0, b"Q": 0, b"cm": 6, b"w": 1, b"BT": 0, b"TL": 1, b"Td": 2, b"Tm": 6, b"T*": 0, b"EMC": 0,
}  # fmt: skip
"""Operators that letters depend on or, as ``w`` with a line's width, may fail: how many numbers each has."""
_SILENT: Final = {
    b"J": (1,), b"j": (1,), b"M": (1,), b"m": (2,), b"l": (2,), b"c": (6,), b"h": (0,), b"re": (4,),
    b"S": (0,), b"f": (0,), b"ET": (0,), b"Tr": (1,),
    b"g": (1,), b"G": (1,), b"rg": (3,), b"RG": (3,), b"scn": (1, 3), b"SCN": (1, 3),
}  # fmt: skip
"""Those that no letter is moved by: paths and colours."""
_NAMED: Final = {b"Tf": 1, b"Do": 0}
_METHODS: Final = {
    **{operator: f"do_{operator.decode()}" for operator in (*_COUNTS, *_NAMED, b"Tj")},
    b"T*": "do_T_a",
    b"'": "do__q",
}


def plain_instructions(data: bytes) -> list[Instruction] | None:  # noqa: PLR0912  # each form's own
    """Those of ``data`` that letters depend on, by the names of pdfminer's methods; None where any
    of it is not written plainly."""
    if len(data) > _LONGEST:
        return None
    found: list[Instruction] = []
    place, end, match = 0, len(data), _INSTRUCTION.match
    while place < end:
        instruction = match(data, place)
        if instruction is None:
            return None
        place = instruction.end()
        numbers, plain, name, after, named, mark, text, show, texts = instruction.groups()
        if plain is not None:
            if plain in _COUNTS:
                operands = tuple(map(float, numbers.split()))
                if len(operands) != _COUNTS[plain]:
                    return None
                found.append((_METHODS[plain], operands))
            elif len(numbers.split()) not in _SILENT.get(plain, ()):
                return None
        elif mark is not None:
            number = _MCID.search(mark)
            found.append(("begin_mark", (None if number is None else int(number[1]),)))
        elif texts is not None:
            found.append(("do_TJ", (list(_items(texts)),)))
        elif text is not None:
            found.append((_METHODS[show], (_bytes(text),)))
        elif name is not None:
            operands = tuple(map(float, after.split()))
            if len(operands) != _NAMED.get(named, 0):
                return None
            if named in _NAMED:
                found.append((_METHODS[named], (LIT(name[1:].decode("ascii")), *operands)))
    return found


def _items(texts: bytes) -> Iterator[Operand]:
    for item in _ITEM.findall(texts):
        yield _bytes(item) if item[0] in b"(<" else float(item)


def _bytes(text: bytes) -> bytes:
    """What a string in brackets or in hexadecimal stands for."""
    if text[0] == ord("<"):
        return bytes.fromhex(text[1:-1].decode("ascii"))
    inner = text[1:-1]
    return _ESCAPED.sub(_unescaped, inner) if b"\\" in inner else inner


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    return bytes((int(said, 8),)) if len(said) == 3 else _ESCAPES.get(said, said)
