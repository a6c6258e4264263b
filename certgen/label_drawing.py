"""Labels -> page contents: the part of a bulk job that workers do, each for its own chunk.

A content is what stands between a page's stream and endstream, compressed. Texts that many labels
share (the promise, the title) are forms, written once a file. What differs is text by character
code and one inline image for the symbol.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import cbor2
import numpy as np

from certgen.label_font import Glyph, glyph_of, half_width_glyphs
from certgen.label_layout import place_label
from certgen.label_parts import MM, Box, Line, PlacedLabel
from certgen.label_sheet import Sheet, check_sheet, single
from certgen.symbol_tables import Bytes, fit_symbols
from credential.symbol_size import QUIET_ZONE
from scheme.model import Style

_SHARED: Final = frozenset({"title", "promise", "basis", "platform", "caption", "elsewhere"})
"""Fields whose few values come from the pack: drawn as forms."""
_BOLD: Final = 0.022
"""Of the size: the stroke that makes the one weight of the font heavier."""
_HAIRLINE: Final = 0.4
_COMPRESSION: Final = 6
_KEPT: Final = 20_000
"""Placed texts kept for the next labels; more than that, and memory would grow with the job."""
_CIRCLE: Final = 0.5523
"""Of a radius: a quarter of a circle as one Bézier curve."""


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
    _blocks: dict[tuple[object, ...], bytes] = field(default_factory=dict)

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
            if len(self._texts) >= _KEPT // 20:
                self._texts.clear()
            known = self._texts[key] = self._draw_text(placed), placed, self._number(placed.number)
        return known

    def _draw_text(self, placed: PlacedLabel) -> bytes:
        height = self.style.height_mm
        parts = [_hairline(rule, height) for rule in placed.rules]
        if placed.mark is not None:
            parts.append(_circle(placed.mark, height))
        for name, lines in groupby(placed.lines, lambda line: line.field):
            block = tuple(lines)
            parts.append(self._shared(block) if name in _SHARED else self._own(block))
        return b"".join(parts)

    def _own(self, lines: Sequence[Line]) -> bytes:
        return b"BT %sET\n" % self._lines(lines, 0.0, self.style.height_mm)

    def _shared(self, lines: tuple[Line, ...]) -> bytes:
        """A form, drawn from where its first line starts, so that it serves at any height."""
        x, y = lines[0].x, lines[0].y
        content = b"BT %sET\n" % self._lines(lines, x, y)
        name = "S" + hashlib.sha256(content).hexdigest()[:12]
        self._forms[name] = content
        place = _number(x / MM), _number((self.style.height_mm - y) / MM)
        return b"q 1 0 0 1 %s %s cm /%s Do Q\n" % (*place, name.encode())

    def _lines(self, lines: Sequence[Line], left: float, base: float) -> bytes:
        """``base``: height in millimetres from the top that is 0 here, upwards."""
        key = (left, base, *lines)
        known = self._blocks.get(key)
        if known is None:
            if len(self._blocks) >= _KEPT:
                self._blocks.clear()
            known = self._blocks[key] = b"".join(
                part for line in lines for part in self._line(line, left, base)
            )
        return known

    def _line(self, line: Line, left: float, base: float) -> Iterator[bytes]:
        self._characters.update(line.text)
        if line.bold:
            yield b"2 Tr %s w " % _number(_BOLD * line.size)
        yield b"1 0 0 1 %s %s Tm " % (_number((line.x - left) / MM), _number((base - line.y) / MM))
        for font, codes in encoded(line.text):
            yield b"/F%d %s Tf <%s> Tj " % (font, _number(line.size), codes)
        if line.bold:
            yield b"0 Tr "

    def _number(self, line: Line) -> bytes:
        return b"BT " + b"".join(self._line(line, 0.0, self.style.height_mm))


def chunks(count: int, sheet: Sheet, start: int = 1, size: int = 1000) -> Iterator[range]:
    """Places of the labels of each chunk: about ``size``, all but the last ending a full sheet."""
    up = sheet.labels
    each = max(size // up, 1) * up
    first = 0
    while first < count:
        end = min(first + each - (start - 1 if first == 0 else 0), count)
        yield range(first, end)
        first = end


def encoded(text: str) -> Iterator[tuple[int, bytes]]:
    """Runs of one font, as hexadecimal character codes."""
    glyphs = [glyph for character in text if (glyph := glyph_of(character)) is not None]
    by_font: Callable[[Glyph], int] = lambda glyph: glyph.font  # noqa: E731
    for font, run in groupby(glyphs, by_font):
        yield font, b"".join(b"%04x" % glyph.code for glyph in run)


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


def _circle(box: Box, height: float) -> bytes:
    """The room for a mark, dashed."""
    r = box.side / 2 / MM
    x, y, k = box.x / MM + r, (height - box.y) / MM - r, r * _CIRCLE
    points = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    curves = b"".join(b" ".join(map(_number, point)) + b" c " for point in points)
    start = b"%s %s m " % (_number(x + r), _number(y))
    return b"q %s w [1.5 1.5] 0 d %s%sS Q\n" % (_number(_HAIRLINE), start, curves)


def _number(value: float) -> bytes:
    """A PDF number to a hundredth of a point."""
    return (b"%.2f" % value).rstrip(b"0").rstrip(b".")
