"""Reading a document: evidence -> the printed fields, each with its place.

The rule: a label at the start of a line or cell starts a field; text without a label belongs to the
field in whose column it stands; text above the first label is the title; the words in the symbol's
block are the caption and the number. Every character lands in some field, so that nothing can be
added to a page without a field ceasing to match.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from credential.verdict import Place
from verifier.evidence import Box, Evidence, Form, Paragraph, Symbol
from verifier.lines import LABELS, Segment, segments_of, union
from verifier.visibility import is_confirmed, is_visible

_BLOCK_MM: Final = 3.0
"""No text but the block's own stands so near beside the symbol's column."""
_OUTSIDE: Final = 0.6
"""Parts of an em: an opening mark that is compressed at a line's start stands half an em outside."""
_BELOW_MM: Final = 25.0
"""The number is at most so far below its symbol."""
_LARGEST_MM: Final = 45.0
"""Of our symbols' sides."""
_SET_AGAIN: Final = 0.2
"""Part of a file's letters that are not confirmed. Letters that LibreOffice or MuPDF set with fonts
of theirs have 0.26 to 1; a page of ours with a value set in a foreign font has at most 0.02."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One field as read. ``confirmed``: every character was also seen in the page's picture.
    ``pieces``: its runs of text on a page; a DOCX has none."""

    value: str
    place: Place | None
    confirmed: bool
    pieces: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """``repeated``: fields whose label stands more than once, with the later place. ``set_again``:
    another program set the page's type, so that what was read is not all that stands there."""

    fields: Mapping[str, Printed]
    repeated: tuple[tuple[str, Place | None], ...] = ()
    set_again: bool = False


@dataclass(slots=True)
class _Sheet:
    """Fields as they are gathered, in the order of the page."""

    pieces: dict[str, list[Segment]] = field(default_factory=dict)
    repeated: list[tuple[str, Place | None]] = field(default_factory=list)

    def start(self, name: str, segment: Segment) -> None:
        if name in self.pieces:
            self.repeated.append((name, Place(segment.page, segment.box)))
        self.pieces.setdefault(name, []).append(segment)

    def go_on(self, name: str, segment: Segment) -> None:
        self.pieces.setdefault(name, []).append(segment)


def read_fields(evidence: Evidence) -> Reading:
    """The printed fields of a PDF or DOCX; hidden characters are not read at all."""
    if evidence.form is Form.DOCX:
        return _read_paragraphs(evidence.paragraphs)
    pages = range(1, len(evidence.pages) + 1)
    reading = read_segments(
        (
            segments_of(filter(is_visible, evidence.glyphs), page),
            [symbol for symbol in evidence.symbols if symbol.page == page],
        )
        for page in pages
    )
    unsure = sum(not is_confirmed(glyph) for glyph in evidence.glyphs)
    return replace(reading, set_again=unsure > _SET_AGAIN * len(evidence.glyphs))


def read_segments(pages: Iterable[tuple[list[Segment], Sequence[Symbol]]]) -> Reading:
    """Fields of the segments of each page, from top to bottom, and the symbols among them."""
    sheet = _Sheet()
    columns: list[tuple[float, str]] = []
    for segments, symbols in pages:
        for symbol in symbols:
            segments = _take_block(segments, symbol, sheet)  # noqa: PLW2901
        columns = _take_columns(segments, columns, sheet)
    fields = {name: _printed(pieces) for name, pieces in sheet.pieces.items()}
    return Reading(fields, tuple(sheet.repeated))


def _printed(pieces: Sequence[Segment]) -> Printed:
    first = pieces[0].page
    box = union([piece.box for piece in pieces if piece.page == first])
    glyphs = [glyph for piece in pieces for glyph in piece.glyphs]
    return Printed(
        "\n".join(piece.text for piece in pieces if piece.text),
        Place(first, box),
        all(map(is_confirmed, glyphs)),
        tuple(pieces),
    )


def _take_columns(
    segments: Iterable[Segment], columns: list[tuple[float, str]], sheet: _Sheet
) -> list[tuple[float, str]]:
    """``columns``: left edge and field of each column in force, from left to right."""
    for segment in segments:
        left, _, right, _ = segment.box
        if segment.field is not None:
            sheet.start(segment.field, segment)
            # the new label takes its own column and those that its text runs through
            columns = [
                column
                for column in columns
                if column[0] < left - segment.em * _OUTSIDE or column[0] >= right
            ]
            columns = sorted([*columns, (left, segment.field)])
        else:
            sheet.go_on(_owner(segment, columns), segment)
    return columns


