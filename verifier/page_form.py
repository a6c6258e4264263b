"""Does the whole page stand as our pages set it: one order, one size, one symbol, pages that are full?

Each field may be whole and well set and the paper still say something else: the clause on liability
in fine print or on a page behind the signature, a signature above what it is to confirm, the words
beside the symbol set large on a page of their own. What a person signs stands under what is promised.
Measured on our own 26 styles: body fields have one size on a page (headings 1.08 of it), small print
0.74 to 1 of it, the bodies of two pages 0.8 to 1.25; lines of the body are 7.4 em apart at most; a
page that goes on ends within 50 mm of the paper's edge; beside the symbol stand at most the title and
one line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from credential.fields import FIELDS
from credential.verdict import Finding, Place
from verifier.evidence import Evidence, Form, PageSize
from verifier.field_lines import gap_behind
from verifier.lines import MM_PER_POINT, Segment, union
from verifier.reading import Reading
from verifier.typesetting import lines_of, value_of

_BLOCK: Final = ("title", "caption", "number")
_SMALL_PRINT: Final = frozenset({"check_code", "platform"})
_LISTS: Final = ("axes", "findings")
"""Of a report, below its facts."""
_ORDER: Final[Mapping[str, int]] = {
    name: place
    for place, name in enumerate(
        sorted(FIELDS, key=lambda name: (name in _SMALL_PRINT, name in _LISTS))
    )
}
_SIZE: Final = 1.02
"""Ratio of sizes that are one."""
_HEADING: Final = 1.1
_SMALL: Final = 0.7
_OTHER_PAGE: Final = 1.27
_APART: Final = 8.0
"""Ems between the lines of the body: a frame without a notice is 7.4 high."""
_COLUMN: Final = 2.0
"""Ems within which all labels of a page begin, but of a strip's: ours within 1.6. A label that stands
farther in has another's value on its left, and its own below."""
_FORM: Final = 6.0
"""Ems from a label's edge to the values of a form, at least; of a label's fields they are 5."""
_RUNS_ON: Final = 0.06
_MIDDLE: Final = 0.05
"""Ems by which lines around one middle lie apart."""
_STRIP: Final = 2.0
"""Times its shorter side is the longer side of a strip, at least: labels stand in two columns there."""
_LARGE_MM: Final = 200.0
"""The shorter side of paper on which a document may go on to another page."""
_BOTTOM_MM: Final = 60.0
_SAME_MM: Final = 0.5
_LONGEST: Final = 3.4
"""Sides of our longest strip, and of sheets (ISO 216) with a little more."""
_LONGEST_SHEET: Final = 1.45
_BEGINS_A_PAGE: Final = "pledge"
_WORDS: Final = "与出证系统的版面不同，可能被读成别的内容，请人工核对"


@dataclass(frozen=True, slots=True)
class _Line:
    """A field's line. ``size``: the largest of its value, or of its label; ``level``: millimetres from
    the top of its page."""

    field: str
    page: int
    level: float
    left: float
    size: float
    begins: bool
    heading: bool
    pieces: tuple[Segment, ...]

    @property
    def place(self) -> Place:
        return Place(self.page, union([piece.box for piece in self.pieces]))


def odd_form(evidence: Evidence, reading: Reading) -> Iterator[Finding]:
    """A finding for each thing that no page of ours has; none for a DOCX, which has no places."""
    if evidence.form is not Form.PDF:
        return
    lines = {
        name: [
            _line(name, place == 0, pieces) for place, pieces in enumerate(lines_of(field.pieces))
        ]
        for name, field in reading.fields.items()
        if field.pieces
    }
    if not lines:  # a scan, which a person looks at
        return
    body = sorted(
        (line for name, held in lines.items() if name not in _BLOCK for line in held),
        key=lambda line: (line.page, round(line.level, 1), line.left),
    )
    yield from _out_of_order(body)
    yield from _other_sizes(body)
    yield from _far_apart(body, evidence)
    yield from _other_columns(body, evidence.pages)
    yield from _odd_block(evidence, lines)
    yield from _beside_the_body(evidence, lines, body)
    yield from _odd_paper(evidence.pages)


