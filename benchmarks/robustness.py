"""Robustness by numbers: forged, foreign and broken files in mass. None may pass; honest ones must not fail.

Forgeries and honest documents are judged in worker processes of this program, by the same reading
as in a child, each twice: with the registry, and offline. Foreign and fuzzed files go through the
children that uploads go through. The same seed does the same to the documents, whose keys and
numbers are new in every run.
"""

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.measuring import Figure, Result
from benchmarks.office import sample_office
from benchmarks.robustness_cases import (
    MUTANTS,
    SAYS,
    Amounts,
    Case,
    Share,
    all_cases,
    make_file,
)
from benchmarks.robustness_files import Tally, upload_all
from benchmarks.robustness_foreign import foreign_files
from benchmarks.robustness_fuzz import fuzz
from benchmarks.robustness_honest import honest_documents
from benchmarks.robustness_judging import Outcome, judge_file
from benchmarks.robustness_papers import Stage, set_stage
from credential.verdict import Indication
from service.bulk.pool import default_processes
from verifier.limits import Limits

_SUBJECTS: Final = 50
_EACH: Final = 4
"""Documents of every style."""
_CHUNK: Final = 4
_PROGRESS: Final = 200


@dataclass(frozen=True, slots=True)
class Size:
    """``papers``: by name, all if empty; ``saved``: honest documents also as other programs save
    them; ``foreign``: public files too."""

    seed: int
    amounts: Amounts
    fuzz_seconds: int
    saved: bool
    foreign: bool
    papers: tuple[str, ...] = ()


FULL: Final = Size(
    1,
    Amounts(
        pages=Share(180, 3), labels=Share(50, 2), letters=Share(100, 2), files=Share(250, 15),
        sealed=1, tricks=1, pairs=6,
    ),
    fuzz_seconds=300,
    saved=True,
    foreign=True,
)  # fmt: skip
QUICK: Final = Size(
    1,
    Amounts(
        pages=Share(2, 0), labels=Share(1, 0), letters=Share(1, 0), files=Share(2, 1),
        sealed=0, tricks=0, pairs=1,
    ),
    fuzz_seconds=2,
    saved=False,
    foreign=False,
    papers=("a5", "letter-a4", "letter DOCX", "one-bag", "one-fruit"),
)  # fmt: skip


@dataclass(slots=True)
class Book:
    """What is counted, and what must never be: ``broken``."""

    figures: list[Figure] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def count(self, name: str, number: int, target: int | None = None) -> None:
        self.figures.append(Figure(name, "份", (float(number),), target))

    def never(self, name: str, cases: Sequence[str]) -> None:
        self.count(name, len(cases), 0)
        self.broken.extend(f"{name}：{one}" for one in cases)


def run(size: Size, processes: int | None = None) -> Result:
    """``processes``: as many as there are processors, if not given."""
    workers = processes or default_processes()
    began = time.monotonic()
    book = Book()
    with sample_office(subjects=_SUBJECTS) as office, TemporaryDirectory() as folder:
        stage = set_stage(office, _EACH, size.papers)
        cases = all_cases(stage, size.amounts, size.seed)
        _count_forgeries(book, stage, list(_judged(stage, cases, workers)))
        _count_honest(book, stage, saved=size.saved)
        if size.foreign:
            files = foreign_files(Path(folder), size.seed)
            _say(f"{len(files)} foreign files")
            _count_files(book, "foreign files", upload_all(stage, files, workers))
        _count_files(book, "fuzzed", fuzz(stage, size.seed, size.fuzz_seconds, workers))
    notes = {
        "seed": size.seed,
        "processes": workers,
        "fuzz_seconds": size.fuzz_seconds,
        "seconds": round(time.monotonic() - began),
    }
    return Result("robustness", tuple(book.figures), (), notes, tuple(book.broken))


@dataclass(frozen=True, slots=True)
class Judged:
    """``outcome`` None: the forgery could not be made."""

    case: Case
    outcome: Outcome | None


