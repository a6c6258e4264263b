"""Dates as clerks write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.cells import CellError
from certgen.dates import (
    EXPECTED_DATE,
    EXPECTED_MOMENT,
    not_after,
    not_long_before,
    parse_date,
    parse_moment,
)
from certgen.table import Cell
from tests.samples import AT, DAY

DATES = st.dates(date(1850, 1, 1), date(2199, 12, 31))


@given(DATES)
def test_every_form_of_every_day_is_that_day(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    cells: list[Cell] = [
        datetime(y, m, d),
        Decimal(y * 10_000 + m * 100 + d),
        day.isoformat(),
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:02d} 月 {d:02d} 日",
        f"{y:04d}{m:02d}{d:02d}",
        f" {y}-{m}-{d} 00:00:00 ",
        f"{y}．{m}．{d}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ]
    assert {parse_date(cell) for cell in cells} == {day}


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_date(text), date)
    except CellError as error:
        assert str(error)


@pytest.mark.parametrize(
    "cell",
    [
        "3月5日",
        "26.3.5",
        "2026.3",
        "2026-3/5",
        "2026年3月5",
        "2026年3.5",
        "2026-03-05x",
        "2026-03-05 早上",
        "1849-12-31",
        Decimal(36525),
        Decimal(73051),
        "今天",
    ],
)
def test_what_has_no_one_reading_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError) as error:
        parse_date(cell)
    assert str(error.value) == EXPECTED_DATE


@pytest.mark.parametrize("cell", [Decimal(36526), Decimal("46346.5"), "46346", Decimal(73050)])
def test_a_day_shown_as_a_number_says_what_to_set(cell: Cell) -> None:
    with pytest.raises(CellError) as error:
        parse_date(cell)
    assert str(error.value) == f"{EXPECTED_DATE}；请把单元格设为日期格式"


@pytest.mark.parametrize("cell", ["2026-02-30", "2026.13.1", "20260000", "2025年2月29日"])
def test_a_day_that_does_not_exist(cell: str) -> None:
    with pytest.raises(CellError, match=r"^存在的日期"):
        parse_date(cell)


@pytest.mark.parametrize(
    "cell",
    [datetime(2026, 3, 5, 10), "2026-03-05 10:00", "2026年3月5日10:00:00", "2026/3/5T10:00"],
)
def test_a_moment_is_shanghai_time(cell: Cell) -> None:
    assert parse_moment(cell) == AT


@pytest.mark.parametrize("cell", ["2026-03-05", datetime(2026, 3, 5), "10:00"])
def test_a_moment_needs_day_and_time(cell: Cell) -> None:
    with pytest.raises(CellError) as error:
        parse_moment(cell)
    assert str(error.value) == EXPECTED_MOMENT


def test_today_is_the_day_in_shanghai() -> None:
    # 2026-03-05 23:59:59 and 2026-03-06 00:00:00 in Shanghai
    late = AT - 10 * 3600 + DAY - 1
    day = date(2026, 3, 6)
    assert not_after(day, late + 1) == day
    with pytest.raises(CellError, match=r"^不晚于今天（2026年3月5日）的日期$"):
        not_after(day, late)


def test_a_harvest_is_at_most_two_years_old() -> None:
    # 2026-03-05 in Shanghai
    assert not_long_before(date(2024, 3, 4), AT) == date(2024, 3, 4)
    for day in (date(2024, 3, 3), date(1999, 11, 20)):
        with pytest.raises(CellError, match=r"^不早于两年前（2024年3月4日）的日期$"):
            not_long_before(day, AT)
