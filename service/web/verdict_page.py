"""The result of an upload, in words for whoever holds the paper."""

from dataclasses import dataclass
from typing import Final

from credential.fields import FIELDS
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication, Verdict
from service.web.scan_state import StateWords
from service.web.templating import TEMPLATES

_BANNER: Final = {
    Indication.PASSED: (
        "valid",
        StateWords(
            "核验通过",
            "Passed",
            "文件真实，内容与签发时一致，登记有效。",
            "Genuine, unchanged and on record.",
        ),
    ),
    Indication.INDETERMINATE: (
        "cannot-check",
        StateWords(
            "未能确认",
            "Indeterminate",
            "有项目未能核对，这不表示通过。请看下面的说明。",
            "Something could not be checked. This does not mean that it passed.",
        ),
    ),
    Indication.FAILED: (
        "void",
        StateWords(
            "核验不通过",
            "Failed",
            "请勿采信这份文件。原因见下。",
            "Do not rely on this file. The reasons are below.",
        ),
    ),
}
AXIS_WORDS: Final = {
    AxisName.CONTAINER: ("文件本身", "File"),
    AxisName.CREDENTIAL: ("防伪签名", "Signature"),
    AxisName.PADES: ("PDF 电子签名", "PDF signature"),
    AxisName.REGISTRY_STATUS: ("登记状态", "Registry status"),
    AxisName.CONTENT_MATCH: ("内容与签发时一致", "Content unchanged"),
    AxisName.VISIBILITY: ("无隐藏或遮盖内容", "Nothing hidden"),
}
_MARKS: Final = {
    Indication.PASSED: ("valid", "✓ 通过"),
    Indication.INDETERMINATE: ("cannot-check", "? 未能确认"),
    Indication.FAILED: ("void", "✕ 不通过"),
}
SUB_WORDS: Final = {
    SubIndication.FORMAT_FAILURE: "凭证格式有误",
    SubIndication.HASH_FAILURE: "与登记的不是同一份",
    SubIndication.SIG_CRYPTO_FAILURE: "签名不符",
    SubIndication.SIG_CONSTRAINTS_FAILURE: "签名不合要求",
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: "无法确认由谁签发",
    SubIndication.REVOKED: "已作废",
    SubIndication.REVOKED_NO_POE: "签名密钥已失密，无法确认",
    SubIndication.EXPIRED: "已过期",
    SubIndication.NOT_YET_VALID: "尚未生效",
    SubIndication.NO_POE: "未查询到登记",
    SubIndication.TRY_LATER: "暂时无法核对，请稍后再试",
    SubIndication.SUPERSEDED: "已换开",
    SubIndication.SUSPENDED: "监管中，暂停使用",
    SubIndication.FOREIGN_LINK: "二维码网址不属于签发单位",
    SubIndication.CONTENT_MISMATCH: "内容与签发时不一致",
    SubIndication.CONTENT_NOT_COMPARED: "内容未作比对",
    SubIndication.MULTIPLE_CREDENTIALS: "有多个凭证",
    SubIndication.HIDDEN_CONTENT: "有隐藏或遮盖的内容",
    SubIndication.PARSER_DISAGREEMENT: "不同方式读出的内容不一致",
    SubIndication.PROCESSING_LIMIT: "文件过大或过于复杂，未能核验",
    SubIndication.UNSUPPORTED_FORMAT: "不支持这种文件",
    SubIndication.NO_SIGNATURE_FOUND: "没有找到证信凭证",
}


@dataclass(frozen=True, slots=True)
class AxisView:
    label: str
    english: str
    style: str
    mark: str
    why: str | None
    findings: tuple["FindingView", ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    message: str
    label: str | None
    expected: str | None
    found: str | None
    page: int | None


def axis_view(axis: Axis) -> AxisView:
    label, english = AXIS_WORDS[axis.name]
    style, mark = _MARKS[axis.indication]
    sub = axis.sub_indication
    why = SUB_WORDS[sub] if sub is not None else None
    return AxisView(label, english, style, mark, why, tuple(map(_finding_view, axis.findings)))


def _finding_view(finding: Finding) -> FindingView:
    spec = FIELDS.get(finding.field) if finding.field is not None else None
    return FindingView(
        finding.message,
        (spec.label or spec.english) if spec is not None else finding.field,
        finding.expected,
        finding.found,
        finding.place.page if finding.place is not None else None,
    )


def verdict_page(verdict: Verdict) -> str:
    """The whole page. What did not pass stands first; nothing checked is said as such."""
    state, words = _BANNER[verdict.indication]
    worst_first = sorted(verdict.axes, key=lambda axis: -_ORDER.index(axis.indication))
    number = (verdict.credential or {}).get("id")
    return TEMPLATES.get_template("verdict.html").render(
        state=state,
        words=words,
        verdict=verdict,
        why=_why(verdict),
        axes=[axis_view(axis) for axis in worst_first],
        number=number if isinstance(number, str) else None,
    )


_ORDER: Final = [Indication.PASSED, Indication.INDETERMINATE, Indication.FAILED]


def _why(verdict: Verdict) -> str | None:
    if not verdict.axes:
        return SUB_WORDS[SubIndication.NO_SIGNATURE_FOUND]
    sub = verdict.worst.sub_indication
    return SUB_WORDS[sub] if sub is not None else None
