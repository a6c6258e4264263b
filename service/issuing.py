"""Issuing row by row: signed and set, committed to the registry, and only then written to a file.

A row that can't be signed or set is refused before anything of it is recorded. After a crash the
same table issues again what is recorded already, with the same numbers and the same bytes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from certgen.document import Document
from certgen.row_error import RowError, shown
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import StatusReference
from credential.cose import open_sign1
from credential.fields import FIELDS
from credential.normal import canonical_text
from credential.status import Status
from credential.subjects import SubjectFacts
from registry.credentials import StoredCredential, find_issued
from registry.issuing import Allotment, IssueRequest, NewCredential, record_credentials
from registry.keys import issuer_keys
from registry.status import WORDS as STATUS_WORDS
from registry.status import status_history
from registry.subjects import import_subjects
from scheme.model import Pack, Style
from service.home import write_file
from service.office import Office
from service.printing import (
    PDF,
    PRINT_ERRORS,
    PrintedFile,
    document_of,
    print_document,
    stored_document,
)
from service.sealing import Sealer

MANIFEST: Final = "manifest.csv"
REFUSED: Final = "refused.csv"
NEW, AGAIN = "issued", "issued-before"
_FIRST_PLEDGE: Final = "申请以信用承诺代替证明"


class WithdrawnError(ValueError):
    """The row's credential was issued before and is not printed anew: it is not valid any more, or says
    something else than the row. The message is for the clerk."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of issuing: by whose rules, in what look, where to, when (Unix seconds) and by whom.

    ``seal``: puts the office's seal on each PDF, if the office has one.
    """

    office: Office
    pack: Pack
    style: Style
    formats: tuple[str, ...]
    out: Path
    at: int
    who: str
    seal: Sealer | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that may be issued. ``sign`` fills in number and status and signs; it may raise FieldError.

    ``subject``: to be registered first, where it need not be known to the office before. ``said``:
    printed fields that the row says and its key leaves out, by name; None for one left off.
    """

    row: int
    request: IssueRequest
    sign: Callable[[Allotment], NewCredential]
    subject: SubjectFacts | None = None
    said: Mapping[str, str | None] = field(default_factory=dict)


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

    @property
    def refused_rows(self) -> int:
        return count_rows(self.refused)


def count_rows(refused: Iterable[Refusal]) -> int:
    """A row has a refusal for each cell that is wrong."""
    return len({refusal.row for refusal in refused})


def issue_rows(
    run: Run, rows: Iterable[Ready], progress: Callable[[int], None] = lambda _done: None
) -> Report:
    """Issue each row. ``progress`` is told how many rows are done."""
    issued: list[Issued] = []
    refused: list[Refusal] = []
    for done, ready in enumerate(rows, start=1):
        try:
            issued.append(issue_row(run, ready))
        except (*PRINT_ERRORS, WithdrawnError) as error:
            refused.append(Refusal(ready.row, None, f"第 {ready.row} 行：{error}"))
        progress(done)
    return Report(tuple(issued), tuple(refused))


def try_rows(run: Run, rows: Iterable[Ready]) -> tuple[Refusal, ...]:
    """Those that :func:`issue_rows` would refuse. Nothing is recorded, and what is signed for the
    trial never leaves this function."""
    refused: list[Refusal] = []
    for ready in rows:
        try:
            known = find_issued(run.office.registry, [ready.request.issue_key])
            if known:
                _check_again(run, ready, known[ready.request.issue_key])
                continue
            new = ready.sign(Allotment(new_certificate_id(run.at, bytes(6)), StatusReference(1, 0)))
            _set_pages(run, document_of(new.message, new.fields, run.office.settings.base_url))
        except (*PRINT_ERRORS, WithdrawnError) as error:
            refused.append(Refusal(ready.row, None, f"第 {ready.row} 行：{error}"))
    return tuple(refused)


