"""Grades: every change with its reason and rule version; the grade shown, frozen during a dispute."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from credential.claims import Grade
from registry import tables
from registry.audit import AuditEntry, subject_object, write_audit
from registry.database import RegistryError, read, upsert, write
from registry.registry import Registry
from registry.subjects import CHUNK, lock_subjects

_STATE: Final = ("grade_id", "grade_code", "since", "disputed")
_BY_LIST: Final = "grade.import"


@dataclass(frozen=True, slots=True)
class GradeChange:
    """``rule_version``: the scheme pack and version that says so; ``reason`` is for the subject."""

    subject: bytes
    grade: Grade
    reason: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """One line of a grade's history. ``at``: Unix seconds."""

    grade: Grade
    reason: str
    rule_version: str
    at: int
    who: str


@dataclass(frozen=True, slots=True)
class ShownGrade:
    """``since``: when the subject got it; ``disputed``: frozen while an objection is examined."""

    grade: Grade
    since: int
    disputed: bool


def set_grade(
    registry: Registry,
    subject: bytes,
    scheme: str,
    grade: Grade,
    reason: str,
    *,
    rule_version: str,
    at: int,
    who: str,
) -> None:
    """One subject's grade from ``at`` on. See :func:`set_grades`."""
    change = GradeChange(subject, grade, reason, rule_version)
    set_grades(registry, scheme, [change], at=at, who=who)


def set_grades(
    registry: Registry,
    scheme: str,
    changes: Sequence[GradeChange],
    *,
    at: int,
    who: str,
    by_list: bool = False,
) -> None:
    """Append to history and show the new grades; where a dispute is open the old one stays shown.

    A grade confirmed without change is history too, and keeps its ``since``. ``by_list``: a list of
    many says so, and nobody decided it of each by itself; see :func:`decided_grade`.

    Raises:
        RegistryError: a subject is not registered or named twice, or a reason is missing.
    """
    if any(not change.reason for change in changes):
        raise RegistryError("调整等级应写明理由")
    if len({change.subject for change in changes}) != len(changes):
        raise RegistryError("同一主体在一批等级中出现两次")

    def work(connection: Connection) -> None:
        lock_subjects(connection, [change.subject for change in changes])
        shown = _shown(connection, scheme, [change.subject for change in changes])
        action = _BY_LIST if by_list else "grade.set"
        _append(connection, scheme, changes, at=at, who=who, action=action)
        states = {
            change.subject: _next(shown.get(change.subject), change.grade, at) for change in changes
        }
        _show(connection, scheme, states)

    write(registry.main, work)


def _next(shown: ShownGrade | None, grade: Grade, at: int) -> ShownGrade:
    if shown is None:
        return ShownGrade(grade, at, disputed=False)
    if shown.disputed:
        return shown
    return ShownGrade(grade, shown.since if shown.grade.id == grade.id else at, disputed=False)


def _append(
    connection: Connection,
    scheme: str,
    changes: Sequence[GradeChange],
    *,
    at: int,
    who: str,
    action: str,
) -> None:
    rows = [
        {
            "subject": change.subject,
            "scheme": scheme,
            "grade_id": change.grade.id,
            "grade_code": change.grade.code,
            "reason": change.reason,
            "rule_version": change.rule_version,
            "at": at,
            "who": who,
        }
        for change in changes
    ]
    if rows:
        connection.execute(insert(tables.grade_changes), rows)
    write_audit(
        connection,
        [
            AuditEntry(at, who, action, subject_object(one.subject), one.reason, one.rule_version)
            for one in changes
        ],
    )


def _shown(connection: Connection, scheme: str, keys: Sequence[bytes]) -> dict[bytes, ShownGrade]:
    table = tables.grade_states
    shown: dict[bytes, ShownGrade] = {}
    for start in range(0, len(keys), CHUNK):
        chosen = table.c.subject.in_(keys[start : start + CHUNK])
        for row in connection.execute(select(table).where(chosen, table.c.scheme == scheme)):
            grade = Grade(row.grade_id, row.grade_code)
            shown[row.subject] = ShownGrade(grade, row.since, row.disputed)
    return shown


def _show(connection: Connection, scheme: str, states: Mapping[bytes, ShownGrade]) -> None:
    statement = upsert(connection, tables.grade_states)
    values = {name: statement.excluded[name] for name in _STATE}
    keys = ["subject", "scheme"]
    rows = [
        {
            "subject": subject,
            "scheme": scheme,
            "grade_id": state.grade.id,
            "grade_code": state.grade.code,
            "since": state.since,
            "disputed": state.disputed,
        }
        for subject, state in states.items()
    ]
    if rows:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)


