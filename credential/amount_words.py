"""Amounts in words: 壹仟贰佰元整 and 一千二百 read exactly, and found beside the figures they repeat.

票据法 Art. 8: an amount stands in Chinese words and in figures, and the two must agree. The words are
those of 正确填写票据和结算凭证的基本规定 (支付结算办法, 银发〔1997〕393号 Annex 1): 零 fills a gap, 整 or 正
ends a sum without 分.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_DIGITS: Final = {
    character: value
    for value, characters in enumerate(
        ("零〇", "壹一弌", "贰二貳两", "叁三參", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九")
    )
    for character in characters
}
_TENS: Final = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_WHOLE: Final = "".join([*_DIGITS, *_TENS, "万萬亿億"])
_SUM: Final = re.compile(
    # each run is tried from its beginning alone: a stranger's has fifty thousand characters
    f"(?:人民币)?(?<![{_WHOLE}])([{_WHOLE}]++)[元圆](?:([{''.join(_DIGITS)}])角)?(?:零?([{''.join(_DIGITS)}])分)?[整正]?"
)
_FIGURES: Final = re.compile(
    r"(?P<mark>[¥￥]|小写[:：]?)?(?P<number>[0-9][0-9,，]*(?:\.[0-9]+)?)(?P<unit>[万亿]?)(?P<yuan>[元圆])?"
)
_UNITS: Final = {"": 1, "万": 10**4, "亿": 10**8}
_BESIDE: Final = 12
"""Characters between the figures and the words that repeat them, such as （大写：人民币."""


class AmountError(ValueError):
    """These are not the words of a number."""


@dataclass(frozen=True, slots=True)
class TwoAmounts:
    """A sum that a text says twice. ``words`` and ``figures`` as written."""

    words: str
    figures: str
    agree: bool


def read_number(words: str) -> int:
    """壹仟贰佰 -> 1200, 十二 -> 12, 三万零五 -> 30005, up to 10^16.

    Raises:
        AmountError: a character that is none of a number, or units out of order.
    """
    for mark, worth in (("亿億", 10**8), ("万萬", 10**4)):
        place = max(words.rfind(one) for one in mark)
        if place >= 0:
            above, below = words[:place], words[place + 1 :]
            rest = read_number(below) if below else 0
            if not above or any(one in above for one in mark) or rest >= worth:
                raise AmountError(f"数字大写有误：“{words}”")
            return read_number(above) * worth + rest
    return _below_ten_thousand(words)


def _below_ten_thousand(words: str) -> int:
    total, digit, last = 0, None, 10**4
    for place, character in enumerate(words):
        if character in _DIGITS:
            # 零 fills a gap; two other digits never follow each other
            if digit:
                raise AmountError(f"数字大写有误：“{words}”")
            digit = _DIGITS[character]
        elif character in _TENS:
            unit = _TENS[character]
            # 十二 and 拾贰 say no 一
            count = 1 if digit is None and place == 0 and unit == 10 else digit
            if not count and not (digit == 0 and unit == 10):
                raise AmountError(f"数字大写有误：“{words}”")
            if unit >= last:
                raise AmountError(f"数字大写有误：“{words}”")
            total, last, digit = total + (count or 1) * unit, unit, None
        else:
            raise AmountError(f"数字大写有误：“{words}”")
    if not words:
        raise AmountError("没有数字")
    return total + (digit or 0)


def _amount(found: re.Match[str]) -> Decimal:
    whole, tenths, hundredths = found.groups()
    cents = _DIGITS[tenths or "零"] * 10 + _DIGITS[hundredths or "零"]
    return Decimal(read_number(whole)) + Decimal(cents) / 100


def amounts_said_twice(text: str) -> Iterator[TwoAmounts]:
    """Every sum in words that has figures just before or just after it."""
    compact = "".join(text.split())
    # a number is a sum by its mark or its unit: 0.1 毫克 beside a fine is none
    numbers = [one for one in _FIGURES.finditer(compact) if one["mark"] or one["yuan"]]
    for found in _SUM.finditer(compact):
        # the last number that ends before the words, else the first that begins after them
        last = bisect_right(numbers, found.start(), key=re.Match.end) - 1
        first = bisect_left(numbers, found.end(), key=re.Match.start)
        if last >= 0 and found.start() - numbers[last].end() <= _BESIDE:
            one = numbers[last]
        elif first < len(numbers) and numbers[first].start() - found.end() <= _BESIDE:
            one = numbers[first]
        else:
            continue
        yield TwoAmounts(found[0], one["number"] + one["unit"], _are_one(found, one))


def _are_one(words: re.Match[str], figures: re.Match[str]) -> bool:
    number = Decimal(re.sub("[,，]", "", figures["number"]))
    try:
        return _amount(words) == number * _UNITS[figures["unit"]]
    except AmountError:
        return False
