"""Issuing row by row: signed and set, committed to the registry, and only then written to a file.

A row that can't be signed or set is refused before anything of it is recorded. After a crash the
same table issues again what is recorded already, with the same numbers and the same bytes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from certgen.document import Document
from certgen.row_error import RowError
from credential.certificate_id import format_certificate_id
from registry.credentials import StoredCredential
from registry.issuing import Allotment, IssueRequest, NewCredential, record_credentials
from scheme.model import Pack, Style
from service.home import write_file
from service.office import Office
from service.printing import PRINT_ERRORS, PrintedFile, document_of, print_document, stored_document

MANIFEST: Final = "manifest.csv"
REFUSED: Final = "refused.csv"
NEW, AGAIN = "issued", "issued-before"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of issuing: by whose rules, in what look, where to, when (Unix seconds) and by whom."""

    office: Office
    pack: Pack
    style: Style
    formats: tuple[str, ...]
    out: Path
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that may be issued. ``sign`` fills in number and status and signs; it may raise FieldError."""

    row: int
    request: IssueRequest
    sign: Callable[[Allotment], NewCredential]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not issued, and why: a cell that is wrong, or a decision of the rules."""

    row: int
    column: str | None
    message: str

    @classmethod
    def of(cls, error: RowError) -> "Refusal":
        return cls(error.row, error.column, error.message)


@dataclass(frozen=True, slots=True)
class Issued:
    """One row's credential; ``again``: it had been issued before and was only printed anew."""

    row: int
    stored: StoredCredential
    again: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    issued: tuple[Issued, ...]
    refused: tuple[Refusal, ...]


def issue_rows(
    run: Run, rows: Iterable[Ready], progress: Callable[[int], None] = lambda _done: None
) -> Report:
    """Issue each row. ``progress`` is told how many rows are done."""
    issued: list[Issued] = []
    refused: list[Refusal] = []
    for done, ready in enumerate(rows, start=1):
        try:
            issued.append(issue_row(run, ready))
        except PRINT_ERRORS as error:
            refused.append(Refusal(ready.row, None, f"第 {ready.row} 行：{error}"))
        progress(done)
    return Report(tuple(issued), tuple(refused))


def issue_row(run: Run, ready: Ready) -> Issued:
    """One row, one transaction: what can't be set on its page is never recorded."""
    base_url = run.office.settings.base_url
    prepared: dict[bytes, list[PrintedFile]] = {}

    def set_pages(document: Document) -> list[PrintedFile]:
        return [print_document(document, run.pack, run.style, format) for format in run.formats]

    def sign(_place: int, allotment: Allotment) -> NewCredential:
        new = ready.sign(allotment)
        prepared[new.message] = set_pages(document_of(new.message, new.fields, base_url))
        return new

    (stored,) = record_credentials(
        run.office.registry, [ready.request], sign, at=run.at, who=run.who
    )
    # recorded: from here on the file may leave
    files = prepared.get(stored.message)
    again = files is None
    if files is None:
        files = set_pages(stored_document(stored, base_url))
    for file in files:
        write_file(run.out / file.name, file.data)
    return Issued(ready.row, stored, again, tuple(file.name for file in files))


def write_manifest(report: Report, base_url: str, out: Path) -> None:
    """``manifest.csv`` (id, file, page, qr_text, state) and, where rows were refused, ``refused.csv``.

    UTF-8 with a byte order mark, so that Excel shows the hanzi.
    """
    lines = [
        (
            format_certificate_id(issued.stored.id),
            file,
            "1",
            stored_document(issued.stored, base_url).qr_text,
            AGAIN if issued.again else NEW,
        )
        for issued in report.issued
        for file in issued.files
    ]
    _write_csv(out / MANIFEST, ("id", "file", "page", "qr_text", "state"), lines)
    refused = [(str(r.row), r.column or "", r.message) for r in report.refused]
    if refused:
        _write_csv(out / REFUSED, ("row", "column", "reason"), refused)
    else:
        (out / REFUSED).unlink(missing_ok=True)


def _write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    # a cell that a spreadsheet would run as a formula is shown as text
    writer.writerows([_inert(cell) for cell in line] for line in lines)
    write_file(path, text.getvalue().encode("utf-8-sig"))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