def shown_grade(registry: Registry, subject: bytes, scheme: str) -> ShownGrade | None:
    """Whether it may be shown to the public is the subject's matter: SubjectFacts.grade_public."""
    return read(registry.main, lambda c: _shown(c, scheme, [subject])).get(subject)


def grade_history(registry: Registry, subject: bytes, scheme: str) -> tuple[GradeEntry, ...]:
    """Every change, oldest first, also those that an open dispute keeps from being shown."""
    return read(registry.main, lambda connection: _history(connection, subject, scheme))


def _history(connection: Connection, subject: bytes, scheme: str) -> tuple[GradeEntry, ...]:
    table = tables.grade_changes
    statement = (
        select(table)
        .where(table.c.subject == subject, table.c.scheme == scheme)
        .order_by(table.c.seq)
    )
    return tuple(
        GradeEntry(
            Grade(row.grade_id, row.grade_code), row.reason, row.rule_version, row.at, row.who
        )
        for row in connection.execute(statement)
    )


def decided_grade(registry: Registry, subject: bytes, scheme: str) -> GradeEntry | None:
    """The grade in force, where it was decided by itself; None where a list says it, or there is none."""

    def work(connection: Connection) -> GradeEntry | None:
        history = _history(connection, subject, scheme)
        if not history:
            return None
        last, table = history[-1], tables.audit
        listed = select(table.c.seq).where(
            table.c.object == subject_object(subject),
            table.c.action == _BY_LIST,
            table.c.at == last.at,
            table.c.who == last.who,
            table.c.why == last.reason,
            table.c.rule_version == last.rule_version,
        )
        return last if connection.execute(listed).first() is None else None

    return read(registry.main, work)


def grade_in_force(history: Iterable[GradeEntry]) -> ShownGrade | None:
    """The last grade and since when, from the history alone."""
    last: ShownGrade | None = None
    for entry in history:
        if last is None or last.grade.id != entry.grade.id:
            last = ShownGrade(entry.grade, entry.at, disputed=False)
        else:
            last = ShownGrade(entry.grade, last.since, disputed=False)
    return last


def open_dispute(
    registry: Registry, subject: bytes, scheme: str, reason: str, *, at: int, who: str
) -> None:
    """An objection (异议) is under review: from now on the grade shown is frozen and marked.

    Raises:
        RegistryError: there is no grade, a dispute is open already, or no reason is given.
    """

    def work(connection: Connection) -> None:
        lock_subjects(connection, [subject])
        shown = _shown(connection, scheme, [subject]).get(subject)
        if shown is None:
            raise RegistryError("该主体没有等级，无从提出异议")
        if shown.disputed:
            raise RegistryError("该等级的异议正在处理中，不能重复受理")
        _dispute(connection, subject, scheme, reason, opened=True, at=at, who=who)
        frozen = ShownGrade(shown.grade, shown.since, disputed=True)
        _show(connection, scheme, {subject: frozen})

    write(registry.main, work)


def close_dispute(
    registry: Registry, subject: bytes, scheme: str, reason: str, *, at: int, who: str
) -> None:
    """The review is over: the grade in force is shown again, with changes made meanwhile.

    Raises:
        RegistryError: no dispute is open, or no reason is given.
    """

    def work(connection: Connection) -> None:
        lock_subjects(connection, [subject])
        shown = _shown(connection, scheme, [subject]).get(subject)
        if shown is None or not shown.disputed:
            raise RegistryError("该等级没有正在处理的异议")
        _dispute(connection, subject, scheme, reason, opened=False, at=at, who=who)
        in_force = grade_in_force(_history(connection, subject, scheme))
        if in_force is not None:
            _show(connection, scheme, {subject: in_force})

    write(registry.main, work)


def _dispute(
    connection: Connection,
    subject: bytes,
    scheme: str,
    reason: str,
    *,
    opened: bool,
    at: int,
    who: str,
) -> None:
    if not reason:
        raise RegistryError("受理或办结异议应写明理由")
    connection.execute(
        insert(tables.disputes),
        {"subject": subject, "scheme": scheme, "opened": opened, "reason": reason}
        | {"at": at, "who": who},
    )
    action = "dispute.open" if opened else "dispute.close"
    write_audit(connection, [AuditEntry(at, who, action, subject_object(subject), reason)])
