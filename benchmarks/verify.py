"""Verifying a born-digital file on all axes, against its parsers called alone on the same file.

In process, and through a child as an upload is. The parsers: pikepdf (the front door's rewrite),
pdfplumber (characters; the product takes them off its interpreter and makes no table of its objects),
PDFium (text, and the page at 300 dpi), zxing-cpp (the symbol). No file is sealed: a seal has a parser
of its own, and its time is not in these. A DOCX has no such floor and is given by itself.
"""

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import pdfplumber
import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import zxingcpp

from benchmarks.measuring import (
    BenchmarkError,
    Figure,
    Prepare,
    Ratio,
    Result,
    Work,
    alternate,
    milliseconds,
    ratio,
)
from benchmarks.office import Desk, SampleOffice, sample_office
from benchmarks.verify_rates import scans_a_second, uploads_a_second
from credential.verdict import Indication
from registry.records import RegistryRecords
from service.issuing import issue_rows
from service.printing import DOCX
from service.trust import current_trust_list
from verifier.evidence import Evidence
from verifier.evidence_json import read_evidence, write_evidence
from verifier.extraction.run import extract
from verifier.isolation import Extractor, Isolation
from verifier.limits import Limits
from verifier.verify import verify

T = TypeVar("T")
_FORMAT: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SCALE: Final = Limits().dpi / 72


@dataclass(frozen=True, slots=True)
class Size:
    """``files``: different ones of each kind, all verified in each round. ``uploads``: over HTTP in
    all; ``scans``: different certificates."""

    rounds: int
    files: int
    uploads: int
    scans: int


FULL: Final = Size(rounds=5, files=2, uploads=120, scans=300)
QUICK: Final = Size(rounds=1, files=1, uploads=2, scans=2)
_TARGET: Final = 1.5
_LABEL: Final = "label-80x60"


class InProcess:
    """The same extraction and the same JSON as in a child, without the child."""

    limits: Final = Limits()

    def extract(self, data: bytes) -> Evidence:
        return read_evidence(
            write_evidence(extract(data, self.limits, lambda _seconds: None, idle=True))
        )


def run(size: Size) -> Result:
    figures: list[Figure] = []
    ratios: list[Ratio] = []
    with sample_office(subjects=50) as office, Isolation(workers=1, warm=True) as isolation:
        kinds = {
            "A5": issued_files(office.certificates, size.files),
            "80x60": issued_files(_in_style(office.certificates, _LABEL), size.files),
            "letter": issued_files(office.letters, size.files),
        }
        for name, files in kinds.items():
            measured = _measure(name, office, files, isolation, size.rounds)
            figures += measured[0]
            ratios += measured[1]
        written = issued_files(_in_form(office.letters, DOCX), size.files)
        taken = alternate({"": _verifying(office, written, InProcess())}, size.rounds)
        figures.append(milliseconds("letter in DOCX: in process", taken[""]))
        figures += scans_a_second(office, size.scans, size.rounds)
        figures.append(uploads_a_second(office, kinds["A5"] + kinds["letter"], size.uploads))
    notes: dict[str, str | int | float] = {
        "files_a_round": size.files,
        "rounds": size.rounds,
        "dpi": Limits().dpi,
        "uploads": size.uploads,
        "sealed": "none",
    }
    return Result("verify", tuple(figures), tuple(ratios), notes)


def _in_style(desk: Desk, style: str) -> Desk:
    return replace(desk, run=replace(desk.run, style=desk.run.pack.style(style)))


def _in_form(desk: Desk, form: str) -> Desk:
    return replace(desk, run=replace(desk.run, formats=(form,)))


def issued_files(desk: Desk, count: int) -> list[bytes]:
    report = issue_rows(desk.run, desk.batch(count, 0).ready)
    if report.refused:
        raise BenchmarkError(report.refused[0].message)
    return [(desk.run.out / name).read_bytes() for one in report.issued for name in one.files]


def _measure(
    name: str,
    office: SampleOffice,
    files: Sequence[bytes],
    isolation: Isolation,
    rounds: int,
) -> tuple[list[Figure], list[Ratio]]:
    pictures = [_picture(data) for data in files]
    parsers = {
        "pikepdf": _each(files, _rewrite),
        "pdfplumber": _each(files, _characters),
        "PDFium": _each(files, _text_and_picture),
        "zxing-cpp": _each(pictures, _symbol),
    }
    whole = {
        "in process": _verifying(office, files, InProcess()),
        "in a child": _verifying(office, files, isolation),
    }
    taken = alternate({**whole, **parsers}, rounds)
    figures = {case: milliseconds(f"{name}: {case}", values) for case, values in taken.items()}
    floor = [figures[case] for case in parsers]
    ratios = [
        ratio(
            f"{name}: {case} / its parsers bare",
            figures[case],
            *floor,
            target=_TARGET if case == "in process" else None,
        )
        for case in whole
    ]
    # two threads share the work in process: what it costs of both processors
    spent = alternate({"in process": whole["in process"], **parsers}, rounds, time.process_time)
    costs = {case: milliseconds(f"{name}: {case}, CPU", values) for case, values in spent.items()}
    words = f"{name}: in process / its parsers bare, CPU"
    ratios.append(ratio(words, costs["in process"], *(costs[case] for case in parsers)))
    return [*figures.values(), *costs.values()], ratios


def _verifying(office: SampleOffice, files: Sequence[bytes], extractor: Extractor) -> Prepare:
    trust, _ = current_trust_list(office.office, office.at)
    records = RegistryRecords(office.office.registry)

    def one(data: bytes) -> None:
        verdict = verify(
            data, "bench", trust=trust, at=office.at, records=records, isolation=extractor
        )
        if verdict.indication is not Indication.PASSED:
            raise BenchmarkError(f"{verdict.indication}: {verdict.worst.findings[0].message}")

    return _each(files, one)


def _each(things: Sequence[T], do: Callable[[T], object]) -> Prepare:
    def work() -> int:
        return len([do(thing) for thing in things])

    def prepare(_round: int) -> Work:
        return work

    return prepare


def _rewrite(data: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(
            output,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            recompress_flate=True,
        )
    return output.getvalue()


def _characters(data: bytes) -> int:
    with pdfplumber.open(io.BytesIO(data)) as document:
        return sum(len(page.chars) for page in document.pages)


def _text_and_picture(data: bytes) -> list[npt.NDArray[np.uint8]]:
    document = pdfium.PdfDocument(data)
    pictures = []
    for page in document:
        page.get_textpage().get_text_range(errors="replace")
        pictures.append(page.render(scale=_SCALE, grayscale=True).to_numpy())
    return pictures


def _picture(data: bytes) -> list[npt.NDArray[np.uint8]]:
    pages = _text_and_picture(data)
    return [np.ascontiguousarray(page.reshape(page.shape[:2])) for page in pages]


def _symbol(pages: Sequence[npt.NDArray[np.uint8]]) -> int:
    return sum(len(zxingcpp.read_barcodes(page, formats=_FORMAT)) for page in pages)