def _line(name: str, begins: bool, pieces: Sequence[Segment]) -> _Line:
    value = [glyph for piece in pieces for glyph in value_of(piece)]
    glyphs = value or [glyph for piece in pieces for glyph in piece.glyphs]
    first = pieces[0]
    return _Line(
        name,
        first.page,
        first.glyphs[0].baseline,
        first.box[0],
        max(glyph.size for glyph in glyphs),
        begins,
        not value,
        tuple(pieces),
    )


def _out_of_order(body: Sequence[_Line]) -> Iterator[Finding]:
    first = [line for line in body if line.begins]
    for one, other in pairwise(first):
        if _ORDER[one.field] > _ORDER[other.field]:
            yield _finding(other, f"“{_name(other.field)}”的次序")


def _other_sizes(body: Sequence[_Line]) -> Iterator[Finding]:
    """The size of a page's body is that of most of its characters."""
    sizes = {page: _size(body, page) for page in dict.fromkeys(line.page for line in body)}
    told = set()
    for line in body:
        ratio = line.size / sizes[line.page]
        if line.field in _SMALL_PRINT:
            fits = _SMALL <= ratio <= _SIZE
        elif line.heading:
            fits = 1 / _SIZE <= ratio <= _HEADING
        else:
            fits = 1 / _SIZE <= ratio <= _SIZE
        if not fits and line.field not in told:
            told.add(line.field)
            yield _finding(line, f"“{_name(line.field)}”的字号")
    bodies = [page for page in sizes if any(_is_body(line, page) for line in body)]
    for one, other in pairwise(bodies):
        if not 1 / _OTHER_PAGE <= sizes[one] / sizes[other] <= _OTHER_PAGE:
            line = next(line for line in body if line.page == other)
            yield _finding(line, f"第 {other} 页的字号")


def _size(body: Sequence[_Line], page: int) -> float:
    """In points."""
    counts: dict[float, int] = {}
    here = [line for line in body if line.page == page]
    for line in [line for line in here if _is_body(line, page)] or here:
        size = round(line.size, 1)
        counts[size] = counts.get(size, 0) + sum(len(piece.glyphs) for piece in line.pieces)
    usual = max(counts, key=counts.__getitem__)
    return next(line.size for line in here if round(line.size, 1) == usual)


def _is_body(line: _Line, page: int) -> bool:
    return line.page == page and line.field not in _SMALL_PRINT


def _far_apart(body: Sequence[_Line], evidence: Evidence) -> Iterator[Finding]:
    """Between lines there is no room for another paper's words, and a page goes on when it is full."""
    for above, line in pairwise(body):
        if line.page == above.page:
            em = max(above.size, line.size) * MM_PER_POINT
            if line.level - above.level > _APART * em:
                yield _finding(line, f"“{_name(line.field)}”上方的空白")
            continue
        paper = evidence.pages[above.page - 1]
        full = above.level >= paper.height - _BOTTOM_MM
        begins = line.field == _BEGINS_A_PAGE and line.begins
        may_go_on = min(paper.width, paper.height) >= _LARGE_MM and (full or begins)
        if not may_go_on or line.page != above.page + 1:
            yield _finding(line, f"“{_name(line.field)}”前的分页")


def _other_columns(body: Sequence[_Line], pages: Sequence[PageSize]) -> Iterator[Finding]:
    labelled: dict[int, list[_Line]] = {}
    for line in body:
        if any(piece.field is not None for piece in line.pieces):
            labelled.setdefault(line.page, []).append(line)
    for number, lines in labelled.items():
        paper = pages[number - 1]
        is_strip = max(paper.width, paper.height) >= _STRIP * min(paper.width, paper.height)
        if is_strip or _have_one_middle(lines):
            continue
        first = lines[0]
        for line in lines:
            # small print is as far from the frame above it as that is wide
            em = max(line.size, first.size) * MM_PER_POINT
            if abs(_edge(line) - _edge(first)) > _COLUMN * em:
                yield _finding(line, f"“{_name(line.field)}”的位置")


