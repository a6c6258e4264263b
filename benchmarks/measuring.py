"""Timing in alternation: each round times every case once, so that a slow minute slows all alike.

A figure is compared with its floor round by round; the median of those ratios says more than a
ratio of medians on a machine that others use too.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

Work = Callable[[], int]
"""What is timed; returns how many things it did."""
Prepare = Callable[[int], Work]
"""Round number -> work on data of that round alone (typst remembers what it has set before)."""


class BenchmarkError(Exception):
    """What was measured did not do its work, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """``rounds``: one value a round, in ``unit``, for one thing done. ``target``: what it should not
    exceed; ``least``: what it should reach."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    target: float | None = None
    least: float | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``of`` divided by the sum of ``floor``, names of figures. ``target``: what it should not exceed;
    ``least``: what it should reach."""

    name: str
    of: str
    floor: tuple[str, ...]
    rounds: tuple[float, ...]
    target: float | None = None
    least: float | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's figures. ``notes``: sizes and what else a reader must know. ``broken``: what
    must never happen and did, a line each; the command then fails."""

    name: str
    figures: tuple[Figure, ...]
    ratios: tuple[Ratio, ...]
    notes: Mapping[str, str | int | float] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def alternate(
    cases: Mapping[str, Prepare], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, tuple[float, ...]]:
    """Seconds of ``clock`` for one thing, by case and round; a first round more warms up and is left
    out."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        names = list(cases)[:: 1 if number % 2 else -1]
        for name in names:
            work = cases[name](number)
            began = clock()
            done = work()
            seconds = clock() - began
            if number:
                taken[name].append(seconds / done)
    return {name: tuple(values) for name, values in taken.items()}


def milliseconds(name: str, seconds: Sequence[float]) -> Figure:
    return Figure(name, "ms", tuple(value * 1e3 for value in seconds))


def microseconds(name: str, seconds: Sequence[float]) -> Figure:
    return Figure(name, "µs", tuple(value * 1e6 for value in seconds))


def ratio(
    name: str,
    of: Figure,
    *floor: Figure,
    target: float | None = None,
    least: float | None = None,
    inverse: bool = False,
) -> Ratio:
    """``inverse``: for rates, where more is better, so that above 1 is always above the floor."""
    values = []
    for i, value in enumerate(of.rounds):
        bare = sum(figure.rounds[i] for figure in floor)
        values.append(bare / value if inverse else value / bare)
    return Ratio(
        name, of.name, tuple(figure.name for figure in floor), tuple(values), target, least
    )
