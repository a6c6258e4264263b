"""A notary's pile: issued files of several kinds through ``zhengxin verify FOLDER --report``.

The whole command in a process of its own, its children with it. Memory is the parent's alone,
read from /proc whenever its progress says that so many files are done.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measuring import BenchmarkError, Figure, Result
from benchmarks.office import Desk, SampleOffice, sample_office
from service.issuing import issue_rows
from service.piles import VERDICTS

_DONE: Final = re.compile(r"已核验 (\d+)/(\d+)，")
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Size:
    """``marks``: files done at which the parent's memory is read; the last is the whole pile."""

    marks: tuple[int, ...]


FULL: Final = Size(marks=(100, 500, 1_000))
QUICK: Final = Size(marks=(2, 6))


@dataclass(frozen=True, slots=True)
class Seen:
    """``wall``: since the start, ``cpu``: of the parent and its children, both in seconds;
    ``memory``: of the parent, in bytes."""

    done: int
    wall: float
    cpu: float
    memory: int


def run(size: Size) -> Result:
    count = size.marks[-1]
    with sample_office(subjects=50) as office, tempfile.TemporaryDirectory() as folder:
        pile, out = Path(folder, "pile"), Path(folder, "out")
        _issue(office, pile, count)
        seen = _verify(office, pile, out)
        _check(out, count)
    marks = [_at(seen, mark) for mark in size.marks]
    figures = [
        Figure("wall a file", "ms", (seen[-1].wall / count * 1e3,)),
        Figure("CPU a file, parent and children", "ms", (seen[-1].cpu / count * 1e3,)),
        *(Figure(f"parent's memory at {one.done}", "MB", (one.memory / 1e6,)) for one in marks),
    ]
    return Result("pile", tuple(figures), (), {"files": count, "workers": os.cpu_count() or 1})


def _issue(office: SampleOffice, pile: Path, count: int) -> None:
    """Half certificates, half letters, as they were issued."""
    pile.mkdir()
    letters = count // 2
    for desk, wanted in ((office.certificates, count - letters), (office.letters, letters)):
        for first in range(0, wanted, _BATCH):
            for file in _files(desk, min(_BATCH, wanted - first), first):
                file.replace(pile / file.name)


def _files(desk: Desk, count: int, first: int) -> Iterator[Path]:
    report = issue_rows(desk.run, desk.batch(count, first).ready)
    if report.refused:
        raise BenchmarkError(report.refused[0].message)
    return (desk.run.out / name for one in report.issued for name in one.files)


def _verify(office: SampleOffice, pile: Path, out: Path) -> list[Seen]:
    home = office.office.home.path
    program = (sys.executable, "-c", "from service.cli import main; main()")
    command = [*program, "--home", str(home), "verify", str(pile)]
    began = time.monotonic()
    seen: list[Seen] = []
    with subprocess.Popen(
        [*command, "--report", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if found := _DONE.search(line):
                wall = time.monotonic() - began
                seen.append(Seen(int(found[1]), wall, *_used(process.pid)))
                print(line.rstrip(), seen[-1], file=sys.stderr, flush=True)
    if process.returncode or not seen:
        # 0 where every file passed
        raise BenchmarkError(f"exit status {process.returncode}")
    return seen


def _used(pid: int) -> tuple[float, int]:
    """Processor seconds of a process and all below it, and its own resident memory in bytes.

    The fork server waits for the children that parse, so its account has theirs (proc(5)).
    """
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        ticks = sum(sum(map(int, _fields(one)[11:15])) for one in (pid, *map(int, below)))
        pages = int(_fields(pid)[21])
    except OSError as error:
        raise BenchmarkError(f"process {pid} can't be looked at: {error}") from error
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def _fields(pid: int) -> list[str]:
    """Of /proc/PID/stat, what comes after the name: state first, utime to cstime at 11 to 14, rss at 21."""
    return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()


def _at(seen: list[Seen], mark: int) -> Seen:
    return min(seen, key=lambda one: abs(one.done - mark))


def _check(out: Path, count: int) -> None:
    with (out / VERDICTS).open("rb") as lines:
        written = sum(1 for _ in lines)
    if written != count:
        raise BenchmarkError(f"{written} verdicts of {count} files")
