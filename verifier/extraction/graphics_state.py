"""What one operator leaves for the next: colour spaces, the font, line styles, the path begun.

At a name that the resources do not hold, at three numbers for a grey, at an odd dash, at a path
without length one reader keeps what it had, another takes black, a third draws a line as thin as it
can. Values are those of our pages and of programs that save them anew (ISO 32000-1 §8.4 to §8.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple, cast

import pikepdf

from credential.symbol_size import QUIET_ZONE, SIDES
from verifier.extraction.drawn_path import DrawnPath
from verifier.extraction.packed_streams import components
from verifier.extraction.path_ink import PathInk, Point
from verifier.extraction.transform import (
    UNIT,
    Transform,
    is_even,
    is_near,
    is_square,
    multiplied,
    point,
    sides,
)

Operands = Sequence[pikepdf.Object | int | Decimal]

_NUMBER: Final = (int, Decimal)
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
_PLACE: Final = frozenset({"Td", "Tm", "T*", "TL"}) | _SHOW
"""What has no meaning outside a text object (§9.4)."""
_MARKS: Final = frozenset({"/MCID", "/Type", "/BBox", "/Alt"})
"""What a marked content says of itself; none is drawn, and no reader puts it in the place of letters."""
_TAGS: Final = frozenset({"/Span", "/Artifact"})
_NOT_READ: Final = -1
"""In the place of an MCID: no content of the page (§14.8.2.2)."""
_SMALL: Final = 0.09
"""Of a unit, by all matrices together; Ghostscript writes in tenths."""
_LARGEST: Final = 1000.0
"""Likewise, and of a font."""
_SMALLEST_FONT: Final = 0.9
"""Some programs set 1 and make it larger by the matrix. In hundredths a matrix of 10,000 would be
wanted, and at that readers round letters away from their places."""
_FINE: Final = 0.1
"""Points of a line's length and breadth: likewise."""
_BROAD: Final = 2.5
"""Points; ours are of 1.3 at most. Of what is short and broad the length says nothing."""
INKED: Final = 200_000
"""Places of a page's paths; a certificate as cairo saves it has 29,000."""
_MODULE: Final = 0.25 * 72 / 25.4
"""Points of a printed symbol's module, at least: printing.md asks for 0.33 mm. Of denser pictures
PDFium draws the mean and Ghostscript one pixel of many."""
_STEPS: Final = 8
"""Matrices one upon the other, since what was saved; our pages have two."""
_MOVES: Final = 200
"""From the last place that was given outright; Ghostscript makes 25. Readers add them up in numbers of
32 or of 64 bits."""
_SHIFTED: Final = 20_000.0
"""Thousandths of an em that a text is moved between its letters, in all; one has 2,000."""


class _Kept(NamedTuple):
    """By q. ``fill``, ``stroke``: components of the colour spaces, None where they are not known;
    ``font``: one is set; ``width``: of lines, 0 where it is not known; ``mode``: of text; ``steps``:
    matrices that ``transform`` is made of."""

    fill: int | None
    stroke: int | None
    font: bool = False
    width: float = 1.0
    mode: int = 0
    transform: Transform = UNIT
    steps: int = 0


