"""Numbers and units as clerks write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.cells import CellError
from certgen.quantities import EXPECTED, UNITS, one_measure, parse_quantity, parse_unit
from certgen.table import Cell
from credential.claims import Quantity
from credential.fields import format_quantity

FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
AMOUNTS = st.decimals(
    Decimal("0.001"), Decimal(999_999_999), places=3, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("500斤", "500斤"),
        ("1,200 公斤", "1200公斤"),
        ("1，200公斤", "1200公斤"),
        ("３０箱", "30箱"),
        ("2400枚", "2400枚"),
        ("0.5吨", "0.5吨"),
        ("12.50kg", "12.5公斤"),
        ("12.5ＫＧ", "12.5公斤"),
        ("800 g", "800克"),
        ("2t", "2吨"),
        ("00500斤", "500斤"),
    ],
)
def test_as_written_and_as_printed(cell: str, printed: str) -> None:
    assert format_quantity(parse_quantity(cell)) == printed


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.booleans(), st.booleans(), st.booleans())
def test_every_amount_comes_through(
    amount: Decimal, unit: str, grouped: bool, wide: bool, spaced: bool
) -> None:
    number = f"{amount:,f}" if grouped else f"{amount:f}"
    cell = (number.translate(FULL_WIDTH) if wide else number) + (" " if spaced else "") + unit
    quantity = parse_quantity(cell)
    assert (quantity.amount, quantity.unit) == (amount, unit)
    assert parse_quantity(format_quantity(quantity)) == quantity


@given(st.text("0123456789.,，斤箱kg²①½-~ ", max_size=12))
def test_any_text_is_a_claimable_quantity_or_refused(text: str) -> None:
    try:
        quantity = parse_quantity(text)
    except CellError as error:
        assert str(error)
        return
    # docs/claims.cddl
    assert 1 <= quantity.mantissa <= 10**12
    assert -6 <= quantity.exponent <= 0
    assert quantity.unit in UNITS


def test_the_unit_may_stand_elsewhere() -> None:
    assert parse_quantity(Decimal("350.5"), unit="公斤") == Quantity(3505, -1, "公斤")
    assert parse_quantity("350公斤", unit="公斤") == Quantity(350, 0, "公斤")
    assert parse_unit("ｋｇ") == "公斤"


@pytest.mark.parametrize(
    ("cell", "unit", "message"),
    [
        ("若干", None, "^数字加单位（如 500斤）$"),
        ("约500斤", None, "^数字加单位（如 500斤）$"),
        ("-5斤", None, "^数字加单位（如 500斤）$"),
        ("五百斤", None, "^数字加单位（如 500斤）$"),
        (Decimal(500), None, "^数字加单位（如 500斤），缺单位$"),
        ("500左右", None, "^数字加单位（如 500斤），单位可用 斤、"),
        ("500-600斤", None, "单位可用"),
        ("1,20斤", None, "单位可用"),
        ("1 200斤", None, "单位可用"),
        ("500斤", "箱", "^与单位一致的数量（单位为“箱”）$"),
        ("0斤", None, "大于 0"),
        ("1000000000001斤", None, "不超过一万亿"),
        ("0.0000001斤", None, "最多 6 位小数"),
        ("500.00000000000000000000000000000001斤", None, "最多 6 位小数"),
        ("9999999.999999斤", None, "最多 12 位数字"),
        ("10²斤", None, "上标、分数或带圈数字"),
        ("①箱", None, "上标、分数或带圈数字"),
    ],
)
def test_what_is_refused(cell: Cell, unit: str | None, message: str) -> None:
    with pytest.raises(CellError, match=message):
        parse_quantity(cell, unit=unit)


def test_a_unit_column_with_something_else() -> None:
    with pytest.raises(CellError, match=r"^计量单位（斤、公斤"):
        parse_unit("合作社")


def test_what_the_error_asks_for_is_accepted() -> None:
    assert format_quantity(parse_quantity(EXPECTED[-6:-1].split(" ")[-1])) == "500斤"


def test_a_mass_is_measured_in_grams_and_nothing_else_is() -> None:
    written = ["1000斤", "500公斤", "500kg", "0.5吨", "10000两", "500000克", "１０００ 市斤"]
    assert {one_measure(parse_quantity(cell)) for cell in written} == {Quantity(500_000, 0, "克")}
    assert one_measure(Quantity(1, -3, "克")) == Quantity(1, -3, "克")
    assert one_measure(Quantity(30, 0, "箱")) == Quantity(30, 0, "箱")
