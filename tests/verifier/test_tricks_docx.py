"""A letter in DOCX whose words are as signed, but parted, spaced, sized or ordered otherwise."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Final

import pytest

from credential.protocols import StatusSnapshot
from credential.status import sign_status_list
from credential.verdict import AxisName, Indication, Verdict
from tests import samples
from tests.certgen import documents
from tests.verifier import paper
from verifier.extraction.docx_package import BODY
from verifier.reading import Printed, Reading
from verifier.wording import odd_words

LETTER: Final = documents.letter()
KNOWN: Final = paper.registry(paper.record_of(LETTER, fields=LETTER.fields))
HONEST: Final = paper.docx_of(LETTER)
XML: Final = zipfile.ZipFile(BytesIO(HONEST)).read(BODY).decode()
STATUSES: Final = replace(samples.STATUS_LIST, uri=f"{samples.BASE_URL}/status/2", bits=bytes(64))
SNAPSHOT: Final = StatusSnapshot(2, sign_status_list(STATUSES, samples.ISSUER))
LATER: Final = samples.AT + samples.DAY + 3600
ORDER: Final = "的前后次序与出证系统生成的不同，可能被读成别的内容"
ALONE: Final = "，而没有登记的原文可以对照，可能被读成别的内容，请人工核对"


def online(data: bytes) -> Verdict:
    return paper.check(data, KNOWN, at=LATER)


def offline(data: bytes) -> Verdict:
    return paper.check(data, None, snapshots=(SNAPSHOT,), at=LATER)


def letter(*changes: tuple[str, str]) -> bytes:
    """Each: what stands in the body once replaced."""

    def edit(parts: dict[str, bytes]) -> None:
        xml = parts[BODY].decode()
        for old, new in changes:
            assert old in xml, old
            xml = xml.replace(old, new, 1)
        parts[BODY] = xml.encode()

    return paper.repack(HONEST, edit)


def piece(words: str, tag: str = "p") -> str:
    """The paragraph or row of the honest body with these words."""
    pieces = re.findall(rf"<w:{tag}>(?:(?!</w:{tag}>).)*</w:{tag}>", XML)
    return next(found for found in pieces if words in found)


def parted(words: str, left: str) -> tuple[str, str]:
    """The paragraph as two: ``left`` and what follows it."""
    whole = piece(words)
    text = re.findall("<w:t>([^<]*)</w:t>", whole)[-1]
    place = text.index(left) + len(left)
    return whole, whole.replace(text, text[:place]) + whole.replace(text, text[place:])


def moved(words: str, before: str, *, tag: str = "p") -> tuple[tuple[str, str], ...]:
    taken, place = piece(words, tag), piece(before, tag)
    return (taken, ""), (place, taken + place)


def messages(verdict: Verdict) -> list[str]:
    """Of the one axis that sees them; the words are as signed."""
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is Indication.PASSED
    assert verdict.indication is Indication.INDETERMINATE, verdict.axes
    return [finding.message for finding in paper.axis(verdict, AxisName.VISIBILITY).findings]


@pytest.mark.parametrize("check", [online, offline])
def test_the_letter_as_issued_passes(check):
    verdict = check(HONEST)
    assert verdict.indication is Indication.PASSED, verdict.axes


def test_a_sentence_in_two_paragraphs():
    data = letter(parted("二、被继承人死亡时年满", "年满七"))
    assert messages(offline(data)) == [f"“告知内容”分成了几段{ALONE}"]
    signed = "“告知内容”的分段与签发时不同，可能被读成别的内容，请人工核对"
    assert messages(online(data)) == [signed]


def test_a_number_in_two_paragraphs():
    data = letter(parted("83周岁", "8"))
    table = (
        "DOCX 中“承诺人：田大根曾用名：田㐂证件号码：14”的格式与出证系统生成的不同，"
        "文字可能被隐藏或改变"
    )
    assert messages(offline(data)) == [table, f"“死亡时年龄”分成了几段{ALONE}"]


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (("83周岁", "8 3周岁"), "死亡时年龄", "空格"),
        (("83周岁", "8\u30003周岁"), "死亡时年龄", "空格"),
        (("年满七十五", "年满七\u3000十五"), "告知内容", "空格"),
        (("■本人", "■ 本人"), "告知确认", "空格"),
        (("信用承诺书 扫", "信\u2f64承诺书 扫"), "二维码旁的文字", "特殊写法的字符 U+2F64“\u2f64”"),
        (("■本人", "\uffed本人"), "告知确认", "特殊写法的字符 U+FFED“\uffed”"),
        (("十五周岁", "\u2f17五周岁"), "告知内容", "特殊写法的字符 U+2F17“\u2f17”"),
    ],
)
def test_a_blank_or_a_twin_of_a_character(change, field, reason):
    data = letter(change)
    assert messages(offline(data)) == [f"“{field}”中有{reason}{ALONE}"]
    signed = "的空格或字符的写法与签发时不同，可能被读成别的内容，请人工核对"
    assert messages(online(data)) == [f"“{field}”{signed}"]


@pytest.mark.parametrize(
    "value",
    [
        "83周岁（８３），按 Family Record, p.3…",
        "□质量安全控制符合要求 □自行检测合格 ■委托检测合格",
        "￥1000—2000·约～％",
    ],
)
def test_what_our_texts_have_passes_without_the_registry(value):
    printed = Reading({"basis": Printed(value, None, confirmed=True)})
    assert list(odd_words(printed, None)) == []


def as_fine_print() -> tuple[tuple[str, str], ...]:
    """The liability in 9 point type behind the signature."""
    heading, text, platform = piece("违诺责任："), piece("如有虚假承诺"), piece("平台签名（")
    label, words = re.findall("<w:t>([^<]*)</w:t>", platform)
    (term,) = re.findall("<w:t>([^<]*)</w:t>", text)
    small = platform.replace(label, "违诺责任：").replace(words, term)
    return (heading + text, ""), (platform, small + platform)


BREAK: Final = "<w:pageBreakBefore/>"
ROWS: Final = "</w:tr><w:tr>"
HEAD: Final = re.findall("<w:tbl>.*?</w:tblGrid>", XML)[0]
NO_BREAK: Final = '<w:pageBreakBefore w:val="0"/>'


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (moved("承诺人签名：", "承诺内容："), "承诺内容："),
        (moved("承诺日期：", "承诺内容："), "承诺内容："),
        (moved("被继承人：", "承诺人：", tag="tr"), "被继承人：王𬭎承诺人：田大根曾用名：田㐂"),
        (as_fine_print(), "违诺责任：如有虚假承诺或者遗漏继承人，本"),
        (((BREAK, NO_BREAK),), "承诺内容："),
        (((piece("违诺责任："), piece("违诺责任：").replace(NO_BREAK, BREAK)),), "违诺责任："),
        (((ROWS, f"</w:tr></w:tbl>{HEAD}<w:tr>"),), "曾用名：田㐂证件号码：140581***"),
    ],
)
@pytest.mark.parametrize("check", [online, offline])
def test_a_field_in_another_place_or_form(check, changes, words):
    assert messages(check(letter(*changes))) == [f"DOCX 中“{words}”{ORDER}"]
