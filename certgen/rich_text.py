"""A workbook's texts, and those with letters that look otherwise than the rest (§ are of ECMA-376 part 1)."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from certgen.sheet_theme import WHITE, decimal, is_white
from certgen.sheet_xml import damaged, is_prefixed, is_true, own_name, text_parser

STRUCK_LETTERS: Final = -1
"""In the place of a style: some of the letters are struck through."""
FAINT_LETTERS: Final = -2
"""The same: some are as white as the paper, or too small to be read."""
LEGIBLE: Final = 4.0
"""Points."""
_TEXTS: Final = re.compile(
    rb'(?:<si><t(?: xml:space="preserve")?>[^<>]*</t>(?:<phoneticPr [^<>]*/>)?</si>\s*)+'
)
"""Shared texts as programs write them, of letters that look alike."""
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


class TextReader:
    """xl/sharedStrings.xml (§18.4.9), fed piece by piece. ``odd``: by the numbers of the texts with
    such letters, STRUCK_LETTERS or FAINT_LETTERS."""

    def __init__(self, white: Collection[str] = WHITE) -> None:
        self.odd: dict[int, int] = {}
        self._white = white
        self._count = 0
        self._depth = 0
        self._prefixed = False
        self._rest = b""
        self._text = RichText(white)
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
            self._text = RichText(self._white)
        else:
            self._prefixed = is_prefixed(element)

    def _end(self, _element: str) -> None:
        self._depth -= 1
        if self._depth > 1:
            self._text.end()
        elif self._depth == 1:
            if self._text.mark:
                self.odd[self._count] = self._text.mark
            self._count += 1


class RichText:
    """One text (CT_Rst, §18.4.8), element by element: letters as they are, or runs that look alike.
    ``mark``: STRUCK_LETTERS or FAINT_LETTERS where some letters are that, else 0. ``white``: colours of
    the theme that can't be seen on paper."""

    def __init__(self, white: Collection[str] = WHITE) -> None:
        self.mark = 0
        self._white = white
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
            case "strike" if is_true(attributes.get("val"), absent=True):
                self.mark = STRUCK_LETTERS
            case "color" if is_white(attributes, self._white):
                self.mark = self.mark or FAINT_LETTERS
            case "sz" if decimal(attributes.get("val")) < LEGIBLE:
                self.mark = self.mark or FAINT_LETTERS
        # the first of two, or the last, or both
        if self._of_run > 1 or self._alone > 1 or (self._alone and self._runs):
            damaged()

    @property
    def is_whole(self) -> bool:
        """Nothing in it is open."""
        return len(self._path) == 1

    def end(self) -> None:
        self._path.pop()
