"""Verifying: an upload or a scanned text -> a verdict on separate axes.

Untrusted bytes are parsed in a child (verifier/isolation.py); everything else here is pure but for
the question to the registry, which the parent asks. ``at`` is Unix seconds.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from credential.checking import check_compromise, check_text
from credential.claim_values import Kind
from credential.policy import NOTARY, Policy
from credential.protocols import RecordSource, StatusSnapshot
from credential.qr_text import QrTextError, read_qr_text
from credential.standing import (
    Credential,
    Standing,
    check_grade,
    check_record,
    check_snapshot,
)
from credential.trust import TrustList
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    GradeNow,
    Indication,
    Place,
    SubIndication,
    Verdict,
)
from verifier.archive import Past, check_text_then, with_present
from verifier.comparison import compare_fields, not_compared, signed_fields
from verifier.container import check_container, is_complete
from verifier.evidence import UNREADABLE, Evidence, Form
from verifier.isolation import Extractor
from verifier.layout import uneven_layout
from verifier.pades import check_pades
from verifier.page_form import odd_form
from verifier.presentation import present_claims
from verifier.reading import Reading, read_fields
from verifier.reading_order import odd_order
from verifier.scan_comparison import compare_scan
from verifier.scan_reading import read_scan
from verifier.several import document_finding
from verifier.texts import field_texts
from verifier.typesetting import uneven_type
from verifier.visibility import check_visibility

_REASONS: Final = {
    SubIndication.NO_SIGNATURE_FOUND: "没有找到证信二维码",
    SubIndication.MULTIPLE_CREDENTIALS: "有不止一个不同的二维码，无法确定以哪一个为准",
}


def verify(
    data: bytes,
    name: str,
    *,
    trust: TrustList,
    at: int,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot] = (),
    isolation: Extractor,
    reveal: bool = False,
    policy: Policy = NOTARY,
    past: Past | None = None,
) -> Verdict:
    """The verdict on one upload. ``records`` None: offline, ``snapshots`` are asked instead.

    ``reveal``: the reader is staff and may see what was signed in full, names and contacts too.
    ``past``: of a policy that judges as of a time; it needs ``records``, offline there is no history.

    Raises:
        VerifierBusy: the queue for children is full.
    """
    digest = hashlib.sha256(data).hexdigest()
    evidence = isolation.extract(data)
    verdict = judge(
        evidence, name, digest, trust=trust, at=at, records=records, snapshots=snapshots,
        reveal=reveal, past=past,
    )  # fmt: skip
    return under_policy(verdict, policy, past)


def verify_unread(evidence: Evidence, name: str, policy: Policy, at: int) -> Verdict:
    """The verdict on a file of which not even the bytes could be had; ``evidence`` says why."""
    return under_policy(Verdict(name, "", _unread(evidence), checked_at=at), policy)


def under_policy(verdict: Verdict, policy: Policy, past: Past | None = None) -> Verdict:
    return replace(verdict, policy=policy, as_of=None if past is None else past.at)


def judge(
    evidence: Evidence,
    name: str,
    sha256: str,
    *,
    trust: TrustList,
    at: int,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot],
    reveal: bool,
    past: Past | None = None,
) -> Verdict:
    """The verdict on evidence; ``sha256``: of the file, in hexadecimal."""
    if not is_complete(evidence):
        axes = _unread(evidence)
        return Verdict(name, sha256, axes, checked_at=at)
    text = _symbol_text(evidence, trust)
    if not isinstance(text, str):
        container = check_container(evidence, None, name)
        if text.sub_indication is SubIndication.MULTIPLE_CREDENTIALS:
            each = _each_document(evidence, records, snapshots, trust, at)
            text = replace(text, findings=(*text.findings, *each))
        axes = (container, text, *_unchecked(text.sub_indication), check_visibility(evidence))
        return Verdict(name, sha256, _with_pades(axes, evidence, trust, at, None), checked_at=at)
    vouched = _vouched(
        text, records=records, snapshots=snapshots, trust=trust, at=at, past=past, reveal=reveal
    )
    credential = vouched.credential
    reading = read_fields(evidence)
    content = _content(evidence, reading, credential, vouched.standing, reveal=reveal)
    axes = (
        check_container(evidence, credential.message if credential else None, name),
        vouched.axis,
        vouched.standing.axis,
        content,
        check_visibility(
            evidence,
            (
                *_uneven(reading, credential, vouched.standing, reveal=reveal),
                *odd_form(evidence, reading),
                *odd_order(evidence, reading),
            ),
        ),
    )
    issuer = credential.issuer_key.issuer if credential else None
    axes = _with_pades(axes, evidence, trust, at, issuer)
    verdict = _verdict((name, sha256), axes, vouched, trust=trust, at=at)
    if credential is None:
        return verdict
    recorded = _recorded(credential, vouched.standing)
    shown, alike = reading, None
    if evidence.scanned:
        shown = read_scan(evidence)
        alike = frozenset(f.field for f in content.findings if f.field and f.code == "OCR_SAME")
    if not shown.fields:
        return verdict
    texts = field_texts(shown, credential.claims, recorded, reveal=reveal, alike=alike)
    return replace(verdict, texts=texts)


def _uneven(
    reading: Reading, credential: Credential | None, standing: Standing, *, reveal: bool
) -> tuple[Finding, ...]:
    """The registry's copy says where paragraphs end, under the terms of the comparison."""
    recorded = _recorded(credential, standing)
    if credential is None or recorded is None:
        return (*uneven_type(reading), *uneven_layout(reading, None))
    printed = {name: item.value for name, item in reading.fields.items()}
    signed = signed_fields(credential.claims, recorded, printed, reveal=reveal)
    known = signed.fields if signed.complete else None
    return (*uneven_type(reading), *uneven_layout(reading, known))


