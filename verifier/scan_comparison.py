"""What OCR read against what was signed (axis ``content_match`` of scans and photographs).

OCR errs, so it never passes a page: at best a person is told what agrees and where to look. Nor does
a difference that OCR alone found fail one, but for two kinds that misreading can't explain: a number
with a check character that is right and is another's, and several values each wholly other than
signed while none of those signed stands anywhere on the paper.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from credential.certificate_id import (
    CertificateIdError,
    format_certificate_id,
    parse_certificate_id,
)
from credential.claims import Claims
from credential.fields import FIELDS, Comparison
from credential.identifiers import IdentifierError, check_uscc, mask_name
from credential.verdict import Axis, AxisName, Finding, Indication, Place, SubIndication
from verifier.comparison import (
    Signed,
    amounts_that_differ,
    field_words,
    shown_values,
    signed_fields,
)
from verifier.edit_distance import nearest_in, steps_between
from verifier.evidence import Evidence, ScanState
from verifier.lines import union
from verifier.reading import Printed, Reading
from verifier.scan_reading import ScannedSegment, fold, read_scan

_OTHER_NUMBER: Final = 4
"""Characters that differ in a number with a right check character: one misread is always found by
it, two or more by 35 of 36."""
_SURE: Final = 0.9
"""Mean confidence of OCR in a value that counts against a page: honest pages have 0.98 and more
where they are read right."""
_WHOLLY_OTHER: Final = 0.5
"""Part of a value's characters that differ."""
_SEVERAL: Final = 3
"""Values wholly other than signed from which the paper is another document's."""
_NEAR: Final = 0.34
"""Part of a value's characters that may differ and the value still count as standing somewhere."""
_LONGEST_WRITTEN: Final = 24
"""Characters of a name written by hand, with its day and what OCR makes of strokes."""
_TICKS: Final = re.compile("([■□])")
_NUMBERS: Final = {"number", "checked"}
"""Certificate ids. Their letters are not I, L and O; only the check character, which the others
decide, may be one: OCR can't tell it from a digit."""
_MISREAD: Final = str.maketrans("ILO", "110")
_TELLING: Final = frozenset({"product", "origin", "matter", "grade"})
"""Besides names, numbers, dates and identifiers: what differs from document to document."""
_UNREAD: Final = frozenset({"OCR_MISSING", "OCR_WITHHELD"})
_STATES: Final[Mapping[ScanState, tuple[str, str]]] = {
    ScanState.NOT_INSTALLED: (
        "OCR_NOT_INSTALLED",
        "未安装文字识别组件（ocr），扫描件上的文字未读取，未与签发内容比对",
    ),
    ScanState.OUT_OF_TIME: ("OCR_OUT_OF_TIME", "文字识别超时，本页文字未与签发内容比对"),
}


@dataclass(frozen=True, slots=True)
class _Read:
    """``confidence``: the mean of its characters; ``label``: as it was read, where that is another."""

    text: str
    place: Place | None
    confidence: float
    label: str = ""


def compare_scan(
    evidence: Evidence, claims: Claims, recorded: Mapping[str, str] | None, *, reveal: bool
) -> Axis:
    """The axis ``content_match`` of a document of which pages are pictures; never PASSED."""
    reading = read_scan(evidence)
    read = {name: _read(item) for name, item in reading.fields.items()}
    printed = {name: fold(item.text) for name, item in read.items()}
    signed = signed_fields(claims, recorded, printed, reveal=reveal)
    paper = all_text(evidence)
    unread = tuple(
        Finding(*_STATES[page.state], place=Place(page.page))
        for page in evidence.scanned
        if page.state in _STATES
    )
    shown = shown_values(signed, claims, reveal=reveal)
    if other := tuple(_of_another(signed, read, paper, claims, shown)):
        return Axis(
            AxisName.CONTENT_MATCH, Indication.FAILED, SubIndication.CONTENT_MISMATCH, other
        )
    differing = list(amounts_that_differ(reading))
    if signed.withheld:
        differing.append(_without_its_code(read.get("check_code")))
    differing += _added(signed, read)
    differing += _again(reading)
    agreeing = list(_written(signed, read))
    for name, value, expected in _expected(signed, shown):
        # of a paper of which nothing was read, a person has every field to look at
        sparse = signed.sparse and bool(paper)
        compared = _compare(name, value, expected, read.get(name), paper, sparse=sparse)
        if compared is not None:
            (agreeing if compared.code == "OCR_SAME" else differing).append(compared)
    if not paper and not unread:
        unread = (Finding("OCR_NOTHING", "画面上没有识别出文字，未与签发内容比对"),)
    # what was not read may be what is missing, and nothing else
    if (not unread and differing) or any(one.code not in _UNREAD for one in differing):
        return _axis(SubIndication.CONTENT_MISMATCH, (*unread, *differing, *agreeing))
    return _axis(SubIndication.CONTENT_NOT_COMPARED, (*unread, *differing, *agreeing))


