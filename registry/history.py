"""What the registry held at a time in the past, from its append-only histories alone."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from credential.claims import Grade
from credential.protocols import Record
from credential.status import Status
from registry import tables
from registry.database import read
from registry.grades import grade_history, grade_in_force
from registry.registry import Registry
from registry.status import status_history


@dataclass(frozen=True, slots=True)
class History:
    """Whose histories: of a credential's status, of its subject's grade in a scheme."""

    credential: bytes
    subject: bytes
    scheme: str


def record_then(registry: Registry, now: Record, history: History, as_of: int) -> Record | None:
    """The record ``now``, with status and grade of a time in the past (Unix seconds); None where it
    was not recorded yet."""
    if now.recorded_at > as_of:
        return None
    changes = status_history(registry, history.credential)
    last = next((entry for entry in reversed(changes) if entry.at <= as_of), None)
    return replace(
        now,
        status=Status.VALID if last is None else last.status,
        status_at=None if last is None else last.at,
        reason=None if last is None else last.reason,
        replaced_by=None if last is None else last.replaced_by,
        # a grade that may not be shown today is not shown, whatever was agreed then (PIPL Art. 15)
        grade=None if now.grade is None else _grade_then(registry, history, as_of),
    )


def _grade_then(registry: Registry, history: History, as_of: int) -> Grade | None:
    """As it was shown then: frozen while an objection was examined."""
    table = tables.disputes
    last = (
        select(table.c.opened, table.c.at)
        .where(table.c.subject == history.subject, table.c.scheme == history.scheme)
        .where(table.c.at <= as_of)
        .order_by(table.c.seq.desc())
        .limit(1)
    )
    dispute = read(registry.main, lambda connection: connection.execute(last).first())
    until = dispute.at if dispute is not None and dispute.opened else as_of
    changes = grade_history(registry, history.subject, history.scheme)
    shown = grade_in_force(entry for entry in changes if entry.at <= until)
    return None if shown is None else shown.grade