def _edge(line: _Line) -> float:
    return min(piece.box[0] for piece in line.pieces if piece.field is not None)


def _have_one_middle(lines: Sequence[_Line]) -> bool:
    """As on a round label."""
    middles = [sum(union([piece.box for piece in line.pieces])[::2]) / 2 for line in lines]
    return max(middles) - min(middles) <= _MIDDLE * lines[0].size * MM_PER_POINT


def _odd_block(evidence: Evidence, lines: Mapping[str, Sequence[_Line]]) -> Iterator[Finding]:
    """One symbol, on the last page; beside it the title, or nothing, and one line in smaller type."""
    pages = [symbol.page for symbol in evidence.symbols]
    # scanned sheets are put together by whoever scans them: a person looks at each
    ours = evidence.scanned or (len(pages) == 1 and pages[0] == len(evidence.pages))
    if pages and not ours:
        yield Finding("UNEVEN_LAYOUT", f"二维码的位置{_WORDS}", place=Place(pages[0]))
    caption = lines.get("caption", ())
    heading = [line for line in caption if _text(line) == _title(lines)]
    plain = len(caption) <= 1 or (
        len(caption) == 2
        and heading == [caption[0]]
        and caption[0].size > caption[1].size
        and caption[0].page == caption[1].page
    )
    if not plain:
        yield _finding(caption[0], "二维码旁的文字")


def _beside_the_body(
    evidence: Evidence, lines: Mapping[str, Sequence[_Line]], body: Sequence[_Line]
) -> Iterator[Finding]:
    """The symbol and its words stand below the fields of a form, in whose rows they would be one more
    column."""
    block = [line for name in ("caption", "number") for line in lines.get(name, ())]
    tops = [(line.page, line.level) for line in block]
    tops.extend((one.page, one.box[1]) for one in evidence.symbols if one.box is not None)
    for page, top in tops:
        here = [line for line in body if line.page == page]
        if any(map(_is_of_a_form, here)) and any(line.level >= top for line in here):
            yield Finding("UNEVEN_LAYOUT", f"二维码的位置{_WORDS}", place=Place(page))
            return


def _is_of_a_form(line: _Line) -> bool:
    """Its value stands in a column away from its label."""
    label = line.pieces[0]
    value = [glyph for piece in line.pieces for glyph in value_of(piece)]
    if label.field is None or not value:
        return False
    em = line.size * MM_PER_POINT
    start = min(glyph.box[0] for glyph in value)
    away = start - line.left > _FORM * em
    return away and gap_behind(label, start, em) > _RUNS_ON


def _odd_paper(pages: Sequence[PageSize]) -> Iterator[Finding]:
    """Fitted to a window or to A4, what stands on a page of a metre is too small to read."""
    for number, page in enumerate(pages, start=1):
        shorter, longer = sorted((page.width, page.height))
        alike = all(
            abs(one - other) <= _SAME_MM
            for one, other in ((page.width, pages[0].width), (page.height, pages[0].height))
        )
        most = _LONGEST_SHEET if shorter >= _LARGE_MM else _LONGEST
        if not alike or longer > most * shorter:
            yield Finding("UNEVEN_LAYOUT", f"第 {number} 页的纸张大小{_WORDS}", place=Place(number))


def _title(lines: Mapping[str, Sequence[_Line]]) -> str:
    return "".join(map(_text, lines.get("title", ())))


def _text(line: _Line) -> str:
    return "".join("".join(piece.text for piece in line.pieces).split())


def _name(field: str) -> str:
    return FIELDS[field].label or FIELDS[field].english


def _finding(line: _Line, what: str) -> Finding:
    return Finding("UNEVEN_LAYOUT", f"{what}{_WORDS}", found=_text(line)[:60], place=line.place)