def _added(signed: Signed, read: Mapping[str, _Read]) -> Iterator[Finding]:
    """Fields that the paper has and that nobody signed."""
    if not signed.complete:
        return
    for name, item in read.items():
        empty = name in signed.fields and not fold(signed.fields[name])
        if empty and len(fold(item.text)) > _LONGEST_WRITTEN:
            message = f"“{field_words(name)}”一栏的文字比签名长"
            yield Finding("OCR_ADDED", message, None, name, None, item.text, item.place)
        elif name not in signed.fields and fold(item.text):
            message = f"纸面上有“{field_words(name)}”，签发的内容中没有这一项"
            yield Finding("OCR_ADDED", message, None, name, None, item.text, item.place)


def _again(reading: Reading) -> Iterator[Finding]:
    """What stands behind a label's second place, or is so near a label that it was taken for one."""
    for name, place in reading.repeated:
        words = f"纸面上不止一处像“{field_words(name)}”的名称，请对照画面"
        yield Finding("OCR_ADDED", words, field=name, place=place)


def _written(signed: Signed, read: Mapping[str, _Read]) -> Iterator[Finding]:
    """What stands where a pen is to write: a name, and that is for a person to see."""
    for name, value in signed.fields.items():
        item = read.get(name)
        if item is None or fold(value) or not fold(item.text):
            continue
        message = f"“{field_words(name)}”一栏有文字，请对照画面：只应有手写的签名"
        yield Finding("OCR_WRITTEN", message, field=name, found=item.text, place=item.place)


def _without_its_code(read: _Read | None) -> Finding:
    code = field_words("check_code")
    words = f"OCR 没有读到签发时的“{code}”，未公开的各项因此未逐项比对"
    if read is None:
        words = f"{words}，不能由人工确认：请重新扫描，使“{code}”清楚，或由签发单位公开后核验"
        return Finding("OCR_WITHHELD", words, field="check_code")
    words = f"{words}，请对照画面"
    return Finding("OCR_DIFFERS", words, field="check_code", found=read.text, place=read.place)


def _axis(sub: SubIndication, findings: tuple[Finding, ...]) -> Axis:
    return Axis(AxisName.CONTENT_MATCH, Indication.INDETERMINATE, sub, findings)


def _read(item: Printed) -> _Read:
    pieces = [piece for piece in item.pieces if isinstance(piece, ScannedSegment)]
    sure = [value for piece in pieces for value in piece.confidences]
    first = pieces[0].page if pieces else 0
    here = [piece.seen for piece in pieces if piece.page == first]
    place = Place(first, union(here)) if here else item.place
    label = next((piece.label for piece in pieces if piece.field), "")
    return _Read(item.value, place, fmean(sure) if sure else 1.0, label)


def all_text(evidence: Evidence) -> str:
    """Everything that stands on the paper, folded; lines do not run into each other."""
    lines = [fold(line.text) for page in evidence.scanned for line in page.lines]
    scanned = {page.page for page in evidence.scanned}
    rest = "".join(fold(glyph.text) for glyph in evidence.glyphs if glyph.page not in scanned)
    return "\n".join([*lines, rest]).strip()


