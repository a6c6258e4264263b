"""Does a field stand as our pages set it: label, value, and lines that break only where they must?

Every character may be where a reader of lines finds it, and the eye still read otherwise: a digit
in the margin like a row's number, a tick above its words, a value beside another's label. Our pages
set a value beside its label or straight below it, each further line at the same edge and one line
lower, and break a line only where the next word would not fit.
Measured on our own pages: values begin 9.4 em after the label's left edge at most, lines are 1.13
to 2.28 em apart, and begin within 0.5 em to the left (an opening mark closed up) of their edge.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from credential.fields import FIELDS
from credential.verdict import Finding, Place
from verifier.lines import SAME_LINE, Segment, union
from verifier.reading import Reading
from verifier.typesetting import lines_of, value_of

_BLOCK: Final = frozenset({"title", "caption", "number"})
_BELOW: Final = frozenset({"notice", "pledge", "liability", "axes", "findings"})
"""Long texts stand under their label, a paragraph or its further lines indented."""
_PARAGRAPHS: Final = _BELOW | {"annex"}
"""Fields that have paragraphs where the registry's copy is not at hand to say how many."""
_INDENTS: Final = (0.0, 1.5, 2.0)
"""Ems from the label's edge of a long text."""
_LEFT: Final = 0.6
_RIGHT: Final = 0.12
"""Ems by which a line may begin beside its edge."""
_FOLLOWS: Final = 0.45
_FARTHEST: Final = 9.6
"""Ems to a value from its label's end, or in a table from its label's left edge."""
_LOWEST: Final = 2.6
_NEAREST: Final = 0.95
"""Ems between the lines of a field."""
_SLACK: Final = 2.2
"""Ems: marks that may not begin or end a line take a character with them."""
_FRAME_MM: Final = 7.0
"""A frame's text begins so far within the page's text at most; a second column begins farther."""
_NOT_FIRST: Final = "，。、；：？！）》〉」』】〕”’…—,.;:?!)%"
_NOT_LAST: Final = "（《〈「『【〔“‘("


@dataclass(frozen=True, slots=True)
class _Line:
    """``value``: its segment's glyphs after the label are ``text``; ``right``: of all of it."""

    field: str
    page: int
    left: float
    right: float
    level: float
    em: float
    pieces: tuple[Segment, ...]
    text: str
    label: Segment | None
    start: float | None
    """Left edge of what is printed of the value."""


def uneven_layout(reading: Reading, recorded: Mapping[str, str] | None) -> Iterator[Finding]:
    """A finding for each field that no page of ours has so. ``recorded``: the signed fields, by
    which a paragraph's end is known, or None."""
    yield from _odd_paragraphs(reading, recorded or {})
    body = {
        name: [_line_of(name, pieces) for pieces in lines_of(printed.pieces)]
        for name, printed in reading.fields.items()
        if name not in _BLOCK and printed.pieces
    }
    pages: dict[int, list[_Line]] = {}
    for line in (line for lines in body.values() for line in lines):
        pages.setdefault(line.page, []).append(line)
    edges = {page: _edges(lines) for page, lines in pages.items()}
    split = _interleaved(body)
    for name, lines in body.items():
        ends = _paragraph_ends(name, recorded)
        odd = _odd_line(lines, edges, ends)
        if odd is None and name in split:
            odd = lines[0]
        if odd is not None:
            label = FIELDS[name].label or FIELDS[name].english
            yield Finding(
                "UNEVEN_LAYOUT",
                f"“{label}”的位置或换行与出证系统的版面不同，可能被读成别的内容，请人工核对",
                found=odd.text[:60],
                place=Place(odd.page, union([piece.box for piece in odd.pieces])),
            )


def _odd_paragraphs(reading: Reading, recorded: Mapping[str, str]) -> Iterator[Finding]:
    """Of a DOCX: the same words in other paragraphs than were signed."""
    for name, printed in reading.fields.items():
        if printed.pieces or name in _BLOCK or name not in recorded:
            continue
        found, signed = (_paragraphs(value) for value in (printed.value, recorded[name]))
        if found != signed and "".join(found) == "".join(signed):
            yield Finding(
                "UNEVEN_LAYOUT",
                f"“{FIELDS[name].label}”的分段与签发时不同，可能被读成别的内容，请人工核对",
                found="\n".join(found),
            )


def _paragraphs(value: str) -> list[str]:
    lines = ("".join(line.split()) for line in value.split("\n"))
    return [line for line in lines if line]


