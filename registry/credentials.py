"""Credentials as recorded: found by id, issue key or subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from credential.claims import Claims, Pack, decode_claims
from credential.cose import open_sign1
from credential.fields import FIELDS
from registry import tables
from registry.database import read
from registry.registry import Registry
from registry.subjects import CHUNK


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The promisor took note of the 告知 with this SHA-256 at this time (Unix seconds)."""

    notice_sha256: bytes
    acknowledged_at: int


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """As committed. ``fields`` in the order of the page; times are Unix seconds."""

    id: bytes
    issue_key: bytes
    message: bytes
    fields: Mapping[str, str]
    pack: Pack
    recorded_at: int
    recorded_by: str
    retain_until: int

    @property
    def claims(self) -> Claims:
        return decode_claims(open_sign1(self.message).payload)


def by_issue_key(
    connection: Connection, issue_keys: Sequence[bytes]
) -> dict[bytes, StoredCredential]:
    stored: dict[bytes, StoredCredential] = {}
    for start in range(0, len(issue_keys), CHUNK):
        known = _known(connection, issue_keys[start : start + CHUNK])
        if known:
            chosen = _STORED.where(tables.credentials.c.issue_key.in_(known))
            for row in connection.execute(chosen):
                stored[row.issue_key] = _stored(row)
    return stored


def _known(connection: Connection, issue_keys: Sequence[bytes]) -> list[bytes]:
    """Mostly none: straight through the driver, for SQLAlchemy's own work on each key is more than the
    database's."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * len(issue_keys))
    statement = f"SELECT issue_key FROM credentials WHERE issue_key IN ({marks})"
    found = connection.exec_driver_sql(statement, tuple(issue_keys))
    return [bytes(key) for (key,) in found]


def find_credential(registry: Registry, identifier: bytes) -> StoredCredential | None:
    """One credential with all that its page is drawn from, or None."""
    statement = _STORED.where(tables.credentials.c.id == identifier)
    row = read(registry.main, lambda connection: connection.execute(statement).first())
    return None if row is None else _stored(row)


def find_issued(registry: Registry, issue_keys: Sequence[bytes]) -> dict[bytes, StoredCredential]:
    """Those of these rows that were issued before, by issue key."""
    return read(registry.main, lambda connection: by_issue_key(connection, issue_keys))


def credentials_of(registry: Registry, subject: bytes, limit: int) -> tuple[StoredCredential, ...]:
    """A subject's credentials, newest first, at most ``limit``."""
    table = tables.credentials
    chosen = _STORED.where(table.c.subject == subject).order_by(table.c.id.desc()).limit(limit)
    rows = read(registry.main, lambda connection: connection.execute(chosen).all())
    return tuple(_stored(row) for row in rows)


def find_acknowledgement(registry: Registry, identifier: bytes) -> Acknowledgement | None:
    table = tables.acknowledgements
    statement = select(table.c.notice_sha256, table.c.acknowledged_at)
    statement = statement.where(table.c.credential == identifier)
    row = read(registry.main, lambda connection: connection.execute(statement).first())
    return None if row is None else Acknowledgement(*row)


_STORED: Final = select(
    *(
        tables.credentials.c[name]
        for name in (
            "id",
            "issue_key",
            "message",
            "fields",
            "scheme",
            "pack_version",
            "pack_sha256",
            "recorded_at",
            "recorded_by",
            "retain_until",
        )
    )
)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredCredential:
    return StoredCredential(
        id=row.id,
        issue_key=row.issue_key,
        message=row.message,
        fields=page_order(row.fields),
        pack=Pack(row.scheme, row.pack_version, row.pack_sha256),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        retain_until=row.retain_until,
    )


def page_order(fields: Mapping[str, str]) -> dict[str, str]:
    """JSONB does not keep the order of its keys."""
    return {name: fields[name] for name in FIELDS if name in fields}
