"""Does a field stand as our pages set it: label, value, and lines that break only where they must?

Every character may be where a reader of lines finds it, and the eye still read otherwise: a digit
in the margin like a row's number, a tick above its words, a value beside another's label. Our pages
set a value beside its label or straight below it, each further line at the same edge and one line
lower, and break a line only where the next word would not fit.
Measured on our own pages: values begin 9.4 em after the label's left edge at most, lines are 1.13
to 2.28 em apart, and begin within 0.5 em to the left (an opening mark closed up) of their edge.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from credential.fields import FIELDS
from credential.verdict import Finding, Place
from verifier.field_lines import LONG_TEXTS, OPENING, FieldLine, follows, line_of
from verifier.lines import SAME_LINE, Segment, union
from verifier.reading import Reading
from verifier.table_rows import uneven_rows
from verifier.typesetting import BOXES, lines_of
from verifier.wording import NUMBER, SENTENCE_ENDS, odd_words

_BLOCK: Final = frozenset({"title", "caption", "number"})
_PARAGRAPHS: Final = LONG_TEXTS | {"annex"}
"""Fields that have paragraphs where the registry's copy is not at hand to say how many."""
_LISTS: Final = frozenset({"axes", "findings", "annex"})
_INDENTS: Final = (0.0, 1.5, 2.0)
"""Ems from the label's edge of a long text."""
_LEFT: Final = 0.6
_RIGHT: Final = 0.12
"""Ems by which a line may begin beside its edge."""
_FARTHEST: Final = 9.6
"""Ems to a value in a table from its label's left edge."""
_LOWEST: Final = 2.6
_NEAREST: Final = 0.95
"""Ems between the lines of a field."""
_ROW: Final = 0.05
"""Ems by which letters of one row lie apart: on 267 pages and savings none does by 0.02, and rows are 1.0
apart. Between, it is each reader's affair whose value stands beside whose label."""
_SLACK: Final = 2.2
"""Ems: marks that may not begin or end a line take a character with them."""
_FRAME_MM: Final = 7.0
"""A frame's text begins so far within the page's text at most; a second column begins farther."""
_LONGEST_NUMBER: Final = 20
"""Characters before the seam."""
_WIDEST_RUN: Final = 18.0
"""Ems of letters without a place to break, from which our forms break them anywhere: a digest."""
_CUT_AT_A_HYPHEN: Final = re.compile(r"-[0-9]|[!-~]-")
"""No line of ours ends or begins so (UAX 14, LB21 and LB25)."""
_NOT_FIRST: Final = "，。、；：？！）》〉」』】〕”’…—,.;:?!)%"
_CLOSED_UP: Final = 0.5
"""Ems."""
_NOT_LAST: Final = OPENING + "("


def uneven_layout(reading: Reading, recorded: Mapping[str, str] | None) -> Iterator[Finding]:
    """A finding for each field that no page of ours has so. ``recorded``: the signed fields, by
    which a paragraph's end is known, or None."""
    yield from odd_words(reading, recorded)
    body = {
        name: [line_of(name, pieces) for pieces in lines_of(printed.pieces)]
        for name, printed in reading.fields.items()
        if name not in _BLOCK and printed.pieces
    }
    pages: dict[int, list[FieldLine]] = {}
    for line in (line for lines in body.values() for line in lines):
        pages.setdefault(line.page, []).append(line)
    # of all pages: on one of its own a field would have no other beside it
    right = max((line.right for lines in pages.values() for line in lines), default=0.0)
    edges = {page: (min(line.left for line in lines), right) for page, lines in pages.items()}
    split = _interleaved(body) | _beside_the_column(body) | _between_rows(body) | uneven_rows(body)
    for name, lines in body.items():
        odd = _odd_line(lines, edges, _paragraph_ends(name, recorded), _blanks(name, recorded))
        if odd is None and name in split:
            odd = lines[0]
        if odd is not None:
            yield _finding(odd)
    if (cut := _cut_number(reading)) is not None:
        yield _finding(cut)


