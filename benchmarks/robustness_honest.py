"""Honest documents: as issued, sealed, and as other programs save, print and picture them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.resaving import OF_A_DOCX, OTHER_LETTERS, SAME_LETTERS, Ways, is_installed
from benchmarks.robustness_judging import Outcome, judge_file
from benchmarks.robustness_papers import Stage, names_of

SAVED: Final = ("a5", "label-80x60", "one-coop-a4", "letter-a4", "one-bag")
"""Styles that are saved with other letters: the pages, and one label of the direct writer."""


@dataclass(frozen=True, slots=True)
class Honest:
    """``passes``: its letters are still ours, so that it must pass; all others must not fail.
    ``missing``: the program that is not installed."""

    name: str
    passes: bool
    outcome: Outcome | None = None
    missing: str | None = None


def honest_documents(stage: Stage, *, saved: bool) -> Iterator[Honest]:
    """``saved``: by other programs too, not only as issued and sealed."""
    names = [paper.name for paper in stage.papers]
    for name in names_of(stage.papers):
        paper = stage.papers[names.index(name)]
        data = paper.draw(paper.document)
        if not saved or paper.style is None:  # else it is the first of the ways
            yield Honest(f"{name}: as issued", True, judge_file(stage, data))
        if (sealed := stage.sealed.get(names.index(name))) is not None:
            yield Honest(f"{name}: sealed", True, judge_file(stage, sealed))
        if not saved:
            continue
        if paper.style is None:
            yield from _saved(stage, name, data, OF_A_DOCX, passes=False)
            continue
        yield from _saved(stage, name, data, SAME_LETTERS, passes=True)
        if name in SAVED:
            yield from _saved(stage, name, data, OTHER_LETTERS, passes=False)


def _saved(stage: Stage, name: str, data: bytes, ways: Ways, *, passes: bool) -> Iterator[Honest]:
    for way, (program, save) in ways.items():
        if is_installed(program):
            yield Honest(f"{name}: {way}", passes, judge_file(stage, save(data)))
        else:
            yield Honest(f"{name}: {way}", passes, missing=program)
