"""The file itself: could all of it be read, by two parsers alike, and is it nothing but the page?"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from credential.verdict import Axis, AxisName, Finding, Indication, Place, SubIndication
from verifier.evidence import UNREADABLE, Evidence, Form

ATTACHMENT: Final = "credential.cose"
_OF_VISIBILITY: Final = frozenset(
    {SubIndication.HIDDEN_CONTENT, SubIndication.CONTENT_NOT_COMPARED}
)
_ENDING: Final = re.compile(r"\.([A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*)[ .]*\Z")
"""Windows takes blanks and points off."""
_ENDINGS: Final = {
    Form.PDF: ("pdf",),
    Form.DOCX: ("docx", "doc", "wps"),
    # a viewer of pictures goes by the first bytes
    Form.PICTURE: (
        *("png", "jpg", "jpeg", "jpe", "jfif", "webp"),
        *("heic", "heif", "gif", "bmp", "tif", "tiff"),
    ),
}
_FORMS: Final = {Form.PDF: " PDF", Form.DOCX: " DOCX", Form.PICTURE: "图片"}
_SOFT_HYPHENS: Final = str.maketrans({"\ufffe": "-", "\x02": "-", "\u00ad": "-"})
"""PDFium gives a hyphen at the end of a line so."""


def is_complete(evidence: Evidence) -> bool:
    """False where reading stopped early: nothing in the evidence settles anything."""
    return not any(flag.sub in UNREADABLE for flag in evidence.flags)


def check_container(evidence: Evidence, message: bytes | None, name: str) -> Axis:
    """The axis ``container``. ``message``: the symbol's COSE bytes, which an attachment must equal;
    ``name``: the file's, with or without folders."""
    found = [
        *_flags(evidence),
        *_odd_name(evidence.form, name),
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


def _odd_name(form: Form, name: str) -> Iterator[tuple[SubIndication, Finding]]:
    """By its ending a person's computer chooses the program: a PDF whose metadata are a script shows
    another number in a browser, under the name of a web page."""
    found = _ENDING.search(name)
    if found is None or form not in _ENDINGS or found[1].lower() in _ENDINGS[form]:
        return
    right = _ENDINGS[form][0]
    message = (
        f"文件名以“.{found[1]}”结尾，内容却是{_FORMS[form]}：按名称打开可能看到别的内容；"
        f"请把文件名改为以“.{right}”结尾，打开看过再核验"
    )
    yield SubIndication.PARSER_DISAGREEMENT, Finding("FILE_NAME", message, found=found[0])


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
