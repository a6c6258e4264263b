"""How a workbook's cells look."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import or_
from typing import Final

from certgen.number_format import BUILT_IN, FIRST_OWN, LOCAL, NumberFormat, read_format
from certgen.rich_text import LEGIBLE
from certgen.sheet_theme import WHITE, decimal, is_white
from certgen.sheet_xml import (
    damaged,
    is_true,
    local_name,
    own_name,
    settings_parser,
)
from certgen.shown import CellStyle

_INDENT: Final = 9
"""Of three blanks each (§18.8.1): wider than most columns."""
_ITEMS: Final = {
    "fonts": "font",
    "fills": "fill",
    "cellXfs": "xf",
    "numFmts": "numFmt",
    "dxfs": "dxf",
}
"""Lists, of one kind each, that other parts count in: one more, or one less, gives all after it
another look."""
_COUNTED: Final = frozenset({"cellXfs", "numFmts"})
"""That the reader of the values takes from wherever they stand."""


class StyleReader:
    """xl/styles.xml (ECMA-376 part 1 §18.8), fed piece by piece. ``styles``: by the number that
    cells have as ``s``; ``rules``: of the styles that rules give to cells, whether it is an odd one."""

    def __init__(self, white: Collection[str] = WHITE) -> None:
        self._theme = white
        self.styles: list[CellStyle] = []
        self._changes: list[bool] = []
        self._pale: list[bool] = []
        self._codes: dict[int, str] = {}
        self._struck: list[bool] = []
        self._white: list[bool] = []
        self._small: list[bool] = []
        self._filled: list[bool] = []
        self._path: list[str] = []
        self._seen: set[str] = set()
        self._parser = settings_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    @property
    def rules(self) -> list[bool]:
        return list(map(or_, self._changes, self._pale))

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._path.append(own_name(element))
        self._place(local_name(element))
        match self._path[1:]:
            case [part] if part in _ITEMS:
                if part in self._seen:
                    damaged()
                self._seen.add(part)
            case ["numFmts", "numFmt"]:
                self._codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            case ["fonts", "font"]:
                self._struck.append(False)
                self._white.append(False)
                self._small.append(False)
            case ["fonts", "font", name]:
                self._start_letters(name, attributes)
            case ["fills", "fill"]:
                self._filled.append(False)
            case ["fills", "fill", "patternFill"]:
                self._filled[-1] = attributes.get("patternType", "none") != "none"
            case ["fills", "fill", "patternFill", "fgColor"]:
                # of no pattern nothing is drawn (§18.8.32), whatever its colour
                self._filled[-1] &= not is_white(attributes, self._theme)
            case ["fills", "fill", "gradientFill", "stop", "color"]:
                self._filled[-1] |= not is_white(attributes, self._theme)
            case ["dxfs", "dxf", *inside]:
                self._start_rule(inside, attributes)
            case ["cellXfs", "xf"]:
                said = (attributes.get(name) for name in ("fontId", "fillId", "numFmtId"))
                self._add(*map(_number, said))
            case ["cellXfs", "xf", "alignment"] if self.styles and _is_crowded(attributes):
                self.styles[-1] = replace(self.styles[-1], crowded=True)

    def _start_rule(self, inside: Sequence[str], attributes: Mapping[str, str]) -> None:
        match inside:
            case []:
                self._changes.append(False)
                self._pale.append(False)
            case ["font", "strike" as name] | ["numFmt" as name]:
                self._changes[-1] |= changes_looks(name, attributes)
            case ["font", "color"]:
                self._pale[-1] = is_white(attributes, self._theme)
            case ["fill", "patternFill", "bgColor"]:
                # of a rule this is the one that is drawn (§18.8.32)
                self._pale[-1] &= is_white(attributes, self._theme)

    def _place(self, local: str) -> None:
        match self._path:
            case [root]:
                misplaced = root != "styleSheet"
            case [_, part]:
                misplaced = local in _COUNTED and part != local
            case [_, part, item] if part in _ITEMS:
                misplaced = item != _ITEMS[part]
            case [*_, name]:
                misplaced = name in _ITEMS or local in _COUNTED
            case _:
                return
        if misplaced:
            damaged()

    def _start_letters(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "strike":
                self._struck[-1] = is_true(attributes.get("val"), absent=True)
            case "color":
                self._white[-1] = is_white(attributes, self._theme)
            case "sz":
                self._small[-1] = decimal(attributes.get("val")) < LEGIBLE

    def _end(self, _element: str) -> None:
        self._path.pop()

    def _add(self, font: int, fill: int, format: int) -> None:
        struck = faint = False
        if font < len(self._struck):
            bare = fill >= len(self._filled) or not self._filled[fill]
            struck = self._struck[font]
            faint = self._small[font] or (bare and self._white[font])
        self.styles.append(CellStyle(_format(format, self._codes), struck, faint))


def _is_crowded(alignment: Mapping[str, str]) -> bool:
    """§18.8.1: repeated until the cell is full, turned, or moved out of it."""
    turned = _number(alignment.get("textRotation")) != 0
    return (
        alignment.get("horizontal") == "fill"
        or turned
        or _number(alignment.get("indent")) > _INDENT
    )


def changes_looks(name: str, attributes: Mapping[str, str]) -> bool:
    """Of an element of a rule's style."""
    if name == "strike":
        return is_true(attributes.get("val"), absent=True)
    return not read_format(attributes.get("formatCode", "")).is_plain


def _number(value: str | None) -> int:
    if value is None:
        return 0
    if re.fullmatch("[0-9]{1,9}", value) is None:
        damaged()
    return int(value)


def _format(number: int, codes: Mapping[int, str]) -> NumberFormat | None:
    """None: not said, or said in two ways: programs take the one or the other."""
    own, built_in = codes.get(number), BUILT_IN.get(number)
    if built_in is None:
        local = LOCAL if number < FIRST_OWN else None
        return local if own is None else read_format(own)
    format = read_format(built_in)
    if own is None or own == built_in:
        return format
    said = read_format(own)
    return said if said.is_plain and format.is_plain and said.is_date == format.is_date else None