def _line_of(name: str, pieces: Sequence[Segment]) -> _Line:
    label = next((piece for piece in pieces if piece.field is not None), None)
    value = [glyph for piece in pieces for glyph in value_of(piece)]
    box = union([piece.box for piece in pieces])
    return _Line(
        name,
        pieces[0].page,
        box[0],
        box[2],
        pieces[0].glyphs[0].baseline,
        max(piece.em for piece in pieces),
        tuple(pieces),
        "".join(glyph.text for glyph in value),
        label,
        min((glyph.box[0] for glyph in value), default=None),
    )


def _edges(lines: Sequence[_Line]) -> tuple[float, float]:
    """Left edge of the leftmost label and right edge of the widest line."""
    return min(line.left for line in lines), max(line.right for line in lines)


def _paragraph_ends(name: str, recorded: Mapping[str, str] | None) -> frozenset[int] | None:
    """How many characters stand before each newline of the signed value; None: not known."""
    value = recorded.get(name) if recorded is not None else None
    if value is None:
        return None if name in _PARAGRAPHS else frozenset()
    paragraphs = value.split("\n")[:-1]
    return frozenset(accumulate(len("".join(words.split())) for words in paragraphs))


def _odd_line(
    lines: Sequence[_Line],
    edges: Mapping[int, tuple[float, float]],
    ends: frozenset[int] | None,
) -> _Line | None:
    first = lines[0]
    if first.label is None or first.left < first.label.box[0]:
        return first
    if first.start is not None and not _is_beside(first.label, first.start, first):
        return first
    starts = _starts(first)
    read = len(first.text)
    for above, line in pairwise(lines):
        if not _is_below(above, line) or not _begins_at(line, starts):
            return line
        paragraph = ends is None or read in ends or line.text[:1] in ("□", "■")
        # a long text's label is a line of its own
        heading = above is first and not first.text and first.field in _BELOW
        if not paragraph and not heading and not _is_full(above, line, first, edges):
            return line
        read += len(line.text)
    return None


def _is_beside(label: Segment, start: float, first: _Line) -> bool:
    """The value follows its label, or begins where all values of the table do."""
    letters = label.glyphs[: len(label.glyphs) - len(value_of(label))]
    follows = start - letters[-1].box[2] <= _FOLLOWS * first.em
    in_table = first.field not in _BELOW and start - first.left <= _FARTHEST * first.em
    return follows or in_table


def _starts(first: _Line) -> tuple[float, ...]:
    if first.field in _BELOW:
        return tuple(first.left + indent * first.em for indent in _INDENTS)
    return (first.left,) if first.start is None else (first.left, first.start)


def _begins_at(line: _Line, starts: Sequence[float]) -> bool:
    return any(-_LEFT * line.em <= line.left - start <= _RIGHT * line.em for start in starts)


def _is_below(above: _Line, line: _Line) -> bool:
    if line.page != above.page:
        return line.page == above.page + 1
    return _NEAREST * line.em <= line.level - above.level <= _LOWEST * line.em


def _is_full(
    above: _Line, line: _Line, first: _Line, edges: Mapping[int, tuple[float, float]]
) -> bool:
    """The next word would not have fitted."""
    left, right = edges[above.page]
    inset = first.left - left
    if inset <= _FRAME_MM:
        # a frame holds its text in by as much on the right
        right -= inset
    return above.right + _word(line) + _SLACK * line.em >= right


def _word(line: _Line) -> float:
    """Width of what may not be parted at the line's beginning, in millimetres."""
    glyphs = [glyph for piece in line.pieces for glyph in piece.glyphs]
    end = 1
    while end < len(glyphs) and _holds(glyphs[end - 1].text, glyphs[end].text):
        end += 1
    return glyphs[end - 1].box[2] - glyphs[0].box[0]


def _holds(left: str, right: str) -> bool:
    return (left.isascii() and right.isascii()) or right in _NOT_FIRST or left in _NOT_LAST


def _interleaved(body: Mapping[str, Sequence[_Line]]) -> frozenset[str]:
    """Fields with another's text beside their own, or between their lines."""
    rows: list[list[_Line]] = []
    every = (line for lines in body.values() for line in lines)
    for line in sorted(every, key=lambda line: (line.page, line.level)):
        if rows and _is_level(rows[-1][0], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    places: dict[str, list[int]] = {}
    odd: set[str] = set()
    for place, row in enumerate(rows):
        for line in row:
            places.setdefault(line.field, []).append(place)
        # a strip has two columns: every value runs on from its label
        if len(row) > 1 and not all(len(ln.pieces) == 1 and ln.label and ln.text for ln in row):
            odd.update(line.field for line in row)
    odd.update(name for name, at in places.items() if at != list(range(at[0], at[-1] + 1)))
    return frozenset(odd)


def _is_level(one: _Line, other: _Line) -> bool:
    return one.page == other.page and abs(one.level - other.level) <= SAME_LINE * max(
        one.em, other.em
    )
