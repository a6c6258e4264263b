"""Files as uploads: through the children of the verifier, timed, and what came of them in numbers."""

import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from benchmarks.robustness_papers import Stage
from credential.verdict import Indication, Verdict
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.verify import verify

_GRACE: Final = 5.0
"""Seconds beyond the limits of all stages: a child starts, and the machine has other work."""


@dataclass(slots=True)
class Tally:
    """``counts``: files by kind; ``passed``, ``errors``, ``late``: each one's name, and what was wrong;
    ``slowest``: seconds."""

    counts: Counter[str] = field(default_factory=Counter)
    passed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def error(self, name: str, error: Exception) -> None:
        self.errors.append(f"{name}: {type(error).__name__}: {error}"[:300])

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.passed += other.passed
        self.errors += other.errors
        self.late += other.late
        self.slowest = max(self.slowest, other.slowest)


@dataclass(frozen=True, slots=True)
class Door:
    """Where files are handed in; all is counted in ``tally``."""

    stage: Stage
    isolation: Isolation
    tally: Tally

    def upload(self, kind: str, name: str, data: bytes) -> Verdict | None:
        """The verdict; None where there was an exception instead."""
        stage, tally = self.stage, self.tally
        tally.counts[kind] += 1
        began = time.perf_counter()
        verdict = None
        try:
            verdict = verify(
                data,
                name,
                trust=stage.trust,
                at=stage.at,
                records=stage.records,
                isolation=self.isolation,
            )
        except Exception as error:  # it is what is looked for
            tally.error(name, error)
        taken = time.perf_counter() - began
        tally.slowest = max(tally.slowest, taken)
        if taken > Limits().total_seconds + _GRACE:
            tally.late.append(f"{name}: {taken:.0f} s")
        return verdict


def upload_all(stage: Stage, files: Iterable[tuple[str, str, bytes]], workers: int) -> Tally:
    """``files``: kind, name, bytes. None of them bears a credential of ours."""
    tally = Tally()
    with Isolation(workers=workers) as isolation, ThreadPoolExecutor(workers) as threads:
        door = Door(stage, isolation, tally)

        def one(file: tuple[str, str, bytes]) -> None:
            kind, name, data = file
            verdict = door.upload(kind, name, data)
            if verdict is not None and verdict.indication is Indication.PASSED:
                tally.passed.append(name)

        list(threads.map(one, files))
    return tally
