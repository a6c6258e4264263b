"""Number formats of a sheet (ECMA-376 part 1 §18.8.31): what a cell shows, where that can be told.

Known are the forms that a clerk's table has: General, figures with decimals, thousands and zeros in
front, words beside them, and dates. Of any other form nothing is said but that it is not known.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

_COLOURS: Final = "Black|Blue|Cyan|Green|Magenta|Red|Yellow"
_BESIDE: Final = (
    r'(?:"[^"]*"|\\.|_.|\* |\[(?:' + _COLOURS + r")\]"
    r"|\[\$[^\]\-]*(?:-[0-9A-Fa-f]{1,4})?\]|[-+()$ :]|[^\x00-\x7f])*"
)
_FIGURES: Final = re.compile(
    f"(?P<before>{_BESIDE})"
    r"(?:(?P<general>General|G/通用格式)"
    r"|(?P<whole>[0#?][0#?,]*|(?=\.))(?P<point>\.(?P<decimals>[0#?]*))?(?P<scale>,*)(?P<percent>%?))"
    f"(?P<after>{_BESIDE})",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(f"(?P<before>{_BESIDE})(?P<cell>@?)(?P<after>{_BESIDE})", re.IGNORECASE)
_TOKEN: Final = re.compile(
    rf'"([^"]*)"|\\(.)|_.()|\* ()|\[(?:{_COLOURS})\]()|\[\$([^\]\-]*)[^\]]*\]|(.)', re.IGNORECASE
)
# The first letter is one of a date's: the reader takes a format for one by it. No digit may be
# among the words, and no calendar but the Gregorian (the higher bytes of [$-…]) is meant.
_DATE_WORDS: Final = r"[-/.,: 年月日时分秒点周星期第T]"
_DATE: Final = re.compile(
    r"(?:\[DBNum[1-3]\])?(?:\[\$-(?:0*1?0?[0-9A-F]{3,4}|F[48]00|x-sys(?:date|time)|[a-z]{2}-[A-Z]{2})\])?"
    rf'(?:{_DATE_WORDS}|"{_DATE_WORDS}*"|\\{_DATE_WORDS}|上午/下午)*'
    r"[ymdhs]"
    r"(?:[ymdhs]|(?<=s)\.0+|AM/PM|A/P|上午/下午|(?<!a)a{3,4}(?!a)|_."
    rf'|{_DATE_WORDS}|"{_DATE_WORDS}*"|\\{_DATE_WORDS})*',
    re.IGNORECASE,
)
_DATE_PART: Final = re.compile(
    r'\[[^\]]*\]|"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|AM/PM|A/P|上午/下午|a{3,4}'
    r"|(?P<part>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<word>.)",
    re.IGNORECASE,
)
_ORDERS: Final = frozenset({"ymd", "md"})
"""Of a day in figures. A year that is not shown is this year's to whoever reads it, as programs take
3月5日 that is typed."""
_WORDED_ORDERS: Final = _ORDERS | {"dmy", "dm", "mdy"}
"""Where the month is a word."""
_UNITS: Final = {"年": "y", "月": "m", "日": "d", "时": "h", "分": "m", "秒": "s"}
_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[^;])*', re.DOTALL)
_MOST_SECTIONS: Final = 4
_LONGEST: Final = 255
"""Characters that Excel takes."""
_LARGEST: Final = 15
"""Digits of a number that a sheet keeps."""

_ACCOUNTING: Final = '_ * {0}_ ;_ * -{0}_ ;_ * "-"_ ;_ @_ '
_TIMES: Final = {
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    45: "mm:ss",
    47: "mm:ss.0",
}
DATES: Final = frozenset({*range(14, 23), 45, 47})
"""Formats of these numbers are dates or times in every locale."""
BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: _ACCOUNTING.format("#,##0"),
    43: _ACCOUNTING.format("#,##0.00"),
    49: "@",
    **dict.fromkeys(DATES, "yyyy/m/d"),
    **_TIMES,
}
"""§18.8.30, those that show the same in every locale."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """``zeros``: figures before the point at least; ``places``: behind it, at least and at most;
    ``scale``: by what power of ten more is shown."""

    before: str
    after: str
    general: bool
    zeros: int
    places: tuple[int, int]
    thousands: bool
    point: bool
    scale: int


@dataclass(frozen=True, slots=True, eq=False)
class NumberFormat:
    """``numbers``: its sections for numbers, None for one that is not known. ``text``: what stands
    before and behind a text, None for one that is not shown; ``pads``: it is zeros alone, 000000;
    ``is_date``: a number is a day or a time; ``shows_day``: which day is read off it."""

    code: str
    numbers: tuple[_Figures | None, ...]
    text: tuple[str, str] | str | None
    pads: bool = False
    is_date: bool = False
    shows_day: bool = False

    @property
    def is_plain(self) -> bool:
        """Numbers, or days, and texts are shown as they are."""
        return self.text == ("", "") and (self.shows_day or self.numbers == (_GENERAL,))

    def shown_number(self, number: Decimal) -> str | None:
        """None: it can't be told."""
        figures, sign = self._section(number)
        if figures is None or number.adjusted() > _LARGEST:
            return None
        return f"{figures.before}{sign}{_digits(figures, abs(number))}{figures.after}".strip()

    def shown_text(self, words: str) -> str | None:
        """None: it can't be told."""
        match self.text:
            case (before, after):
                return f"{before}{words}{after}".strip()
            case _:
                return self.text

    def _section(self, number: Decimal) -> tuple[_Figures | None, str]:
        """Positive; negative; zero (§18.8.31)."""
        if len(self.numbers) > 1 and number < 0:
            return self.numbers[1], ""
        if len(self.numbers) > 2 and number == 0:
            return self.numbers[2], ""
        return self.numbers[0], "-" if number < 0 else ""


