"""Dates and times as clerks write them, read strictly: what has two readings is refused."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from certgen.cells import CellError, plain
from certgen.table import Cell
from credential.fields import SHANGHAI, format_date

EXPECTED_DATE: Final = "日期（如 2026-03-05、2026.3.5 或 2026年3月5日）"
EXPECTED_MOMENT: Final = "日期和时间（如 2026-03-05 09:30）"
_DATE: Final = re.compile(
    r"(?P<year>\d{4})(?:"
    r"(?P<mark>[-./])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"
    r"| ?年 ?(?P<month_zh>\d{1,2}) ?月 ?(?P<day_zh>\d{1,2}) ?日"
    r"|(?P<month_8>\d{2})(?P<day_8>\d{2}))"
)
_TIME: Final = re.compile(
    r"(?:[ T]|(?<=日))(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
_FIRST_YEAR: Final = 1850
_NUMBER: Final = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_FIRST_DAY, _LAST_DAY = 36_526, 73_051
"""Days as a sheet stores them, 2000-01-01 to 2099-12-31 (ECMA-376 part 1 §18.17.4.1): a day shown as
a number. It is not read as one: a workbook of the 1904 system means another day by it."""
_OLDEST_DAYS: Final = 731
"""Two years, a leap day among them."""


def parse_date(cell: Cell) -> date:
    """An Excel date, 2026-03-05, 2026/3/5, 2026.3.5, 2026年3月5日 or 20260305; a time is dropped.

    Raises:
        CellError: anything else, two-digit years and dates that don't exist among it.
    """
    return _read(cell, EXPECTED_DATE)[0].date()


def parse_moment(cell: Cell) -> int:
    """A date with a time of day in Asia/Shanghai -> Unix seconds.

    Raises:
        CellError: anything else, a date without a time among it.
    """
    moment, has_time = _read(cell, EXPECTED_MOMENT)
    if not has_time:
        raise CellError(EXPECTED_MOMENT)
    return int(moment.replace(tzinfo=SHANGHAI).timestamp())


def not_after(day: date, at: int) -> date:
    """Refuse a day after the one that ``at`` (Unix seconds) falls on in Asia/Shanghai.

    Raises:
        CellError: it is in the future.
    """
    if day > datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).date():
        raise CellError(f"不晚于今天（{format_date(at)}）的日期")
    return day


def not_long_before(day: date, at: int) -> date:
    """Refuse a harvest more than two years before ``at`` (Unix seconds): goods still sold are younger.

    Raises:
        CellError: it is longer ago.
    """
    first = at - _OLDEST_DAYS * 86_400
    if day < datetime.fromtimestamp(first, UTC).astimezone(SHANGHAI).date():
        raise CellError(f"不早于两年前（{format_date(first)}）的日期")
    return day


def _read(cell: Cell, expected: str) -> tuple[datetime, bool]:
    if isinstance(cell, datetime):
        return cell, (cell.hour, cell.minute, cell.second) != (0, 0, 0)
    text = plain(cell)
    if _NUMBER.fullmatch(text) and _FIRST_DAY <= Decimal(text) < _LAST_DAY:
        raise CellError(f"{expected}；请把单元格设为日期格式")
    if (found := _DATE.match(text)) is None:
        raise CellError(expected)
    clock = _TIME.fullmatch(text, found.end())
    if clock is None and found.end() != len(text):
        raise CellError(expected)
    parts = found.groupdict()
    month = parts["month"] or parts["month_zh"] or parts["month_8"]
    day = parts["day"] or parts["day_zh"] or parts["day_8"]
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        moment = datetime(int(parts["year"]), int(month), int(day), hour, minute, second)
    except ValueError as error:
        raise CellError(f"存在的{expected}") from error
    if moment.year < _FIRST_YEAR:
        raise CellError(expected)
    return moment, clock is not None
