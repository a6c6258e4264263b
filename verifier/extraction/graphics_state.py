"""What one operator leaves for the next: colour spaces, the font, line styles, the path begun.

At a name that the resources do not hold, at three numbers for a grey, at an odd dash, at a path
without length one reader keeps what it had, another takes black, a third draws a line as thin as it
can. Values are those of our pages and of programs that save them anew (ISO 32000-1 §8.4 to §8.6).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

import pikepdf

from verifier.extraction.packed_streams import components

Operands = Sequence[pikepdf.Object | int | Decimal]

_RESOURCES: Final = {
    "Tf": "/Font",
    "gs": "/ExtGState",
    "Do": "/XObject",
    "cs": "/ColorSpace",
    "CS": "/ColorSpace",
}
_DRAWN: Final = (pikepdf.Name.Image, pikepdf.Name.Form)
_VALUES: Final = {
    "Tr": (0, 2),  # 2 makes a letter bolder; none clips
    "J": (0,),
    "j": (0,),
    "M": (4, 10),
}
_COLOURS: Final = {"g": 1, "G": 1, "rg": 3, "RG": 3}
_SHOW: Final = frozenset({"Tj", "TJ", "'"})
_PLACE: Final = frozenset({"Td", "Tm", "T*"}) | _SHOW
"""What has no meaning outside a text object (§9.4)."""
_MARKS: Final = frozenset({"/MCID", "/Type", "/BBox", "/Alt", "/ActualText"})
"""What a marked content says of itself; none is drawn. ActualText has its own check."""
_SMALL: Final = 0.09
"""Of a unit, by all matrices together; Ghostscript writes in tenths."""
_THIN: Final = 0.3
"""Points of a filled area's shorter side: of the rules of a letter it is 0.35. Of tiny areas poppler
draws a whole pixel each, and of such letters are made."""
_SHORT: Final = 0.5
_FINE: Final = 0.1
"""Points of a line's length and breadth: likewise."""
_DENSEST: Final = 72 / 620
"""Points from one pixel of a picture to the next: of denser ones, as scanners make none, PDFium draws
the mean and Ghostscript one of many."""
_MODULE: Final = 0.25 * 72 / 25.4
"""Points of a printed symbol's module, at least: printing.md asks for 0.33 mm."""
_MODULES: Final = frozenset(range(21, 178, 4))
"""On a symbol's side (ISO/IEC 18004 table 1)."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """By q. ``fill``, ``stroke``: components of the colour spaces, None where they are not known;
    ``font``: one is set; ``width``: of lines; ``across``, ``down``: how long a unit is."""

    fill: int | None
    stroke: int | None
    font: bool = False
    width: float = 1.0
    across: float = 1.0
    down: float = 1.0


@dataclass(slots=True)
class _Path:
    """``piece``: the one begun last; ``open``: it was begun and not closed; ``pieces``: before it.
    ``stroked``, ``filled``: all pieces may be."""

    piece: list[tuple[float, float]] = field(default_factory=list)
    open: bool = False
    pieces: int = 0
    stroked: bool = True
    filled: bool = True

    def takes(self, operator: str, values: Sequence[float], unit: float) -> bool:
        """False at what has no length, and where it is filled at what has no breadth."""
        if operator in {"l", "c"}:
            ends = list(zip(values[::2], values[1::2], strict=True))
            moved = self.open and any(end != self.piece[-1] for end in ends)
            self.piece += ends
            return moved
        if operator == "h":
            closed, self.open = self.open, False
            return closed and len(self.piece) > 1
        # cairo ends its paths with a move; in front of a line such a one is nobody's
        moved_only = self.open and len(self.piece) == 1
        self._close(unit)
        if operator == "m":
            self.piece, self.open = [(values[0], values[1])], True
            return not moved_only
        if operator == "re":
            width, height = values[2:]
            self._add(width * unit, height * unit)
            return min(width, height) > 0 and not moved_only
        plain = self.stroked if operator == "S" else self.filled and not moved_only
        plain = plain and self.pieces > 0
        self.pieces, self.stroked, self.filled = 0, True, True
        return plain

    def _close(self, unit: float) -> None:
        if len(self.piece) > 1:
            across, down = zip(*self.piece, strict=True)
            self._add((max(across) - min(across)) * unit, (max(down) - min(down)) * unit)
            # of two areas that turn in opposite ways Ghostscript draws the edges
            alone = self.pieces == 1 and not self.open
            self.filled = self.filled and alone and _is_rectangle(self.piece)
        self.piece, self.open = [], False

    def _add(self, width: float, height: float) -> None:
        self.pieces += 1
        self.stroked = self.stroked and max(width, height) >= _SHORT
        self.filled = self.filled and min(width, height) >= _THIN


def _is_rectangle(corners: Sequence[tuple[float, float]]) -> bool:
    """Its sides upright and level, as our rules are."""
    across, down = {x for x, _ in corners}, {y for _, y in corners}
    level = [left[1] == right[1] for left, right in pairwise(corners)]
    upright = [left[0] == right[0] for left, right in pairwise(corners)]
    turning = all(one != other for one, other in zip(level, upright, strict=True))
    alternating = all(one != other for one, other in pairwise(level))
    return len(corners) == 4 and len(across) == len(down) == 2 and turning and alternating


@dataclass(slots=True)
class GraphicsState:
    """Of one page or of one form, which begins with what it is drawn in."""

    resources: Mapping[str, pikepdf.Object]
    now: _Kept
    saved: list[_Kept] = field(default_factory=list)
    marks: int = 0
    text: bool = False
    symbols: int = 0
    path: _Path = field(default_factory=_Path)

    @classmethod
    def of_page(cls, resources: object) -> "GraphicsState":
        return cls(_held(resources), _Kept(1, 1))

    @classmethod
    def of_form(cls, resources: object) -> "GraphicsState":
        return cls(_held(resources), _Kept(None, None))

    def is_plain(self, operator: str, operands: Operands) -> bool:
        """Take in one operator, whose operands are of the right kinds."""
        if operator in _RESOURCES and not self._names(operator, operands[0]):
            return False
        values = [float(value) for value in operands if isinstance(value, int | Decimal)]
        if operator in _VALUES:
            return values[0] in _VALUES[operator]
        if operator in {"cs", "CS"}:
            self._set(operator, self._components(operands[0]))
        elif operator in {"g", "G", "rg", "RG", "scn", "SCN"}:
            return self._colours(operator, values)
        elif operator in {"BT", "ET"}:
            self.text = operator == "BT"
        elif operator in _PLACE:
            return self.text and self._shows(operator, values, operands)
        elif operator in {"m", "l", "c", "h", "re", "S", "f"}:
            unit = min(self.now.across, self.now.down)
            fine = operator == "S" and self.now.width * unit < _FINE
            return self.path.takes(operator, values, unit) and not fine
        return self._other(operator, values, operands)

    def ends_plainly(self) -> bool:
        return self.marks == 0

    def _other(self, operator: str, values: Sequence[float], operands: Operands) -> bool:
        if operator == "q":
            self.saved.append(self.now)
        elif operator == "Q":
            self.now = self.saved.pop()
        elif operator == "cm":
            across, down = _sides(values)
            self.now = replace(self.now, across=self.now.across * across, down=self.now.down * down)
            return min(self.now.across, self.now.down) > _SMALL
        elif operator in {"Tf", "w"}:
            kept = self.now
            named = operator == "Tf"
            self.now = replace(
                kept, font=kept.font or named, width=kept.width if named else values[0]
            )
            return values[0] > 0
        elif operator in {"Do", "INLINE IMAGE"}:
            drawn = operands[0]
            return self._is_a_symbol(values[0]) if values else self._is_seen_whole(drawn)
        elif operator == "d":
            return operands[0] == pikepdf.Array() and values == [0]
        elif operator in {"BMC", "BDC", "EMC"}:
            self.marks += -1 if operator == "EMC" else 1
            return self.marks >= 0 and (operator != "BDC" or _is_mark(operands[1]))
        return True

    def _is_seen_whole(self, name: object) -> bool:
        drawn = self.resources["/XObject"].get(str(name))
        if not isinstance(drawn, pikepdf.Stream) or drawn.get("/Subtype") == pikepdf.Name.Form:
            return True
        width, height = drawn.get("/Width", 0), drawn.get("/Height", 0)
        least = self.now.across / _DENSEST, self.now.down / _DENSEST
        return 0 < width <= least[0] and 0 < height <= least[1]

    def _is_a_symbol(self, modules: float) -> bool:
        """The only one of its page, of a size that every printer and reader draws module by module."""
        self.symbols += 1
        side = min(self.now.across, self.now.down)
        return self.symbols == 1 and modules in _MODULES and side >= _MODULE * modules

    def _names(self, operator: str, name: object) -> bool:
        if operator in {"cs", "CS"} and components(name) is not None:
            return True
        table = self.resources.get(_RESOURCES[operator])
        if not isinstance(table, pikepdf.Dictionary):
            return False
        found = table.get(str(name))
        if operator == "Do":
            return isinstance(found, pikepdf.Stream) and found.get("/Subtype") in _DRAWN
        return found is not None

    def _components(self, name: object) -> int | None:
        if (own := components(name)) is not None:
            return own
        return components(self.resources["/ColorSpace"].get(str(name)))

    def _set(self, operator: str, count: int | None) -> None:
        if operator.isupper():
            self.now = replace(self.now, stroke=count)
        else:
            self.now = replace(self.now, fill=count)

    def _colours(self, operator: str, values: Sequence[float]) -> bool:
        if operator in _COLOURS:
            self._set(operator, _COLOURS[operator])
        space = self.now.stroke if operator.isupper() else self.now.fill
        return len(values) == space and all(0 <= value <= 1 for value in values)

    def _shows(self, operator: str, values: Sequence[float], operands: Operands) -> bool:
        if operator == "Tm":
            return min(_sides(values)) > _SMALL
        if operator not in _SHOW:
            return True
        first = operands[0]
        shown = list(first) if isinstance(first, pikepdf.Array) else [first]
        # a code has two bytes: of one alone each reader makes what it likes
        return self.now.font and all(
            len(bytes(text)) % 2 == 0 for text in shown if isinstance(text, pikepdf.String)
        )


def _held(resources: object) -> Mapping[str, pikepdf.Object]:
    return dict(resources.items()) if isinstance(resources, pikepdf.Dictionary) else {}


def _sides(matrix: Sequence[float]) -> tuple[float, float]:
    """Of a unit square; of one that is pressed flat, none."""
    a, b, c, d = matrix[:4]
    if math.fabs(a * d - b * c) < _SMALL * _SMALL:
        return 0.0, 0.0
    return math.hypot(a, b), math.hypot(c, d)


def _is_mark(said: object) -> bool:
    return isinstance(said, pikepdf.Dictionary) and said.keys() <= _MARKS
