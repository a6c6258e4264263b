"""The verification steps of a credential's standing (axis ``registry_status``), numbered on from
credential/checking.py:

13. the registry answered, or a signed and current list is at hand
14. the registry knows the number, and with these very bytes
15. it has not expired
16. its status is valid
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from credential.cbor import FormatError
from credential.certificate_id import format_certificate_id
from credential.claims import Claims
from credential.cose import AlgorithmError, SignatureError, verify_sign1
from credential.fields import format_time
from credential.grade import GradeStatement, open_grade, read_grade
from credential.protocols import Record, RecordSource, RegistryUnavailable, StatusSnapshot
from credential.public_text import public_reason
from credential.status import Status, StatusList, open_status_list, read_status_list
from credential.trust import CLOCK_SKEW, IssuerKey, TrustList
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential whose signature holds (steps 1-7): only now is anything in it believed."""

    message: bytes
    claims: Claims
    issuer_key: IssuerKey

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.message).digest()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a credential beyond itself.

    ``record`` from the registry, or ``snapshot`` status where it could not be asked. ``known`` is
    False where neither is at hand.
    """

    axis: Axis
    record: Record | None = None
    known: bool = False


_STATUS_REFUSED: Final = {
    Status.INVALID: (Indication.FAILED, SubIndication.REVOKED, "REVOKED", "已作废"),
    Status.SUPERSEDED: (Indication.FAILED, SubIndication.SUPERSEDED, "SUPERSEDED", "已换开"),
    Status.SUSPENDED: (
        Indication.INDETERMINATE,
        SubIndication.SUSPENDED,
        "SUSPENDED",
        "监管中，暂停使用",
    ),
}


def check_record(
    credential: Credential, source: RecordSource, at: int, *, reveal: bool = False
) -> Standing:
    """Steps 13-16 against a registry that can be asked.

    ``reveal``: the reader is staff and may see why the status changed as it was written.
    """
    try:
        record = source.record(credential.claims.id)  # step 13
    except RegistryUnavailable as error:
        since = f"；最近一次成功查询：{format_time(error.last_good)}" if error.last_good else ""
        return Standing(
            _unanswered("REGISTRY_UNAVAILABLE", f"登记库暂时无法查询，请稍后再试{since}")
        )
    if record is None:  # step 14
        finding = Finding(
            "NOT_REGISTERED",
            "登记库中没有这个编号",
            step=14,
            found=format_certificate_id(credential.claims.id),
        )
        return Standing(
            _standing_axis(Indication.INDETERMINATE, SubIndication.NO_POE, finding), known=True
        )
    if record.message_sha256 != credential.sha256:
        finding = Finding("OTHER_CREDENTIAL", "登记库中此编号对应的是另一份凭证", step=14)
        axis = _standing_axis(Indication.FAILED, SubIndication.HASH_FAILURE, finding)
        return Standing(axis, record, known=True)
    axis = _judge(credential.claims, record.status, at, record, reveal=reveal)
    return Standing(axis, record, known=True)


def check_snapshot(
    credential: Credential,
    snapshots: Sequence[StatusSnapshot],
    trust: TrustList,
    at: int,
) -> Standing:
    """Steps 13, 15 and 16 offline, against a cached status list; says how old both lists are."""
    claims = credential.claims
    snapshot = next((s for s in snapshots if s.number == claims.status.list), None)
    if snapshot is None:
        return Standing(
            _unanswered("NO_STATUS_LIST", "离线，且本机没有该凭证的状态列表：未核对是否作废")
        )
    statuses = read_snapshot(snapshot, trust, at)
    if isinstance(statuses, Finding):
        return Standing(_standing_axis(Indication.INDETERMINATE, SubIndication.TRY_LATER, statuses))
    earlier = _unanswered("STATUS_LIST_SHORT", "状态列表早于这份凭证，请更新后再验")
    if claims.issued_at > statuses.issued_at:
        # a list is filled up to whole bytes, and what fills it reads as valid
        return Standing(earlier)
    try:
        status = statuses.status(claims.status.index)
    except IndexError:
        return Standing(earlier)
    axis = _judge(claims, status, at, None)
    age = Finding(
        "STATUS_AS_OF",
        f"离线核对，状态列表签发于 {format_time(statuses.issued_at)}，"
        f"距今 {_duration(at - statuses.issued_at)}；"
        f"信任列表第 {trust.version} 版签发于 {format_time(trust.issued_at)}，"
        f"距今 {_duration(at - trust.issued_at)}；此后的变更未知",
        step=13,
    )
    return Standing(Axis(axis.name, axis.indication, axis.sub_indication, (*axis.findings, age)))


def read_snapshot(snapshot: StatusSnapshot, trust: TrustList, at: int) -> StatusList | Finding:
    """Step 13: a list is believed if a key that may sign lists signed it and it has not expired."""

    def refused(code: str, message: str) -> Finding:
        return Finding(code, message, step=13)

    try:
        envelope = open_status_list(snapshot.message)
        key = trust.find(envelope.kid)
        if key is None or not key.may_sign("status", None):
            return refused("STATUS_LIST_KEY", "状态列表的签名密钥不被信任")
        verify_sign1(envelope, key.key)
        statuses = read_status_list(envelope.payload)
    except (FormatError, AlgorithmError, SignatureError):
        return refused("STATUS_LIST_SIGNATURE", "状态列表的签名或格式有误")
    if not key.covers(statuses.issued_at) or key.compromised_at is not None:
        return refused("STATUS_LIST_KEY", "状态列表的签名密钥不在有效期内或已失密")
    if statuses.uri not in {f"{base}/status/{snapshot.number}" for base in trust.base_urls}:
        return refused("STATUS_LIST_OTHER", "不是该凭证所指的状态列表")
    if at >= statuses.expires_at or statuses.issued_at > at + CLOCK_SKEW:
        return refused(
            "STATUS_LIST_EXPIRED",
            f"状态列表已过有效期（签发于 {format_time(statuses.issued_at)}），请更新后再验",
        )
    return statuses


def check_grade(
    message: bytes, credential: Credential, trust: TrustList, at: int
) -> GradeStatement | None:
    """The grade now, if its statement is signed, current and about this subject; else None."""
    try:
        envelope = open_grade(message)
        key = trust.find(envelope.kid)
        if key is None:
            return None
        verify_sign1(envelope, key.key)
        statement = read_grade(envelope.payload)
    except (FormatError, AlgorithmError, SignatureError):
        return None
    subject = credential.claims.subject
    named = statement.subject == subject.packed
    timely = statement.issued_at <= at + CLOCK_SKEW and at < statement.expires_at
    entitled = key.may_sign("grade", statement.scheme) and key.covers(statement.issued_at)
    return statement if named and timely and entitled and key.compromised_at is None else None


def _judge(
    claims: Claims, status: Status, at: int, record: Record | None, *, reveal: bool = False
) -> Axis:
    if status is not Status.VALID:  # step 16: a void certificate is void even after it expired
        indication, sub, code, words = _STATUS_REFUSED[status]
        when = f"（{format_time(record.status_at)}）" if record and record.status_at else ""
        why = f"：{_reason(claims, record, reveal)}" if record and record.reason else ""
        return _standing_axis(indication, sub, Finding(code, f"{words}{when}{why}", step=16))
    if claims.expires_at is not None and at >= claims.expires_at:  # step 15
        finding = Finding(
            "EXPIRED", "已过期", step=15, expected=f"早于 {format_time(claims.expires_at)}"
        )
        return _standing_axis(Indication.FAILED, SubIndication.EXPIRED, finding)
    return Axis(AxisName.REGISTRY_STATUS, Indication.PASSED)


def _reason(claims: Claims, record: Record, reveal: bool) -> str:
    reason = record.reason or ""
    if reveal:
        return reason
    return public_reason(reason, record.fields, claims.subject.is_natural_person)


def _standing_axis(indication: Indication, sub: SubIndication, finding: Finding) -> Axis:
    return Axis(AxisName.REGISTRY_STATUS, indication, sub, (finding,))


def _unanswered(code: str, message: str) -> Axis:
    finding = Finding(code, message, step=13)
    return _standing_axis(Indication.INDETERMINATE, SubIndication.TRY_LATER, finding)


def _duration(seconds: int) -> str:
    if seconds < 3600:
        return f"{max(seconds, 0) // 60} 分钟"
    if seconds < 86400:
        return f"{seconds // 3600} 小时 {seconds % 3600 // 60} 分钟"
    return f"{seconds // 86400} 天 {seconds % 86400 // 3600} 小时"