@dataclass(frozen=True, slots=True)
class _Vouched:
    """What the symbol says and what is known of it. ``then``: its standing at the time asked for."""

    axis: Axis
    credential: Credential | None
    standing: Standing
    then: Standing | None = None


def _vouched(
    text: str,
    *,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot],
    trust: TrustList,
    at: int,
    past: Past | None,
    reveal: bool,
) -> _Vouched:
    if past is None:
        axis, credential = check_text(text, trust, at)
    else:
        axis, credential = check_text_then(text, past, trust)
    standing = _standing(credential, records, snapshots, trust, at, reveal=reveal)
    if credential is not None:
        axis = check_compromise(axis, credential, standing)
    if past is None or credential is None:
        return _Vouched(axis, credential, standing)
    then = _standing(credential, past.records, (), trust, past.at, reveal=reveal)
    present = with_present(then.axis, standing, past.at)
    return _Vouched(axis, credential, replace(standing, axis=present), then)


def verify_text(
    text: str,
    *,
    trust: TrustList,
    at: int,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot] = (),
    reveal: bool = False,
    policy: Policy = NOTARY,
    past: Past | None = None,
) -> Verdict:
    """The verdict on a scanned symbol's text alone: the paper around it was not compared."""
    vouched = _vouched(
        text, records=records, snapshots=snapshots, trust=trust, at=at, past=past, reveal=reveal
    )
    content = not_compared("TEXT_ONLY", "只核验了二维码，未与纸面内容比对")
    digest = hashlib.sha256(text.encode()).hexdigest()
    axes = (vouched.axis, vouched.standing.axis, content)
    return under_policy(_verdict(("", digest), axes, vouched, trust=trust, at=at), policy, past)


def _verdict(
    file: tuple[str, str],
    axes: tuple[Axis, ...],
    vouched: _Vouched,
    *,
    trust: TrustList,
    at: int,
) -> Verdict:
    credential = vouched.credential
    if credential is None:
        return Verdict(*file, axes, checked_at=at)
    if credential.claims.kind is Kind.REPORT:  # an office promises nothing: it has no grade
        return Verdict(*file, axes, present_claims(credential), checked_at=at)
    grade = _grade(credential, vouched.standing, trust, at)
    if vouched.then is not None and (record := vouched.then.record) is not None:
        grade = replace(grade, then=None if record.grade is None else record.grade.code)
    return Verdict(*file, axes, present_claims(credential), grade, at)


def _symbol_text(evidence: Evidence, trust: TrustList) -> str | Axis:
    """The one symbol's text, or the axis ``credential`` that says why there is none."""
    texts = list(dict.fromkeys(symbol.text for symbol in evidence.symbols))
    if len(texts) > 1:
        finding = Finding(
            "SEVERAL_SYMBOLS",
            f"文件中有 {len(texts)} 个不同的二维码，无法确定以哪一个为准",
            found="、".join(text[:40] for text in texts),
        )
        return _credential_axis(SubIndication.MULTIPLE_CREDENTIALS, finding)
    if not texts:
        words = "没有找到二维码"
        if evidence.attachments:
            words += "（附件中的凭证在页面上看不见，不作为依据）"
        return _credential_axis(SubIndication.NO_SIGNATURE_FOUND, Finding("NO_SYMBOL", words))
    if not _is_ours(texts[0], trust):
        finding = Finding("FOREIGN_SYMBOL", "二维码不是证信凭证", found=texts[0][:80])
        return _credential_axis(SubIndication.NO_SIGNATURE_FOUND, finding)
    return texts[0]


