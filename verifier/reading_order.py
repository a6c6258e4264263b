"""Whether a page's letters come in its file in the order in which a person reads them.

A program that copies, searches, exports or reads aloud goes by the file: letters that are drawn out of
their order make 001 of the 100 on the page. Our pages, and all programs that save them with their
letters, draw each line from left to right without a break, and the lines from the top; on a label
the words beside the symbol come after all others, from the top again.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from credential.verdict import Finding, Place
from verifier.evidence import Evidence, Form, Glyph, PageSize
from verifier.lines import lines_of, runs_of, union

_LABEL: Final = 110.0
"""Millimetres of a label's shorter side, at most; of a page's, A5, at least 148."""


def odd_order(evidence: Evidence) -> Iterator[Finding]:
    """One for each page that is drawn in another order than it is read in."""
    for page, size in enumerate(evidence.pages if evidence.form is Form.PDF else (), start=1):
        glyphs = [glyph for glyph in evidence.glyphs if glyph.page == page]
        run = next(out_of_order(glyphs, size), None)
        if run is not None:
            yield Finding(
                "READING_ORDER",
                f"第 {page} 页：文字在文件中的先后与页面上的不同，复制、搜索或朗读会得到别的内容",
                found="".join(glyph.text for glyph in run)[:60],
                place=Place(page, union([glyph.box for glyph in run])),
            )


def out_of_order(glyphs: Sequence[Glyph], page: PageSize) -> Iterator[Sequence[Glyph]]:
    """Runs of letters that something is drawn between, and those with which a column would begin that
    there is not. ``glyphs``: of one page, as they are drawn."""
    most = 2 if min(page.width, page.height) <= _LABEL else 1
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
    columns = 1
    for (_, line, left), (_, next_line, right) in pairwise(runs):
        is_back = next_line < line or (next_line == line and right[0].box[0] < left[0].box[0])
        columns += is_back
        if is_back and columns > most:
            yield right
