"""Colours that can't be seen on paper, and a workbook's theme, which cells name colours of."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from certgen.sheet_xml import damaged, own_name, settings_parser

WHITE: Final = frozenset({"0"})
"""Of a theme that is not there."""
_TINGE: Final = 0.12
"""How much darker than white letters have to be."""
_DRAWING: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://purl.oclc.org/ooxml/drawingml/main",
    }
)
_SCHEME: Final = (
    *("lt1", "dk1", "lt2", "dk2"),
    *(f"accent{number}" for number in range(1, 7)),
    *("hlink", "folHlink"),
)
"""In the order in which cells count them: programs take the light before the dark (§18.8.3)."""


class ThemeReader:
    """The colours of a theme (§20.1.6.2), fed piece by piece. ``white``: numbers of those that can't
    be seen on paper, the first in any case."""

    def __init__(self) -> None:
        self.white = set(WHITE)
        self._path: list[str] = []
        self._seen: set[str] = set()
        self._parser = settings_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        self._path.append(own_name(element, _DRAWING))
        match self._path:
            case ["theme", "themeElements", "clrScheme", name]:
                if name in self._seen or name not in (*_SCHEME, "extLst"):
                    damaged()
                self._seen.add(name)
            case ["theme", "themeElements", "clrScheme", name, kind] if name != "extLst":
                self._add(name, kind, attributes)
            case ["theme", "themeElements", "clrScheme", name, *_] if name != "extLst":
                # a colour that is reckoned out of another
                damaged()

    def _add(self, name: str, kind: str, attributes: Mapping[str, str]) -> None:
        match kind:
            case "srgbClr":
                rgb = attributes.get("val", "")
            case "sysClr":
                rgb = attributes.get("lastClr", _SYSTEM.get(attributes.get("val", ""), ""))
            case _:
                damaged()
        if is_white({"rgb": rgb}, ()):
            self.white.add(str(_SCHEME.index(name)))

    def _end(self, _element: str) -> None:
        self._path.pop()


_SYSTEM: Final = {"window": "FFFFFF", "windowText": "000000"}


def is_white(color: Mapping[str, str], theme: Collection[str]) -> bool:
    """Of letters (§18.8.3): by its parts, by the theme's colours, or by the palette's whites; and any
    with so much light added that it is."""
    tint = decimal(color.get("tint", "0").removeprefix("-"))
    if color.get("tint", "").startswith("-"):
        tint = -tint
    if (rgb := color.get("rgb")) is not None:
        white = re.fullmatch("(?:[0-9A-Fa-f]{2})?(?:[EFef][0-9A-Fa-f]){3}", rgb) is not None
        return white or tint > 1 - _TINGE
    white = color.get("theme") in theme or color.get("indexed") in {"1", "9", "65"}
    return tint > (-_TINGE if white else 1 - _TINGE)


def decimal(value: str | None) -> float:
    if (
        value is None
        or re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,30})?([Ee]-[0-9]{1,2})?", value) is None
    ):
        damaged()
    return float(value)