FIRST_OWN: Final = 164
"""The first number that a workbook gives to a format of its own."""
LOCAL: Final = NumberFormat("", (None,), ("", ""))
"""Of a number before that, a date or an amount of money: shown otherwise in each locale."""
_GENERAL: Final = _Figures("", "", True, 1, (0, 0), False, False, 0)


@lru_cache(maxsize=4096)
def read_format(code: str) -> NumberFormat:
    if len(code) > _LONGEST:
        return NumberFormat(code, (None,), None)
    sections = list(_sections(code))
    text: tuple[str, str] | str | None = ("", "")
    if len(sections) == _MOST_SECTIONS or "@" in sections[-1]:
        text = _text(sections.pop())
    if len(sections) >= _MOST_SECTIONS:
        return NumberFormat(code, (None,), None)
    if sections and _DATE.fullmatch(sections[0]):
        shows = len(sections) == 1 and _shows_day(sections[0])
        return NumberFormat(code, (None,), text, is_date=True, shows_day=shows)
    numbers = tuple(map(_figures, sections)) or (_GENERAL,)
    return NumberFormat(code, numbers, text, pads=re.fullmatch("00+", code) is not None)


def _shows_day(section: str) -> bool:
    """Year, month and day, or the last two, in an order that nobody takes for another, each before the
    word for it."""
    parts: list[str] = []
    for found in _DATE_PART.finditer(section):
        part = (found["part"] or "").lower()
        word = next(iter(found["quoted"] or found["escaped"] or found["word"] or ""), "")
        if part:
            parts.append(part)
        elif parts and _UNITS.get(word, parts[-1][0]) != parts[-1][0]:
            return False
    # the weekday is beside the day; of hours and what follows nothing is read
    days = [part for part in parts if part.strip("d") or len(part) < 3]
    times = next((place for place, part in enumerate(days) if part[0] in "hs"), len(days))
    if "h" not in "".join(days) and "s" in "".join(days):
        return False
    days = days[:times]
    order = "".join(part[0] for part in days)
    worded = any(part[0] == "m" and len(part) > 2 for part in days)
    american = order == "mdy" and "/" in section
    return order in (_WORDED_ORDERS if worded else _ORDERS) or american


def _sections(code: str) -> Iterator[str]:
    place = 0
    while True:
        found = _SECTION.match(code, place)
        assert found is not None
        yield found[0]
        place = found.end() + 1
        if found.end() >= len(code):
            return


def _text(section: str) -> tuple[str, str] | str | None:
    if section.lower() == "general":
        return "", ""
    found = _WORDS.fullmatch(section)
    if found is None:
        return None
    before, after = _literal(found["before"]).strip(), _literal(found["after"]).strip()
    return (before, after) if found["cell"] else before + after


def _figures(section: str) -> _Figures | None:
    found = _FIGURES.fullmatch(section)
    if found is None:
        words = _WORDS.fullmatch(section)
        if words is None or words["cell"]:
            return None
        return _Figures(_literal(section), "", False, 0, (0, -1), False, False, 0)
    before, after = _literal(found["before"]), _literal(found["after"])
    if found["general"]:
        return _Figures(before, after, True, 1, (0, 0), False, False, 0)
    whole, decimals = found["whole"].rstrip(","), found["decimals"] or ""
    thousandths = len(found["whole"]) - len(whole) + len(found["scale"])
    return _Figures(
        before,
        after + found["percent"],
        general=False,
        zeros=whole.count("0"),
        places=(decimals.count("0"), len(decimals)),
        thousands="," in whole,
        point=found["point"] is not None,
        scale=2 * len(found["percent"]) - 3 * thousandths,
    )


def _literal(beside: str) -> str:
    return "".join("".join(filter(None, parts)) for parts in _TOKEN.findall(beside))


def _digits(figures: _Figures, number: Decimal) -> str:
    if figures.general:
        return f"{number:f}"
    least, most = figures.places
    if most < 0:
        return ""
    value = number.scaleb(figures.scale).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    whole, _, decimals = f"{value:f}".partition(".")
    whole = whole.lstrip("0").zfill(figures.zeros) if figures.zeros else whole.lstrip("0")
    decimals = decimals[:least] + decimals[least:].rstrip("0")
    if figures.thousands:
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole)
    return f"{whole}.{decimals}" if figures.point else whole
