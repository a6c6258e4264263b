"""Recording credentials: in the registry before the file leaves, and the same row once only.

All of :func:`record_credentials` is one transaction: rows issued before are found by their issue
key, the others get a number and a place in a status list, are signed by the caller, and are
committed. Only then does the caller have anything to print; a crash before the commit leaves
neither record nor message, a crash after it is healed by issuing the same rows again.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select, text

from credential.cbor import FormatError
from credential.certificate_id import new_certificate_id
from credential.claims import Pack, StatusReference, decode_claims
from credential.cose import open_sign1
from credential.fields import format_time
from credential.status import Status
from registry import tables
from registry.audit import AuditEntry, credential_object, write_audit
from registry.credentials import Acknowledgement, StoredCredential, by_issue_key
from registry.database import RegistryError, upsert, write
from registry.keys import signing_key
from registry.registry import Registry
from registry.status import StatusEntry, apply_status
from registry.subjects import CHUNK, lock_subjects

LIST_SIZE: Final = 1 << 17
"""Credentials in one status list; then the next list begins."""


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """``issue_key``: 16 to 64 bytes that are the same whenever the same row is issued again.

    ``replaces``: id of a valid credential that this one supersedes, for ``reason``, at once.
    """

    issue_key: bytes
    replaces: bytes | None = None
    reason: str = ""
    acknowledgement: Acknowledgement | None = None


@dataclass(frozen=True, slots=True)
class Allotment:
    """What the registry gives to a new credential, to be signed."""

    id: bytes
    status: StatusReference


@dataclass(frozen=True, slots=True)
class NewCredential:
    """``message``: signed with the allotment in it; ``fields``: all printed fields.

    ``pack``: whose rules were used (a label does not say so itself). ``retain_until``: Unix seconds.
    """

    message: bytes
    fields: Mapping[str, str]
    pack: Pack
    retain_until: int


def record_credentials(
    registry: Registry,
    requests: Sequence[IssueRequest],
    sign: Callable[[int, Allotment], NewCredential],
    *,
    at: int,
    who: str,
    draw: Callable[[], bytes] = lambda: secrets.token_bytes(6),
) -> tuple[StoredCredential, ...]:
    """One stored credential for each request, in order; those issued before as they were.

    ``sign(i, allotment)`` builds and signs the credential of ``requests[i]``; it is called within
    the transaction, may be called again with another allotment, and must not write anywhere.
    ``at``: the registry's own clock now. About 1,000 requests a call are a good size.

    Raises:
        RegistryError: nothing of the batch is recorded; the message says which and why. What
            ``sign`` raises passes through, likewise with nothing recorded.
        RegistryUnavailable: the database did not answer; issuing the same again is safe.
    """
    first_places: dict[bytes, int] = {}
    for place, request in enumerate(requests):
        if not 16 <= len(request.issue_key) <= 64:
            raise RegistryError("签发键应为 16 至 64 字节")
        first_places.setdefault(request.issue_key, place)

    def work(connection: Connection) -> tuple[StoredCredential, ...]:
        stored = by_issue_key(connection, list(first_places))
        fresh = [place for key, place in first_places.items() if key not in stored]
        if fresh:
            allotted = dict(zip(fresh, allot(connection, len(fresh), at, draw), strict=True))
            rows = [
                credential_row(
                    place, requests[place], allotment, sign(place, allotment), at=at, who=who
                )
                for place, allotment in allotted.items()
            ]
            check_keys(connection, rows, at)
            _insert(connection, rows)
            stored |= by_issue_key(connection, [requests[place].issue_key for place in fresh])
            ours = {
                place: allotment.id
                for place, allotment in allotted.items()
                # else another issuer of the same row was first: ours was never committed
                if stored[requests[place].issue_key].id == allotment.id
            }
            for place, identifier in ours.items():
                _follow(connection, place, requests[place], identifier, at=at, who=who)
            _audit(connection, list(ours.values()), at, who)
        return tuple(stored[request.issue_key] for request in requests)

    return write(registry.main, work)


def allot(
    connection: Connection,
    count: int,
    at: int,
    draw: Callable[[], bytes] = lambda: secrets.token_bytes(6),
) -> list[Allotment]:
    """New ids and the next places in the status lists. A place that is never recorded, as one rolled
    back on PostgreSQL, stays empty: valid of nothing."""
    if connection.dialect.name == "postgresql":
        # a sequence takes no lock: issuers on other machines sign at the same time
        taken = text("SELECT nextval('status_numbers') FROM generate_series(1, :count)")
        numbers = list(connection.execute(taken, {"count": count}).scalars())
    else:
        taken = text("UPDATE status_numbers SET next = next + :count RETURNING next")
        after = connection.execute(taken, {"count": count}).scalar_one()
        numbers = list(range(after - count, after))
    return [
        Allotment(
            new_certificate_id(at, draw()),
            StatusReference(1 + number // LIST_SIZE, number % LIST_SIZE),
        )
        for number in numbers
    ]


def credential_row(
    place: int,
    request: IssueRequest,
    allotment: Allotment,
    new: NewCredential,
    *,
    at: int,
    who: str,
) -> dict[str, Any]:
    """A row of the table, from the signed bytes themselves, so that the record can't say anything else."""
    try:
        envelope = open_sign1(new.message)
        claims = decode_claims(envelope.payload)
    except FormatError as error:
        raise RegistryError(f"第 {place + 1} 项：凭证数据有误：{error}") from error
    if (claims.id, claims.status) != (allotment.id, allotment.status):
        raise RegistryError(f"第 {place + 1} 项：凭证没有使用分配的编号和状态位置")
    if claims.pack not in {None, new.pack}:
        raise RegistryError(f"第 {place + 1} 项：凭证中的规则包与登记的不同")
    return {
        "id": claims.id,
        "kind": str(claims.kind),
        "profile": int(claims.profile),
        "subject": claims.subject.packed,
        "issue_key": request.issue_key,
        "message": new.message,
        "message_sha256": hashlib.sha256(new.message).digest(),
        "fields": dict(new.fields),
        "issued_at": claims.issued_at,
        "recorded_at": at,
        "recorded_by": who,
        "status_list": claims.status.list,
        "status_index": claims.status.index,
        "kid": envelope.kid,
        "scheme": new.pack.scheme,
        "pack_version": new.pack.version,
        "pack_sha256": new.pack.sha256,
        "expires_at": claims.expires_at,
        "retain_until": new.retain_until,
    }