def _finding(odd: FieldLine) -> Finding:
    label = FIELDS[odd.field].label or FIELDS[odd.field].english
    return Finding(
        "UNEVEN_LAYOUT",
        f"“{label}”的位置或换行与出证系统的版面不同，可能被读成别的内容，请人工核对",
        found=odd.text[:60],
        place=Place(odd.page, union([piece.box for piece in odd.pieces])),
    )


def _cut_number(reading: Reading) -> FieldLine | None:
    """The document's number in more than one line: at its end readers leave the hyphen out."""
    printed = reading.fields.get("number")
    lines = lines_of(printed.pieces) if printed is not None else ()
    values = [line for line in (line_of("number", pieces) for pieces in lines) if line.text]
    return values[1] if len(values) > 1 else None


def _between_rows(body: Mapping[str, Sequence[FieldLine]]) -> set[str]:
    """Fields that have letters higher or lower than a row, and less than the next."""
    found: set[str] = set()
    pages: dict[int, list[tuple[float, float, str]]] = {}
    for name, lines in body.items():
        for line in lines:
            levels = {glyph.baseline for piece in line.pieces for glyph in piece.glyphs}
            held = pages.setdefault(line.page, [])
            held.extend((level, line.em, name) for level in levels)
    for held in pages.values():
        for (upper, em, name), (lower, _, other) in pairwise(sorted(held)):
            if _ROW * em < lower - upper < _NEAREST * em:
                found |= {name, other}
    return found


def _paragraph_ends(name: str, recorded: Mapping[str, str] | None) -> frozenset[int] | None:
    """How many characters stand before each newline of the signed value; None: not known."""
    value = recorded.get(name) if recorded is not None else None
    if value is None:
        return None if name in _PARAGRAPHS else frozenset()
    paragraphs = value.split("\n")[:-1]
    return frozenset(accumulate(len("".join(words.split())) for words in paragraphs))


def _blanks(name: str, recorded: Mapping[str, str] | None) -> frozenset[int]:
    """How many characters stand before each blank of the signed value, where a line may end between digits;
    none, where it is not known."""
    words = (recorded or {}).get(name, "").split()
    return frozenset(accumulate(map(len, words)))


def _odd_line(
    lines: Sequence[FieldLine],
    edges: Mapping[int, tuple[float, float]],
    ends: frozenset[int] | None,
    blanks: frozenset[int],
) -> FieldLine | None:
    first = lines[0]
    if first.label is None or first.left < first.label.box[0]:
        return first
    beside = first.start is None or _is_beside(first.label, first.start, first)
    if not beside or any(end < len(first.text) for end in ends or ()):
        return first
    starts = _starts(first)
    read = len(first.text)
    for above, line in pairwise(lines):
        runs_on = any(read < end < read + len(line.text) for end in ends or ())
        if not _is_below(above, line) or not _begins_at(line, starts) or runs_on:
            return line
        ended = _may_end(above) if ends is None else read in ends
        if not ended and read not in blanks and _cuts_a_number(above, line, edges):
            return line
        paragraph = ended or line.text[:1] in BOXES
        # a long text's label is a line of its own
        heading = above is first and not first.text and first.field in LONG_TEXTS
        if not paragraph and not heading and not _is_full(above, line, first, edges):
            return line
        read += len(line.text)
    return None


def _may_end(line: FieldLine) -> bool:
    """Whether a paragraph does so, where the registry does not say: an office's texts end theirs as a
    sentence; of a report's lists each item has a line."""
    return line.field in _LISTS or line.text.endswith(SENTENCE_ENDS)


def _is_beside(label: Segment, start: float, first: FieldLine) -> bool:
    """The value follows its label, or begins where all values of the table do."""
    in_table = first.field not in LONG_TEXTS and start - first.left <= _FARTHEST * first.em
    return in_table or follows(label, start, first)


def _starts(first: FieldLine) -> tuple[float, ...]:
    if first.field in LONG_TEXTS:
        return tuple(first.left + indent * first.em for indent in _INDENTS)
    if first.start is None:
        return (first.left,)
    # a mark that is closed up begins before its column, where the further lines begin
    column = first.start + _CLOSED_UP * first.em if first.text[:1] in OPENING else first.start
    return first.left, first.start, column


