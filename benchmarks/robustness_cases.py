"""Which forgeries are made: one list from the seed, spread over styles, fields, sorts and ways."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from random import Random
from typing import Final

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import zxingcpp

from benchmarks.degrading import page_picture
from benchmarks.robustness_edits import DOCX_EDITS, PDF_EDITS, edit_docx, edit_pdf, update_pdf
from benchmarks.robustness_papers import NotDrawnError, Stage, names_of, with_symbol_of, with_words
from benchmarks.robustness_tricks import (
    FOREIGN,
    HIDDEN,
    HIDDEN_DOCX,
    add_decoy,
    cover_words,
    hide_signed_docx,
    hide_words,
    hide_words_docx,
    lie_in_the_map,
    transplant_picture,
)
from benchmarks.robustness_words import changed_words, says_otherwise
from benchmarks.sameness import is_same
from certgen.label_layout import LabelError
from credential.verdict import SubIndication
from service.printing import PRINT_ERRORS

MUTANTS: Final = "mutants"
TRANSPLANTS: Final = "transplants"
DECOYS: Final = "decoys"
HIDDEN_TEXT: Final = "hidden text"

SAYS: Final[Mapping[str, frozenset[SubIndication]]] = {
    MUTANTS: frozenset({SubIndication.CONTENT_MISMATCH, SubIndication.HIDDEN_CONTENT}),
    TRANSPLANTS: frozenset({SubIndication.CONTENT_MISMATCH}),
    DECOYS: frozenset({SubIndication.MULTIPLE_CREDENTIALS}),
    HIDDEN_TEXT: frozenset({SubIndication.HIDDEN_CONTENT, SubIndication.CONTENT_MISMATCH}),
}
"""threats.md: one of these is said of each."""
_INK: Final = frozenset({"signature"})
"""Printed as room for ink: no value stands there."""
_READABLE_DPI: Final = 300
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a style. ``anew``: set by our own templates; ``edits``: of each sort of edit."""

    anew: int
    edits: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """``pages``, ``labels``, ``letters``, ``files``: mutants of each style; ``tricks``: of each kind
    and style; ``pairs``: transplants of each style."""

    pages: Share
    labels: Share
    letters: Share
    files: Share
    sealed: int
    tricks: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Case:
    """``paper``, ``other``: places in the stage; ``what``: the sort; ``fields``: that were changed."""

    group: str
    way: str
    what: str
    paper: int
    seed: str
    fields: frozenset[str] = frozenset()
    changed: Mapping[str, str | None] = field(default_factory=dict)
    other: int = 0


def all_cases(stage: Stage, amounts: Amounts, seed: int) -> list[Case]:
    cases = [
        *_mutants(stage, amounts, seed),
        *_transplants(stage, amounts, seed),
        *_tricks(stage, amounts, seed),
    ]
    # dear and cheap ones mixed, so that progress means something
    Random(seed).shuffle(cases)
    return cases


def _firsts(stage: Stage) -> list[int]:
    """The first paper of every style."""
    names = [paper.name for paper in stage.papers]
    return [names.index(name) for name in names_of(stage.papers)]


def _share(stage: Stage, paper: int, amounts: Amounts) -> Share:
    one = stage.papers[paper]
    if one.style is None:
        return amounts.files
    if not one.is_page:
        return amounts.labels
    return amounts.letters if "letter" in one.name else amounts.pages


def _mutants(stage: Stage, amounts: Amounts, seed: int) -> Iterator[Case]:
    for first in _firsts(stage):
        paper, share = stage.papers[first], _share(stage, first, amounts)
        random = Random(f"{seed}/{paper.name}")
        yield from _set_anew(stage, first, share.anew, random)
        edits = DOCX_EDITS if paper.style is None else PDF_EDITS
        ways = [("edited", share.edits)]
        if first in stage.sealed:
            ways += [("sealed, rewritten", amounts.sealed), ("sealed, updated", amounts.sealed)]
        for way, count in ways:
            for what in edits:
                for number in range(count):
                    name = f"{seed}/{paper.name}/{way}/{what}/{number}"
                    yield Case(MUTANTS, way, what, first, name)


def _set_anew(stage: Stage, first: int, count: int, random: Random) -> Iterator[Case]:
    """In turns over the fields and sorts, so that each has its share."""
    fields = stage.papers[first].document.fields
    other = stage.papers[stage.alike(first)[0]].document.fields
    piles: dict[tuple[str, str], list[Case]] = {}
    for name in (name for name in fields if name not in _INK):
        for what, changed in changed_words(fields, name, other, random):
            if not _INK & changed.keys():
                case = Case(MUTANTS, "set anew", what, first, "", frozenset(changed), changed)
                piles.setdefault((name, what), []).append(case)
    turns = [random.sample(pile, len(pile)) for _, pile in sorted(piles.items())]
    random.shuffle(turns)
    mixed = [case for turn in zip_longest(*turns) for case in turn if case is not None]
    yield from mixed[:count]


def _transplants(stage: Stage, amounts: Amounts, seed: int) -> Iterator[Case]:
    for first in _firsts(stage):
        group = (first, *stage.alike(first))
        pairs = [(a, b) for a in group for b in group if a != b]
        for a, b in Random(f"{seed}/pairs/{first}").sample(pairs, min(amounts.pairs, len(pairs))):
            yield Case(TRANSPLANTS, "set anew", "symbol of another", a, "", other=b)
            if stage.papers[a].is_page:
                yield Case(TRANSPLANTS, "pasted", "symbol of another", a, "", other=b)


