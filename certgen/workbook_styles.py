"""How a workbook's cells look, and which of its shared texts have letters struck through."""

import re
from collections.abc import Collection, Mapping, Sequence
from operator import or_
from typing import Final

from certgen.number_format import BUILT_IN, FIRST_OWN, LOCAL, NumberFormat, read_format
from certgen.sheet_theme import WHITE, decimal, is_white
from certgen.sheet_xml import (
    damaged,
    is_prefixed,
    is_true,
    local_name,
    own_name,
    settings_parser,
    text_parser,
)
from certgen.shown import CellStyle

_TEXTS: Final = re.compile(
    rb'(?:<si><t(?: xml:space="preserve")?>[^<>]*</t>(?:<phoneticPr [^<>]*/>)?</si>\s*)+'
)
"""Shared texts as programs write them, of letters that look alike."""


_LEGIBLE: Final = 4.0
"""Points."""
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
_OF_RUN: Final = frozenset(
    {
        "rFont",
        "charset",
        "family",
        "b",
        "i",
        "strike",
        "outline",
        "shadow",
        "condense",
        "extend",
        "color",
        "sz",
        "u",
        "vertAlign",
        "scheme",
    }
)
_WITHIN: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"t", "r", "rPh", "phoneticPr"}),
    "r": frozenset({"rPr", "t"}),
    "rPr": _OF_RUN,
    "rPh": frozenset({"t"}),
}
"""What a text holds (§18.4.8, §18.4.4, §18.4.7, §18.4.6)."""


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
                self._small[-1] = decimal(attributes.get("val")) < _LEGIBLE

    def _end(self, _element: str) -> None:
        self._path.pop()

    def _add(self, font: int, fill: int, format: int) -> None:
        struck = faint = False
        if font < len(self._struck):
            bare = fill >= len(self._filled) or not self._filled[fill]
            struck = self._struck[font]
            faint = self._small[font] or (bare and self._white[font])
        self.styles.append(CellStyle(_format(format, self._codes), struck, faint))


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


class TextReader:
    """xl/sharedStrings.xml (§18.4.9), fed piece by piece. ``struck``: numbers of the texts with letters
    struck through."""

    def __init__(self) -> None:
        self.struck: set[int] = set()
        self._count = 0
        self._depth = 0
        self._prefixed = False
        self._rest = b""
        self._text = RichText()
        self._parser = text_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        data, done = self._rest + chunk, 0
        for texts in _TEXTS.finditer(data):
            self._parser.Parse(data[done : texts.start()], False)
            done = texts.start()
            if self._prefixed:
                break
            if self._depth != 1:
                damaged()
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
            self._parser.Parse(texts[0], False)
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._count += texts[0].count(b"<si>")
            done = texts.end()
        cut = data.rfind(b"<si>", done)
        if cut < 0 or len(data) - cut > len(chunk):
            cut = len(data)
        self._parser.Parse(data[done:cut], False)
        self._rest = data[cut:]

    def close(self) -> None:
        self._parser.Parse(self._rest, True)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = own_name(element)
        self._depth += 1
        if self._depth > 2:
            self._text.start(name, attributes)
        elif name != ("sst" if self._depth == 1 else "si"):
            damaged()
        elif name == "si":
            self._text = RichText()
        else:
            self._prefixed = is_prefixed(element)

    def _end(self, _element: str) -> None:
        self._depth -= 1
        if self._depth > 1:
            self._text.end()
        elif self._depth == 1:
            if self._text.struck:
                self.struck.add(self._count)
            self._count += 1


class RichText:
    """One text (CT_Rst, §18.4.8), element by element: letters as they are, or runs that look alike.
    ``struck``: some letters are."""

    def __init__(self) -> None:
        self.struck = False
        self._alone = self._runs = 0
        self._path = [""]
        self._of_run = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        parent = self._path[-1]
        if name not in _WITHIN.get(parent, ()):
            damaged()
        self._path.append(name)
        match name:
            case "r" | "rPh":
                self._of_run = 0
                self._runs += name == "r"
            case "t":
                if not parent:
                    self._alone += 1
                else:
                    self._of_run += 1
            case "strike":
                self.struck |= is_true(attributes.get("val"), absent=True)
        # the first of two, or the last, or both
        if self._of_run > 1 or self._alone > 1 or (self._alone and self._runs):
            damaged()

    def end(self) -> None:
        self._path.pop()
