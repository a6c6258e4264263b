"""Labels in bulk: from the spreadsheet to the PDF with every label in the registry, against the bare loop.

``rows``: each label a row of the table with a certificate of its own; ``pieces``: rows that ask for
a thousand labels each. Every run has an office with an empty registry and a process of its own, so
that neither time nor memory is that of the run before. Beside them the pipeline that most people
would write (benchmarks/common_pipeline.py), and the one letter of benchmarks/issue.py.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from openpyxl import Workbook

from benchmarks import issue
from benchmarks.bulk_runs import (
    STYLE,
    CommandRun,
    FloorRun,
    IssueRun,
    SampleLabel,
    bare_labels,
    fresh_process,
    issue_tables,
    whole_command,
)
from benchmarks.common_pipeline import CommonPipeline, PipelineMissingError, measure_common
from benchmarks.measuring import Figure, Ratio, Result, microseconds, milliseconds, ratio
from benchmarks.office import BASE_URL, Desk, sample_office
from certgen.certificate import label_claims
from certgen.label_layout import label_fields
from credential.certificate_id import new_certificate_id
from credential.claims import StatusReference, encode_claims
from credential.fields import SHANGHAI
from registry.issuing import Allotment
from service.bulk.pool import default_processes
from service.printing import document_of
from service.sample_subjects import sample_subjects

_HEAD: Final = (
    "生产主体",
    "统一社会信用代码",
    "产品名称",
    "产品数量",
    "产地",
    "采收日期",
    "承诺依据",
    "批次号",
    "标签张数",
)
_PRODUCERS: Final = 200
_ROWS_A_TABLE: Final = 100_000
"""A table is at most 20 MB (certgen.table.LARGEST): more rows are several, one job after another."""
_PIECES: Final = 1000
_LEAST_OF_FLOOR: Final = 0.5
_MOST_MB: Final = 300.0
_FLAT: Final = 1.15
_TIMES_FASTER: Final = 50.0
_LETTER: Final = "letter: whole / typst alone"


@dataclass(frozen=True, slots=True)
class Size:
    """``lengths``: labels of a job, ascending; ``headline``: the one that is held against the floor.
    ``pages``, ``each``: of the common pipeline, in each process; ``letters``: rounds of the letter.
    """

    headline: int
    lengths: tuple[int, ...]
    rounds: int
    pages: int
    each: int
    letters: issue.Size


_LETTERS: Final = issue.Size(rounds=9, rows=3)
FULL: Final = Size(100_000, (1000, 10_000, 100_000), 3, 200, 10, _LETTERS)
SHORT: Final = Size(10_000, (1000, 10_000), 3, 200, 10, _LETTERS)
LONG: Final = Size(100_000, (1000, 10_000, 100_000, 1_000_000), 1, 200, 10, _LETTERS)
QUICK: Final = Size(60, (60,), 1, 1, 1, issue.QUICK)


@dataclass(frozen=True, slots=True)
class _Measured:
    """By round. ``runs``: by kind and labels of the job; ``commands``: of the shortest job of pieces."""

    runs: dict[tuple[str, int], list[IssueRun]]
    floor: list[FloorRun]
    commands: list[CommandRun]

    def costs(self, kind: str, labels: int) -> Figure:
        seconds = [run.seconds / labels for run in self.runs[kind, labels]]
        return microseconds(f"{kind}, {labels}: a label", seconds)

    def cpu(self, kind: str, labels: int) -> Figure:
        seconds = [run.cpu / labels for run in self.runs[kind, labels]]
        return microseconds(f"{kind}, {labels}: CPU a label", seconds)

    def rates(self, kind: str, labels: int) -> Figure:
        rates = tuple(labels / run.seconds for run in self.runs[kind, labels])
        return Figure(f"{kind}: speed", "labels/s", rates)

    def peaks(self, kind: str, labels: int) -> list[Figure]:
        runs = self.runs[kind, labels]
        parents = tuple(run.parent_mb for run in runs)
        workers = tuple(run.worker_mb for run in runs)
        return [
            Figure(f"{kind}, {labels}: peak of the parent", "MB", parents, _MOST_MB),
            Figure(f"{kind}, {labels}: peak of a worker", "MB", workers, _MOST_MB),
        ]


def run(size: Size) -> Result:
    processes = default_processes()
    letter = issue.run(size.letters)
    with sample_office(subjects=_PRODUCERS) as office:
        home = office.office.home.path
        sample = _sample_label(office.certificates)
        folder = home.parent / "tables"
        folder.mkdir()
        tables = {
            (kind, labels): _tables(folder, kind, labels, office.at)
            for kind in ("rows", "pieces")
            for labels in size.lengths
        }
        measured = _measure(home, tables, sample, size, processes)
        try:
            common: CommonPipeline | str = fresh_process(
                measure_common, sample, size.pages, size.each, processes
            )
        except PipelineMissingError as error:
            common = f"没有测：WeasyPrint 或其系统库 Pango 不可用（{error}）"
    figures, ratios = _product(measured, size)
    notes: dict[str, str | int | float] = {
        "headline_labels": size.headline,
        "processes": processes,
        "rounds": size.rounds,
        "style": STYLE,
        **{
            f"{kind}_{of}_varies_percent": round((ratio.median - 1) * 100, 1)
            for kind in ("rows", "pieces")
            for of, ratio in zip(("cost", "cpu"), _flat(measured, size, kind), strict=True)
        },
    }
    if isinstance(common, str):
        notes["common_pipeline"] = common
    else:
        added, compared = _compared(measured, size, common)
        figures += added
        ratios += compared
        notes["common_pipeline"] = (
            f"每个进程 {size.pages} 页一个文件，或 {size.each} 个一页的文件；没有读表，没有登记库"
        )
    (letter_ratio,) = (one for one in letter.ratios if one.name == _LETTER)
    wanted = {letter_ratio.of, *letter_ratio.floor}
    figures += [one for one in letter.figures if one.name in wanted]
    return Result("bulk", tuple(figures), (*ratios, letter_ratio), notes)


def _measure(
    home: Path,
    tables: dict[tuple[str, int], list[Path]],
    sample: SampleLabel,
    size: Size,
    processes: int,
) -> _Measured:
    measured = _Measured({case: [] for case in tables}, [], [])
    for number in range(size.rounds):
        floor = fresh_process(bare_labels, home, sample, size.headline, processes)
        measured.floor.append(floor)
        for (kind, labels), sources in tables.items():
            copy = home.parent / f"run-{number}-{kind}-{labels}"
            shutil.copytree(home, copy)
            done = fresh_process(issue_tables, copy, sources, labels, processes)
            measured.runs[kind, labels].append(done)
            shutil.rmtree(copy)
        copy = home.parent / f"run-{number}-command"
        shutil.copytree(home, copy)
        (short, *_) = tables["pieces", size.lengths[0]]
        measured.commands.append(fresh_process(whole_command, copy, short))
        shutil.rmtree(copy)
    return measured


def _product(measured: _Measured, size: Size) -> tuple[list[Figure], list[Ratio]]:
    floor = microseconds("floor: a label", [one.seconds for one in measured.floor])
    floor_cpu = microseconds("floor: CPU a label", [one.cpu for one in measured.floor])
    rates = tuple(1 / one.seconds for one in measured.floor)
    floor_rate = Figure("floor: speed", "labels/s", rates)
    starts = tuple(run.start for runs in measured.runs.values() for run in runs)
    command = f"zhengxin issue, {size.lengths[0]} pieces"
    figures = [
        floor,
        floor_cpu,
        floor_rate,
        Figure("start of a run, not counted", "s", starts),
        milliseconds(f"{command}: whole command", [one.seconds for one in measured.commands]),
        milliseconds(f"{command}: CPU of it", [one.cpu for one in measured.commands]),
    ]
    ratios = []
    for kind in ("rows", "pieces"):
        costs = {labels: measured.costs(kind, labels) for labels in size.lengths}
        longest = {size.headline, size.lengths[-1]}
        peaks = [peak for labels in sorted(longest) for peak in measured.peaks(kind, labels)]
        cpus = {labels: measured.cpu(kind, labels) for labels in size.lengths}
        cpu = cpus[size.headline]
        figures += [measured.rates(kind, size.headline), *costs.values(), *cpus.values(), *peaks]
        ratios += [
            ratio(f"{kind}: ratio_to_floor", floor, costs[size.headline], least=_LEAST_OF_FLOOR),
            # what is left of that where other programs want the processors too
            ratio(f"{kind}: floor's CPU / its own", floor_cpu, cpu),
            *_flat(measured, size, kind),
        ]
    return figures, ratios


def _flat(measured: _Measured, size: Size, kind: str) -> tuple[Ratio, Ratio]:
    """By time and by CPU time: short jobs are made in one process, which takes more time and less
    work. Medians, because a round of a short job is as noisy as it is short."""
    name = f"{kind}: dearest / cheapest length"
    return (
        _dearest(name, [measured.costs(kind, labels) for labels in size.lengths]),
        _dearest(f"{name}, CPU", [measured.cpu(kind, labels) for labels in size.lengths]),
    )


def _dearest(name: str, costs: Sequence[Figure]) -> Ratio:
    cheapest, dearest = (pick(costs, key=lambda one: one.median) for pick in (min, max))
    value = dearest.median / cheapest.median
    return Ratio(name, dearest.name, (cheapest.name,), (value,), _FLAT)


def _compared(
    measured: _Measured, size: Size, common: CommonPipeline
) -> tuple[list[Figure], list[Ratio]]:
    ways = [
        microseconds("common pipeline, one document: a label", [common.one_document]),
        microseconds("common pipeline, a document each: a label", [common.document_each]),
    ]
    faster = min(ways, key=lambda one: one.median)
    ratios = []
    for kind in ("rows", "pieces"):
        cost = measured.costs(kind, size.headline)
        ratios.append(
            Ratio(
                f"common pipeline / {kind}",
                faster.name,
                (cost.name,),
                (faster.median / median(cost.rounds),),
                least=_TIMES_FASTER,
            )
        )
    return ways, ratios


def _sample_label(desk: Desk) -> SampleLabel:
    (ready,) = desk.batch(1, 0).ready
    # an id that is not there otherwise, so that it occurs once in the payload
    identifier = new_certificate_id(desk.run.at, bytes(6))
    new = ready.sign(Allotment(identifier, StatusReference(1, 0)))
    document = document_of(new.message, new.fields, BASE_URL)
    layout = desk.run.pack.style(STYLE).layout
    assert layout is not None
    claims, fields = label_claims(
        document.claims,
        label_fields(layout, document.fields),
        identifier=identifier,
        status=StatusReference(1, 0),
    )
    return SampleLabel(encode_claims(claims), fields, identifier)


def _tables(folder: Path, kind: str, labels: int, at: int) -> list[Path]:
    each = 1 if kind == "rows" else min(_PIECES, labels)
    count = labels // each
    paths = []
    for first in range(0, count, _ROWS_A_TABLE):
        path = folder / f"{kind}-{labels}-{first}.xlsx"
        _write_table(path, first, min(_ROWS_A_TABLE, count - first), each, at)
        paths.append(path)
    return paths


def _write_table(path: Path, first: int, rows: int, each: int, at: int) -> None:
    producers = [one for one in sample_subjects() if one.uscc is not None][:_PRODUCERS]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(_HEAD)
    day = datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).date()
    for number in range(first, first + rows):
        one = producers[number % len(producers)]
        sheet.append(
            (
                one.name,
                one.uscc,
                one.products[number % len(one.products)],
                f"{100 + number % 9000}公斤",
                one.origin,
                day.isoformat(),
                "质量安全控制符合要求、自行检测合格" if number % 3 else "委托检测合格",
                f"B{number:07d}",
                each,
            )
        )
    book.save(path)
