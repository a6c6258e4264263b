"""Facts: what a case declares about itself, by name, each of one type that the pack states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

FactValue = str | bool | int | Decimal | date
"""One declared fact. A text that is blank counts as not given."""


class FactType(StrEnum):
    """The words are those of a pack's ``[facts]``."""

    TEXT = "text"
    BOOLEAN = "boolean"
    NUMBER = "number"
    DATE = "date"


FACT_TYPE_WORDS = {
    FactType.TEXT: "文字",
    FactType.BOOLEAN: "是或否",
    FactType.NUMBER: "数字",
    FactType.DATE: "日期",
}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """``title``: what a clerk calls it."""

    type: FactType
    title: str


class FactError(ValueError):
    """A fact has the wrong type; the message names all such facts by their titles."""


def has_type(value: object, type: FactType) -> bool:
    """Exact types: a bool is no number and a moment is no date (comparing them would raise)."""
    match type:
        case FactType.TEXT:
            return isinstance(value, str)
        case FactType.BOOLEAN:
            return isinstance(value, bool)
        case FactType.NUMBER:
            if isinstance(value, Decimal):
                return value.is_finite()
            return isinstance(value, int) and not isinstance(value, bool)
        case FactType.DATE:
            return value.__class__ is date


def given_facts(
    specs: Mapping[str, FactSpec], facts: Mapping[str, FactValue]
) -> dict[str, FactValue]:
    """The facts that the pack knows and the case really gives; others are left out.

    Raises:
        FactError: a known fact has the wrong type.
    """
    wrong = [
        f"“{spec.title}”（{name}）应为{FACT_TYPE_WORDS[spec.type]}，得到“{facts[name]}”"
        for name, spec in specs.items()
        if name in facts and not has_type(facts[name], spec.type)
    ]
    if wrong:
        raise FactError("；".join(wrong))
    return {
        name: value
        for name, value in facts.items()
        if name in specs and not (isinstance(value, str) and not value.strip())
    }


def age_at(birth: date, on: date) -> int:
    """Full years (周岁) on that day; the birthday itself counts.

    Who was born on 29 February completes a year on 28 February where there is no 29th
    (民法典 Art. 202: 没有对应日的，月末日为期间的最后一日).

    Raises:
        ValueError: the day is before the birth.
    """
    if on < birth:
        raise ValueError("日期早于出生日期")
    last_of_february = birth.month == 2 and birth.day == 29 and not _is_leap(on.year)
    birthday = date(on.year, birth.month, 28 if last_of_february else birth.day)
    return on.year - birth.year - (on < birthday)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
