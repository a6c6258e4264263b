from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheme.facts import FactError, FactSpec, FactType, age_at, given_facts, has_type

SPECS = {
    "name": FactSpec(FactType.TEXT, "姓名"),
    "clean": FactSpec(FactType.BOOLEAN, "无失信记录"),
    "amount": FactSpec(FactType.NUMBER, "金额"),
    "born": FactSpec(FactType.DATE, "出生日期"),
}


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1948, 3, 5), date(2023, 3, 4), 74),
        (date(1948, 3, 5), date(2023, 3, 5), 75),
        (date(1948, 3, 5), date(2023, 3, 6), 75),
        (date(1948, 2, 29), date(2023, 2, 27), 74),
        (date(1948, 2, 29), date(2023, 2, 28), 75),
        (date(1948, 2, 29), date(2024, 2, 28), 75),
        (date(1948, 2, 29), date(2024, 2, 29), 76),
        (date(1896, 2, 29), date(1900, 2, 28), 4),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(1950, 12, 31), date(2026, 1, 1), 75),
    ],
)
def test_age_in_full_years(born: date, on: date, age: int) -> None:
    assert age_at(born, on) == age


def test_no_age_before_birth() -> None:
    with pytest.raises(ValueError, match="日期早于出生日期"):
        age_at(date(1948, 3, 5), date(1948, 3, 4))


@given(st.dates(), st.integers(0, 60000))
def test_age_never_falls_with_time(born: date, days: int) -> None:
    on = date.fromordinal(min(born.toordinal() + days, date.max.toordinal()))
    later = date.fromordinal(min(on.toordinal() + 1, date.max.toordinal()))
    assert 0 <= age_at(born, on) <= age_at(born, later) <= age_at(born, on) + 1


@pytest.mark.parametrize(
    ("value", "type"),
    [
        (True, FactType.NUMBER),
        (1, FactType.BOOLEAN),
        (1.5, FactType.NUMBER),
        (Decimal("NaN"), FactType.NUMBER),
        (datetime(2026, 3, 5), FactType.DATE),
        ("2026-03-05", FactType.DATE),
        (None, FactType.TEXT),
    ],
)
def test_types_are_exact(value: object, type: FactType) -> None:
    assert not has_type(value, type)


def test_wrong_types_are_named_together_by_title() -> None:
    with pytest.raises(FactError) as caught:
        given_facts(SPECS, {"born": "1948-03-05", "amount": True, "name": "田大根"})
    assert str(caught.value) == (
        "“金额”（amount）应为数字，得到“True”；“出生日期”（born）应为日期，得到“1948-03-05”"
    )


def test_blank_text_is_not_given_and_unknown_facts_are_left_out() -> None:
    facts = given_facts(SPECS, {"name": " \u3000", "clean": False, "other": 3})
    assert facts == {"clean": False}
