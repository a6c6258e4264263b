"""Status changes: which are lawful, and what a status list is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select

from credential.certificate_id import format_certificate_id
from credential.status import Status
from registry import tables
from registry.audit import AuditEntry, credential_object, write_audit
from registry.database import RegistryError, read, write
from registry.registry import Registry
from registry.subjects import CHUNK

WORDS: Final = {
    Status.VALID: "有效",
    Status.INVALID: "已作废",
    Status.SUSPENDED: "监管中（暂停使用）",
    Status.SUPERSEDED: "已换开",
}
TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.VALID: frozenset({Status.INVALID, Status.SUSPENDED, Status.SUPERSEDED}),
    Status.SUSPENDED: frozenset({Status.VALID, Status.INVALID}),
    # final: paper that was void once never comes back; a new certificate is issued instead
    Status.INVALID: frozenset(),
    Status.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One line of a credential's history. ``at``: Unix seconds."""

    status: Status
    reason: str
    replaced_by: bytes | None
    at: int
    who: str


def check_transition(old: Status, new: Status) -> None:
    """Raises RegistryError where ``old`` can't become ``new``."""
    if old is new:
        raise RegistryError(f"凭证当前状态已是“{WORDS[old]}”")
    if not TRANSITIONS[old]:
        raise RegistryError(f"凭证“{WORDS[old]}”，状态不能再更改；需要时请重新开具")
    if new not in TRANSITIONS[old]:
        raise RegistryError(f"凭证当前为“{WORDS[old]}”，不能改为“{WORDS[new]}”")


def change_status(
    registry: Registry,
    identifier: bytes,
    status: Status,
    reason: str,
    *,
    replaced_by: bytes | None = None,
    at: int,
    who: str,
) -> None:
    """Void, suspend, resume or supersede one credential.

    ``replaced_by``: the id of the new credential, for ``SUPERSEDED`` and nothing else. A re-issue
    does both at once: see ``IssueRequest.replaces`` in registry/issuing.py.

    Raises:
        RegistryError: not registered, not a lawful change, or no reason.
    """
    entry = StatusEntry(status, reason, replaced_by, at, who)
    write(registry.main, lambda connection: apply_status(connection, identifier, entry))


def apply_status(connection: Connection, identifier: bytes, entry: StatusEntry) -> None:
    """:func:`change_status` within a transaction."""
    if not entry.reason:
        raise RegistryError("更改状态应写明理由")
    if (entry.status is Status.SUPERSEDED) != (entry.replaced_by is not None):
        raise RegistryError("换开应写明新凭证的编号，其他状态不应有")
    if entry.replaced_by == identifier:
        raise RegistryError("凭证不能由自己换开")
    table = tables.credentials
    place = connection.execute(
        select(table.c.status_list, table.c.status_index)
        .where(table.c.id == identifier)
        .with_for_update(key_share=True)  # two changes at once: the second sees the first
    ).first()
    if place is None:
        raise RegistryError(f"登记库中没有编号 {format_certificate_id(identifier)}")
    if entry.replaced_by is not None:
        new = select(table.c.id).where(table.c.id == entry.replaced_by)
        if connection.execute(new).first() is None:
            number = format_certificate_id(entry.replaced_by)
            raise RegistryError(f"登记库中没有换开的新编号 {number}")
    check_transition(_current(connection, identifier), entry.status)
    connection.execute(
        insert(tables.status_changes),
        {
            "credential": identifier,
            "status_list": place.status_list,
            "status_index": place.status_index,
            "status": int(entry.status),
            "reason": entry.reason,
            "replaced_by": entry.replaced_by,
            "at": entry.at,
            "who": entry.who,
        },
    )
    action = f"status.{entry.status.name.lower()}"
    audited = AuditEntry(entry.at, entry.who, action, credential_object(identifier), entry.reason)
    write_audit(connection, [audited])


def withdrawn(registry: Registry, identifiers: Sequence[bytes]) -> dict[bytes, StatusEntry]:
    """Those of these credentials that are not valid now, each with its last change."""
    table = tables.status_changes
    last: dict[bytes, StatusEntry] = {}

    def work(connection: Connection) -> None:
        for start in range(0, len(identifiers), CHUNK):
            chosen = table.c.credential.in_(identifiers[start : start + CHUNK])
            for row in connection.execute(select(table).where(chosen).order_by(table.c.seq)):
                entry = StatusEntry(
                    Status(row.status), row.reason, row.replaced_by, row.at, row.who
                )
                last[row.credential] = entry

    read(registry.main, work)
    return {key: entry for key, entry in last.items() if entry.status is not Status.VALID}


def _current(connection: Connection, identifier: bytes) -> Status:
    history = _history(connection, identifier)
    return history[-1].status if history else Status.VALID


def status_history(registry: Registry, identifier: bytes) -> tuple[StatusEntry, ...]:
    """Every change since it was issued as valid, oldest first."""
    return read(registry.main, lambda connection: _history(connection, identifier))


def _history(connection: Connection, identifier: bytes) -> tuple[StatusEntry, ...]:
    table = tables.status_changes
    statement = select(table).where(table.c.credential == identifier).order_by(table.c.seq)
    return tuple(
        StatusEntry(Status(row.status), row.reason, row.replaced_by, row.at, row.who)
        for row in connection.execute(statement)
    )


def status_list_entries(registry: Registry, number: int) -> tuple[int, dict[int, Status]]:
    """Size of list ``number`` so far and its entries that are or were not valid.

    For credential.status.status_bits. The size ends at the last credential recorded: of a later
    one the list knows nothing, and a verifier must be able to tell. An unknown list has size 0.
    """
    credentials, changes = tables.credentials, tables.status_changes
    last = select(func.max(credentials.c.status_index)).where(credentials.c.status_list == number)
    changed = (
        select(changes.c.status_index, changes.c.status)
        .where(changes.c.status_list == number)
        .order_by(changes.c.seq)
    )

    def work(connection: Connection) -> tuple[int, dict[int, Status]]:
        # changes first: each belongs to a credential that the second read then counts
        entries = {row.status_index: Status(row.status) for row in connection.execute(changed)}
        index = connection.execute(last).scalar()
        return (0 if index is None else index + 1), entries

    return read(registry.main, work)


def status_lists(registry: Registry) -> tuple[int, ...]:
    """The numbers of all lists in use."""
    column = tables.credentials.c.status_list
    newest = read(registry.main, lambda c: c.execute(select(func.max(column))).scalar())
    # lists fill one after the other, from 1
    return tuple(range(1, (newest or 0) + 1))
