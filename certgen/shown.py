"""A cell's value against what its sheet shows of it: a clerk who looks the table through sees that alone."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from certgen.number_format import NumberFormat

_WITH_WORDS: Final = re.compile(r"(-?[0-9,]*[0-9](?:\.[0-9]*)?|\.[0-9]+)([^\W\d_]*)")
EXPECTED_SHOWN: Final = "显示与实际一致的内容（请把单元格设为“常规”，日期设为日期格式，再核对重填）"
EXPECTED_STANDING: Final = "没有删除线的内容（要的请取消删除线，不要的请删去）"


class Fault(NamedTuple):
    """As RowError has them."""

    expected: str
    found: str


HIDDEN_ROW: Final = Fault(
    "显示出来的行（要用的请取消隐藏或筛选，不用的请删除这一行）", "被隐藏或筛掉的行"
)


EXPECTED_LEGIBLE: Final = "看得见的文字（要的请改成黑字和平常的字号，不要的请删去）"
EXPECTED_UPRIGHT: Final = "整格看得见的内容（请取消“填充”对齐、文字方向和缩进，再核对）"
EXPECTED_ROOM: Final = "整个显示出来的数字（请加宽这一列，再核对）"
EXPECTED_UNCOVERED: Final = "表上看得见的内容（要的请取消合并单元格，不要的请删去）"


@dataclass(frozen=True, slots=True)
class CellStyle:
    """``format``: None for one that is not known; ``struck``: its letters are struck through;
    ``faint``: they are as white as the paper, or too small to be read; ``crowded``: repeated, turned or
    moved aside, so that what is seen may be more or less than what is there."""

    format: NumberFormat | None
    struck: bool = False
    faint: bool = False
    crowded: bool = False

    @property
    def is_plain(self) -> bool:
        """Whatever is in the cell is shown as it is."""
        odd = self.struck or self.faint or self.crowded
        return not odd and self.format is not None and self.format.is_plain


STRUCK: Final = CellStyle(None, struck=True)
FAINT: Final = CellStyle(None, faint=True)


def covered_fault(cell: str | Decimal | datetime) -> Fault:
    """Of a cell that another one is merged over."""
    return Fault(EXPECTED_UNCOVERED, f"{_actual(cell)}（被合并的单元格盖住）")


def rounded_fault(cell: Decimal, room: int) -> Fault | None:
    """Of a number in a column that shows so many digits: programs round off what does not fit."""
    said = f"{cell:f}"
    if "." not in said or len(said) <= room:
        return None
    return Fault(EXPECTED_ROOM, f"{said}（列宽只显示 {room} 位）")


def other_column_fault(
    said: str | Decimal | datetime | None, other: str, instead: str | Decimal | datetime
) -> Fault:
    """Of a row that says ``instead`` in the column ``other``, which means the same as this one."""
    expected = (
        f"与列“{other}”的“{_actual(instead)}”相同（两列是同一项：请改成一致，或删去其中一列）"
    )
    return Fault(expected, "" if said is None else _actual(said))


def as_shown(
    cell: str | Decimal | datetime, style: CellStyle, *, is_code: bool
) -> str | Decimal | datetime | Fault:
    """The cell as it is to be read, or why it may not be. ``is_code``: in a column of codes, where
    zeros in front belong to what is said."""
    if style.struck or style.faint or style.crowded:
        return _of_letters(cell, style)
    if isinstance(cell, Decimal):
        if style.format is not None and style.format.pads and (text := f"{cell:f}").isdecimal():
            # a batch number is on one row only
            return text.zfill(len(style.format.code)) if is_code else cell
        return _number(cell, style.format)
    if style.format is None:
        return _unshown(cell, None)
    if isinstance(cell, datetime):
        return cell if style.format.shows_day else _unshown(cell, None)
    shown = style.format.shown_text(cell)
    return cell if shown == cell else _unshown(cell, shown)


def _of_letters(cell: str | Decimal | datetime, style: CellStyle) -> Fault:
    if style.struck:
        return Fault(EXPECTED_STANDING, f"{_actual(cell)}（有删除线）")
    if style.crowded:
        return Fault(EXPECTED_UPRIGHT, f"{_actual(cell)}（填充对齐、旋转或缩进过大）")
    return Fault(EXPECTED_LEGIBLE, f"{_actual(cell)}（白底白字，或字小于 4 磅）")


@lru_cache(maxsize=16384)
def _number(number: Decimal, format: NumberFormat | None) -> str | Decimal | Fault:
    shown = None if format is None else format.shown_number(number)
    if format is None or shown is None:
        return _unshown(number, None)
    found = _WITH_WORDS.fullmatch(shown)
    if found is None or Decimal(found[1].replace(",", "")) != number:
        return _unshown(number, shown)
    # 500斤 is read as if it were written so, and is held against the unit's column
    return shown if found[2] else number


def _unshown(cell: str | Decimal | datetime, shown: str | None) -> Fault:
    if shown is None:
        return Fault(EXPECTED_SHOWN, f"显示为别的样子，实际为 {_actual(cell)}")
    seen = f"显示为 {shown}" if shown else "显示为空白"
    return Fault(EXPECTED_SHOWN, f"{seen}，实际为 {_actual(cell)}")


def _actual(cell: str | Decimal | datetime) -> str:
    match cell:
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return f"{cell.year}年{cell.month}月{cell.day}日"
        case _:
            return cell