def _tricks(stage: Stage, amounts: Amounts, seed: int) -> Iterator[Case]:
    for first in _firsts(stage):
        paper = stage.papers[first]
        other = stage.alike(first)[0]
        for number in range(amounts.tricks):
            name = f"{seed}/tricks/{paper.name}/{number}"
            if paper.style is None:
                for what in HIDDEN_DOCX:
                    yield Case(HIDDEN_TEXT, "DOCX", what, first, name)
                yield Case(HIDDEN_TEXT, "signed DOCX", "signed word vanishes", first, name)
                continue
            for what in HIDDEN:
                yield Case(HIDDEN_TEXT, "PDF", what, first, name)
            yield Case(HIDDEN_TEXT, "cover", "white box over words", first, name)
            yield Case(HIDDEN_TEXT, "map", "ToUnicode lie", first, name)
            yield Case(DECOYS, "another's", "second symbol", first, name, other=other)
            yield Case(DECOYS, "foreign", "second symbol", first, name)


def make_file(stage: Stage, case: Case) -> bytes | None:
    """The forged file; None where it can't be made so: no font has a letter, or it has no room."""
    try:
        return _MAKERS[case.group, case.way](stage, case)
    except (*PRINT_ERRORS, LabelError, NotDrawnError):
        return None


def _issued(stage: Stage, case: Case) -> bytes:
    return stage.papers[case.paper].draw(stage.papers[case.paper].document)


def _anew(stage: Stage, case: Case) -> bytes:
    paper = stage.papers[case.paper]
    return paper.draw(with_words(paper.document, case.changed))


def _edited(stage: Stage, case: Case) -> bytes | None:
    data, random = _issued(stage, case), Random(case.seed)
    if stage.papers[case.paper].style is None:
        return edit_docx(data, case.what, random)
    made = edit_pdf(data, case.what, random)
    # an edit of what is drawn elsewhere too, or not at all, alters nothing
    return None if made is None or is_same(data, made, levels=0) else made


def _symbol_set_anew(stage: Stage, case: Case) -> bytes:
    paper, other = stage.papers[case.paper], stage.papers[case.other]
    return paper.draw(with_symbol_of(paper.document, other.document))


def _symbol_pasted(stage: Stage, case: Case) -> bytes | None:
    other = stage.papers[case.other]
    return transplant_picture(_issued(stage, case), other.draw(other.document))


def _decoy(stage: Stage, case: Case, text: str) -> bytes | None:
    """One that a phone could read: what nobody reads misleads nobody."""
    random = Random(case.seed)
    for _ in range(_TRIES):
        made = add_decoy(_issued(stage, case), text, random)
        if len(_readable(made)) > 1:
            return made
    return None


def _readable(data: bytes) -> set[str]:
    return {
        found.text
        for number in range(len(pdfium.PdfDocument(data)))
        for found in zxingcpp.read_barcodes(page_picture(data, _READABLE_DPI, number))
    }


def _lie(stage: Stage, case: Case) -> bytes | None:
    """A page with one character changed, whose fonts say that it is the one that was signed."""
    random = Random(case.seed)
    paper = stage.papers[case.paper]
    fields = paper.document.fields
    names = [name for name in fields if name not in _INK and fields[name]]
    for _ in range(20):
        name = random.choice(names)
        value = fields[name]
        place = random.randrange(len(value))
        shown = random.choice("甲乙丙丁戊己庚辛壬癸鼠牛虎兔龙蛇马羊")
        said = value[place]
        if said.isspace() or not says_otherwise(said, shown) or shown in "".join(fields.values()):
            continue
        changed = value[:place] + shown + value[place + 1 :]
        data = paper.draw(with_words(paper.document, {name: changed}))
        made = lie_in_the_map(data, shown, said)
        if made is not None:
            return made
    return None


def _signed_docx(stage: Stage, case: Case) -> bytes | None:
    random = Random(case.seed)
    paper = stage.papers[case.paper]
    name = random.choice(
        sorted({"quantity", "product", "promisor", "decedent"} & set(paper.document.fields))
    )
    value = paper.document.fields[name]
    return hide_signed_docx(_issued(stage, case), f"9{value}", value)


_MAKERS: Final[Mapping[tuple[str, str], Callable[[Stage, Case], bytes | None]]] = {
    (MUTANTS, "set anew"): _anew,
    (MUTANTS, "edited"): _edited,
    (MUTANTS, "sealed, rewritten"): lambda s, c: edit_pdf(
        s.sealed[c.paper], c.what, Random(c.seed)
    ),
    (MUTANTS, "sealed, updated"): lambda s, c: update_pdf(
        s.sealed[c.paper], c.what, Random(c.seed)
    ),
    (TRANSPLANTS, "set anew"): _symbol_set_anew,
    (TRANSPLANTS, "pasted"): _symbol_pasted,
    (DECOYS, "another's"): lambda s, c: _decoy(s, c, s.papers[c.other].document.qr_text),
    (DECOYS, "foreign"): lambda s, c: _decoy(s, c, FOREIGN),
    (HIDDEN_TEXT, "PDF"): lambda s, c: hide_words(_issued(s, c), c.what, Random(c.seed)),
    (HIDDEN_TEXT, "DOCX"): lambda s, c: hide_words_docx(_issued(s, c), c.what, Random(c.seed)),
    (HIDDEN_TEXT, "signed DOCX"): _signed_docx,
    (HIDDEN_TEXT, "cover"): lambda s, c: cover_words(_issued(s, c), Random(c.seed)),
    (HIDDEN_TEXT, "map"): _lie,
}


def ways_of(cases: Sequence[Case]) -> dict[str, int]:
    """How many by group and way."""
    counts: dict[str, int] = {}
    for case in cases:
        name = f"{case.group}: {case.way}"
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
