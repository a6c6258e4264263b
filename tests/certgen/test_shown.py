"""A cell is read as its sheet shows it, or refused where the two differ."""

from datetime import datetime
from decimal import Decimal

import pytest

from certgen.number_format import read_format
from certgen.shown import STRUCK, CellStyle, Fault, as_shown

Cell = str | Decimal | datetime


def _shown(cell: Cell, code: str, *, is_code: bool = False) -> Cell:
    read = as_shown(cell, CellStyle(read_format(code)), is_code=is_code)
    return read.found if isinstance(read, Fault) else read


@pytest.mark.parametrize(
    ("number", "code", "found"),
    [
        ("1234.5678", "0", "显示为 1235，实际为 1234.5678"),
        ("500", "#,##0,", "显示为 1，实际为 500"),
        ("500", "0.00%", "显示为 50000.00%，实际为 500"),
        ("500", ";;;", "显示为空白，实际为 500"),
        ("500", '"9"0', "显示为 9500，实际为 500"),
        ("500", '0"0"', "显示为 5000，实际为 500"),
        ("500", '0;0;0;"x"', Decimal(500)),
        ("46346", "# ?/?", "显示为别的样子，实际为 46346"),
        ("500", "0.00_ ", Decimal(500)),
        ("1234", "#,##0", Decimal(1234)),
        ("500", '0"斤"', "500斤"),
        ("500.5", '0.0 "斤"', "显示为 500.5 斤，实际为 500.5"),
    ],
)
def test_a_number_that_is_shown_as_another_is_refused(number: str, code: str, found: Cell) -> None:
    assert _shown(Decimal(number), code) == found


def test_zeros_in_front_belong_to_a_code_and_to_no_quantity() -> None:
    assert _shown(Decimal(123), "000000", is_code=True) == "000123"
    assert _shown(Decimal(1234567), "000000", is_code=True) == "1234567"
    assert _shown(Decimal(123), "000000") == Decimal(123)
    assert _shown(Decimal("1.5"), "000000", is_code=True) == "显示为 000002，实际为 1.5"
    assert _shown(Decimal(123), "0.00", is_code=True) == Decimal(123)


def test_a_text_or_day_that_is_shown_as_another_is_refused() -> None:
    assert _shown("草莓", "0.00") == "草莓"
    assert _shown("草莓", ';;;"蓝莓"') == "显示为 蓝莓，实际为 草莓"
    day = datetime(2026, 3, 5)
    assert _shown(day, "m/d") == day
    assert _shown(day, "yyyy/d/m") == "显示为别的样子，实际为 2026年3月5日"
    assert _shown(day, '"2026-01-01"d') == "显示为别的样子，实际为 2026年3月5日"


@pytest.mark.parametrize("cell", ["草莓", Decimal(500), datetime(2026, 3, 5)])
def test_what_is_struck_through_is_refused(cell: Cell) -> None:
    for style in (STRUCK, CellStyle(read_format("General"), struck=True)):
        fault = as_shown(cell, style, is_code=True)
        assert isinstance(fault, Fault)
        assert fault.found.endswith("（有删除线）")
