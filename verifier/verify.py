"""Verifying: an upload or a scanned text -> a verdict on separate axes.

Untrusted bytes are parsed in a child (verifier/isolation.py); everything else here is pure but for
the question to the registry, which the parent asks. ``at`` is Unix seconds.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from credential.checking import check_compromise, check_text
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
from credential.verdict import Axis, AxisName, Finding, GradeNow, Indication, SubIndication, Verdict
from verifier.comparison import compare_fields, not_compared
from verifier.container import check_container, is_complete
from verifier.evidence import UNREADABLE, Evidence, Form
from verifier.isolation import Extractor
from verifier.presentation import present_claims
from verifier.reading import Reading, read_fields
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
) -> Verdict:
    """The verdict on one upload. ``records`` None: offline, ``snapshots`` are asked instead.

    ``reveal``: the reader is staff and may see what was signed in full, names and contacts too.

    Raises:
        VerifierBusy: the queue for children is full.
    """
    digest = hashlib.sha256(data).hexdigest()
    evidence = isolation.extract(data)
    return judge(
        evidence, name, digest, trust=trust, at=at, records=records, snapshots=snapshots,
        reveal=reveal,
    )  # fmt: skip


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
) -> Verdict:
    """The verdict on evidence; ``sha256``: of the file, in hexadecimal."""
    if not is_complete(evidence):
        axes = _unread(evidence)
        return Verdict(name, sha256, axes, checked_at=at)
    text = _symbol_text(evidence, trust)
    if not isinstance(text, str):
        container = check_container(evidence, None)
        axes = (container, text, *_unchecked(text.sub_indication), check_visibility(evidence))
        return Verdict(name, sha256, _with_pades(axes, evidence), checked_at=at)
    axis, credential = check_text(text, trust, at)
    standing = _standing(credential, records, snapshots, trust, at)
    if credential is not None:
        axis = check_compromise(axis, credential, standing)
    reading = read_fields(evidence)
    axes = (
        check_container(evidence, credential.message if credential else None),
        axis,
        standing.axis,
        _content(evidence, reading, credential, standing, reveal=reveal),
        check_visibility(evidence, tuple(uneven_type(reading))),
    )
    return _verdict(
        (name, sha256), _with_pades(axes, evidence), credential, standing, trust=trust, at=at
    )


def verify_text(
    text: str,
    *,
    trust: TrustList,
    at: int,
    records: RecordSource | None,
    snapshots: Sequence[StatusSnapshot] = (),
) -> Verdict:
    """The verdict on a scanned symbol's text alone: the paper around it was not compared."""
    axis, credential = check_text(text, trust, at)
    standing = _standing(credential, records, snapshots, trust, at)
    if credential is not None:
        axis = check_compromise(axis, credential, standing)
    content = not_compared("TEXT_ONLY", "只核验了二维码，未与纸面内容比对")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _verdict(
        ("", digest), (axis, standing.axis, content), credential, standing, trust=trust, at=at
    )


def _verdict(
    file: tuple[str, str],
    axes: tuple[Axis, ...],
    credential: Credential | None,
    standing: Standing,
    *,
    trust: TrustList,
    at: int,
) -> Verdict:
    if credential is None:
        return Verdict(*file, axes, checked_at=at)
    grade = _grade(credential, standing, trust, at)
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
) -> Standing:
    if credential is None:
        return Standing(_unasked(SubIndication.NO_SIGNATURE_FOUND, "凭证无效，未查询登记状态"))
    if records is None:
        return check_snapshot(credential, snapshots, trust, at)
    try:
        return check_record(credential, records, at)
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
    if evidence.form is Form.PICTURE:
        return not_compared("PICTURE", "图片中的文字未读取，未与签发内容比对")
    if not reading.fields:
        return not_compared("NO_TEXT", "文件中没有可读取的文字（可能是扫描件），未与签发内容比对")
    # the registry's copy is used only for a credential that the registry knows as this very one
    known = standing.record
    same = known is not None and known.message_sha256 == credential.sha256
    recorded = known.fields if known is not None and same else None
    return compare_fields(reading, credential.claims, recorded, reveal=reveal)


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
    container = check_container(evidence, None)
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


def _with_pades(axes: tuple[Axis, ...], evidence: Evidence) -> tuple[Axis, ...]:
    if not evidence.signed:
        return axes
    finding = Finding("PADES_NOT_CHECKED", "PDF 带有电子签章，本版本尚不核验")
    pades = Axis(
        AxisName.PADES, Indication.INDETERMINATE, SubIndication.CONTENT_NOT_COMPARED, (finding,)
    )
    return (*axes[:2], pades, *axes[2:])
