"""Labels in bulk: from the spreadsheet to one PDF with every label in the registry, against the bare loop.

The floor: sign, symbol, drawing and compression alone, of labels prepared before, in the same number
of processes, in the same run. ``rows``: each label a row of the table with a certificate of its own;
``pieces``: rows that ask for a thousand labels each. Beside them, on a small sample, the pipeline that
most people would write: segno as it comes, and one document a label. The typesetter there is typst, the
fastest that PyPI has; with WeasyPrint, which needs system libraries, it is several times slower.
"""

import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import segno
from openpyxl import Workbook

from benchmarks.measuring import BenchmarkError, Result, microseconds, ratio
from benchmarks.office import CERTIFICATES, PASSPHRASE, Desk, sample_office
from certgen.certificate import label_claims
from certgen.document import Document
from certgen.label_drawing import Label
from certgen.label_layout import label_fields
from certgen.label_pdf import LabelPdf
from certgen.page import render_pdf
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import StatusReference, encode_claims
from credential.cose import sign1
from credential.fields import SHANGHAI
from credential.qr_text import write_qr_text
from registry.issuing import Allotment
from service.bulk.issuing import issue_labels
from service.bulk.orders import Order, Paper, new_order
from service.printing import document_of, page_style
from service.sample_subjects import sample_subjects

STYLE: Final = "one-box-60x40"
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
_CHUNK: Final = 1000
_PRODUCERS: Final = 200


@dataclass(frozen=True, slots=True)
class Size:
    """``labels``: of the headline; ``lengths``: for the cost by length of the job; ``common``: labels
    of the small sample."""

    labels: int
    lengths: tuple[int, ...]
    common: int
    rounds: int


FULL: Final = Size(10_000, (1000, 10_000), 20, 3)
LARGE: Final = Size(100_000, (1000, 10_000, 100_000), 20, 1)
QUICK: Final = Size(100, (100,), 2, 1)


@dataclass(frozen=True, slots=True)
class _Floor:
    """What the floor's labels are made of: payload and fields of one, that differ in number alone."""

    order: Order
    document: Document
    payload: bytes
    fields: dict[str, str]
    identifier: bytes


def run(size: Size) -> Result:
    processes = len(os.sched_getaffinity(0))
    with sample_office(subjects=_PRODUCERS) as sample:
        office = sample.office
        order = new_order(
            office.home,
            office.settings,
            CERTIFICATES,
            STYLE,
            paper=Paper(),
            passphrase=PASSPHRASE,
            at=sample.at,
            who="bench",
        )
        floor = _floor_source(sample.certificates, order)
        bench = _Bench(order, floor, office.home.path / "bulk", processes)
        rounds: dict[str, list[float]] = {"rows": [], "pieces": [], "floor": []}
        bench.floor(min(size.labels, 1000))
        for _ in range(size.rounds):
            rounds["floor"].append(bench.floor(size.labels))
            rounds["rows"].append(bench.issue(size.labels, each=1))
            rounds["pieces"].append(bench.issue(size.labels, each=min(1000, size.labels)))
        by_length = {
            (kind, count): bench.issue(count, each=each)
            for kind, each in (("rows", 1), ("pieces", 1000))
            for count in size.lengths
        }
        common = _common(floor, sample.certificates, size.common)
    figures = {name: microseconds(f"{name}, a label", values) for name, values in rounds.items()}
    common_figure = microseconds("segno as it comes and a PDF a label", [common] * size.rounds)
    ratios = [
        # 50 % of the floor's speed: at most twice its time
        ratio("rows / floor", figures["rows"], figures["floor"], target=2.0),
        ratio("pieces / floor", figures["pieces"], figures["floor"], target=2.0),
        ratio("common pipeline / rows", common_figure, figures["rows"]),
        ratio("common pipeline / pieces", common_figure, figures["pieces"]),
    ]
    notes: dict[str, str | int | float] = {
        "labels": size.labels,
        "processes": processes,
        "rows_labels_a_second": round(1 / min(rounds["rows"])),
        "pieces_labels_a_second": round(1 / min(rounds["pieces"])),
        "floor_labels_a_second": round(1 / min(rounds["floor"])),
        "peak_parent_mb": bench.peak_parent // 1024,
        "peak_worker_mb": bench.peak_worker // 1024,
        "common_sample": f"{size.common} 枚，一个进程，由此推算",
        **{
            f"{kind}_{count}_us_a_label": round(seconds * 1e6, 1)
            for (kind, count), seconds in by_length.items()
        },
    }
    return Result("bulk", (*figures.values(), common_figure), tuple(ratios), notes)