def _begins_at(line: FieldLine, starts: Sequence[float]) -> bool:
    return any(-_LEFT * line.em <= line.left - start <= _RIGHT * line.em for start in starts)


def _is_below(above: FieldLine, line: FieldLine) -> bool:
    if line.page != above.page:
        return line.page == above.page + 1
    return _NEAREST * line.em <= line.level - above.level <= _LOWEST * line.em


def _is_full(
    above: FieldLine, line: FieldLine, first: FieldLine, edges: Mapping[int, tuple[float, float]]
) -> bool:
    """The next word would not have fitted."""
    left, right = edges[above.page]
    inset = first.left - left
    if inset <= _FRAME_MM:
        # a frame holds its text in by as much on the right
        right -= inset
    return above.right + _word(line) + _SLACK * line.em >= right


def _cuts_a_number(
    above: FieldLine, line: FieldLine, edges: Mapping[int, tuple[float, float]]
) -> bool:
    """Digits in two lines that would fit into one (10 and 0公斤), or with their hyphen (3- and 5幢): at a
    line's end readers leave it out."""
    both = above.text[-1:] + line.text[:1]
    number = NUMBER.issuperset(both) or _CUT_AT_A_HYPHEN.fullmatch(both) is not None
    if len(both) < 2 or not number:
        return False
    glyphs = [glyph for piece in above.pieces for glyph in piece.glyphs]
    begin = len(glyphs) - 1
    while begin and _holds(glyphs[begin - 1].text, glyphs[begin].text):
        begin -= 1
    width = glyphs[-1].box[2] - glyphs[begin].box[0] + _word(line)
    breaks_anywhere = len(glyphs) - begin > _LONGEST_NUMBER or width > _WIDEST_RUN * line.em
    return not breaks_anywhere and width < edges[line.page][1] - line.left


def _word(line: FieldLine) -> float:
    """Width of what may not be parted at the line's beginning, in millimetres."""
    glyphs = [glyph for piece in line.pieces for glyph in piece.glyphs]
    end = 1
    while end < len(glyphs) and _holds(glyphs[end - 1].text, glyphs[end].text):
        end += 1
    return glyphs[end - 1].box[2] - glyphs[0].box[0]


def _holds(left: str, right: str) -> bool:
    return (left.isascii() and right.isascii()) or right in _NOT_FIRST or left in _NOT_LAST


def _beside_the_column(body: Mapping[str, Sequence[FieldLine]]) -> frozenset[str]:
    """Fields of one table, by the edge of their labels, whose value begins elsewhere than the others'."""
    tables: dict[tuple[int, int], list[FieldLine]] = {}
    for name, lines in body.items():
        first = lines[0]
        if first.label is None or first.start is None or name in LONG_TEXTS:
            continue
        if not follows(first.label, first.start, first):
            tables.setdefault((first.page, round(first.left)), []).append(first)
    return frozenset(
        first.field
        for table in tables.values()
        for first in table
        if not _begins_in(first, _column(table))
    )


def _column(table: Sequence[FieldLine]) -> float:
    """Where most values of a table begin; those that are closed up say nothing of it, if there are
    others."""
    plain = [first for first in table if first.text[:1] not in OPENING] or table
    starts = sorted(first.start or 0.0 for first in plain)
    return starts[len(starts) // 2]


def _begins_in(first: FieldLine, column: float) -> bool:
    left = _LEFT if first.text[:1] in OPENING else _RIGHT
    return -left * first.em <= (first.start or 0.0) - column <= _RIGHT * first.em


def _interleaved(body: Mapping[str, Sequence[FieldLine]]) -> frozenset[str]:
    """Fields with another's text beside their own, or between their lines."""
    rows: list[list[FieldLine]] = []
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


def _is_level(one: FieldLine, other: FieldLine) -> bool:
    return one.page == other.page and abs(one.level - other.level) <= SAME_LINE * max(
        one.em, other.em
    )
