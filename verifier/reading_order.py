"""Whether a page's letters come in its file in the order in which a person reads them.

A program that copies, searches, exports or reads aloud goes by the file: letters that are drawn out of
their order make 001 of the 100 on the page. Our pages, and all programs that save them with their
letters, draw each line from left to right without a break, and the lines from the top; on a label
the words beside the symbol come after all others, from the top again.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Final

from credential.verdict import Finding, Place
from verifier.evidence import Evidence, Form, Glyph, PageSize
from verifier.lines import lines_of, runs_of, union
from verifier.reading import Reading

_WORDS: Final = 3
"""Lines beside a symbol: two of its caption, and the number."""
_BESIDE: Final = frozenset({"caption", "number"})
_LABEL: Final = 110.0
"""Millimetres of a label's shorter side, at most; of a page's, A5, at least 148."""


def odd_order(evidence: Evidence, reading: Reading) -> Iterator[Finding]:
    """One for each page that is drawn in another order than it is read in."""
    beside = {
        id(glyph)
        for name, printed in reading.fields.items()
        if name in _BESIDE
        for piece in printed.pieces
        for glyph in piece.glyphs
    }
    for page, size in enumerate(evidence.pages if evidence.form is Form.PDF else (), start=1):
        glyphs = [glyph for glyph in evidence.glyphs if glyph.page == page]
        run = next(out_of_order(glyphs, size, beside), None)
        if run is not None:
            yield Finding(
                "READING_ORDER",
                f"第 {page} 页：文字在文件中的先后与页面上的不同，复制、搜索或朗读会得到别的内容",
                found="".join(glyph.text for glyph in run)[:60],
                place=Place(page, union([glyph.box for glyph in run])),
            )


def out_of_order(
    glyphs: Sequence[Glyph], page: PageSize, beside: Set[int] = frozenset()
) -> Iterator[Sequence[Glyph]]:
    """Runs of letters that something is drawn between, and those that stand before what is drawn before
    them. ``glyphs``: of one page, as they are drawn; ``beside``: by ``id``, the words of its symbol."""
    places = {id(glyph): place for place, glyph in enumerate(glyphs)}
    runs = [
        ([places[id(glyph)] for glyph in run], line, run)
        for line, letters in enumerate(lines_of(list(glyphs)))
        for run in runs_of(letters)
    ]
    runs.sort(key=lambda one: one[0][0])
    for drawn, _, run in runs:
        if any(right - left != 1 for left, right in pairwise(drawn)):
            yield run
    is_label = min(page.width, page.height) <= _LABEL
    for place, ((_, line, left), (_, next_line, right)) in enumerate(pairwise(runs), start=1):
        if next_line < line or (next_line == line and right[0].box[0] < left[0].box[0]):
            # only where few are left: a page of nothing but runs is gone through once
            last = [run for _, _, run in runs[place:]] if len(runs) - place <= _WORDS else []
            if is_label and last and all(id(glyph) in beside for run in last for glyph in run):
                is_label = False
            else:
                yield right
