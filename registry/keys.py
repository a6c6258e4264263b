"""Issuer keys (public halves only), what happened to them, and the trust lists published."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, text

from credential.cose import PublicKey
from credential.fields import format_time
from credential.trust import USES, IssuerKey
from registry import tables
from registry.audit import AuditEntry, key_object, write_audit
from registry.database import RegistryError, read, read_json, write
from registry.registry import Registry

# as text: see registry/jobs.py
_HELD: Final = text("SELECT kid FROM issuer_keys WHERE kid = :kid FOR SHARE")
_KEYS: Final = """
SELECT algorithm, x, issuer, valid_from, valid_until, uses, schemes,
       (SELECT min(effective_at) FROM key_events
        WHERE key_events.kid = issuer_keys.kid AND event = 'retired') AS retired_at,
       (SELECT min(effective_at) FROM key_events
        WHERE key_events.kid = issuer_keys.kid AND event = 'compromised') AS compromised_at
FROM issuer_keys {} ORDER BY valid_from, kid
"""
_ALL_KEYS: Final = text(_KEYS.format(""))
_ONE_KEY: Final = text(_KEYS.format("WHERE kid = :kid"))


def add_key(registry: Registry, key: IssuerKey, *, at: int, who: str, why: str) -> None:
    """Raises RegistryError where a key with this kid is registered already, or makes no sense."""
    if unknown := key.uses - USES:
        raise RegistryError(f"密钥用途未知：{'、'.join(sorted(unknown))}")
    if not key.valid_from < key.valid_until:
        raise RegistryError("密钥有效期的开始应早于结束")
    if key.compromised_at is not None:
        raise RegistryError("已失密的密钥不能登记")
    kid = key.key.kid

    def work(connection: Connection) -> None:
        if _find(connection, kid) is not None:
            raise RegistryError(f"密钥 {kid.hex()} 已登记")
        connection.execute(
            insert(tables.issuer_keys),
            {
                "kid": kid,
                "algorithm": key.key.algorithm,
                "x": key.key.x,
                "issuer": key.issuer,
                "valid_from": key.valid_from,
                "valid_until": key.valid_until,
                "uses": sorted(key.uses),
                "schemes": sorted(key.schemes),
            },
        )
        _record_event(connection, kid, "added", key.valid_from, at=at, who=who, why=why)

    write(registry.main, work)


def retire_key(registry: Registry, kid: bytes, *, at: int, who: str, why: str) -> None:
    """From ``at`` on it signs no more; what it signed before stays valid.

    Raises:
        RegistryError: unknown key, or its validity has ended already.
    """

    def work(connection: Connection) -> None:
        key = _locked(connection, kid)
        if at >= key.valid_until:
            raise RegistryError(f"密钥 {kid.hex()} 已于 {format_time(key.valid_until)} 停用")
        if at <= key.valid_from:
            raise RegistryError(f"密钥 {kid.hex()} 自 {format_time(key.valid_from)} 起才生效")
        _record_event(connection, kid, "retired", at, at=at, who=who, why=why)

    write(registry.main, work)


def compromise_key(
    registry: Registry, kid: bytes, compromised_at: int, *, at: int, who: str, why: str
) -> None:
    """Someone else may have used it since ``compromised_at``; the earliest report counts.

    Nothing signed by it is recorded any more, whatever its issue time.

    Raises:
        RegistryError: unknown key, or a time in the future.
    """
    if compromised_at > at:
        raise RegistryError("失密时间不能在将来")

    def work(connection: Connection) -> None:
        _locked(connection, kid)
        _record_event(connection, kid, "compromised", compromised_at, at=at, who=who, why=why)

    write(registry.main, work)


def _record_event(
    connection: Connection,
    kid: bytes,
    event: str,
    effective_at: int,
    *,
    at: int,
    who: str,
    why: str,
) -> None:
    if not why:
        raise RegistryError("更改密钥应写明理由")
    connection.execute(
        insert(tables.key_events),
        {"kid": kid, "event": event, "effective_at": effective_at, "reason": why}
        | {"at": at, "who": who},
    )
    write_audit(connection, [AuditEntry(at, who, f"key.{event}", key_object(kid), why)])


def _locked(connection: Connection, kid: bytes) -> IssuerKey:
    """Waits for those who are recording with it: see :func:`signing_key`."""
    column = tables.issuer_keys.c.kid
    connection.execute(select(column).where(column == kid).with_for_update())
    key = _find(connection, kid)
    if key is None:
        raise RegistryError(f"密钥 {kid.hex()} 未登记")
    return key


def signing_key(connection: Connection, kid: bytes) -> IssuerKey | None:
    """The key as it is, and stays until the end of the transaction."""
    # SQLite has one writer anyway
    if connection.dialect.name == "postgresql":
        connection.execute(_HELD, {"kid": kid})
    return _find(connection, kid)


def issuer_keys(registry: Registry) -> tuple[IssuerKey, ...]:
    """All keys ever added, for credential.trust.TrustList: retired and compromised ones too."""
    return read(registry.main, _keys)


def _keys(connection: Connection) -> tuple[IssuerKey, ...]:
    return tuple(map(_key, connection.execute(_ALL_KEYS)))


def _find(connection: Connection, kid: bytes) -> IssuerKey | None:
    row = connection.execute(_ONE_KEY, {"kid": kid}).first()
    return None if row is None else _key(row)


def _key(row: Row[Any]) -> IssuerKey:
    return IssuerKey(
        key=PublicKey(row.algorithm, row.x),
        issuer=row.issuer,
        valid_from=row.valid_from,
        valid_until=row.valid_until if row.retired_at is None else row.retired_at,
        uses=frozenset(read_json(row.uses)),
        schemes=frozenset(read_json(row.schemes)),
        compromised_at=row.compromised_at,
    )


def publish_trust_list(
    registry: Registry,
    sign: Callable[[int, tuple[IssuerKey, ...]], bytes],
    *,
    at: int,
    who: str,
    why: str,
) -> bytes:
    """The next version: ``sign`` makes it from its version number and all keys. Returns its bytes.

    Raises:
        RegistryError: another list was published at the same moment; and whatever ``sign`` raises.
    """

    def work(connection: Connection) -> bytes:
        version = (
            connection.execute(select(func.max(tables.trust_lists.c.version))).scalar() or 0
        ) + 1
        message = sign(version, _keys(connection))
        connection.execute(
            insert(tables.trust_lists),
            {"version": version, "message": message, "at": at, "who": who},
        )
        audited = AuditEntry(at, who, "trust.publish", f"trust-list:{version}", why)
        write_audit(connection, [audited])
        return message

    return write(registry.main, work)


def latest_trust_list(registry: Registry) -> tuple[int, bytes] | None:
    """Version and signed bytes of the newest list, or None where none was published."""
    table = tables.trust_lists
    statement = select(table.c.version, table.c.message).order_by(table.c.version.desc()).limit(1)
    row = read(registry.main, lambda connection: connection.execute(statement).first())
    return None if row is None else (row.version, row.message)


def trust_list_as_of(registry: Registry, as_of: int) -> bytes | None:
    """The signed bytes of the list that was in force at a time (Unix seconds), or None."""
    table = tables.trust_lists
    statement = select(table.c.message).where(table.c.at <= as_of)
    newest = statement.order_by(table.c.version.desc()).limit(1)
    return read(registry.main, lambda connection: connection.execute(newest).scalar())
