"""The nine states of a scan page: how each follows from the checks, its words, its HTTP status."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Final

from credential.claims import Kind
from credential.verdict import Axis, Indication, SubIndication
from verifier.report import concludes_pass


class State(StrEnum):
    VALID = "valid"
    READ_CONCLUSION = "read-conclusion"
    VOID = "void"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"
    FORGED = "forged"
    CANNOT_CHECK = "cannot-check"


@dataclass(frozen=True, slots=True)
class StateWords:
    """``banner`` and ``meaning`` with ``{doc}`` for 本证 or 本承诺书; ``english`` and ``gloss`` beside."""

    banner: str
    english: str
    meaning: str
    gloss: str


WORDS: Final = {
    State.VALID: StateWords(
        "有效",
        "Valid",
        "{doc}真实，登记有效。请核对下列内容与纸面一致。",
        "Genuine and on record. Compare the details below with the paper.",
    ),
    # a report is genuine whatever it says of the file that it is about
    State.READ_CONCLUSION: StateWords(
        "报告真实",
        "A genuine report",
        "报告真实，结论见报告，说的是另一份文件。",
        "This is a report on another file. Genuine is the report: read its conclusion.",
    ),
    State.VOID: StateWords(
        "已作废",
        "Void",
        "{doc}已作废，不能再作为凭证。",
        "Withdrawn. It no longer vouches for anything.",
    ),
    State.SUPERSEDED: StateWords(
        "已换开",
        "Replaced",
        "{doc}已重新开具，请以新证为准。",
        "A new one was issued in its place. Rely on the new one.",
    ),
    State.EXPIRED: StateWords(
        "已过期",
        "Expired",
        "{doc}已超过有效期，不再有效。",
        "Past its validity date. No longer valid.",
    ),
    State.SUSPENDED: StateWords(
        "监管中",
        "Under review",
        "{doc}正在核查，核查期间暂停使用，请勿作为凭证。",
        "Under review and suspended. Do not rely on it for now.",
    ),
    State.UNKNOWN: StateWords(
        "未查询到有效{kind}",
        "Not on record",
        "登记库中没有这个编号，请勿采信。",
        "The registry has no such number. Do not rely on it.",
    ),
    State.FORGED: StateWords(
        "假冒或被改动",
        "Not genuine",
        "未通过防伪核验，不能证明由签发单位签发，请勿采信。",
        "It failed the authenticity check. Do not rely on it.",
    ),
    State.CANNOT_CHECK: StateWords(
        "暂时无法核验",
        "Cannot check now",
        "现在无法确认{doc}是否有效，这不表示有效。请稍后再扫。",
        "We cannot check it right now. This does not mean that it is valid. Try again later.",
    ),
}

VALID_NUMBER: Final = StateWords(
    "有效",
    "Valid",
    "此编号登记有效，但未核验您手中的二维码。请逐项核对下列内容与纸面一致。",
    "This number is on record; the symbol in your hand was not checked. Compare every line.",
)

KIND_WORDS: Final = {
    Kind.CERTIFICATE: ("承诺达标合格证", "Commitment certificate"),
    Kind.PLEDGE: ("信用承诺书", "Credit pledge letter"),
    Kind.REPORT: ("核验报告", "Verification report"),
}
_SHORT: Final = {Kind.CERTIFICATE: "合格证", Kind.PLEDGE: "承诺书", Kind.REPORT: "报告"}
_DOC: Final = {Kind.CERTIFICATE: "本证", Kind.PLEDGE: "本承诺书", Kind.REPORT: "本报告"}

HTTP_STATUS: Final = {
    # The page is an answer about a known certificate, whatever its state: 200, and the state is in
    # the body. A proxy or a chat application may put a page of its own in the place of an error.
    State.VALID: 200,
    State.READ_CONCLUSION: 200,
    State.VOID: 200,
    State.SUPERSEDED: 200,
    State.EXPIRED: 200,
    State.SUSPENDED: 200,
    State.UNKNOWN: 404,
    State.FORGED: 400,
    State.CANNOT_CHECK: 503,  # with Retry-After, RFC 9110 §15.6.4
}

_STANDING: Final = {
    SubIndication.REVOKED: State.VOID,
    SubIndication.SUPERSEDED: State.SUPERSEDED,
    SubIndication.EXPIRED: State.EXPIRED,
    SubIndication.SUSPENDED: State.SUSPENDED,
    SubIndication.NO_POE: State.UNKNOWN,
    SubIndication.HASH_FAILURE: State.FORGED,
}
# Of the credential itself, what time or a working registry may cure; all else is not genuine.
_CURABLE: Final = frozenset(
    {SubIndication.TRY_LATER, SubIndication.NOT_YET_VALID, SubIndication.REVOKED_NO_POE}
)


def scan_state(credential: Axis, standing: Axis | None) -> State:
    """One state from the two axes. VALID only if both were completed and passed.

    ``standing`` is None where it was not asked for, because the credential itself was refused.
    """
    if credential.indication is not Indication.PASSED:
        return State.CANNOT_CHECK if credential.sub_indication in _CURABLE else State.FORGED
    if standing is None:
        return State.CANNOT_CHECK
    if standing.indication is Indication.PASSED:
        return State.VALID
    if standing.sub_indication is None:
        return State.CANNOT_CHECK
    return _STANDING.get(standing.sub_indication, State.CANNOT_CHECK)


def report_state(conclusion: str) -> State:
    """Of a report that is genuine and on record. By the rule of an upload: who scans its symbol reads
    no further than a green page either."""
    return State.VALID if concludes_pass(conclusion) else State.READ_CONCLUSION


def banner_style(state: State) -> str:
    """As an upload of such a report looks (verdict_page.py)."""
    return (State.CANNOT_CHECK if state is State.READ_CONCLUSION else state).value


@cache
def state_words(state: State, kind: Kind, by_number: bool = False) -> StateWords:
    """The words with the kind of document put in. A typed number may stand on any paper."""
    words = VALID_NUMBER if state is State.VALID and by_number else WORDS[state]
    return StateWords(
        words.banner.format(kind=_SHORT[kind]),
        words.english,
        words.meaning.format(doc=_DOC[kind]),
        words.gloss,
    )


def concluded_words(conclusion: str, by_number: bool = False) -> StateWords:
    """Of a report that is genuine and on record: nobody may take that for the file that it is about."""
    about = f"结论是：“{conclusion}”，说的是另一份文件，请核对文件指纹。"
    if by_number:
        return StateWords(
            "报告有登记",
            "A report on record",
            f"此编号登记有效，但未核验您手中的二维码。{about}",
            "The symbol in your hand was not checked. It is a report on another file: read its conclusion.",
        )
    return replace(WORDS[State.READ_CONCLUSION], meaning=f"报告真实，{about}")
