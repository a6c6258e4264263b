"""A verdict in words, for the terminal."""

import re
from collections.abc import Iterator
from typing import Final

from credential.claim_values import Kind
from credential.fields import format_time
from credential.legible import named
from credential.policy import Policy
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    Indication,
    Place,
    SubIndication,
    Verdict,
)
from verifier.archive import STATUS_NOW, VALID_NOW

INDICATION_WORDS: Final = {
    Indication.PASSED: "通过",
    Indication.INDETERMINATE: "无法确定",
    Indication.FAILED: "不通过",
}
AXIS_WORDS: Final = {
    AxisName.CONTAINER: "文件",
    AxisName.CREDENTIAL: "凭证签名",
    AxisName.PADES: "电子签章",
    AxisName.REGISTRY_STATUS: "登记状态",
    AxisName.CONTENT_MATCH: "内容比对",
    AxisName.VISIBILITY: "画面与文字一致",
}


_SEEN: Final = {
    SubIndication.HIDDEN_CONTENT,
    SubIndication.MULTIPLE_CREDENTIALS,
    SubIndication.PARSER_DISAGREEMENT,
}
_NOT_SEEN: Final = {"OCR_SAME", "OCR_MISSING", "OCR_WITHHELD"}
_ONLY_ITSELF: Final = "这是一份核验报告，真实与否只指报告本身；报告的结论："


def report_lines(verdict: Verdict) -> list[str]:
    """The verdict first, then each axis with its findings, then the grades."""
    sub = verdict.sub_indication if verdict.axes else None
    head = f"{INDICATION_WORDS[verdict.indication]}  {verdict.indication}"
    lines = [f"{named(verdict.file)}：{head}{f' / {sub}' if sub else ''}{scope_words(verdict)}"]
    if words := report_words(verdict):
        lines.append(f"  {words}")
    for axis in verdict.axes:
        lines.extend(_axis_lines(axis, verdict.decides(axis)))
    grade = verdict.grade
    if grade is not None and (grade.as_issued or grade.now):
        now = f"{grade.now}（{format_time(grade.at)}）" if grade.now and grade.at else "未知"
        lines.append(f"  信用等级：开具时 {grade.as_issued or '无'}，当前 {now}")
    return lines


def scope_words(verdict: Verdict) -> str:
    """What a pass says nothing of, where the policy does without the comparison."""
    if verdict.indication is not Indication.PASSED:
        return ""
    scope = policy_scope(verdict.policy)
    return f"{scope}；核验时看到有不同之处" if scope and doubts(verdict) else scope


def policy_scope(policy: Policy) -> str:
    """What a pass by it is no pass of."""
    compared = AxisName.CONTENT_MATCH in policy.demands
    return "" if compared else "，只指凭证和登记状态，不指内容"


def doubts(verdict: Verdict) -> bool:
    """Whether something was seen that the policy did not ask for: not what merely was not compared, or
    not read."""
    return any(
        axis.sub_indication in _SEEN
        or (
            axis.sub_indication is SubIndication.CONTENT_MISMATCH
            and any(finding.code not in _NOT_SEEN for finding in axis.findings)
        )
        for axis in verdict.axes
        if not verdict.decides(axis)
    )


def is_plain_pass(verdict: Verdict) -> bool:
    """Whether who reads no further may take it for a pass of the file that it is called by: nothing else
    was seen, and a report concluded that too."""
    if verdict.indication is not Indication.PASSED or doubts(verdict) or no_longer_words(verdict):
        return False
    return not report_words(verdict) or concludes_pass(printed_value(verdict, "verdict"))


def concludes_pass(conclusion: str) -> bool:
    """To the character, as signed: whatever a conclusion says besides (of when, of what it is no pass,
    what is known today) is to be read. A report on a report says what both concluded."""
    while (inner := _ON_A_REPORT.fullmatch(conclusion)) is not None:
        conclusion = inner[1]
    return conclusion == conclusion_words(Indication.PASSED)


def conclusion_words(indication: Indication, sub: SubIndication | None = None) -> str:
    """不通过（TOTAL-FAILED / CONTENT_MISMATCH）"""
    return f"{INDICATION_WORDS[indication]}（{indication}{f' / {sub}' if sub else ''}）"


_ON_A_REPORT: Final = re.compile(
    re.escape(f"{conclusion_words(Indication.PASSED)}；{_ONLY_ITSELF}")
    + "“(.*)”（被核验文件的指纹 [0-9a-f]+）"
)


def pass_words(verdict: Verdict) -> str:
    """What a pass says besides, in one line."""
    then = "" if verdict.as_of is None else f"{format_time(verdict.as_of)}时有效"
    scope = scope_words(verdict).removeprefix("，")
    return "；".join(filter(None, (report_words(verdict), scope, then, no_longer_words(verdict))))


def no_longer_words(verdict: Verdict) -> str:
    """Of a verdict on a time in the past what is known today, unless it is valid still."""
    said = [one.message for axis in verdict.axes for one in axis.findings if one.code == STATUS_NOW]
    return "" if VALID_NOW in said else "；".join(said)


def report_words(verdict: Verdict) -> str:
    """Of a 核验报告 what it concluded, so that nobody takes its own pass for that of the file that it
    is about; nothing of other documents."""
    if (verdict.credential or {}).get("kind") != Kind.REPORT:
        return ""
    conclusion, digest = (printed_value(verdict, name) for name in ("verdict", "file_digest"))
    about = f"“{conclusion}”（被核验文件的指纹 {digest}）" if conclusion and digest else "见报告"
    return f"{_ONLY_ITSELF}{about}"


def printed_value(verdict: Verdict, name: str) -> str:
    """As signed; empty where that is not known."""
    return next((text.signed or "" for text in verdict.texts if text.field == name), "")


def _axis_lines(axis: Axis, decides: bool) -> Iterator[str]:
    yield f"  {axis_words(axis, decides)}"
    for finding in axis.findings:
        yield f"    · {finding_words(finding)}"


def axis_words(axis: Axis, decides: bool) -> str:
    """内容比对：不通过（CONTENT_MISMATCH）; ``decides``: whether the policy's verdict rests on it."""
    sub = f"（{axis.sub_indication}）" if axis.sub_indication else ""
    aside = "" if decides else "；本策略不要求，不作为结论依据"
    return f"{AXIS_WORDS[axis.name]}：{INDICATION_WORDS[axis.indication]}{sub}{aside}"


def finding_words(finding: Finding) -> str:
    parts = [finding.message]
    if finding.expected is not None:
        parts.append(f"应为“{_one_line(finding.expected)}”")
    if finding.found is not None:
        parts.append(f"实为“{_one_line(finding.found)}”")
    if finding.place is not None:
        parts.append(place_words(finding.place))
    return "，".join(parts)


def place_words(place: Place) -> str:
    """第 1 页，距左 16 毫米、距上 38 毫米"""
    if place.box is None:
        return f"第 {place.page} 页"
    x0, y0, _, _ = place.box
    return f"第 {place.page} 页，距左 {x0:.0f} 毫米、距上 {y0:.0f} 毫米"


def _one_line(text: str, longest: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest]}…"
