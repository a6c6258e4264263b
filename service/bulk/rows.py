"""The checked rows of a chunk as bytes: what a worker on any machine makes its labels from.

JSON, deflated: never a format that runs code when it is read.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from certgen.rows import BatchRow
from credential.claims import Basis, Grade, Quantity, Role
from credential.subjects import SubjectFacts, SubjectType

_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row's labels in one chunk: serials ``first`` to ``first + count - 1``.

    ``shared``: the row has labels in another chunk too, so its certificate is recorded on its own.
    """

    batch: BatchRow
    subject: SubjectFacts
    issue_key: bytes
    first: int
    count: int
    shared: bool = False

    @property
    def number(self) -> int:
        return self.batch.number


@dataclass(frozen=True, slots=True)
class RowText:
    """One checked row on its way into a chunk: what the parent process needs of it, and the rest as
    text that it only passes on. ``labels``: how many it wants."""

    number: int
    issue_key: bytes
    labels: int
    subject_key: bytes
    subject: str
    text: str


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
    subject_text = _dumps(_write_subject(subject))
    return RowText(
        row.number, issue_key, labels, subject.key, subject_text, _dumps(_write_row(row, issue_key))
    )


def write_rows(shares: Sequence[Share]) -> bytes:
    subjects = {share.row.subject_key: share.row.subject for share in shares}
    places = {key: place for place, key in enumerate(subjects)}
    rows = ",".join(
        f"[{share.row.text},{places[share.row.subject_key]},{share.first},{share.count},"
        f"{int(share.shared)}]"
        for share in shares
    )
    text = f'{{"subjects":[{",".join(subjects.values())}],"rows":[{rows}]}}'
    return zlib.compress(text.encode(), _LEVEL)


def read_rows(data: bytes) -> list[LabelRow]:
    """From :func:`write_rows`; the registry's own bytes are believed."""
    content = json.loads(zlib.decompress(data))
    subjects = [_read_subject(values) for values in content["subjects"]]
    rows = []
    for values, subject, first, count, shared in content["rows"]:
        batch, issue_key = _read_row(values)
        rows.append(LabelRow(batch, subjects[subject], issue_key, first, count, bool(shared)))
    return rows


def _dumps(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _write_row(batch: BatchRow, issue_key: bytes) -> list[Any]:
    return [
        batch.number,
        batch.product,
        [batch.quantity.mantissa, batch.quantity.exponent, batch.quantity.unit],
        batch.origin,
        batch.produced_on.isoformat(),
        list(batch.basis),
        int(batch.role),
        batch.division,
        batch.contact,
        issue_key.hex(),
    ]


def _read_row(values: list[Any]) -> tuple[BatchRow, bytes]:
    """Whose it is stands beside it; what told it apart is in its key."""
    number, product, quantity, origin, day, basis, role, division, contact, key = values
    batch = BatchRow(
        number=number,
        producer=None,
        uscc=None,
        household=None,
        product=product,
        quantity=Quantity(*quantity),
        origin=origin,
        produced_on=date.fromisoformat(day),
        basis=tuple(map(Basis, basis)),
        role=Role(role),
        division=division,
        contact=contact,
    )
    return batch, bytes.fromhex(key)


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


def _read_subject(values: list[Any]) -> SubjectFacts:
    kind, name, uscc, digest, division, origin, contact, grade, public = values
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
