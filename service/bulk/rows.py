"""The checked rows of a chunk as bytes: what a worker on any machine makes its labels from.

JSON, deflated: never a format that runs code when it is read.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple

from certgen.rows import BatchRow
from credential.claims import Basis, Grade, Quantity, Role
from credential.subjects import SubjectFacts, SubjectType

_LEVEL: Final = 1
_KEPT: Final = 4096
"""Subjects, and what rows say alike: a job has few, and each is written and read in every chunk."""
_KEY: Final = 4
"""Place of the issue key in a row."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row's labels in one chunk: serials ``first`` to ``first + count - 1``.

    ``shared``: the row has labels in another chunk too, so its certificate is recorded on its own.
    ``headers``: of the clerk's table, by column key. ``alike``: the same for rows of one subject that
    differ in number, quantity and batch number alone; None where that is not known.
    """

    batch: BatchRow
    subject: SubjectFacts
    issue_key: bytes
    first: int
    count: int
    shared: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[str, str] | None = field(default=None, compare=False)

    @property
    def number(self) -> int:
        return self.batch.number


class RowText(NamedTuple):
    """One checked row on its way into a chunk: what the parent process needs of it, and the rest as
    text that it only passes on. ``labels``: how many it wants; ``subject``, ``said``: who, and what
    of it other rows say too; ``own``: what it alone says."""

    number: int
    issue_key: bytes
    labels: int
    subject: str
    said: str
    own: str


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a row's labels that one chunk makes: see :class:`LabelRow`."""

    row: RowText
    first: int
    count: int

    @property
    def shared(self) -> bool:
        return self.count != self.row.labels


def row_text(row: BatchRow, subject: SubjectFacts, issue_key: bytes, labels: int) -> RowText:
    amount = row.quantity
    own = f'{row.number},{amount.mantissa},{amount.exponent},{encode_basestring(amount.unit)},"{issue_key.hex()}"'
    return RowText(
        row.number, issue_key, labels, _subject_text(subject), _said_text(_said_of(row)), own
    )


def write_rows(shares: Sequence[Share], headers: Mapping[str, str]) -> bytes:
    subjects: dict[str, int] = {}
    said: dict[str, int] = {}
    rows = []
    for share in shares:
        row = share.row
        whose = subjects.setdefault(row.subject, len(subjects))
        what = said.setdefault(row.said, len(said))
        rows.append(f"[{row.own},{whose},{what},{share.first},{share.count},{int(share.shared)}]")
    head = f'"headers":{_dumps(dict(headers))},"subjects":{_dumps([*subjects])},"said":{_dumps([*said])}'
    return zlib.compress(f'{{{head},"rows":[{",".join(rows)}]}}'.encode(), _LEVEL)


def read_keys(data: bytes) -> list[tuple[bytes, bool]]:
    """Issue key of each row, and whether it is shared: all that the parent process needs of them."""
    rows = json.loads(zlib.decompress(data))["rows"]
    return [(bytes.fromhex(row[_KEY]), bool(row[-1])) for row in rows]


def read_rows(data: bytes) -> list[LabelRow]:
    """From :func:`write_rows`; the registry's own bytes are believed."""
    content = json.loads(zlib.decompress(data))
    headers, subjects, said = content["headers"], content["subjects"], content["said"]
    rows = []
    for number, mantissa, exponent, unit, key, whose, what, first, count, shared in content["rows"]:
        alike = subjects[whose], said[what]
        batch = _batch_row(number, Quantity(mantissa, exponent, unit), _read_said(alike[1]))
        subject = _read_subject(alike[0])
        rows.append(
            LabelRow(batch, subject, bytes.fromhex(key), first, count, bool(shared), headers, alike)
        )
    return rows


_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_Said = tuple[str, str, date, tuple[Basis, ...], Role, str | None, str | None]


def _said_of(row: BatchRow) -> _Said:
    where = row.division, row.contact
    return row.product, row.origin, row.produced_on, row.basis, row.role, *where


@lru_cache(maxsize=_KEPT)
def _said_text(said: _Said) -> str:
    product, origin, day, basis, role, *where = said
    return _dumps([product, origin, day.isoformat(), list(basis), int(role), *where])


@lru_cache(maxsize=_KEPT)
def _read_said(text: str) -> _Said:
    """What told a row apart is in its key."""
    product, origin, day, basis, role, division, contact = json.loads(text)
    bases = tuple(map(Basis, basis))
    return product, origin, date.fromisoformat(day), bases, Role(role), division, contact


def _batch_row(number: int, quantity: Quantity, said: _Said) -> BatchRow:
    """Whose it is stands beside it."""
    product, origin, produced_on, basis, role, division, contact = said
    return BatchRow(
        number,
        None,
        None,
        None,
        product,
        quantity,
        origin,
        produced_on,
        basis,
        role,
        division,
        contact,
    )


@lru_cache(maxsize=_KEPT)
def _subject_text(subject: SubjectFacts) -> str:
    return _dumps(_write_subject(subject))


def _write_subject(subject: SubjectFacts) -> list[Any]:
    grade = subject.grade
    return [
        str(subject.type),
        subject.name,
        subject.uscc,
        None if subject.digest is None else subject.digest.hex(),
        subject.division,
        subject.origin,
        subject.contact,
        None if grade is None else [grade.id, grade.code],
        subject.grade_public,
    ]


@lru_cache(maxsize=_KEPT)
def _read_subject(text: str) -> SubjectFacts:
    kind, name, uscc, digest, division, origin, contact, grade, public = json.loads(text)
    return SubjectFacts(
        type=SubjectType(kind),
        name=name,
        uscc=uscc,
        digest=None if digest is None else bytes.fromhex(digest),
        division=division,
        origin=origin,
        contact=contact,
        grade=None if grade is None else Grade(*grade),
        grade_public=public,
    )
