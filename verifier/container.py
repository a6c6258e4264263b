"""The file itself: could all of it be read, by two parsers alike, and is it nothing but the page?"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from credential.verdict import Axis, AxisName, Finding, Indication, Place, SubIndication
from verifier.evidence import UNREADABLE, Evidence, Form

ATTACHMENT: Final = "credential.cose"
_OF_VISIBILITY: Final = frozenset(
    {SubIndication.HIDDEN_CONTENT, SubIndication.CONTENT_NOT_COMPARED}
)
_SOFT_HYPHENS: Final = str.maketrans({"\ufffe": "-", "\x02": "-", "\u00ad": "-"})
"""PDFium gives a hyphen at the end of a line so."""


def is_complete(evidence: Evidence) -> bool:
    """False where reading stopped early: nothing in the evidence settles anything."""
    return not any(flag.sub in UNREADABLE for flag in evidence.flags)


def check_container(evidence: Evidence, message: bytes | None) -> Axis:
    """The axis ``container``. ``message``: the symbol's COSE bytes, which an attachment must equal."""
    found = [
        *_flags(evidence),
        *_attachments(evidence, message),
        *_disagreements(evidence),
    ]
    if not found:
        return Axis(AxisName.CONTAINER, Indication.PASSED)
    findings = tuple(finding for _, finding in found)
    return Axis(AxisName.CONTAINER, Indication.INDETERMINATE, found[0][0], findings)


def _flags(evidence: Evidence) -> Iterator[tuple[SubIndication, Finding]]:
    for flag in evidence.flags:
        if flag.sub not in _OF_VISIBILITY:
            yield flag.sub, Finding(flag.code, flag.message, place=flag.place)


def _attachments(
    evidence: Evidence, message: bytes | None
) -> Iterator[tuple[SubIndication, Finding]]:
    for attachment in evidence.attachments:
        if attachment.name != ATTACHMENT:
            finding = Finding("ATTACHMENT", "PDF 带有其他附件", found=attachment.name)
            yield SubIndication.HIDDEN_CONTENT, finding
        elif message is not None and attachment.data != message:
            finding = Finding("OTHER_ATTACHED", "PDF 附带的凭证与二维码中的不是同一份")
            yield SubIndication.MULTIPLE_CREDENTIALS, finding


def _disagreements(evidence: Evidence) -> Iterator[tuple[SubIndication, Finding]]:
    """Two parsers must see the same characters, however they order them."""
    if evidence.form is not Form.PDF:
        return
    for page, other in enumerate(evidence.second_text, start=1):
        one = Counter("".join(glyph.text for glyph in evidence.glyphs if glyph.page == page))
        two = Counter("".join(other.translate(_SOFT_HYPHENS).split()))
        if one != two:
            differing = "".join(sorted((one - two) | (two - one)))
            finding = Finding(
                "TWO_TEXTS",
                f"第 {page} 页：两种解析程序读出的文字不同",
                found=differing[:60],
                place=Place(page),
            )
            yield SubIndication.PARSER_DISAGREEMENT, finding
