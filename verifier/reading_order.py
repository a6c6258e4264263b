"""Whether a page's letters come in its file in the order in which a person reads them.

A program that copies, searches, exports or reads aloud goes by the file: letters that are drawn out of
their order make 001 of the 100 on the page. Our pages, and all programs that save them with their
letters, draw each line from left to right without a break, and the lines from the top; on a label
the words beside the symbol come after all others, from the top again.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from credential.verdict import Finding, Place
from verifier.evidence import Box, Evidence, Form, Glyph, PageSize
from verifier.lines import lines_of, runs_of, union

_WORDS: Final = 3
"""Lines beside a symbol: two of its caption, and the number."""
_NUMBER: Final = re.compile("[0-9A-Z]{4}(?:-[0-9A-Z]{1,4}){3,5}")
_REACH: Final = 4.0
"""Millimetres beside a symbol in which the middle of its words stands."""
_LABEL: Final = 110.0
"""Millimetres of a label's shorter side, at most; of a page's, A5, at least 148."""


def odd_order(evidence: Evidence) -> Iterator[Finding]:
    """One for each page that is drawn in another order than it is read in."""
    for page, size in enumerate(evidence.pages if evidence.form is Form.PDF else (), start=1):
        glyphs = [glyph for glyph in evidence.glyphs if glyph.page == page]
        boxes = [one.box for one in evidence.symbols if one.page == page and one.box is not None]
        run = next(out_of_order(glyphs, size, boxes), None)
        if run is not None:
            yield Finding(
                "READING_ORDER",
                f"第 {page} 页：文字在文件中的先后与页面上的不同，复制、搜索或朗读会得到别的内容",
                found="".join(glyph.text for glyph in run)[:60],
                place=Place(page, union([glyph.box for glyph in run])),
            )


def out_of_order(
    glyphs: Sequence[Glyph], page: PageSize, symbols: Sequence[Box] = ()
) -> Iterator[Sequence[Glyph]]:
    """Runs of letters that something is drawn between, and those that stand before what is drawn before
    them. ``glyphs``: of one page, as they are drawn."""
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
            if is_label and last and _are_beside(last, symbols):
                is_label = False
            else:
                yield right


def _are_beside(runs: Sequence[Sequence[Glyph]], symbols: Sequence[Box]) -> bool:
    """The words of a symbol, above it and below; its number alone may stand elsewhere."""
    if len(runs) == 1 and _NUMBER.fullmatch("".join(glyph.text for glyph in runs[0])):
        return True
    middles = [(run[0].box[0] + run[-1].box[2]) / 2 for run in runs]
    return any(
        all(box[0] - _REACH <= middle <= box[2] + _REACH for middle in middles) for box in symbols
    )