@dataclass(slots=True)
class GraphicsState:
    """Of one page or of one form, which begins with what it is drawn in. ``named``, ``spaces``: what
    the resources hold by a name, once looked up; ``inked``: where its paths leave ink; ``forms``: those
    drawn, by number, and where; ``marks``: the marked contents that are open, each with its MCID,
    _NOT_READ or None, ``marked``: the MCIDs of all that were, and ``unmarked``: letters stand outside of these;
    ``alts``: what marks say in words, and ``replaced``: the one that is open says some."""

    resources: Mapping[str, pikepdf.Object]
    now: _Kept
    saved: list[_Kept] = field(default_factory=list)
    marks: list[int | None] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    unmarked: bool = False
    alts: list[str] = field(default_factory=list)
    replaced: bool = False
    text: bool = False
    symbols: int = 0
    line: Transform = UNIT
    moves: int = 0
    shifted: float = 0.0
    leading: float | None = None
    path: DrawnPath = field(default_factory=DrawnPath)
    inked: PathInk = field(default_factory=PathInk)
    forms: list[tuple[tuple[int, int], Point]] = field(default_factory=list)
    named: dict[tuple[str, str], bool] = field(default_factory=dict)
    spaces: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def of_page(cls, resources: object) -> "GraphicsState":
        return cls(_held(resources), _Kept(1, 1))

    @classmethod
    def of_form(cls, resources: object) -> "GraphicsState":
        # what a form begins with is its page's: PDFium and pdfminer forget the leading, others do not
        return cls(_held(resources), _Kept(None, None, width=0.0))

    def is_plain(self, operator: str, operands: Operands) -> bool:
        """Take in one operator, whose operands are of the right kinds."""
        if operator in _RESOURCES and not self._names(operator, operands[0]):
            return False
        values = [float(value) for value in operands if isinstance(value, _NUMBER)]
        if operator == "Tr":
            self.now = self.now._replace(mode=int(values[0]))
        if operator in _VALUES:
            return values[0] in _VALUES[operator]
        if operator in {"cs", "CS"}:
            self._set(operator, self._components(operands[0]))
        elif operator in {"g", "G", "rg", "RG", "scn", "SCN"}:
            return self._colours(operator, values)
        elif operator in {"BT", "ET"}:
            self.text = operator == "BT"
            self.line, self.moves, self.shifted, self.leading = UNIT, 0, 0.0, None
        elif operator in _PLACE:
            return self.text and self._shows(operator, values, operands)
        elif operator in {"m", "l", "c", "h", "re", "S", "f"}:
            unit = min(sides(self.now.transform))
            pen = self.now.width * unit
            plainly = operator != "S" or (_FINE <= pen <= _BROAD and self.path.is_short(pen))
            near = all(is_near(point(corner, self.now.transform)) for corner in _points(values))
            plain = self.path.takes(operator, values, unit) and near and plainly
            return self._paints(operator) and plain
        return self._other(operator, values, operands)

    def _paints(self, operator: str) -> bool:
        """False where there is more ink than is looked for."""
        if operator == "S":
            self.inked.stroke(self.path.lines, self.now.width, self.now.transform)
        elif operator == "f":
            self.inked.fill(self.path.areas, self.now.transform)
        if operator in {"S", "f"}:
            self.path = DrawnPath()
        return self.inked.count <= INKED

    def ends_plainly(self) -> bool:
        return not self.marks

    def _other(self, operator: str, values: Sequence[float], operands: Operands) -> bool:
        if operator == "q":
            self.saved.append(self.now)
        elif operator == "Q":
            self.now = self.saved.pop()
        elif operator == "cm":
            now = multiplied(_matrix(values), self.now.transform)
            self.now = self.now._replace(transform=now, steps=self.now.steps + 1)
            return _is_plain_transform(now) and self.now.steps <= _STEPS
        elif operator in {"Tf", "w"}:
            kept = self.now
            named = operator == "Tf"
            self.now = kept._replace(
                font=kept.font or named, width=kept.width if named else values[0]
            )
            return (_SMALLEST_FONT if named else 0) < values[0] <= _LARGEST
        elif operator in {"Do", "INLINE IMAGE"}:
            drawn = operands[0]
            return self._is_a_symbol(values[0]) if values else self._draws(drawn)
        elif operator == "d":
            return operands[0] == pikepdf.Array() and values == [0]
        elif operator in {"BMC", "BDC", "EMC"}:
            return self._marks(operator, operands)
        return True

    def _marks(self, operator: str, operands: Operands) -> bool:
        """§14.6: none within another, and what is marked as no content of the page has no letters."""
        if operator == "EMC":
            self.replaced = False
            if self.marks:
                self.marks.pop()
                return True
            return False
        said = operands[1] if operator == "BDC" else pikepdf.Dictionary()
        tag = str(operands[0])
        if self.marks or tag not in _TAGS or not _is_mark(said):
            return False
        if (words := cast(pikepdf.Dictionary, said).get("/Alt")) is not None:
            self.alts.append(str(words))
            self.replaced = True
        if tag == "/Artifact":
            self.marks.append(_NOT_READ)
            return True
        number = cast(pikepdf.Dictionary, said).get("/MCID")
        known = number if isinstance(number, int) and not isinstance(number, bool) else None
        if known is not None:
            self.marked.append(known)
        self.marks.append(known)
        return (number is None) == (known is None)

    def _draws(self, name: object) -> bool:
        """A form as large as it is, or the picture of a symbol."""
        drawn = self.resources["/XObject"].get(str(name))
        if not isinstance(drawn, pikepdf.Stream):
            return False
        if drawn.get("/Subtype") == pikepdf.Name.Form:
            self.forms.append((drawn.objgen, self.now.transform[4:]))
            return self.now.transform[:4] == UNIT[:4] and self.now.mode == 0
        side = drawn.get("/Width")
        if not isinstance(side, int):
            return False
        # with the quiet zone, of 4 modules on each side, there are as many pixels as in another size
        return self._is_a_symbol(side if side in SIDES else side - 2 * QUIET_ZONE)

    def _is_a_symbol(self, modules: float) -> bool:
        """The only one of its page, of a size that every printer and reader draws module by module."""
        self.symbols += 1
        shown = is_square(self.now.transform)
        side = min(sides(self.now.transform))
        return self.symbols == 1 and shown and modules in SIDES and side >= _MODULE * modules

    def _names(self, operator: str, name: object) -> bool:
        key = operator, str(name)
        if key not in self.named:
            self.named[key] = self._holds(operator, name)
        return self.named[key]

    def _holds(self, operator: str, name: object) -> bool:
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
        key = str(name)
        if key not in self.spaces:
            own = components(name)
            if own is None:
                own = components(self.resources["/ColorSpace"].get(key))
            self.spaces[key] = own
        return self.spaces[key]

    def _set(self, operator: str, count: int | None) -> None:
        if operator.isupper():
            self.now = self.now._replace(stroke=count)
        else:
            self.now = self.now._replace(fill=count)

    def _colours(self, operator: str, values: Sequence[float]) -> bool:
        if operator in _COLOURS:
            self._set(operator, _COLOURS[operator])
        space = self.now.stroke if operator.isupper() else self.now.fill
        # black: what has another colour may cover what one reader alone draws beneath it
        return len(values) == space and not any(values)

    def _shows(self, operator: str, values: Sequence[float], operands: Operands) -> bool:
        if operator == "TL":
            self.leading = values[0]
            return True
        if operator not in _SHOW:
            return self._moves(operator, values)
        if self.marks == [_NOT_READ] or self.replaced:
            # pdf.js tells screen readers to pass over it, with a structure or without; others read what
            # is said in the place of letters (§14.9.3)
            return False
        self.unmarked |= self.marks in ([], [None])
        moved = operator != "'" or self._moves("T*", ())
        first = operands[0]
        shown = list(first) if isinstance(first, pikepdf.Array) else [first]
        for item in shown:
            self.shifted += 0.0 if isinstance(item, pikepdf.String) else float(item)
            if abs(self.shifted) > _SHIFTED:
                return False
        # a code has two bytes: of one alone each reader makes what it likes
        pen = self.now.width * min(sides(self.now.transform))
        outlined = self.now.mode == 0 or 0 < pen <= _BROAD
        return (moved and self.now.font and outlined) and all(
            len(bytes(text)) % 2 == 0 for text in shown if isinstance(text, pikepdf.String)
        )

    def _moves(self, operator: str, values: Sequence[float]) -> bool:
        """To where the next line begins (§9.4.2)."""
        self.shifted = 0.0
        if operator == "Tm":
            self.line, self.moves = _matrix(values), 0
            plain = _is_plain_transform(self.line)
        elif operator == "T*" and self.leading is None:
            return False
        else:
            across, down = (0.0, -(self.leading or 0.0)) if operator == "T*" else values
            self.line = multiplied((1, 0, 0, 1, across, down), self.line)
            self.moves += 1
            plain = self.moves <= _MOVES
        return plain and is_near(point((0, 0), multiplied(self.line, self.now.transform)))


def _held(resources: object) -> Mapping[str, pikepdf.Object]:
    return dict(resources.items()) if isinstance(resources, pikepdf.Dictionary) else {}


def _matrix(values: Sequence[float]) -> Transform:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _is_plain_transform(transform: Transform) -> bool:
    """Neither pressed flat nor so large or far that readers' numbers differ in what they can hold; nor
    aslant: of a skewed pen each reader makes another line, though the letters stand upright again."""
    large = max(map(abs, transform[:4])) <= _LARGEST
    small = min(sides(transform)) <= _SMALL
    return large and not small and is_even(transform) and is_near(transform[4:])


def _points(values: Sequence[float]) -> Sequence[tuple[float, float]]:
    """Of a path's operands; of a rectangle's, two corners and the other two between them."""
    if len(values) == 4:
        x, y, width, height = values
        return (x, y), (x + width, y + height)
    return list(zip(values[::2], values[1::2], strict=True))


def _is_mark(said: object) -> bool:
    return isinstance(said, pikepdf.Dictionary) and said.keys() <= _MARKS
