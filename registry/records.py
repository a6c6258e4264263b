"""What a verifier and the scan page ask: one credential, its subject, grade and status, in one read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from credential.claims import Grade
from credential.identifiers import mask_name
from credential.protocols import Record
from credential.status import Status
from credential.subjects import NATURAL_PERSONS, SubjectType
from registry.credentials import page_order
from registry.database import read_json, read_one
from registry.history import History, record_then
from registry.labels import label_fields
from registry.registry import Registry

# As text: the scan page's one read, prepared once (read_one).
_VIEW: Final = """
SELECT c.message, c.message_sha256, c.fields, c.issued_at, c.recorded_at, c.expires_at, c.scheme,
       c.subject, u.type, u.name, u.uscc, u.division, u.consented,
       g.grade_id, g.grade_code, g.since, g.disputed,
       s.status, s.at, s.reason, s.replaced_by,
       l.credential, l.message_sha256, l.recorded_at, y.fields
FROM (SELECT CAST({} AS {}) AS id) q
LEFT JOIN labels l ON l.id = q.id
LEFT JOIN label_styles y ON y.id = l.style
JOIN credentials c ON c.id = coalesce(l.credential, q.id)
JOIN subjects u ON u.key = c.subject
LEFT JOIN grade_states g ON g.subject = c.subject AND g.scheme = c.scheme
LEFT JOIN status_changes s
       ON s.seq = (SELECT max(seq) FROM status_changes WHERE credential = c.id)
"""
_VIEW_SQL: Final = {
    "sqlite": _VIEW.format("?", "BLOB"),
    "postgresql": _VIEW.format("%s", "bytea"),
}


@dataclass(frozen=True, slots=True)
class ScanView:
    """All that a scan page shows. Times are Unix seconds.

    ``fields``: all printed fields, full names included: never shown to the public as they are.
    ``public_name``: a natural person's is masked. ``grade``: the grade now, None where there is none
    or it may not be shown; ``disputed``: it is frozen while an objection is examined.

    Of a label, ``fields``, ``message_sha256`` and ``recorded_at`` are its own, all else is that of its
    certificate, whose id is ``label_of``: a label's own bytes are on the paper alone.
    """

    id: bytes
    message: bytes
    message_sha256: bytes
    fields: Mapping[str, str]
    issued_at: int
    recorded_at: int
    expires_at: int | None
    scheme: str
    subject: bytes
    subject_type: SubjectType
    public_name: str
    uscc: str | None
    division: str
    grade: Grade | None
    grade_since: int | None
    disputed: bool
    status: Status
    status_at: int | None
    reason: str | None
    replaced_by: bytes | None
    label_of: bytes | None = None


def scan_view(registry: Registry, identifier: bytes) -> ScanView | None:
    """Raises RegistryUnavailable where the database did not answer."""
    row = read_one(registry.main, _VIEW_SQL, (identifier,))
    return None if row is None else _view(identifier, row)


def _view(identifier: bytes, row: tuple[Any, ...]) -> ScanView:
    (message, sha256, fields, issued_at, recorded_at, expires_at, scheme) = row[:7]
    (subject, type_word, name, uscc, division, consented) = row[7:13]
    (grade_id, grade_code, since, disputed, status, status_at, reason, replaced_by) = row[13:21]
    (label_of, label_sha256, label_recorded_at, entries) = row[21:]
    kind = SubjectType(type_word)
    natural = kind in NATURAL_PERSONS
    # PIPL Art. 25: a natural person's grade only with recorded consent
    shown = grade_id is not None and (consented or not natural)
    printed = page_order(read_json(fields))
    if label_of is not None:
        sha256, recorded_at = label_sha256, label_recorded_at
        printed = label_fields(identifier, read_json(entries), printed)
    return ScanView(
        id=identifier,
        message=message,
        message_sha256=sha256,
        fields=printed,
        issued_at=issued_at,
        recorded_at=recorded_at,
        expires_at=expires_at,
        scheme=scheme,
        subject=subject,
        subject_type=kind,
        public_name=mask_name(name) if natural else name,
        uscc=uscc,
        division=division,
        grade=Grade(grade_id, grade_code) if shown else None,
        grade_since=since if shown else None,
        disputed=bool(shown and disputed),
        status=Status.VALID if status is None else Status(status),
        status_at=status_at,
        reason=reason,
        replaced_by=replaced_by,
        label_of=label_of,
    )


def record_of(view: ScanView) -> Record:
    """What the checks of a credential's standing need."""
    return Record(
        id=view.id,
        message_sha256=view.message_sha256,
        recorded_at=view.recorded_at,
        status=view.status,
        fields=view.fields,
        status_at=view.status_at,
        reason=view.reason,
        replaced_by=view.replaced_by,
        grade=view.grade,
    )


@dataclass(frozen=True, slots=True)
class RegistryRecords:
    """credential.protocols.RecordSource over a registry.

    ``as_of``: Unix seconds in the past: what the registry knew then, with the status and the grade
    of that time.
    """

    registry: Registry
    as_of: int | None = None

    def record(self, identifier: bytes) -> Record | None:
        view = scan_view(self.registry, identifier)
        if view is None or self.as_of is None:
            return None if view is None else record_of(view)
        # a label has no status of its own
        history = History(view.label_of or view.id, view.subject, view.scheme)
        return record_then(self.registry, record_of(view), history, self.as_of)