def _owner(segment: Segment, columns: Sequence[tuple[float, str]]) -> str:
    if not columns:
        return "title"
    before = [name for left, name in columns if left <= segment.box[0] + segment.em * _OUTSIDE]
    return before[-1] if before else columns[0][1]


def _take_block(segments: list[Segment], symbol: Symbol, sheet: _Sheet) -> list[Segment]:
    """Read caption and number beside or below the symbol; return the segments that remain."""
    if symbol.box is None:
        return segments
    number = _number_of(segments, symbol.box)
    # by identity: comparing segments compares all their characters
    words = {id(segment) for segment in _beside(segments, symbol.box)}
    words |= {id(segment) for segment in _within(segments, symbol.box, number)}
    taken = [segment for segment in segments if id(segment) in words]
    _gather(taken, "caption", sheet)
    if number is not None:
        _gather([number], "number", sheet)
    return [segment for segment in segments if id(segment) not in words and segment is not number]


def _gather(taken: Sequence[Segment], name: str, sheet: _Sheet) -> None:
    """The same block may stand on every page of a letter."""
    held = "".join(piece.text for piece in sheet.pieces.get(name, ()))
    if not taken or held == "".join(segment.text for segment in taken):
        return
    for place, segment in enumerate(taken):
        if place:
            sheet.go_on(name, segment)
        else:
            sheet.start(name, segment)


def _number_of(segments: Sequence[Segment], symbol: Box) -> Segment | None:
    """The nearest number below the symbol, or beside it."""
    near = [
        segment
        for segment in segments
        if segment.field == "number"
        and segment.text  # a label alone is a field's, its number stands on the next line
        and segment.box[1] >= symbol[1]
        and segment.box[1] - symbol[3] <= _BELOW_MM * _enlarged(symbol)
    ]
    return min(near, key=lambda segment: _distance(segment.box, symbol), default=None)


def _enlarged(symbol: Box) -> float:
    """A label printed to fill a sheet is read as one: how much larger than ours its symbol is."""
    return max(1.0, (symbol[2] - symbol[0]) / _LARGEST_MM)


def _distance(box: Box, symbol: Box) -> float:
    across = max(0.0, symbol[0] - box[2], box[0] - symbol[2])
    return across + max(0.0, box[1] - symbol[3])


def _beside(segments: Sequence[Segment], symbol: Box) -> list[Segment]:
    """Words to the right or left of the symbol, where that side holds no field of the document."""
    level = [
        segment
        for segment in segments
        if symbol[1] <= (segment.box[1] + segment.box[3]) / 2 <= symbol[3]
    ]
    right = [segment for segment in level if segment.box[0] >= symbol[2]]
    left = [segment for segment in level if segment.box[2] <= symbol[0]]
    return [
        segment
        for side in (right, left)
        if all(segment.field in (None, "number") for segment in side)
        for segment in side
        if segment.field is None
    ]


def _within(segments: Sequence[Segment], symbol: Box, number: Segment | None) -> list[Segment]:
    """Words between the symbol and the number below it, inside the column of both."""
    if number is None:
        return []
    beside = _BLOCK_MM * _enlarged(symbol)
    left = min(symbol[0], number.box[0]) - beside
    right = max(symbol[2], number.box[2]) + beside
    return [
        segment
        for segment in segments
        if segment.field is None
        and left <= (segment.box[0] + segment.box[2]) / 2 <= right
        and symbol[3] <= (segment.box[1] + segment.box[3]) / 2 <= number.box[1]
    ]


def _read_paragraphs(paragraphs: Sequence[Paragraph]) -> Reading:
    """A DOCX has no places: body order, and the words after the symbol are its block."""
    values: dict[str, list[str]] = {}
    repeated: list[tuple[str, Place | None]] = []
    current = "title"
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        if paragraph.symbol:
            current = "caption"
        label = next((label for label in LABELS if text.startswith(label)), None)
        if label is not None:
            current = LABELS[label]
            if current in values:
                repeated.append((current, None))
            text = text[len(label) :].strip()
            values.setdefault(current, [])
        if text:
            values.setdefault(current, []).append(text)
    fields = {name: Printed("\n".join(lines), None, True) for name, lines in values.items()}
    return Reading(fields, tuple(repeated))