@dataclass(slots=True)
class _Bench:
    """Runs on one office; every table's rows are new to it."""

    order: Order
    source: _Floor
    folder: Path
    processes: int
    rows: int = 0
    peak_parent: int = 0
    peak_worker: int = 0

    def issue(self, labels: int, each: int) -> float:
        """Seconds a label, from the XLSX to the file."""
        data = self._table(-(-labels // each), min(each, labels))
        began = time.perf_counter()
        result = issue_labels(
            self.order,
            data,
            self.folder / f"{self.rows}",
            progress=lambda _job: None,
            processes=self.processes,
        )
        taken = time.perf_counter() - began
        if result.labels != labels or result.refused:
            raise BenchmarkError(f"{result.labels} labels, {result.refused[:1]}")
        self.peak_parent = max(self.peak_parent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        self.peak_worker = max(
            self.peak_worker, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        )
        return taken / labels

    def floor(self, labels: int) -> float:
        """Seconds a label of the bare loop, in as many processes; their start is not counted."""
        share = labels // self.processes
        with ProcessPoolExecutor(
            self.processes,
            mp_context=multiprocessing.get_context("fork"),
            initializer=_start,
            initargs=(self.source,),
        ) as pool:
            pool.submit(os.getpid).result()
            began = time.perf_counter()
            done = sum(pool.map(_bare_loop, [share] * self.processes))
            return (time.perf_counter() - began) / done

    def _table(self, rows: int, each: int) -> bytes:
        producers = [one for one in sample_subjects() if one.uscc is not None][:_PRODUCERS]
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(_HEAD)
        day = datetime.fromtimestamp(self.order.rules.at, UTC).astimezone(SHANGHAI).date()
        for number in range(self.rows, self.rows + rows):
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
        self.rows += rows
        data = BytesIO()
        book.save(data)
        return data.getvalue()


def _floor_source(desk: Desk, order: Order) -> _Floor:
    (ready,) = desk.batch(1, 0).ready
    at = order.rules.at
    identifier = new_certificate_id(at, bytes(6))
    new = ready.sign(Allotment(identifier, StatusReference(1, 0)))
    document = document_of(new.message, new.fields, order.press.base_url)
    words = label_fields(order.press.layout, document.fields)
    # an id that occurs once in the payload, to be written over
    claims, fields = label_claims(
        document.claims, words, identifier=identifier, status=StatusReference(1, 0)
    )
    return _Floor(order, document, encode_claims(claims), fields, identifier)


_floor: list[_Floor] = []


def _start(source: _Floor) -> None:
    _floor[:] = [source]


def _bare_loop(labels: int) -> int:
    source, press = _floor[0], _floor[0].order.press
    at = source.order.rules.at
    with Path(os.devnull).open("wb") as file:
        pdf = LabelPdf(file, press.drawer.sheet, "floor")
        for first in range(0, labels, _CHUNK):
            chunk = []
            for place in range(first, min(first + _CHUNK, labels)):
                identifier = new_certificate_id(at, place.to_bytes(6, "big"))
                payload = source.payload.replace(source.identifier, identifier)
                qr_text = write_qr_text(sign1(payload, press.signer), press.base_url)
                number = format_certificate_id(identifier)
                chunk.append(Label({**source.fields, "number": number}, qr_text))
            pdf.add(press.drawer.draw(chunk, first))
        pdf.close()
    return labels


def _common(source: _Floor, desk: Desk, labels: int) -> float:
    """Seconds a label, one process: segno chooses version and mask, typst sets one document each."""
    style = page_style(desk.run.pack, desk.run.pack.style("label-80x60"))
    at = source.order.rules.at
    began = time.perf_counter()
    for place in range(labels):
        number = format_certificate_id(new_certificate_id(at, place.to_bytes(6, "big")))
        document = replace(source.document, fields={**source.document.fields, "number": number})
        segno.make(document.qr_text, error="m").save(BytesIO(), kind="svg")
        render_pdf(document, style, at=at)
    return (time.perf_counter() - began) / labels