def _expected(signed: Signed, shown: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Field, value to compare with (folded), value to show. An empty one is for a pen to fill."""
    for name, value in signed.fields.items():
        if fold(value):
            yield name, fold(value), shown[name]
    for name, value in signed.masked.items():
        yield name, fold(value), value


def _compare(
    name: str, value: str, expected: str, read: _Read | None, paper: str, *, sparse: bool
) -> Finding | None:
    words = field_words(name)
    if read is None or not fold(read.text):
        if _stands_alone(value, paper):
            message = f"“{words}”OCR 读得一致（不在通常的位置），须人工确认"
            return Finding("OCR_SAME", message, field=name, expected=expected)
        if sparse:
            return None
        return Finding(
            "OCR_MISSING", f"OCR 没有读到“{words}”，请对照画面", field=name, expected=expected
        )
    if _agrees(name, value, fold(read.text)):
        code, message = "OCR_SAME", f"“{words}”{_same_words(name, value)}"
    else:
        code, message = "OCR_DIFFERS", f"“{words}”OCR 读得与签发时不同（可能是误读），请对照画面"
    if read.label:
        message = f"{message}；这一栏的名称读作“{read.label}”，请看清是不是“{words}”"
    message = f"{message}（识别把握 {read.confidence:.2f}）"
    return Finding(code, message, field=name, expected=expected, found=read.text, place=read.place)


def _stands_alone(value: str, paper: str) -> bool:
    """As whole lines, or behind a colon at the end of one: 0.5吨 in 90.5吨, and what another field quotes,
    is not it."""
    letters = r"\n?".join(map(re.escape, value))
    return re.search(rf"(?:^|[：:]\n?){letters}$", paper, re.MULTILINE) is not None


def _same_words(name: str, value: str) -> str:
    if _TICKS.search(value):
        return "OCR 读得一致，勾选须人工确认"
    if FIELDS[name].comparison is Comparison.NAME:
        return "OCR 读得一致；姓名、名称不以 OCR 为准，须人工确认"
    return "OCR 读得一致，须人工确认"


def _agrees(name: str, value: str, found: str) -> bool:
    if _TICKS.search(value):
        return _ticked(value).fullmatch(found) is not None
    if FIELDS[name].comparison is Comparison.NAME and "某" in value:
        return found == value or mask_name(found) == value
    if name in _NUMBERS:
        return found.translate(_MISREAD) == value.translate(_MISREAD)
    return found == value


def _ticked(value: str) -> re.Pattern[str]:
    """OCR often leaves out a box; one that it reads must be the one signed."""
    parts = [
        {"■": "[■▪◼█]?", "□": "[□☐口囗]?"}.get(part, re.escape(part))
        for part in _TICKS.split(value)
    ]
    return re.compile("".join(parts))


def _of_another(
    signed: Signed,
    read: Mapping[str, _Read],
    paper: str,
    claims: Claims,
    shown: Mapping[str, str],
) -> Iterator[Finding]:
    """What shows that the paper is another document's than the symbol."""
    wholly: list[Finding] = []
    for name, value in signed.fields.items():
        item = read.get(name)
        if item is None or _stands_on(fold(value), paper):
            continue
        words = field_words(name)
        found = fold(item.text)
        if _has_another_check(name, found, claims):
            message = f"纸面上的“{words}”校验位正确，却是另一份文件或另一主体的"
            yield Finding("OTHER_DOCUMENT", message, None, name, shown[name], item.text, item.place)
        elif _is_wholly_other(name, fold(value), found) and item.confidence >= _SURE:
            message = f"“{words}”与签发时完全不同，纸面上也没有签发时的内容"
            wholly.append(
                Finding("OTHER_DOCUMENT", message, None, name, shown[name], item.text, item.place)
            )
    if len(wholly) >= _SEVERAL:
        yield from wholly


def _has_another_check(name: str, found: str, claims: Claims) -> bool:
    if name == "number":
        try:
            other = parse_certificate_id(found)
        except CertificateIdError:
            return False
        printed, own = format_certificate_id(other), format_certificate_id(claims.id)
        return steps_between(printed, own) >= _OTHER_NUMBER
    if name == "subject_code" and claims.subject.uscc is not None:
        try:
            return steps_between(check_uscc(found), claims.subject.uscc) >= _OTHER_NUMBER
        except IdentifierError:
            return False
    return False


def _is_wholly_other(name: str, value: str, found: str) -> bool:
    if FIELDS[name].comparison is Comparison.TEXT and name not in _TELLING:
        return False
    longest = max(len(value), len(found))
    return bool(found) and steps_between(value, found) >= _WHOLLY_OTHER * longest


def _stands_on(value: str, paper: str) -> bool:
    return not value or nearest_in(value, paper.replace("\n", "")) <= _NEAR * len(value)