def _judged(stage: Stage, cases: Sequence[Case], processes: int) -> Iterator[Judged]:
    """In processes of their own; of one alone, here: another would load the same again."""
    if processes == 1:
        _start(stage)
        yield from map(_judge, cases)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(stage,)
    ) as pool:
        for number, one in enumerate(pool.map(_judge, cases, chunksize=_CHUNK), start=1):
            if number % _PROGRESS == 0:
                _say(f"{number} of {len(cases)} forgeries")
            yield one


_stage: list[Stage] = []


def _start(stage: Stage) -> None:
    _stage[:] = [stage]


def _judge(case: Case) -> Judged:
    (stage,) = _stage
    data = make_file(stage, case)
    return Judged(case, None if data is None else judge_file(stage, data))


def _say(words: str) -> None:
    print(f"robustness: {words}", file=sys.stderr, flush=True)


def _count_forgeries(book: Book, stage: Stage, every: Sequence[Judged]) -> None:
    for group, says in SAYS.items():
        made = [
            (f"{stage.papers[one.case.paper].name} {one.case}"[:400], one.case, one.outcome)
            for one in every
            if one.case.group == group and one.outcome is not None
        ]
        if not made:
            continue
        book.count(group, len(made))
        ways = Counter(f"{group}: {_form(stage, case)}, {case.way}" for _, case, _ in made)
        for name, number in sorted(ways.items()):
            book.count(name, number)
        if group == MUTANTS:
            _count_named(book, [(case, outcome) for _, case, outcome in made])
        book.never(f"{group}: passed", [name for name, _, one in made if one.passed])
        book.never(f"{group}: unnoticed", [name for name, _, one in made if one.unnoticed])
        book.never(
            f"{group}: said otherwise", [name for name, _, one in made if not one.subs & says]
        )
        _count_faults(book, group, {name: one for name, _, one in made})


def _form(stage: Stage, case: Case) -> str:
    paper = stage.papers[case.paper]
    if paper.style is None:
        return "DOCX"
    return "PDF page" if paper.is_page else "PDF label"


def _count_named(book: Book, made: Sequence[tuple[Case, Outcome]]) -> None:
    """Set anew, the field is known that was changed: is it named?"""
    known = [(case, outcome) for case, outcome in made if case.fields]
    book.count(
        f"{MUTANTS}: set anew, FAILED", sum(o.indication is Indication.FAILED for _, o in known)
    )
    book.count(
        f"{MUTANTS}: set anew, field named", sum(bool(o.fields & c.fields) for c, o in known)
    )


def _count_faults(book: Book, group: str, made: Mapping[str, Outcome]) -> None:
    over = Limits().total_seconds
    book.never(
        f"{group}: exceptions", [f"{name} {one.error}" for name, one in made.items() if one.error]
    )
    book.never(
        f"{group}: over the time limit",
        [f"{name} {one.seconds:.0f} s" for name, one in made.items() if one.seconds > over],
    )


def _count_honest(book: Book, stage: Stage, *, saved: bool) -> None:
    every = list(honest_documents(stage, saved=saved))
    tried = {one.name: one for one in every if one.outcome is not None}
    ours = [one for one in tried.values() if one.passes]
    book.count("honest", len(tried))
    missing = sum(one.missing is not None for one in every)
    book.count("honest: no program to save them", missing)
    book.count("honest: born-digital", len(ours))
    book.never(
        "honest: born-digital, not passed",
        [one.name for one in ours if one.outcome is not None and not one.outcome.passed],
    )
    outcomes = {name: one.outcome for name, one in tried.items() if one.outcome is not None}
    book.never(
        "honest: failed",
        [name for name, one in outcomes.items() if one.indication is Indication.FAILED],
    )
    _count_faults(book, "honest", outcomes)


def _count_files(book: Book, group: str, tally: Tally) -> None:
    for kind, number in sorted(tally.counts.items()):
        book.count(f"{group}: {kind}", number)
    book.never(f"{group}: passed", tally.passed)
    book.never(f"{group}: exceptions", tally.errors)
    book.never(f"{group}: over the time limit", tally.late)
    book.figures.append(Figure(f"{group}: slowest", "s", (tally.slowest,)))