def issue_row(run: Run, ready: Ready) -> Issued:
    """One row, one transaction: what can't be set on its page is never recorded.

    Raises:
        WithdrawnError: the row's credential was issued before and is not to be printed anew.
    """
    base_url = run.office.settings.base_url
    prepared: dict[bytes, list[PrintedFile]] = {}

    def sign(_place: int, allotment: Allotment) -> NewCredential:
        new = ready.sign(allotment)
        prepared[new.message] = _set_pages(run, document_of(new.message, new.fields, base_url))
        return new

    key = ready.request.issue_key
    # who has it already is in the registry, by the name that is printed
    if ready.subject is not None and not find_issued(run.office.registry, [key]):
        import_subjects(
            run.office.registry, [ready.subject], at=run.at, who=run.who, why=_FIRST_PLEDGE
        )
    (stored,) = record_credentials(
        run.office.registry, [ready.request], sign, at=run.at, who=run.who
    )
    # recorded: from here on the file may leave
    files = prepared.get(stored.message)
    again = files is None
    if files is None:
        _check_again(run, ready, stored)
        files = _set_pages(run, stored_document(stored, base_url))
    for file in files:
        write_file(run.out / file.name, _sealed(run, file, stored.claims.issued_at))
    return Issued(ready.row, stored, again, tuple(file.name for file in files))


def _set_pages(run: Run, document: Document) -> list[PrintedFile]:
    return [print_document(document, run.pack, run.style, format) for format in run.formats]


def _sealed(run: Run, file: PrintedFile, issued_at: int) -> bytes:
    if run.seal is None or not file.name.endswith(f".{PDF}"):
        return file.data
    return run.seal(file.data, issued_at)


def _check_again(run: Run, ready: Ready, stored: StoredCredential) -> None:
    _check_valid(run, stored)
    for name, said in ready.said.items():
        printed = stored.fields.get(name)
        if canonical_text(said or "") != canonical_text(printed or ""):
            number, label = format_certificate_id(stored.id), FIELDS[name].label
            raise WithdrawnError(
                f"此前已签发 {number}，上面的“{label}”为 “{shown(printed or '空白')}”，"
                f"与本行的 “{shown(said or '空白')}” 不同，没有再打印；原件有误的请先作废或换开"
            )


def _check_valid(run: Run, stored: StoredCredential) -> None:
    """Paper that would be refused is not printed anew: of a withdrawn credential, or one that a
    stolen key may have signed (credential/checking.py step 12)."""
    number = format_certificate_id(stored.id)
    kid = open_sign1(stored.message).kid
    for key in issuer_keys(run.office.registry):
        lost = key.key.kid == kid and key.compromised_at is not None
        if lost and stored.recorded_at >= (key.compromised_at or 0):
            raise WithdrawnError(
                f"此前签发的 {number} 登记时签名密钥已失密，不再有效，不再打印；"
                f"请换开：zhengxin reissue {number}"
            )
    history = status_history(run.office.registry, stored.id)
    if history and history[-1].status is not Status.VALID:
        last = history[-1]
        new = f"，新证 {format_certificate_id(last.replaced_by)}" if last.replaced_by else ""
        raise WithdrawnError(
            f"此前签发的 {number} {STATUS_WORDS[last.status]}（{last.reason}{new}），不再打印；"
            "确属另一批的，请填写“批次号”加以区分"
        )


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
    write_refused(out, [(r.row, r.column, r.message) for r in report.refused])


def write_refused(out: Path, refused: Sequence[tuple[int, str | None, str]]) -> None:
    """``refused.csv``, or none where no row was refused."""
    lines = [(str(row), column or "", message) for row, column, message in refused]
    if lines:
        _write_csv(out / REFUSED, ("row", "column", "reason"), lines)
    else:
        (out / REFUSED).unlink(missing_ok=True)


def _write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    # a cell that a spreadsheet would run as a formula is shown as text
    writer.writerows([inert(cell) for cell in line] for line in lines)
    write_file(path, text.getvalue().encode("utf-8-sig"))


def inert(cell: str) -> str:
    """A spreadsheet shows it as text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
