"""产品数量: a number and its unit, as written on the table."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from certgen.cells import CellError, plain
from certgen.table import Cell
from credential.claims import Quantity

EXPECTED: Final = "数字加单位（如 500斤）"
_NUMBER: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_LATIN: Final[Mapping[str, str]] = {"kg": "公斤", "g": "克", "t": "吨"}
UNITS: Final = frozenset(
    {"市斤", "公斤", "千克"}
    | set("斤两克吨箱筐篮篓桶袋包盒托板盘瓶罐提件份扎把捆束串枚个只头羽尾条匹粒颗棵株根车船")
)
"""A closed list: an unknown unit is more often a slip (500左右) than a new unit."""
_GRAMS: Final[Mapping[str, int]] = {
    "克": 1,
    "两": 50,
    "斤": 500,
    "市斤": 500,
    "公斤": 1000,
    "千克": 1000,
    "吨": 1_000_000,
}
_SOME_UNITS: Final = "斤、公斤、吨、箱、袋、盒、枚、只、尾 等"
_LARGEST: Final = Decimal(10) ** 12
_DECIMALS: Final = 6


def parse_quantity(cell: Cell, *, unit: str | None = None) -> Quantity:
    """500斤, 1,200 公斤, ３０箱, 0.5吨, 12.5kg (公斤); a bare number where ``unit`` is given.

    ``unit``: from a column of its own or the header.

    Raises:
        CellError: not one positive number with one unit.
    """
    return _parse(plain(cell), unit)


@lru_cache(maxsize=16384)
def _parse(text: str, unit: str | None) -> Quantity:
    """Kept: a table says the same quantity often."""
    number = _NUMBER.match(text)
    if number is None:
        raise CellError(EXPECTED)
    written = text[number.end() :].strip()
    own = _unit(written) if written else unit
    if own is None:
        raise CellError(f"{EXPECTED}，缺单位")
    if own != (unit or own):
        raise CellError(f"与单位一致的数量（单位为“{unit}”）")
    if len((number[2] or "").rstrip("0")) > _DECIMALS + 1:
        raise CellError(f"最多 {_DECIMALS} 位小数的数量")
    figures = number[0].replace(",", "")
    # most are whole numbers, and their own shortest form
    amount = int(figures) if figures.isdecimal() else Decimal(figures)
    if not 0 < amount <= _LARGEST:
        raise CellError("大于 0、不超过一万亿的数量")
    quantity = Quantity(amount, 0, own) if isinstance(amount, int) else Quantity.of(amount, own)
    if quantity.mantissa > _LARGEST:
        raise CellError("最多 12 位数字的数量")
    return quantity


def one_measure(quantity: Quantity) -> Quantity:
    """A mass in grams; any other quantity as it is."""
    grams = _GRAMS.get(quantity.unit)
    if grams is None:
        return quantity
    if quantity.exponent == 0:
        return Quantity(quantity.mantissa * grams, 0, "克")
    return Quantity.of(quantity.amount * grams, "克")


def parse_unit(cell: Cell) -> str:
    """The unit as written; kg, g and t as 公斤, 克 and 吨.

    Raises:
        CellError: not a known unit.
    """
    unit = _known(plain(cell))
    if unit is None:
        raise CellError(f"计量单位（{_SOME_UNITS}）")
    return unit


def _unit(text: str) -> str:
    unit = _known(text)
    if unit is None:
        raise CellError(f"{EXPECTED}，单位可用 {_SOME_UNITS}")
    return unit


def _known(text: str) -> str | None:
    unit = _LATIN.get(text.lower(), text)
    return unit if unit in UNITS else None
