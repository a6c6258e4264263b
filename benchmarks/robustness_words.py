"""What a forger writes in place of a field's words: each way to change a value, by its sort.

A value whose canonical form is the signed one (spaces, full-width digits) says the same and is none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Final

from credential.normal import NormalError, canonical_text

# threats.md, facts 8 and its table of threats; not the verifier's own list
_ALIKE: Final = (
    *("己已巳", "未末", "日曰", "大太", "人入", "千干", "万方", "壹壱", "土士", "天夭", "王玉"),
    *("田由甲申", "刀力", "戊戌戍", "折拆", "拔拨", "口日", "木本", "治冶", "祟崇", "睛晴", "仑仓"),
    *("一二", "二三", "三五", "O0", "l1I", "一—", "、，", "。．", "■□", "年月", "的地"),
)
_CYRILLIC: Final = {
    "A": "А", "B": "В", "C": "С", "E": "Е", "H": "Н", "K": "К", "M": "М", "O": "О", "P": "Р",
    "T": "Т", "X": "Х", "Y": "У", "a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х",
}  # fmt: skip
_UNITS: Final = ("公斤", "吨", "斤", "克", "箱", "盒", "只")
_NEGATIONS: Final = ("不", "未", "无", "没有", "非")
_DIGITS: Final = "0123456789"
_DATE: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CLAUSE: Final = re.compile(r"(?<=[。；，、\n])")

Change = Callable[[str, Random], Iterator[str]]


def _digit_replaced(value: str, random: Random) -> Iterator[str]:
    for place, character in enumerate(value):
        if character in _DIGITS:
            other = random.choice(_DIGITS.replace(character, ""))
            yield value[:place] + other + value[place + 1 :]


def _digit_inserted(value: str, random: Random) -> Iterator[str]:
    for place, character in enumerate(value):
        if character in _DIGITS:
            yield value[:place] + random.choice(_DIGITS) + value[place:]
            yield value[: place + 1] + "0" + value[place + 1 :]


def _digit_dropped(value: str, _random: Random) -> Iterator[str]:
    for place, character in enumerate(value):
        if character in _DIGITS:
            yield value[:place] + value[place + 1 :]


def _point_moved(value: str, _random: Random) -> Iterator[str]:
    if "." in value:
        place = value.index(".")
        bare = value.replace(".", "", 1)
        for other in {place - 1, place + 1} & set(range(1, len(bare))):
            yield f"{bare[:other]}.{bare[other:]}"
        yield bare
    for match in re.finditer(r"\d{2,}", value):
        for place in range(match.start() + 1, match.end()):
            yield f"{value[:place]}.{value[place:]}"


def _unit_swapped(value: str, _random: Random) -> Iterator[str]:
    for unit in _UNITS:
        if value.endswith(unit):
            yield from (value.removesuffix(unit) + other for other in _UNITS if other != unit)
            return


def _date_changed(value: str, _random: Random) -> Iterator[str]:
    for match in _DATE.finditer(value):
        year, month, day = map(int, match.groups())
        head, tail = value[: match.start()], value[match.end() :]
        for y, m, d in (
            *((year + step, month, day) for step in (-10, -1, 1, 10)),
            *((year, month % 12 + 1, day), (year, (month + 9) % 12 + 1, day)),
            *((year, month, day % 28 + 1), (year, month, (day + 9) % 28 + 1)),
            (year, day % 12 + 1, month),
        ):
            yield f"{head}{y}年{m}月{d}日{tail}"


def _look_alike(value: str, random: Random) -> Iterator[str]:
    for place, character in enumerate(value):
        for group in _ALIKE:
            if character in group:
                other = random.choice(group.replace(character, ""))
                yield value[:place] + other + value[place + 1 :]


def _cyrillic(value: str, _random: Random) -> Iterator[str]:
    for place, character in enumerate(value):
        if character in _CYRILLIC:
            yield value[:place] + _CYRILLIC[character] + value[place + 1 :]


def _full_width(value: str, random: Random) -> Iterator[str]:
    """Full-width, and another one: alone it would say the same."""
    for place, character in enumerate(value):
        if character in _DIGITS:
            other = random.choice(_DIGITS.replace(character, ""))
            yield value[:place] + chr(ord(other) + 0xFEE0) + value[place + 1 :]


def _negation_inserted(value: str, random: Random) -> Iterator[str]:
    for place in random.sample(range(1, len(value)), min(12, max(len(value) - 1, 0))):
        yield value[:place] + random.choice(_NEGATIONS[:2]) + value[place:]


def _negation_removed(value: str, _random: Random) -> Iterator[str]:
    for word in _NEGATIONS:
        for match in re.finditer(word, value):
            yield value[: match.start()] + value[match.end() :]


def _character_replaced(value: str, random: Random) -> Iterator[str]:
    for place in random.sample(range(len(value)), min(12, len(value))):
        yield value[:place] + random.choice("甲乙丙丁春秋山水东西") + value[place + 1 :]


def _character_dropped(value: str, random: Random) -> Iterator[str]:
    if len(value) > 1:
        for place in random.sample(range(len(value)), min(8, len(value))):
            yield value[:place] + value[place + 1 :]


def _neighbours_exchanged(value: str, random: Random) -> Iterator[str]:
    for place in random.sample(range(max(len(value) - 1, 0)), min(8, max(len(value) - 1, 0))):
        yield value[:place] + value[place + 1] + value[place] + value[place + 2 :]


def _clauses_exchanged(value: str, _random: Random) -> Iterator[str]:
    clauses = _CLAUSE.split(value)
    for place in range(len(clauses) - 1):
        yield "".join((*clauses[:place], clauses[place + 1], clauses[place], *clauses[place + 2 :]))


def _clause_dropped(value: str, _random: Random) -> Iterator[str]:
    clauses = _CLAUSE.split(value)
    if len(clauses) > 1:
        for place in range(len(clauses)):
            yield "".join(clauses[:place] + clauses[place + 1 :])


def _added(value: str, _random: Random) -> Iterator[str]:
    yield from (f"{value}等", f"{value}（特级）", f"有机{value}", f"{value}{value}")


SORTS: Final[Mapping[str, Change]] = {
    "digit replaced": _digit_replaced,
    "digit inserted": _digit_inserted,
    "digit dropped": _digit_dropped,
    "decimal point moved": _point_moved,
    "unit swapped": _unit_swapped,
    "date changed": _date_changed,
    "look-alike": _look_alike,
    "Cyrillic for Latin": _cyrillic,
    "full-width": _full_width,
    "negation inserted": _negation_inserted,
    "negation removed": _negation_removed,
    "character replaced": _character_replaced,
    "character dropped": _character_dropped,
    "neighbours exchanged": _neighbours_exchanged,
    "clauses exchanged": _clauses_exchanged,
    "clause dropped": _clause_dropped,
    "words added": _added,
}
Changed = Mapping[str, str | None]


def changed_words(
    fields: Mapping[str, str], name: str, other: Mapping[str, str], random: Random
) -> Iterator[tuple[str, Changed]]:
    """Sort and changed fields, for one field. ``other``: fields of another document of the style."""
    value = fields[name]
    for sort, change in SORTS.items():
        for changed in dict.fromkeys(change(value, random)):
            if says_otherwise(value, changed):
                yield sort, {name: changed}
    if (theirs := other.get(name)) is not None and says_otherwise(value, theirs):
        yield "another document's", {name: theirs}
    if name != "number":
        yield "left out", {name: None}
    for neighbour, beside in fields.items():
        if neighbour == name or not beside or not says_otherwise(value, beside):
            continue
        yield "two values exchanged", {name: beside, neighbour: value}
        if len(value) > 1:
            yield "words moved", {name: value[:-1], neighbour: beside + value[-1]}


def says_otherwise(value: str, changed: str) -> bool:
    try:
        return canonical_text(value) != canonical_text(changed)
    except NormalError:
        return True