def check_keys(connection: Connection, rows: Sequence[Mapping[str, Any]], at: int) -> None:
    """What a verifier would refuse for its key is never recorded (credential/checking.py 4, 8, 9, 12)."""
    keys = {kid: signing_key(connection, kid) for kid in sorted({row["kid"] for row in rows})}
    for row in rows:
        kid, key = row["kid"].hex(), keys[row["kid"]]
        if key is None:
            raise RegistryError(f"签名密钥 {kid} 未登记，不能用于签发")
        if key.compromised_at is not None:
            raise RegistryError(f"签名密钥 {kid} 已失密，不能用于签发")
        if not key.may_sign(row["kind"], row["scheme"]):
            raise RegistryError(f"签名密钥 {kid} 无权签发 {row['kind']}（{row['scheme']}）")
        for moment in (row["issued_at"], at):
            if not key.covers(moment):
                span = f"{format_time(key.valid_from)}至{format_time(key.valid_until)}"
                raise RegistryError(
                    f"签名密钥 {kid} 的有效期为{span}，不包括 {format_time(moment)}"
                )


def record_rows(connection: Connection, rows: list[dict[str, Any]], at: int) -> None:
    """Record, as of ``at``, what was signed with allotments drawn before this transaction.

    Raises:
        RowTakenError: another issuer was first with one of the rows; the transaction must end
            without a commit, and the rows be looked up again.
    """
    check_keys(connection, rows, at)
    _insert(connection, [row | {"recorded_at": at} for row in rows])
    table = tables.credentials
    ours = {row["issue_key"]: row["id"] for row in rows}
    keys = list(ours)
    for start in range(0, len(keys), CHUNK):
        chosen = table.c.issue_key.in_(keys[start : start + CHUNK])
        for row in connection.execute(select(table.c.issue_key, table.c.id).where(chosen)):
            if row.id != ours[row.issue_key]:
                raise RowTakenError("同一批次正由另一任务签发")


class RowTakenError(RegistryError):
    """A row was issued by somebody else in the meantime: look it up and go on."""


def _insert(connection: Connection, rows: list[dict[str, Any]]) -> None:
    lock_subjects(connection, [row["subject"] for row in rows], shared=True)
    statement = upsert(connection, tables.credentials)
    connection.execute(
        statement.on_conflict_do_nothing(index_elements=["issue_key"]),
        # in the order of the keys: two issuers of the same rows can't wait for each other
        sorted(rows, key=lambda row: row["issue_key"]),
    )


def _follow(
    connection: Connection,
    place: int,
    request: IssueRequest,
    identifier: bytes,
    *,
    at: int,
    who: str,
) -> None:
    """What belongs to a new credential and is committed with it."""
    if (noted := request.acknowledgement) is not None:
        if noted.acknowledged_at > at:
            raise RegistryError(f"第 {place + 1} 项：告知的确认时间在将来")
        connection.execute(
            insert(tables.acknowledgements),
            {"credential": identifier, "at": at, "who": who} | asdict(noted),
        )
    if request.replaces is not None:
        entry = StatusEntry(Status.SUPERSEDED, request.reason, identifier, at, who)
        apply_status(connection, request.replaces, entry)


def _audit(connection: Connection, identifiers: list[bytes], at: int, who: str) -> None:
    """One entry a batch: each credential's row says itself who recorded it and when."""
    if identifiers:
        first, last = credential_object(min(identifiers)), credential_object(max(identifiers))
        why = f"签发 {len(identifiers)} 份，至 {last.partition(':')[2]}"
        write_audit(connection, [AuditEntry(at, who, "credential.record", first, why)])
