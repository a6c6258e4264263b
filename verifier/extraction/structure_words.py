"""Whether the structure of a tagged PDF keeps together what is seen as one value (ISO 32000-2 §14.7).

Who reads aloud or exports by it has a paragraph for each element: of 1 in one and 200 in the next,
which stand side by side on the page as 1200, two numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from credential.verdict import Place, SubIndication
from verifier.evidence import Flag
from verifier.extraction.characters import Character
from verifier.extraction.structure_tree import Elements, Number
from verifier.lines import COLON, LABELS, MM_PER_POINT, SAME_LINE
from verifier.wording import SENTENCE_ENDS

_CELL: Final = 0.15
"""Parts of an em between two cells of a line, at least; letters of one stand side by side."""
_FULL: Final = 1.5
"""Parts of an em that a line leaves which is broken because nothing more has room."""
_LISTS: Final = frozenset({"axes", "findings", "annex"})
_SAME_START: Final = 0.5
"""Parts of an em by which lines of one paragraph begin apart; the first of the next is set in by two."""


def parted_words(pages: Sequence[Sequence[Character]], elements: Elements) -> Iterator[Flag]:
    """One for each page on which two elements share what is seen as one, or a figure holds letters."""
    in_list = False
    for number, page in enumerate(pages, start=1):
        if any((number - 1, letter.mark) == elements.pictured for letter in page):
            message = f"第 {number} 页：文件的结构把文字当作图形，朗读会得到别的内容"
            yield Flag(SubIndication.HIDDEN_CONTENT, "STRUCTURE", message, Place(number))
        held = elements.holders.get(number - 1, {})
        if (parted := next(_parted(page, held, in_list=in_list), None)) is not None:
            x0, y0, x1, y1 = (round(side * MM_PER_POINT, 2) for side in parted.box)
            message = (
                f"第 {number} 页：文件的结构把连在一起的文字分成两段，朗读或导出会得到别的内容"
            )
            place = Place(number, (x0, y0, x1, y1))
            yield Flag(SubIndication.HIDDEN_CONTENT, "STRUCTURE_ORDER", message, place)
        for run in _runs(page):
            in_list = _begins_a_list(run, in_list=in_list)


def odd_alts(alts: Sequence[str], pages: Sequence[Sequence[Character]]) -> Iterator[Flag]:
    """What is read aloud in the place of the symbol are whole lines that stand beside it."""
    bare = {"".join(words.split()): words for words in alts}
    odd = [
        words
        for said, words in bare.items()
        if said and not any(_are_lines(said, page) for page in pages)
    ]
    if odd:
        words = "、".join(one[:40] for one in odd[:5])
        message = f"代替图形的说明不是页面上印的文字（{words}），朗读会得到别的内容"
        yield Flag(SubIndication.HIDDEN_CONTENT, "STRUCTURE", message)


def _are_lines(said: str, page: Sequence[Character]) -> bool:
    lines = ["".join(letter.text for letter in run).strip() for run in _runs(page)]
    return any(
        said in accumulate("".join(line.split()) for line in lines[first:])
        for first, line in enumerate(lines)
        if said.startswith("".join(line.split()))
    )


def _parted(
    page: Sequence[Character], held: Mapping[int, Number], *, in_list: bool
) -> Iterator[Character]:
    """Letters that begin an element within a word of the line, or where a full line is carried on.
    ``in_list``: the page begins with items of a report."""
    runs = list(_runs(page)) if held else []
    for run in runs:
        for left, letter in pairwise(run):
            if left.text != COLON and not _is_one(left, letter, held):
                yield letter
    for upper, lower in pairwise(runs):
        last, first = upper[-1], lower[0]
        in_list = _begins_a_list(upper, in_list=in_list)
        if in_list:  # each item has a line of its own, however full the one above is
            continue
        is_parted = _is_below(last, first) and not _is_one(last, first, held)
        if is_parted and _is_carried_on(upper, lower, runs):
            yield first


def _begins_a_list(run: Sequence[Character], *, in_list: bool) -> bool:
    """Whether what stands below this line are the items of a report, up to the next field."""
    said = "".join(letter.text for letter in run)
    label = next((label for label in LABELS if said.startswith(label)), None)
    return in_list if label is None else LABELS[label] in _LISTS


def _runs(page: Sequence[Character]) -> Iterator[list[Character]]:
    """Letters that stand side by side, as they are drawn."""
    run: list[Character] = []
    for letter in page:
        if run and (
            _is_below(run[-1], letter) or letter.box[0] - run[-1].box[2] > _CELL * letter.size
        ):
            yield run
            run = []
        run.append(letter)
    if run:
        yield run


def _is_below(left: Character, letter: Character) -> bool:
    return abs(letter.baseline - left.baseline) > SAME_LINE * left.size


def _is_one(left: Character, letter: Character, held: Mapping[int, Number]) -> bool:
    return left.mark == letter.mark or (
        left.mark is not None
        and letter.mark is not None
        and held.get(left.mark) == held.get(letter.mark)
    )


def _is_carried_on(
    upper: Sequence[Character], lower: Sequence[Character], runs: Sequence[Sequence[Character]]
) -> bool:
    """In one column, of which the line above is full, and neither ends nor begins anything."""
    start, size = upper[0].box[0], upper[0].size
    if upper[-1].text in SENTENCE_ENDS or abs(lower[0].box[0] - start) > _SAME_START * size:
        return False
    if "".join(letter.text for letter in lower).startswith(tuple(LABELS)):
        return False
    column = [run[-1].box[2] for run in runs if abs(run[0].box[0] - start) <= _SAME_START * size]
    return upper[-1].box[2] > max(column) - _FULL * size
