"""Recording credentials: in the registry before the file leaves, and the same row once only.

All of :func:`record_credentials` is one transaction: rows issued before are found by their issue
key, the others get a number and a place in a status list, are signed by the caller, and are
committed. Only then does the caller have anything to print; a crash before the commit leaves
neither record nor message, a crash after it is healed by issuing the same rows again.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, text

from credential.cbor import FormatError
from credential.certificate_id import new_certificate_id
from credential.claims import Pack, StatusReference
from credential.fields import format_time
from credential.signed_claims import SignedClaims, read_signed
from credential.status import Status
from registry import tables
from registry.audit import AuditEntry, credential_object, write_audit
from registry.credentials import Acknowledgement, StoredCredential, by_issue_key
from registry.database import RegistryError, write, write_json
from registry.keys import signing_key
from registry.registry import Registry
from registry.status import StatusEntry, apply_status
from registry.subjects import lock_subjects

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

    def __reduce__(self) -> tuple[Callable[[bytes, int, int], "Allotment"], tuple[bytes, int, int]]:
        # a hundred thousand go from one process to another: four times as fast as by their fields
        return _allotment, (self.id, self.status.list, self.status.index)


def _allotment(identifier: bytes, number: int, index: int) -> Allotment:
    return Allotment(identifier, StatusReference(number, index))


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
            rows = []
            for place, allotment in allotted.items():
                new = sign(place, allotment)
                signed = _read_signed(place, new.message)
                rows.append(
                    credential_row(place, requests[place], allotment, new, signed, at=at, who=who)
                )
            check_keys(connection, _uses(rows), at)
            _insert(connection, rows, at)
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


class CredentialRow(NamedTuple):
    """A row of the table, its columns in their order; ``fields``: JSON.

    A tuple, for a hundred thousand of them go from one process to another.
    """

    id: bytes
    kind: str
    profile: int
    subject: bytes
    issue_key: bytes
    message: bytes
    message_sha256: bytes
    fields: str
    issued_at: int
    recorded_at: int
    recorded_by: str
    status_list: int
    status_index: int
    kid: bytes
    scheme: str
    pack_version: str
    pack_sha256: bytes
    expires_at: int | None
    retain_until: int


def credential_row(
    place: int,
    request: IssueRequest,
    allotment: Allotment,
    new: NewCredential,
    signed: SignedClaims,
    *,
    at: int,
    who: str,
) -> CredentialRow:
    """From the signed bytes, so that the record can't say anything else."""
    claims = signed.claims
    if signed.message != new.message:
        raise RegistryError(f"第 {place + 1} 项：凭证的内容与登记的不同")
    if (claims.id, claims.status) != (allotment.id, allotment.status):
        raise RegistryError(f"第 {place + 1} 项：凭证没有使用分配的编号和状态位置")
    if claims.pack not in {None, new.pack}:
        raise RegistryError(f"第 {place + 1} 项：凭证中的规则包与登记的不同")
    return CredentialRow(
        id=claims.id,
        kind=str(claims.kind),
        profile=int(claims.profile),
        subject=claims.subject.packed,
        issue_key=request.issue_key,
        message=new.message,
        message_sha256=hashlib.sha256(new.message).digest(),
        fields=write_json(dict(new.fields)),
        issued_at=claims.issued_at,
        recorded_at=at,
        recorded_by=who,
        status_list=claims.status.list,
        status_index=claims.status.index,
        kid=signed.kid,
        scheme=new.pack.scheme,
        pack_version=new.pack.version,
        pack_sha256=new.pack.sha256,
        expires_at=claims.expires_at,
        retain_until=new.retain_until,
    )


@dataclass(frozen=True, slots=True)
class CredentialForm:
    """A row, for credentials that differ in number, key, message, place in the status list and some
    printed values alone. ``names``: of these values; ``parts``: of the JSON around them."""

    like: CredentialRow
    names: tuple[str, ...]
    parts: tuple[str, ...]

    def fill(
        self, issue_key: bytes, allotment: Allotment, message: bytes, values: Mapping[str, str]
    ) -> CredentialRow:
        """``message``: signed with the allotment in it, and with the values in its digest."""
        like, said = self.like, [self.parts[0]]
        for name, part in zip(self.names, self.parts[1:], strict=True):
            said += (encode_basestring(values[name]), part)
        return CredentialRow(
            allotment.id,
            like.kind,
            like.profile,
            like.subject,
            issue_key,
            message,
            hashlib.sha256(message).digest(),
            "".join(said),
            like.issued_at,
            like.recorded_at,
            like.recorded_by,
            allotment.status.list,
            allotment.status.index,
            like.kid,
            like.scheme,
            like.pack_version,
            like.pack_sha256,
            like.expires_at,
            like.retain_until,
        )


def credential_form(row: CredentialRow, own: Collection[str]) -> CredentialForm:
    """``row``: from :func:`credential_row`; ``own``: names of the printed values that differ."""
    names, parts, settled = [], [], "{"
    for place, (name, value) in enumerate(json.loads(row.fields).items()):
        settled += f"{',' if place else ''}{encode_basestring(name)}:"
        if name in own:
            names.append(name)
            parts.append(settled)
            settled = ""
        else:
            settled += encode_basestring(value)
    return CredentialForm(row, tuple(names), (*parts, settled + "}"))


def _read_signed(place: int, message: bytes) -> SignedClaims:
    try:
        return read_signed(message)
    except FormatError as error:
        raise RegistryError(f"第 {place + 1} 项：凭证数据有误：{error}") from error


def _uses(rows: Sequence[CredentialRow]) -> list[dict[str, Any]]:
    """For :func:`check_keys`: each once."""
    names = ("kid", "kind", "scheme", "issued_at")
    uses = dict.fromkeys((row.kid, row.kind, row.scheme, row.issued_at) for row in rows)
    return [dict(zip(names, use, strict=True)) for use in uses]


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


def record_rows(connection: Connection, rows: Sequence[CredentialRow], at: int) -> None:
    """Record, as of ``at``, what was signed with allotments drawn before this transaction.

    Raises:
        RowTakenError: another issuer was first with one of the rows; the transaction must end
            without a commit, and the rows be looked up again.
    """
    check_keys(connection, _uses(rows), at)
    if _insert(connection, rows, at):
        raise RowTakenError("同一批次正由另一任务签发")


class RowTakenError(RegistryError):
    """A row was issued by somebody else in the meantime: look it up and go on."""


_WHEN: Final = CredentialRow._fields.index("recorded_at")


def _insert(connection: Connection, rows: Sequence[CredentialRow], at: int) -> bool:
    """As of ``at``; whether some were there before. Straight through the driver: SQLAlchemy's own work on a row
    is more than the database's."""
    lock_subjects(connection, [row.subject for row in rows], shared=True)
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    marks = ", ".join([mark] * len(CredentialRow._fields))
    statement = (
        f"INSERT INTO credentials ({', '.join(CredentialRow._fields)}) VALUES ({marks}) "
        "ON CONFLICT (issue_key) DO NOTHING"
    )
    # in the order of the keys: two issuers of the same rows can't wait for each other
    ordered = [
        (*row[:_WHEN], at, *row[_WHEN + 1 :]) for row in sorted(rows, key=attrgetter("issue_key"))
    ]
    return connection.exec_driver_sql(statement, ordered).rowcount != len(rows)


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
