"""Labels -> page contents: the part of a bulk job that workers do, each for its own chunk.

A content is what stands between a page's stream and endstream, compressed. Texts that many labels
share (the promise, the title) are forms, written once a file. What differs is text by character
code and one inline image for the symbol.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from certgen.label_font import glyph_of, half_width_glyphs
from certgen.label_layout import LabelError, check_values, label_shape, place_label
from certgen.label_operators import corners, hairline, number, start, symbol_place
from certgen.label_parts import FROM_PACK, MM, OF_ONE_ROW, Box, LabelShape, Line, PlacedLabel
from certgen.label_sheet import Sheet, check_sheet, corner_of, single
from certgen.symbol_tables import fit_symbols
from credential.plain_deflate import deflated
from scheme.model import Style

_BOLD: Final = 0.018
"""Of the size: the stroke that makes the one weight of the font heavier."""
_COMPRESSION: Final = 6
_SHAPES_KEPT: Final = 4096
"""Templates, of 2 KB: another row of a job differs in a word or a figure."""


@dataclass(frozen=True, slots=True)
class Label:
    """``fields``: what is printed, in the order of :func:`certgen.label_layout.label_fields`;
    ``qr_text``: the symbol's."""

    fields: Mapping[str, str]
    qr_text: str


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """What a worker hands to the writer of the file. ``pages``: compressed contents in order.

    ``forms``: contents of the shared texts that they use, by name; ``characters``: all that are
    printed.
    """

    pages: tuple[bytes, ...]
    forms: Mapping[str, bytes]
    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value is drawn: behind ``before`` on its line, at ``size`` points. ``head``: that as
    it is drawn, open for the codes of a value in the first font too; None where it is in another."""

    field: str
    before: str
    size: float
    head: bytes | None


@dataclass(frozen=True, slots=True)
class _Template:
    """All but number and symbol of the labels of one shape. ``parts``: around the slots, one more
    than these."""

    parts: tuple[bytes, ...]
    slots: tuple[_Slot, ...]
    placed: PlacedLabel
    number: bytes


@dataclass(slots=True)
class LabelDrawer:
    """Draws the labels of one job. Each process has its own; what they draw goes together.

    ``start``: position on the first sheet, counted from 1.
    """

    style: Style
    sheet: Sheet
    start: int = 1
    _forms: dict[str, bytes] = field(default_factory=dict)
    _characters: set[str] = field(default_factory=set)
    _last: tuple[object, tuple[bytes, Box]] | None = None
    _names: dict[tuple[object, ...], bytes] = field(default_factory=dict)
    _templates: dict[LabelShape, _Template] = field(default_factory=dict)
    _any: dict[tuple[str, str | float], str] = field(default_factory=dict)
    _batches: dict[tuple[object, ...], _Template] = field(default_factory=dict)

    @classmethod
    def of(cls, style: Style, sheet: Sheet | None = None, start: int = 1) -> "LabelDrawer":
        """``sheet``: None for one label a page.

        Raises:
            SheetError: the style or the start does not go with the sheet.
        """
        sheet = sheet or single(style)
        check_sheet(sheet, style, start)
        return cls(style, sheet, start)

    def draw(self, labels: Sequence[Label], first: int = 0) -> DrawnPages:
        """The pages of a chunk. ``first``: place of its first label in the job, from 0.

        A chunk but the last must end with a full sheet: see :func:`chunks`.

        Raises:
            LabelError, GlyphError, SymbolError: a label can't be drawn; the message says why.
        """
        contents = list(self._contents(labels))
        up = self.sheet.labels
        pages = []
        for begin in range(-((first + self.start - 1) % up), len(contents), up):
            blank = max(-begin, 0)
            group = enumerate(contents[begin + blank : begin + up], blank)
            page = b"".join([self._at(place, content) for place, content in group])
            pages.append(deflated(page, _COMPRESSION))
        return DrawnPages(tuple(pages), dict(self._forms), frozenset(self._characters))

    def _at(self, position: int, content: bytes) -> bytes:
        sheet = self.sheet
        if sheet.labels == 1 and not sheet.left and not sheet.top:
            return content
        x, y = corner_of(sheet, self.style, position)
        bottom = sheet.height - y - self.style.height_mm
        return b"q 1 0 0 1 %s %s cm\n%sQ\n" % (number(x / MM), number(bottom / MM), content)

    def _contents(self, labels: Sequence[Label]) -> Iterator[bytes]:
        layout = self.style.layout
        assert layout is not None
        symbols = fit_symbols(
            [label.qr_text for label in labels],
            layout.symbol_mm,
            self.style.module_mm,
            best=self.style.error_level,
        )
        for label, symbol in zip(labels, symbols, strict=True):
            before, box = self._text(label.fields)
            number = b"".join(map(_NUMBER_CODES.__getitem__, label.fields["number"]))
            place = symbol_place(symbol.side, box.x, box.y, box.side, self.style.height_mm)
            yield b"%s<%s> Tj ET\n%s%s> EI Q\n" % (before, number, place, symbol.rows)

    def _text(self, fields: Mapping[str, str]) -> tuple[bytes, Box]:
        """What is drawn before the number's own characters, and where the symbol stands."""
        names, shared_of, own_names = _kinds_of(tuple(fields))
        alike = names, shared_of(fields)
        own = {name: fields[name] for name in own_names}
        said = *alike, own
        if self._last is None or self._last[0] != said:
            template = self._batch(fields, alike, own)
            text = self._filled(template, fields) + template.number
            self._last = said, (text, template.placed.symbol)
        return self._last[1]

    def _batch(
        self, fields: Mapping[str, str], alike: tuple[object, object], own: Mapping[str, str]
    ) -> _Template:
        """The template with all values in it but those of this row alone, which are checked here.
        ``alike``: names and values of the others."""
        key = (*alike, label_shape(self.style, own))
        known = self._batches.get(key)
        if known is None:
            if len(self._batches) >= _SHAPES_KEPT:
                self._batches.clear()
            known = self._settled(self._template(fields), fields, own)
            self._batches[key] = known
        else:
            check_values(self.style, own)
        return known

    def _template(self, fields: Mapping[str, str]) -> _Template:
        shape = label_shape(self.style, fields)
        check_values(self.style, fields)
        known = self._templates.get(shape)
        if known is None:
            if len(self._templates) >= _SHAPES_KEPT:
                self._templates.clear()
            # of values that one line holds any stands for all: its line need not be broken again
            open_values = {
                entry[0]: self._any.setdefault(entry, fields[entry[0]])
                for entry in shape
                if isinstance(entry[1], float)
            }
            try:
                placed = place_label(self.style, {**fields, **open_values})
            except LabelError:
                # in this label's own words
                placed = place_label(self.style, fields)
            known = self._templates[shape] = self._draw_text(placed, open_values)
        return known

    def _settled(
        self, template: _Template, fields: Mapping[str, str], own: Mapping[str, str]
    ) -> _Template:
        """With all slots filled but those of ``own``."""
        parts, slots, drawn = [], [], [template.parts[0]]
        for slot, part in zip(template.slots, template.parts[1:], strict=True):
            if slot.field in own:
                parts.append(b"".join(drawn))
                slots.append(slot)
                drawn = [part]
            else:
                drawn += (self._value(slot, fields), part)
        parts.append(b"".join(drawn))
        return replace(template, parts=tuple(parts), slots=tuple(slots))

    def _filled(self, template: _Template, fields: Mapping[str, str]) -> bytes:
        drawn = [template.parts[0]]
        for slot, part in zip(template.slots, template.parts[1:], strict=True):
            drawn += (self._value(slot, fields), part)
        return b"".join(drawn)

    def _value(self, slot: _Slot, fields: Mapping[str, str]) -> bytes:
        value = fields[slot.field]
        self._characters.update(value)
        if slot.head is not None and (codes := _first_codes(value)) is not None:
            return b"%s%s> Tj " % (slot.head, codes)
        return _shown(slot.before + value, slot.size)

    def _draw_text(self, placed: PlacedLabel, open_values: Mapping[str, str]) -> _Template:
        """``open_values``: those that are all or the end of their field's last line."""
        height = self.style.height_mm
        parts, slots = [], []
        drawn = [hairline(rule, height) for rule in placed.rules]
        if placed.mark is not None:
            drawn.append(corners(placed.mark, height))
        for name, group in groupby(placed.lines, lambda line: line.field):
            lines = tuple(group)
            if name in FROM_PACK:
                drawn.append(self._shared(lines))
                continue
            value, last = open_values.get(name), lines[-1]
            settled = lines if value is None else lines[:-1]
            drawn += [b"BT ", *(self._line(line, 0.0, height) for line in settled)]
            if value is not None:
                drawn.append(start(last.x, height - last.y))
                parts.append(b"".join(drawn))
                slots.append(self._slot(name, last.text.removesuffix(value), last.size))
                drawn = []
            drawn.append(b"ET\n")
        parts.append(b"".join(drawn))
        return _Template(tuple(parts), tuple(slots), placed, self._number(placed.number))

    def _slot(self, name: str, before: str, size: float) -> _Slot:
        self._characters.update(before)
        codes = _first_codes(before)
        head = None if codes is None else b"/F0 %s Tf <%s" % (number(size), codes)
        return _Slot(name, before, size, head)

    def _shared(self, lines: Sequence[Line]) -> bytes:
        """A form, drawn from where its first line starts, so that it serves at any height."""
        x, y = lines[0].x, lines[0].y
        # within one style, how the lines stand to each other follows from these
        key = (lines[0].size, *(line.text for line in lines))
        name = self._names.get(key)
        if name is None:
            content = b"BT %sET\n" % b"".join(self._line(line, x, y) for line in lines)
            name = b"S" + hashlib.sha256(content).hexdigest()[:12].encode()
            self._forms[name.decode()] = content
            self._names[key] = name
        place = number(x / MM), number((self.style.height_mm - y) / MM)
        return b"q 1 0 0 1 %s %s cm /%s Do Q\n" % (*place, name)

    def _line(self, line: Line, left: float, base: float) -> bytes:
        """``left`` and ``base``, from the upper left in millimetres: what is 0, 0 here."""
        self._characters.update(line.text)
        shown = start(line.x - left, base - line.y) + _shown(line.text, line.size)
        if line.heavy:
            return b"2 Tr %s w %s0 Tr " % (number(_BOLD * line.size), shown)
        return shown

    def _number(self, line: Line) -> bytes:
        begun = b"BT " + self._line(line, 0.0, self.style.height_mm)
        if line.text:
            return begun
        return begun + b"/F%d %s Tf " % (half_width_glyphs()["0"].font, number(line.size))


