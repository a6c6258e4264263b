"""The result of an upload, in words for whoever holds the paper."""

import base64
import json
from dataclasses import dataclass, replace
from typing import Final

from credential.claim_values import Kind
from credential.fields import FIELDS, format_time
from credential.policy import BUYER
from credential.public_text import public_text
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    Indication,
    SubIndication,
    Verdict,
    verdict_json,
)
from service.web.scan_state import KIND_WORDS, WORDS, State, StateWords
from service.web.templating import TEMPLATES
from verifier.comparison import field_words
from verifier.report import doubts, is_plain_pass, no_longer_words, report_words

_SHOWN: Final = ("id", "kind", "issued_at")
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
MARKS: Final = {
    Indication.PASSED: ("valid", "✓ 通过"),
    Indication.INDETERMINATE: ("cannot-check", "? 未能确认"),
    Indication.FAILED: ("void", "✕ 不通过"),
}
SUB_WORDS: Final = {
    SubIndication.FORMAT_FAILURE: "凭证格式有误",
    SubIndication.HASH_FAILURE: "与登记的不是同一份",
    SubIndication.SIG_CRYPTO_FAILURE: "签名不符",
    SubIndication.SIG_CONSTRAINTS_FAILURE: "签名不合要求",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "签章所用算法已不安全",
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: "无法确认由谁签发",
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: "无法确认由谁签章",
    SubIndication.OUT_OF_BOUNDS_NO_POE: "无法确认签章时证书有效",
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
    decides: bool
    findings: tuple["FindingView", ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """``number``: from 1 over all axes in the order of the verdict, as on the page's picture."""

    number: int
    message: str
    label: str | None
    expected: str | None
    found: str | None
    page: int | None


def axis_views(verdict: Verdict) -> list[AxisView]:
    """In the order of the verdict."""
    views, number = [], 0
    for axis in verdict.axes:
        views.append(_axis_view(axis, number + 1, verdict.decides(axis)))
        number += len(axis.findings)
    return views


def _axis_view(axis: Axis, first: int, decides: bool) -> AxisView:
    label, english = AXIS_WORDS[axis.name]
    style, mark = MARKS[axis.indication]
    sub = axis.sub_indication
    why = SUB_WORDS[sub] if sub is not None else None
    findings = tuple(_finding_view(f, number) for number, f in enumerate(axis.findings, first))
    return AxisView(label, english, style, mark, why, decides, findings)


def _finding_view(finding: Finding, number: int) -> FindingView:
    return FindingView(
        number,
        finding.message,
        None if finding.field is None else field_label(finding.field),
        finding.expected,
        finding.found,
        finding.place.page if finding.place is not None else None,
    )


def field_label(name: str) -> str:
    """What a clerk calls the field; a name that is no field's stands as it is."""
    return field_words(name) if name in FIELDS else name


def offered_page(verdict: Verdict, site: str) -> str:
    """The page with two links that keep it as a file. What they give is in the page itself: the
    upload is gone by then, and a browser needs neither a script nor another request."""
    said = json.dumps(offered_json(verdict), ensure_ascii=False, indent=1)
    offers = [
        {"words": words, "gloss": gloss, "name": name, "source": _data_url(kind, content)}
        for words, gloss, name, kind, content in (
            (
                "保存报告（网页）",
                "Save the report",
                "report.html",
                "text/html",
                verdict_page(verdict, site),
            ),
            ("保存数据（JSON）", "Save the data", "report.json", "application/json", said),
        )
    ]
    return render_verdict("verdict.html", verdict, offers=offers)


def offered_json(verdict: Verdict) -> dict[str, object]:
    """The verdict's JSON with no more of a person than the page shows: numbers that a clerk wrote are
    left out, and of the credential only which one it is."""
    held = verdict.credential
    credential = None if held is None else {name: held[name] for name in _SHOWN}
    axes = tuple(
        replace(
            axis,
            findings=tuple(replace(f, message=public_text(f.message)) for f in axis.findings),
        )
        for axis in verdict.axes
    )
    return verdict_json(replace(verdict, axes=axes, credential=credential))


def _data_url(kind: str, content: str) -> str:
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(content.encode()).decode()}"


def verdict_page(verdict: Verdict, site: str = "") -> str:
    """The whole page. What did not pass stands first; nothing checked is said as such.

    ``site``: the office's address, for a page that is kept as a file.
    """
    return render_verdict("verdict.html", verdict, site=site)


def render_verdict(template: str, verdict: Verdict, **more: object) -> str:
    state, words = _banner(verdict)
    order = {axis.name: _ORDER.index(axis.indication) for axis in verdict.axes}
    views = zip(verdict.axes, axis_views(verdict), strict=True)
    worst_first = sorted(views, key=lambda pair: -order[pair[0].name])
    number = (verdict.credential or {}).get("id")
    return TEMPLATES.get_template(template).render(
        state=state,
        words=words,
        kind=kind_words(verdict),
        verdict=verdict,
        why=_why(verdict),
        axes=[view for _, view in worst_first],
        number=number if isinstance(number, str) else None,
        **{"offers": (), **more},
    )


def _banner(verdict: Verdict) -> tuple[str, StateWords]:
    state, words = _BANNER[verdict.indication]
    if verdict.indication is not Indication.PASSED:
        return state, words
    # what is green is taken for a pass by who reads no further
    unsure = _BANNER[Indication.INDETERMINATE][0]
    state = state if is_plain_pass(verdict) else unsure
    if not (about := report_words(verdict)):
        return state, _meaning(verdict, words)
    return state, replace(WORDS[State.READ_CONCLUSION], meaning=f"{about}。")


def kind_words(verdict: Verdict) -> str | None:
    """What it is and of what, so that a genuine document under another's name is seen to be one."""
    held = verdict.credential or {}
    if held.get("kind") not in list(Kind):
        return None
    words, _ = KIND_WORDS[Kind(str(held["kind"]))]
    about = held.get("product") or held.get("matter")
    return f"{words}：{about}" if about and about != words else words


def _meaning(verdict: Verdict, words: StateWords) -> StateWords:
    """A pass says no more than its policy demands, and of when it speaks."""
    if verdict.policy is BUYER:
        seen, gloss = _SEEN if doubts(verdict) else ("", "")
        return StateWords(
            "凭证有效",
            "The credential is valid",
            f"凭证真实，登记有效。本策略不要求内容一致，请与扫码页面逐项对照。{seen}",
            f"Genuine and on record. The text was not required to match: compare it.{gloss}",
        )
    if verdict.as_of is not None:
        today = no_longer_words(verdict)
        return replace(
            words,
            meaning=f"{format_time(verdict.as_of)}时有效，内容与签发时一致。{today}",
            gloss=f"Valid at that time and unchanged.{' Not so today.' if today else ''}",
        )
    return words


_SEEN: Final = ("核验时看到有不同之处，见下。", " Differences were seen: see below.")
_ORDER: Final = [Indication.PASSED, Indication.INDETERMINATE, Indication.FAILED]


def _why(verdict: Verdict) -> str | None:
    sub = verdict.sub_indication
    return SUB_WORDS[sub] if sub is not None else None
