"""Amounts in words: read back exactly what a writer of our own wrote, refused otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.amount_words import AmountError, amounts_said_twice, read_number

CAPITAL, PLAIN = ("零壹贰叁肆伍陆柒捌玖", "拾佰仟"), ("零一二三四五六七八九", "十百千")


def written(number: int, digits: str, tens: str) -> str:
    if number >= 10**8:
        return _joined(number, 10**8, "亿", digits, tens)
    if number >= 10**4:
        return _joined(number, 10**4, "万", digits, tens)
    text = ""
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += digits[digit] + (tens[power - 1] if power else "")
        elif text and number % 10**power and not text.endswith(digits[0]):
            text += digits[0]
    return text or digits[0]


def _joined(number: int, worth: int, mark: str, digits: str, tens: str) -> str:
    high, low = divmod(number, worth)
    gap = digits[0] if 0 < low < worth // 10 else ""
    return written(high, digits, tens) + mark + (gap + written(low, digits, tens) if low else "")


@pytest.mark.parametrize("digits", [CAPITAL, PLAIN])
@given(number=st.integers(0, 10**12) | st.integers(0, 20_000))
def test_every_number_is_read_as_it_was_written(digits: tuple[str, str], number: int):
    assert read_number(written(number, *digits)) == number


@given(cents=st.integers(1, 10**11))
def test_every_sum_is_read_as_it_was_written(cents: int):
    yuan, rest = divmod(cents, 100)
    text = written(yuan, *CAPITAL) + "元"
    if rest // 10:
        text += CAPITAL[0][rest // 10] + "角"
    text += (("" if rest // 10 else "零") + CAPITAL[0][rest % 10] + "分") if rest % 10 else "整"
    assert [one.agree for one in amounts_said_twice(f"{yuan}.{rest:02}元（大写：{text}）")] == [
        True
    ]


@given(one=st.integers(1, 10**9), other=st.integers(1, 10**9))
def test_two_sums_agree_only_where_they_are_one(one: int, other: int):
    (found,) = amounts_said_twice(f"人民币{written(one, *CAPITAL)}元整（¥{other:,}.00）")
    assert found.agree is (one == other)


@pytest.mark.parametrize(
    ("words", "number"),
    [("十二", 12), ("拾贰", 12), ("两千三百", 2300), ("壹仟零壹拾", 1010), ("一百零五", 105)],
)
def test_ways_of_writing(words: str, number: int):
    assert read_number(words) == number


@pytest.mark.parametrize(
    "words", ["", "佰", "壹贰", "佰壹", "拾佰", "万", "壹万亿壹亿", "壹仟贰仟", "甲"]
)
def test_what_is_no_number(words: str):
    with pytest.raises(AmountError, match=r"有误|没有数字"):
        read_number(words)


@pytest.mark.parametrize("words", ["壹仟贰佰", "元整", "壹仟贰佰角"])
def test_what_is_no_sum(words: str):
    assert list(amounts_said_twice(f"¥1200（{words}）")) == []


@pytest.mark.parametrize(("words", "sum_read"), [("壹元贰", "壹元"), ("壹元拾角", "壹元")])
def test_a_sum_ends_where_its_words_do(words: str, sum_read: str):
    assert [one.words for one in amounts_said_twice(f"¥1（{words}）")] == [sum_read]


@pytest.mark.parametrize(
    "text",
    [
        "壹仟元整",
        "承诺人一元二次",
        "一、赔偿全部损失。2026年3月5日",
        "编号12，叁万件",
        "残留量0.1毫克；罚金壹仟元",
    ],
)
def test_words_without_figures_beside_them_say_nothing(text: str):
    assert list(amounts_said_twice(text)) == []


@pytest.mark.parametrize(
    ("text", "figures", "agree"),
    [
        ("（小写：1,000.00）壹仟元整", "1,000.00", True),
        ("1.2万元（大写：壹万贰仟元整）", "1.2万", True),
        ("¥1.2万（大写：壹万贰仟元整）", "1.2万", True),
        ("1.2万元（大写：壹万叁仟元整）", "1.2万", False),
    ],
)
def test_figures_have_a_mark_or_a_unit(text: str, figures: str, agree: bool):
    (found,) = amounts_said_twice(text)
    assert (found.figures, found.agree) == (figures, agree)


def test_of_several_figures_the_nearest_before_the_words():
    text = "1元、2元（大写：壹元）3元"
    assert [one.figures for one in amounts_said_twice(text)] == ["2"]
    assert [one.figures for one in amounts_said_twice("1元" + "、" * 13 + "壹元（3元）4元")] == [
        "3"
    ]


def test_a_page_of_nothing_but_numerals_or_sums():
    """Minutes, where each beginning of a run is tried or each sum looks at all figures."""
    assert list(amounts_said_twice("三" * 300_000)) == []
    assert sum(not one.agree for one in amounts_said_twice("三元1元" * 50_000)) == 50_000
