"""One run of the bulk benchmark in a process of its own, so that its peak of memory is its own.

``issue_tables`` is what is measured, ``bare_labels`` its floor: sign, symbol, drawing and compression
alone, of labels prepared before, in the same number of processes.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from benchmarks.measuring import BenchmarkError
from benchmarks.office import CERTIFICATES, PASSPHRASE
from certgen.label_drawing import Label
from certgen.label_pdf import LabelPdf
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.cose import sign1
from credential.qr_text import write_qr_text
from service.bulk.issuing import issue_labels
from service.bulk.orders import Order, Paper, new_order
from service.bulk.pool import search_seldom
from service.bulk.source import handed_in
from service.home import Home
from service.settings import load_settings

P = ParamSpec("P")
T = TypeVar("T")
STYLE: Final = "one-box-60x40"
_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class SampleLabel:
    """What many labels are made of: payload and fields of one, that differ in number alone.
    ``identifier``: its number, which occurs once in the payload, to be written over."""

    payload: bytes
    fields: dict[str, str]
    identifier: bytes


@dataclass(frozen=True, slots=True)
class IssueRun:
    """``start``: seconds until keys, fonts and symbol tables are there; ``seconds``: from the
    spreadsheets to the files; ``cpu``: seconds of all processes meanwhile. Peaks in MB (10^6 bytes):
    of the parent, and of its largest worker (a few labels have none)."""

    start: float
    seconds: float
    cpu: float
    parent_mb: float
    worker_mb: float


@dataclass(frozen=True, slots=True)
class FloorRun:
    """As IssueRun, a label."""

    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True)
class CommandRun:
    """Seconds of one command, and CPU seconds."""

    seconds: float
    cpu: float


def fresh_process(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A new interpreter: a fork would begin with this one's memory."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *args, **kwargs).result()


def issue_tables(home: Path, tables: Sequence[Path], labels: int, processes: int) -> IssueRun:
    """One job after another; ``labels``: what they must come to."""
    began = time.perf_counter()
    order = _order(home)
    ready, cpu = time.perf_counter(), _cpu()
    done = 0
    for number, table in enumerate(tables):
        out = home / f"out-{number}"
        result = issue_labels(
            order, handed_in(table), out, progress=lambda _job: None, processes=processes
        )
        if result.refused:
            raise BenchmarkError(result.refused[0].message)
        done += result.labels
    seconds = time.perf_counter() - ready
    if done != labels:
        raise BenchmarkError(f"{done} labels, not {labels}")
    # the system's own unit here is 1,024 bytes
    worker_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return IssueRun(ready - began, seconds, _cpu() - cpu, _own_peak_mb(), worker_mb)


def whole_command(home: Path, table: Path) -> CommandRun:
    """``zhengxin issue`` as a clerk starts it: the interpreter, its imports and the keys are in it."""
    began, cpu = time.perf_counter(), _cpu()
    subprocess.run(
        [
            *(sys.executable, "-c", "from service.cli import main; main()", "--home", str(home)),
            *("issue", "--scheme", CERTIFICATES, "--style", STYLE),
            *("--input", str(table), "--out", str(home / "out")),
        ],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "ZHENGXIN_PASSPHRASE": PASSPHRASE},
        check=True,
        capture_output=True,
    )
    return CommandRun(time.perf_counter() - began, _cpu() - cpu)


def _cpu() -> float:
    """Of this process and of those that it started and that have ended."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _own_peak_mb() -> float:
    """getrusage would tell of the process that started this one too: the peak outlives exec(2)."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise BenchmarkError("/proc/self/status: no VmHWM")


def bare_labels(home: Path, sample: SampleLabel, labels: int, processes: int) -> FloorRun:
    """The bare loop; the start of its processes is not counted."""
    order = _order(home)
    share = -(-labels // processes)
    with ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_start,
        initargs=(order, sample),
    ) as pool:
        # all of them part now, and have drawn once
        list(pool.map(_bare_loop, [1] * processes))
        began = time.perf_counter()
        results = list(pool.map(_bare_loop, [share] * processes))
        done = sum(labels for labels, _ in results)
        seconds = time.perf_counter() - began
        return FloorRun(seconds / done, sum(cpu for _, cpu in results) / done)


_floor: list[tuple[Order, SampleLabel]] = []


def _start(order: Order, sample: SampleLabel) -> None:
    # as in the job's own processes: what is spared there is no merit of the job
    search_seldom()
    _floor[:] = [(order, sample)]


def _bare_loop(labels: int) -> tuple[int, float]:
    """Labels done, and CPU seconds taken."""
    began = time.process_time()
    (order, sample) = _floor[0]
    press = order.press
    with Path(os.devnull).open("wb") as file:
        pdf = LabelPdf(file, press.drawer.sheet)
        for first in range(0, labels, _CHUNK):
            chunk = []
            for place in range(first, min(first + _CHUNK, labels)):
                identifier = new_certificate_id(order.rules.at, place.to_bytes(6, "big"))
                payload = sample.payload.replace(sample.identifier, identifier)
                qr_text = write_qr_text(sign1(payload, press.signer), press.base_url)
                number = format_certificate_id(identifier)
                chunk.append(Label({**sample.fields, "number": number}, qr_text))
            pdf.add(press.drawer.draw(chunk, first))
        pdf.close()
    return labels, time.process_time() - began


def _order(home: Path) -> Order:
    place = Home(home)
    return new_order(
        place,
        load_settings(place),
        CERTIFICATES,
        STYLE,
        paper=Paper(),
        passphrase=PASSPHRASE,
        at=int(time.time()),
        who="bench",
    )
