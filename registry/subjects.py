"""Subjects: imported from the office's list, found by code, key or name, with what may be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from credential.claims import Grade
from credential.identifiers import IdentifierError, check_uscc, pack_uscc
from credential.normal import NormalError, canonical_text
from credential.subjects import NATURAL_PERSONS, SubjectFacts, SubjectType
from registry import tables
from registry.audit import AuditEntry, subject_object, write_audit
from registry.database import RegistryError, read, write
from registry.registry import Registry

CHUNK: Final = 500
"""Values in one IN list."""
_FACTS: Final = ("type", "name", "uscc", "division", "origin", "contact")
# straight through the driver: with a thousand rows of a table, SQLAlchemy's own work is more than the database's
_WITH_GRADE: Final = (
    "SELECT key, name_key, type, name, uscc, division, origin, contact, consented, grade_id, grade_code "
    "FROM subjects LEFT JOIN grade_states ON subject = key AND scheme = {mark} "
    "WHERE {column} IN ({marks}) ORDER BY key"
)


@dataclass(frozen=True, slots=True)
class ImportCount:
    added: int
    changed: int
    unchanged: int


def import_subjects(
    registry: Registry, facts: Sequence[SubjectFacts], *, at: int, who: str, why: str
) -> ImportCount:
    """Add the new ones and bring changed ones up to date; grades and consents are not touched.

    All or nothing. A subject that is missing from the list stays as it is.

    Raises:
        RegistryError: a subject twice, or an identifier that doesn't fit its type.
    """
    rows = _checked(facts)

    def work(connection: Connection) -> ImportCount:
        if connection.dialect.name == "postgresql":
            # two imports side by side would both find a subject new
            connection.execute(text("LOCK TABLE subjects IN SHARE ROW EXCLUSIVE MODE"))
        held = _held(connection, list(rows))
        new = {key: row for key, row in rows.items() if key not in held}
        changes = {key: changed for key in held if (changed := _difference(held[key], rows[key]))}
        if new:
            connection.execute(insert(tables.subjects), list(new.values()))
        if changes:
            statement = update(tables.subjects).where(tables.subjects.c.key == bindparam("held"))
            values: dict[str, object] = {name: bindparam(name) for name in (*_FACTS, "name_key")}
            connection.execute(
                statement.values(values),
                [{**_without_key(rows[key]), "held": key} for key in changes],
            )
        history = {key: _public(changed) for key, changed in (new | changes).items()}
        if history:
            connection.execute(
                insert(tables.subject_changes),
                [
                    {"subject": key, "changed": changed, "at": at, "who": who, "why": why}
                    for key, changed in history.items()
                ],
            )
        write_audit(
            connection,
            [AuditEntry(at, who, "subject.import", subject_object(key), why) for key in history],
        )
        return ImportCount(len(new), len(changes), len(rows) - len(history))

    return write(registry.main, work)


def _checked(facts: Sequence[SubjectFacts]) -> dict[bytes, dict[str, object]]:
    rows: dict[bytes, dict[str, object]] = {}
    places: dict[bytes, int] = {}
    for place, one in enumerate(facts, start=1):
        # PIPL Art. 28: a natural person is known by a keyed digest, never by a plain number
        if one.is_natural_person == (one.digest is None):
            expected = "身份标识的摘要" if one.is_natural_person else "统一社会信用代码"
            raise RegistryError(f"第 {place} 个主体“{one.public_name}”：应以{expected}登记")
        try:
            name_key = canonical_text(one.name)
        except NormalError as error:
            raise RegistryError(f"第 {place} 个主体的名称有误：{error}") from error
        if not name_key:
            raise RegistryError(f"第 {place} 个主体没有名称")
        if one.key in rows:
            raise RegistryError(
                f"第 {place} 个主体“{one.public_name}”与第 {places[one.key]} 个重复"
            )
        places[one.key] = place
        row: dict[str, object] = {name: getattr(one, name) for name in _FACTS}
        rows[one.key] = {"key": one.key, **row, "type": str(one.type), "name_key": name_key}
        rows[one.key]["consented"] = False
    return rows


def _held(connection: Connection, keys: list[bytes]) -> dict[bytes, dict[str, object]]:
    table = tables.subjects
    held: dict[bytes, dict[str, object]] = {}
    for start in range(0, len(keys), CHUNK):
        statement = select(table).where(table.c.key.in_(keys[start : start + CHUNK]))
        for row in connection.execute(statement).mappings():
            held[row["key"]] = {name: row[name] for name in _FACTS}
    return held


def _difference(held: Mapping[str, object], row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in _FACTS if held[name] != row[name]}


def _without_key(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in {"key", "consented"}}


def _public(changed: Mapping[str, object]) -> dict[str, object]:
    """For the append-only history: that a telephone number changed, never the number itself."""
    return {
        name: None if name == "contact" else changed[name] for name in _FACTS if name in changed
    }


def find_subject(registry: Registry, key: bytes, scheme: str) -> SubjectFacts | None:
    """By registry key (packed code or digest), with the grade shown now in ``scheme``."""
    found = read(registry.main, lambda connection: _with_grade(connection, scheme, "key", [key]))
    return _facts(found[0]) if found else None


def find_subjects(
    registry: Registry, texts: Iterable[str], scheme: str
) -> dict[str, tuple[SubjectFacts, ...]]:
    """For each text, a code or a name as typed, the subjects that it may mean: none, one or more.

    Names compare in canonical form: white space and full-width letters make no difference.
    """
    wanted = {typed: _lookup(typed) for typed in texts}
    keys = sorted({value for value in wanted.values() if isinstance(value, bytes)})
    names = sorted({value for value in wanted.values() if isinstance(value, str)})

    def work(connection: Connection) -> dict[bytes | str, list[SubjectFacts]]:
        found: dict[bytes | str, list[SubjectFacts]] = {}
        for start in range(0, len(keys), CHUNK):
            for row in _with_grade(connection, scheme, "key", keys[start : start + CHUNK]):
                found.setdefault(bytes(row.key), []).append(_facts(row))
        for start in range(0, len(names), CHUNK):
            for row in _with_grade(connection, scheme, "name_key", names[start : start + CHUNK]):
                found.setdefault(row.name_key, []).append(_facts(row))
        return found

    found = read(registry.main, work)
    return {
        typed: tuple(found.get(value, ())) if value is not None else ()
        for typed, value in wanted.items()
    }


def _lookup(typed: str) -> bytes | str | None:
    try:
        return pack_uscc(check_uscc(typed))
    except IdentifierError:
        pass
    try:
        return canonical_text(typed)
    except NormalError:
        return None


def _with_grade(
    connection: Connection, scheme: str, column: str, values: Sequence[bytes | str]
) -> Sequence[Row[Any]]:
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    statement = _WITH_GRADE.format(mark=mark, column=column, marks=", ".join([mark] * len(values)))
    return connection.exec_driver_sql(statement, (scheme, *values)).all()


def _facts(row: Row[Any]) -> SubjectFacts:
    kind = SubjectType(row.type)
    return SubjectFacts(
        type=kind,
        name=row.name,
        uscc=row.uscc,
        digest=None if row.uscc is not None else bytes(row.key),
        division=row.division,
        origin=row.origin,
        contact=row.contact,
        grade=None if row.grade_id is None else Grade(row.grade_id, row.grade_code),
        # PIPL Art. 25: a natural person's only with recorded consent
        grade_public=kind not in NATURAL_PERSONS or bool(row.consented),
    )


def lock_subjects(connection: Connection, keys: Iterable[bytes], *, shared: bool = False) -> None:
    """Nobody else changes these subjects' grades, consents or disputes until the transaction ends.

    ``shared``: only that they stay registered; does not wait for those who change them.

    Raises:
        RegistryError: one is not registered.
    """
    wanted = sorted(set(keys))
    # straight through the driver: for each chunk of labels, SQLAlchemy's own work is the larger part
    mark, lock = "?", ""
    if connection.dialect.name == "postgresql":
        mark, lock = "%s", " FOR KEY SHARE" if shared else " FOR NO KEY UPDATE"
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        marks = ", ".join([mark] * len(chunk))
        statement = f"SELECT key FROM subjects WHERE key IN ({marks}) ORDER BY key{lock}"
        found = {bytes(key) for (key,) in connection.exec_driver_sql(statement, tuple(chunk))}
        if missing := [key for key in chunk if key not in found]:
            raise RegistryError(f"主体未登记：{subject_object(missing[0]).partition(':')[2]}")


def record_consent(
    registry: Registry,
    key: bytes,
    granted: bool,
    evidence: str,
    *,
    at: int,
    who: str,
) -> None:
    """Consent to publish the grade, or its withdrawal (PIPL Art. 14, 15): the last one counts.

    ``evidence``: where the consent itself is kept.

    Raises:
        RegistryError: the subject is not registered, or no evidence is named.
    """
    if not evidence:
        raise RegistryError("登记同意或撤回应写明凭据")

    def work(connection: Connection) -> None:
        lock_subjects(connection, [key])
        connection.execute(
            insert(tables.consents),
            {"subject": key, "granted": granted, "evidence": evidence, "at": at, "who": who},
        )
        statement = update(tables.subjects).where(tables.subjects.c.key == key)
        connection.execute(statement.values(consented=granted))
        action = "consent.grant" if granted else "consent.withdraw"
        write_audit(connection, [AuditEntry(at, who, action, subject_object(key), evidence)])

    write(registry.main, work)