def chunks(count: int, sheet: Sheet, start: int = 1, size: int = 1000) -> Iterator[range]:
    """Places of the labels of each chunk: about ``size``, all but the last ending a full sheet."""
    up = sheet.labels
    each = max(size // up, 1) * up
    first = 0
    while first < count:
        end = min(first + each - (start - 1 if first == 0 else 0), count)
        yield range(first, end)
        first = end


def encoded(text: str) -> tuple[tuple[int, bytes], ...]:
    """Runs of one font, as hexadecimal character codes."""
    if text and (codes := _first_codes(text)) is not None:
        return ((0, codes),)
    glyphs = [coded for character in text if (coded := _coded(character)) is not None]
    return tuple(
        (font, b"".join([code for _, code in run])) for font, run in groupby(glyphs, itemgetter(0))
    )


def _first_codes(text: str) -> bytes | None:
    """None where not all of it is in the first font."""
    codes = list(map(_first_code, text))
    return b"".join(codes) if all(codes) else None  # type: ignore[arg-type]  # no None among them


@cache
def _first_code(character: str) -> bytes | None:
    """As :func:`_coded`, of what the first font has, which is nearly all."""
    coded = _coded(character)
    return coded[1] if coded is not None and coded[0] == 0 else None


@cache
def _coded(character: str) -> tuple[int, bytes] | None:
    """Font and hexadecimal code; None where no font has it."""
    glyph = glyph_of(character)
    return None if glyph is None else (glyph.font, b"%04x" % glyph.code)


@lru_cache(maxsize=4096)
def _shown(text: str, size: float) -> bytes:
    """Kept: a producer's name stands on all its labels."""
    points = number(size)
    return b"".join(
        [b"/F%d %s Tf <%s> Tj " % (font, points, codes) for font, codes in encoded(text)]
    )


_NUMBER_CODES: Final = {
    character: b"%04x" % glyph.code for character, glyph in half_width_glyphs().items()
}


@lru_cache(maxsize=256)
def _kinds_of(
    names: tuple[str, ...],
) -> tuple[tuple[str, ...], Callable[[Mapping[str, str]], object], tuple[str, ...]]:
    """All these names; what reads the values that other rows of a table have too; and the names of
    those that they seldom have. The number is neither."""
    shared = [name for name in names if name not in OF_ONE_ROW and name != "number"]
    own = tuple(name for name in names if name in OF_ONE_ROW)
    return names, itemgetter(*shared) if shared else lambda _: (), own
