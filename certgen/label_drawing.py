"""Labels -> page contents: the part of a bulk job that workers do, each for its own chunk.

A content is what stands between a page's stream and endstream, compressed. Texts that many labels
share (the promise, the title) are forms, written once a file. What differs is text by character
code and one inline image for the symbol.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Final

import cbor2
import numpy as np

from certgen.label_font import glyph_of, half_width_glyphs
from certgen.label_layout import place_label
from certgen.label_parts import MM, Box, Line, PlacedLabel
from certgen.label_sheet import Sheet, check_sheet, single
from certgen.symbol_tables import Bytes, fit_symbols
from credential.symbol_size import QUIET_ZONE
from scheme.model import Style

_SHARED: Final = frozenset({"title", "promise", "basis", "platform", "caption", "elsewhere"})
"""Fields whose few values come from the pack: drawn as forms."""
_BOLD: Final = 0.018
"""Of the size: the stroke that makes the one weight of the font heavier."""
_HAIRLINE: Final = 0.4
_COMPRESSION: Final = 6
_KEPT: Final = 1000
"""Placed labels kept for the next ones, which on pieces of one batch differ by their number alone."""


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

    def to_bytes(self) -> bytes:
        """To go from one process to another, or to wait in a file."""
        return cbor2.dumps([self.pages, dict(self.forms), "".join(sorted(self.characters))])

    @classmethod
    def from_bytes(cls, data: bytes) -> "DrawnPages":
        pages, forms, characters = cbor2.loads(data)
        return cls(tuple(pages), forms, frozenset(characters))


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
    _texts: dict[tuple[str, ...], tuple[bytes, PlacedLabel, bytes]] = field(default_factory=dict)
    _names: dict[tuple[object, ...], bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, style: Style, sheet: Sheet | None = None, start: int = 1) -> "LabelDrawer":
        """``sheet``: None for one label a page.

        Raises:
            SheetError: the style or the start does not go with the sheet.
        """
        sheet = sheet or single(style)
        check_sheet(sheet, style, start)
        return cls(style, sheet, start)

    def check(self, fields: Mapping[str, str]) -> None:
        """Whether these fields can be set, before anything is signed; the number may be missing.

        Raises:
            LabelError, GlyphError: they can't; the message says why.
        """
        self._text({**fields, "number": fields.get("number", "")})

    def draw(self, labels: Sequence[Label], first: int = 0) -> DrawnPages:
        """The pages of a chunk. ``first``: place of its first label in the job, from 0.

        A chunk but the last must end with a full sheet: see :func:`chunks`.

        Raises:
            LabelError, GlyphError, SymbolError: a label can't be drawn; the message says why.
        """
        contents = list(self._contents(labels))
        up = self.sheet.labels
        pages = []
        position = first + self.start - 1
        for _, group in groupby(enumerate(contents, position), lambda item: item[0] // up):
            page = b"".join(self._at(place % up, content) for place, content in group)
            pages.append(zlib.compress(page, _COMPRESSION))
        return DrawnPages(tuple(pages), dict(self._forms), frozenset(self._characters))

    def _at(self, position: int, content: bytes) -> bytes:
        sheet = self.sheet
        if sheet.labels == 1 and not sheet.left and not sheet.top:
            return content
        x, y = sheet.corner(position)
        # a label smaller than its place stands in the middle of it
        x += (sheet.label_width - self.style.width_mm) / 2
        y += (sheet.label_height - self.style.height_mm) / 2
        bottom = sheet.height - y - self.style.height_mm
        return b"q 1 0 0 1 %s %s cm\n%sQ\n" % (_number(x / MM), _number(bottom / MM), content)

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
            text, placed, number = self._text(label.fields)
            own = "".join(_NUMBER_CODES[character] for character in label.fields["number"])
            yield b"%s%s<%s> Tj ET\n%s" % (
                text,
                number,
                own.encode(),
                _symbol(symbol, placed.symbol, self.style.height_mm),
            )

    def _text(self, fields: Mapping[str, str]) -> tuple[bytes, PlacedLabel, bytes]:
        """All but the number and the symbol, which are of this label alone."""
        key = tuple(value for name, value in fields.items() if name != "number")
        known = self._texts.get(key)
        if known is None:
            placed = place_label(self.style, fields)
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            known = self._texts[key] = self._draw_text(placed), placed, self._number(placed.number)
        return known

    def _draw_text(self, placed: PlacedLabel) -> bytes:
        height = self.style.height_mm
        parts = [_hairline(rule, height) for rule in placed.rules]
        if placed.mark is not None:
            parts.append(_corners(placed.mark, height))
        height = self.style.height_mm
        for name, lines in groupby(placed.lines, lambda line: line.field):
            if name in _SHARED:
                parts.append(self._shared(tuple(lines)))
            else:
                own = (self._line(line, 0.0, height) for line in lines)
                parts.append(b"BT %sET\n" % b"".join(own))
        return b"".join(parts)

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
        place = _number(x / MM), _number((self.style.height_mm - y) / MM)
        return b"q 1 0 0 1 %s %s cm /%s Do Q\n" % (*place, name)

    def _line(self, line: Line, left: float, base: float) -> bytes:
        """``left`` and ``base``, from the upper left in millimetres: what is 0, 0 here."""
        self._characters.update(line.text)
        x, y = _number(round(line.x - left, 3) / MM), _number(round(base - line.y, 3) / MM)
        size = _number(line.size)
        shown = b"1 0 0 1 %s %s Tm " % (x, y) + b"".join(
            b"/F%d %s Tf <%s> Tj " % (font, size, codes) for font, codes in encoded(line.text)
        )
        if line.heavy:
            return b"2 Tr %s w %s0 Tr " % (_number(_BOLD * line.size), shown)
        return shown

    def _number(self, line: Line) -> bytes:
        return b"BT " + self._line(line, 0.0, self.style.height_mm)


def chunks(count: int, sheet: Sheet, start: int = 1, size: int = 1000) -> Iterator[range]:
    """Places of the labels of each chunk: about ``size``, all but the last ending a full sheet."""
    up = sheet.labels
    each = max(size // up, 1) * up
    first = 0
    while first < count:
        end = min(first + each - (start - 1 if first == 0 else 0), count)
        yield range(first, end)
        first = end


@lru_cache(maxsize=8192)
def encoded(text: str) -> tuple[tuple[int, bytes], ...]:
    """Runs of one font, as hexadecimal character codes."""
    glyphs = [glyph for character in text if (glyph := glyph_of(character)) is not None]
    return tuple(
        (font, b"".join(b"%04x" % glyph.code for glyph in run))
        for font, run in groupby(glyphs, lambda glyph: glyph.font)
    )


_NUMBER_CODES: Final = {
    character: f"{glyph.code:04x}" for character, glyph in half_width_glyphs().items()
}


def _symbol(modules: Bytes, box: Box, height: float) -> bytes:
    """One image mask of one pixel a module, in hexadecimal: a binary inline image may by chance
    contain the end mark that a reader looks for."""
    count = len(modules)
    module = box.side / (count + 2 * QUIET_ZONE)
    side = _number(count * module / MM)
    left = _number((box.x + QUIET_ZONE * module) / MM)
    bottom = _number((height - box.y - box.side + QUIET_ZONE * module) / MM)
    data = np.packbits(modules, axis=1).tobytes().hex().encode()
    return b"q %s 0 0 %s %s %s cm BI /W %d /H %d /IM true /BPC 1 /D [1 0] /F /AHx ID %s> EI Q\n" % (
        side,
        side,
        left,
        bottom,
        count,
        count,
        data,
    )


def _hairline(rule: tuple[float, float, float], height: float) -> bytes:
    left, y, right = rule
    level = _number((height - y) / MM)
    return b"%s w %s %s m %s %s l S\n" % (
        _number(_HAIRLINE),
        _number(left / MM),
        level,
        _number(right / MM),
        level,
    )


def _corners(box: Box, height: float) -> bytes:
    """The room for a mark: its four corners, each a fifth of its side."""
    tick = box.side / 5
    far_x, far_y = box.x + box.side, box.y + box.side
    lines = []
    for x, inward_x in ((box.x, tick), (far_x, -tick)):
        for y, inward_y in ((box.y, tick), (far_y, -tick)):
            points = (x + inward_x, y), (x, y), (x, y + inward_y)
            lines.append(
                b"%s %s m %s %s l %s %s l S\n"
                % tuple(
                    _number(value / MM)
                    for across, down in points
                    for value in (across, height - down)
                )
            )
    return b"%s w %s" % (_number(_HAIRLINE), b"".join(lines))


@lru_cache(maxsize=16384)
def _number(value: float) -> bytes:
    """A PDF number to a hundredth of a point. Kept: lines stand where those of other labels do."""
    return (b"%.2f" % value).rstrip(b"0").rstrip(b".")