def _each_document(
    evidence: Evidence,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot],
    trust: TrustList,
    at: int,
) -> Iterator[Finding]:
    first = {symbol.text: symbol for symbol in reversed(evidence.symbols)}
    for text in dict.fromkeys(symbol.text for symbol in evidence.symbols):
        if not _is_ours(text, trust):
            continue
        vouched = _vouched(
            text, records=records, snapshots=snapshots, trust=trust, at=at, past=None, reveal=False
        )
        yield document_finding(
            evidence,
            Place(first[text].page, first[text].box),
            signature=vouched.axis,
            status=vouched.standing.axis,
            credential=vouched.credential,
            recorded=_recorded(vouched.credential, vouched.standing),
        )


def _is_ours(text: str, trust: TrustList) -> bool:
    try:
        read_qr_text(text)
    except QrTextError:
        # damaged or tampered with, but it claims to be of this office: step 1 says so
        return text.startswith(tuple(f"{base}/1/" for base in trust.base_urls))
    return True


def _credential_axis(sub: SubIndication, finding: Finding) -> Axis:
    return Axis(AxisName.CREDENTIAL, Indication.INDETERMINATE, sub, (finding,))


def _standing(
    credential: Credential | None,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot],
    trust: TrustList,
    at: int,
    *,
    reveal: bool,
) -> Standing:
    if credential is None:
        return Standing(_unasked(SubIndication.NO_SIGNATURE_FOUND, "凭证无效，未查询登记状态"))
    if records is None:
        return check_snapshot(credential, snapshots, trust, at)
    try:
        return check_record(credential, records, at, reveal=reveal)
    except Exception as error:  # a registry that breaks is a registry that did not answer
        message = f"登记库查询出错（{type(error).__name__}），请稍后再试"
        return Standing(_unasked(SubIndication.TRY_LATER, message))


def _unasked(sub: SubIndication, message: str) -> Axis:
    finding = Finding("NOT_ASKED", message)
    return Axis(AxisName.REGISTRY_STATUS, Indication.INDETERMINATE, sub, (finding,))


def _content(
    evidence: Evidence,
    reading: Reading,
    credential: Credential | None,
    standing: Standing,
    *,
    reveal: bool,
) -> Axis:
    if credential is None:
        return not_compared("NO_CREDENTIAL", "没有有效凭证，无从比对内容")
    recorded = _recorded(credential, standing)
    if evidence.scanned:
        return compare_scan(evidence, credential.claims, recorded, reveal=reveal)
    if evidence.form is Form.PICTURE:
        return not_compared("PICTURE", "图片中的文字未读取，未与签发内容比对")
    if not reading.fields:
        return not_compared("NO_TEXT", "文件中没有可读取的文字（可能是扫描件），未与签发内容比对")
    return compare_fields(reading, credential.claims, recorded, reveal=reveal)


def _recorded(credential: Credential | None, standing: Standing) -> Mapping[str, str] | None:
    """The registry's copy, of a credential that the registry knows as this very one."""
    known = standing.record
    if credential is None or known is None or known.message_sha256 != credential.sha256:
        return None
    return known.fields


def _grade(credential: Credential, standing: Standing, trust: TrustList, at: int) -> GradeNow:
    issued = credential.claims.grade
    as_issued = issued.code if issued is not None else None
    record = standing.record
    if record is not None and record.grade is not None:
        return GradeNow(as_issued, record.grade.code, at)
    if record is not None and record.grade_statement is not None:
        statement = check_grade(record.grade_statement, credential, trust, at)
        if statement is not None:
            return GradeNow(as_issued, statement.grade.code, statement.issued_at)
    return GradeNow(as_issued, None, None)


def _unread(evidence: Evidence) -> tuple[Axis, ...]:
    container = check_container(evidence, None, "")
    sub = next(flag.sub for flag in evidence.flags if flag.sub in UNREADABLE)
    finding = Finding("NOT_READ", "文件未能读取，未核验")
    rest = tuple(
        Axis(name, Indication.INDETERMINATE, sub, (finding,))
        for name in (
            AxisName.CREDENTIAL,
            AxisName.REGISTRY_STATUS,
            AxisName.CONTENT_MATCH,
            AxisName.VISIBILITY,
        )
    )
    return (Axis(container.name, container.indication, sub, container.findings), *rest)


def _unchecked(sub: SubIndication | None) -> tuple[Axis, Axis]:
    """Registry and content, where there is no one credential to ask about."""
    reason = sub or SubIndication.NO_SIGNATURE_FOUND
    why = _REASONS[reason]
    return (
        _unasked(reason, f"{why}，未查询登记状态"),
        not_compared("NO_CREDENTIAL", f"{why}，未比对内容"),
    )


def _with_pades(
    axes: tuple[Axis, ...], evidence: Evidence, trust: TrustList, at: int, issuer: str | None
) -> tuple[Axis, ...]:
    if evidence.signatures is None:
        return axes
    return (*axes[:2], check_pades(evidence.signatures, trust, at, issuer), *axes[2:])
