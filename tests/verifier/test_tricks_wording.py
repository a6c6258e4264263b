"""A PDF whose characters and blanks are other than those signed, and canonically the same."""

from dataclasses import replace
from typing import Final

import pytest

from credential.verdict import AxisName, Indication, Verdict
from tests.certgen import documents
from tests.verifier import paper
from verifier.reading import Printed, Reading
from verifier.wording import odd_words

ISSUED: Final = documents.certificate(origin="浙江省杭州市建德市杨村桥镇3—5组")
KNOWN: Final = paper.registry(paper.record_of(ISSUED, fields=ISSUED.fields))
AT: Final = ISSUED.claims.issued_at + 60
SIGNED: Final = "的空格或字符的写法与签发时不同，可能被读成别的内容，请人工核对"
ALONE: Final = "，而没有登记的原文可以对照，可能被读成别的内容，请人工核对"


def messages(verdict: Verdict) -> list[str]:
    assert verdict.indication is Indication.INDETERMINATE, verdict.axes
    return [finding.message for finding in paper.axis(verdict, AxisName.VISIBILITY).findings]


def test_the_page_as_issued_passes() -> None:
    verdict = paper.check(paper.pdf(ISSUED), KNOWN, at=AT)
    assert verdict.indication is Indication.PASSED, verdict.axes
    offline = paper.axis(paper.check(paper.pdf(ISSUED), None, at=AT), AxisName.VISIBILITY)
    assert offline.indication is Indication.PASSED


@pytest.mark.parametrize(
    ("name", "change", "field", "reason"),
    [
        ("origin", ("—", "\ufe31"), "产地", "中有特殊写法的字符 U+FE31“\ufe31”"),
        ("basis", ("■", "\uffed"), "承诺依据", "中有特殊写法的字符 U+FFED“\uffed”"),
        ("quantity", ("1200", "1 200"), "产品数量", "中有空格"),
    ],
)
def test_a_twin_of_a_character_or_a_blank_in_a_number(name, change, field, reason):
    altered = ISSUED.fields[name].replace(*change)
    assert altered != ISSUED.fields[name]
    data = paper.pdf(replace(ISSUED, fields={**ISSUED.fields, name: altered}))
    online = paper.check(data, KNOWN, at=AT)
    assert paper.axis(online, AxisName.CONTENT_MATCH).indication is Indication.PASSED
    assert messages(online) == [f"“{field}”{SIGNED}"]
    assert messages(paper.check(data, None, at=AT)) == [f"“{field}”{reason}{ALONE}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "浙江省 建德市\u3000杨村桥镇 3 组"),
        ("contact", "138 0000 0000"),
        ("check_code", "1234 5678 9012"),
        ("findings", "1. “产品数量”与签发时不符，实为“㎡”，第 1 页，距左 16 毫米"),
    ],
)
def test_what_people_write_passes_without_the_registry(name, value):
    printed = Reading({name: Printed(value, None, confirmed=True)})
    assert [one.message for one in odd_words(printed, None)] == []


@pytest.mark.parametrize("value", ["建德市 1 200号", "建德市\xa0杨村桥镇", "建德\u2003市"])
def test_blanks_that_nobody_writes(value):
    printed = Reading({"origin": Printed(value, None, confirmed=True)})
    assert [one.message for one in odd_words(printed, None)] == [f"“产地”中有空格{ALONE}"]


LETTER: Final = documents.letter()
LETTERS: Final = paper.registry(paper.record_of(LETTER, fields=LETTER.fields))
BREAKS: Final = "的位置或换行与出证系统的版面不同，可能被读成别的内容，请人工核对"


def letter(**changed: str) -> bytes:
    return paper.pdf(replace(LETTER, fields={**LETTER.fields, **changed}), paper.LETTER)


def layout(data: bytes, records: paper.Registry | None) -> list[str]:
    verdict = paper.check(data, records, at=LETTER.claims.issued_at + 60)
    assert paper.axis(verdict, AxisName.CONTENT_MATCH).indication is Indication.PASSED
    return [finding.message for finding in paper.axis(verdict, AxisName.VISIBILITY).findings]


@pytest.mark.parametrize("records", [LETTERS, None], ids=["online", "offline"])
def test_the_paragraphs_of_a_letter_as_issued(records: paper.Registry | None) -> None:
    assert layout(letter(), records) == []


@pytest.mark.parametrize("records", [LETTERS, None], ids=["online", "offline"])
@pytest.mark.parametrize(
    ("name", "label", "before"),
    [("notice", "告知内容", "十五周岁"), ("pledge", "承诺内容", "遗漏任何继承人")],
)
def test_a_sentence_in_two_paragraphs(
    records: paper.Registry | None, name: str, label: str, before: str
) -> None:
    data = letter(**{name: LETTER.fields[name].replace(before, f"\n{before}", 1)})
    assert layout(data, records) == [f"“{label}”{BREAKS}"]


def test_two_paragraphs_in_one() -> None:
    data = letter(pledge=LETTER.fields["pledge"].replace("。\n二、", "。二、", 1))
    assert layout(data, LETTERS) == [f"“承诺内容”{BREAKS}"]


@pytest.mark.parametrize("pairs", range(1, 8))
def test_a_line_may_end_at_a_blank_between_digits(pairs: int) -> None:
    """Found: such a place was issued, and refused where its line ends at a blank that is signed."""
    place = "建德市李家镇沙墩头村" + "东" * pairs + "经 119 28 15 北纬 29 12 30 17 42 55"
    issued = documents.certificate(origin=place)
    known = paper.registry(paper.record_of(issued, fields=issued.fields))
    for style in (paper.A5, paper.LABEL):
        verdict = paper.check(paper.pdf(issued, style), known)
        assert verdict.indication is Indication.PASSED, paper.axis(verdict, AxisName.VISIBILITY)


@pytest.mark.parametrize("letters", range(8))
def test_a_line_may_end_at_a_blank_behind_a_mark(letters: int) -> None:
    """typst takes the white half from the mark, so that the blank stands in it."""
    issued = documents.certificate(
        origin="建德市李家镇沙墩头村" + "东" * letters + "（旧村）" + " 大棚" * 4
    )
    known = paper.registry(paper.record_of(issued, fields=issued.fields))
    verdict = paper.check(paper.pdf(issued, paper.A5), known)
    assert verdict.indication is Indication.PASSED, paper.axis(verdict, AxisName.VISIBILITY)
