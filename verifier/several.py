"""Several documents in one picture: which they are, and what of each stands on the paper.

Which text belongs to which symbol is not decided: it is only said what was found at all.
"""

from collections.abc import Mapping

from credential.certificate_id import format_certificate_id
from credential.standing import Credential
from credential.verdict import Axis, Finding, Indication, Place
from verifier.comparison import field_words, signed_fields
from verifier.evidence import Evidence
from verifier.scan_comparison import all_text
from verifier.scan_reading import fold

_WORDS: Mapping[Indication, str] = {
    Indication.PASSED: "有效",
    Indication.INDETERMINATE: "无法确定",
    Indication.FAILED: "无效",
}


def document_finding(
    evidence: Evidence,
    place: Place,
    *,
    signature: Axis,
    status: Axis,
    credential: Credential | None,
    recorded: Mapping[str, str] | None,
) -> Finding:
    """What is known of the document whose symbol is at ``place``."""
    if credential is None:
        why = signature.findings[0].message if signature.findings else ""
        return Finding("ONE_DOCUMENT", f"其中一个二维码：{why}", place=place)
    number = format_certificate_id(credential.claims.id)
    message = f"其中一份，编号 {number}：凭证签名{_WORDS[signature.indication]}，登记状态{_WORDS[status.indication]}"
    reasons = [finding.message for axis in (signature, status) for finding in axis.findings]
    return Finding(
        "ONE_DOCUMENT",
        "；".join([message, *reasons, *_text_words(evidence, credential, recorded)]),
        expected=number,
        place=place,
    )


def _text_words(
    evidence: Evidence, credential: Credential, recorded: Mapping[str, str] | None
) -> list[str]:
    paper = all_text(evidence).replace("\n", "")
    if not paper:
        return ["画面上的文字未读取"]
    code = (recorded or {}).get("check_code", "")
    printed = {"check_code": code} if fold(code) in paper else {}
    signed = signed_fields(credential.claims, recorded, printed, reveal=False).fields
    values = {name: value for name, value in signed.items() if fold(value)}
    absent = [field_words(name) for name, value in values.items() if fold(value) not in paper]
    read = f"签发内容 {len(values)} 项中读到 {len(values) - len(absent)} 项"
    return [read if not absent else f"{read}，未读到：{'、'.join(absent)}"]
