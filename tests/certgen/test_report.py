"""The words of a hostile file on a report: printed, and never taken for a field of the report."""

import sys
import unicodedata

import pytest

from certgen.printable import check_fields
from certgen.report import plain_text


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("“产品数量”与签发时不符，应为“0.5吨”", "“产品数量”与签发时不符，应为“0.5吨”"),
        ("内容比对：通过", "内容比对：通过"),
        ("核验结论：通过", "核验结论∶通过"),
        ("核 验 结 论 : 通过", "核 验 结 论 ∶ 通过"),
        ("编号\n：X", "编号\n∶X"),
        ("核验结论\ufe13通过", "核验结论∶通过"),
        ("10²", "10〔U+00B2〕"),
        ("甲\u202e乙\u200b", "甲〔U+202E〕乙〔U+200B〕"),
        ("😀\t丙", "〔U+1F600〕 丙"),
        ("甲_乙__丙", "甲_乙〔U+005F〕〔U+005F〕丙"),
        ("甲___乙", "甲〔U+005F〕〔U+005F〕〔U+005F〕乙"),
        ("□甲 ■乙\n■丙", "□甲 ■乙\n■丙"),
        (" 甲   乙 \n 丙", "甲 乙\n丙"),
        ("a\u2015b ㄱ \uffa1 \u2329", "a〔U+2015〕b ㄱ 〔U+FFA1〕 〔U+2329〕"),
        ("甲■乙□", "甲〔U+25A0〕乙〔U+25A1〕"),
        ("■□甲 ■ 乙", "〔U+25A0〕〔U+25A1〕甲 〔U+25A0〕 乙"),
        ("a\u0301⸺", "a〔U+0301〕〔U+2E3A〕"),
    ],
)
def test_words_of_a_file(said: str, printed: str) -> None:
    assert plain_text(said) == printed
    check_fields({"findings": plain_text(said)})


def test_no_colon_of_any_kind_makes_a_label() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    colons = [one for one in every if ":" in unicodedata.normalize("NFKC", one)]
    assert len(colons) == 5
    for colon in colons:
        check_fields({"file": plain_text(f"核验结论{colon}通过")})
