"""One row of a batch table: what it gives, and what is said of each thing wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from certgen.rows import (
    _READ,
    BATCH_COLUMNS,
    BatchRow,
    duplicate_row,
    parse_basis,
    read_batch,
    read_batch_row,
    read_batch_table,
    row_key,
)
from certgen.table import Cell
from certgen.table_header import TableError
from credential.claims import Basis, Kind, Quantity, Role
from tests.certgen.sheets import one_row, xlsx, xlsx_with
from tests.samples import AT

HEADERS = {column.key: column.names[0] for column in BATCH_COLUMNS}
GOOD: Mapping[str, Cell] = {
    "producer": "建德市某某果蔬专业合作社",
    "uscc": "93330182MA0TEXT040",
    "product": "草莓",
    "quantity": "500斤",
    "origin": "建德市杨村桥镇",
    "produced_on": "2026.3.5",
    "basis": "自行检测合格",
}
ROW = BatchRow(
    number=17,
    producer="建德市某某果蔬专业合作社",
    uscc="93330182MA0TEXT040",
    household=None,
    product="草莓",
    quantity=Quantity(500, 0, "斤"),
    origin="建德市杨村桥镇",
    produced_on=date(2026, 3, 5),
    basis=(Basis.SELF_TESTED,),
)


def _read(
    changes: Mapping[str, Cell | None], headers: Mapping[str, str] = HEADERS
) -> BatchRow | list[str]:
    cells = {key: cell for key, cell in {**GOOD, **changes}.items() if cell is not None}
    table, table_row = one_row(cells, headers)
    row = read_batch_row(table.headers, table_row, AT)
    return row if isinstance(row, BatchRow) else [str(error) for error in row]


def test_a_good_row() -> None:
    assert _read({}) == ROW


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": "7箱", "batch": "P2", "labels": "3"},
        {"quantity": Decimal(30), "unit": "箱"},
        {"quantity": "500左右", "batch": "①", "labels": "0"},
        {"quantity": None},
        {"product": "有机草莓"},
        {"produced_on": datetime(2026, 3, 4), "role": "收购者"},
        {"household": "NH33018200000001B"},
        {"producer": None},
    ],
)
def test_a_row_like_those_before_is_read_as_the_first(changes: Mapping[str, Cell | None]) -> None:
    _READ.clear()
    first = _read(changes)
    _READ.clear()
    _read({})
    assert _read(changes) == first
    assert _read({}) == ROW


def test_everything_a_row_may_say() -> None:
    row = _read(
        {
            "uscc": None,
            "producer": None,
            "household": "nh33018200000001b",
            "quantity": Decimal(30),
            "unit": "箱",
            "division": Decimal(330182),
            "produced_on": datetime(2026, 3, 4),
            "basis": "委托检测、质量安全控制",
            "role": "收购者",
            "contact": Decimal(57100001234),
            "batch": "2026-0001",
        }
    )
    assert row == replace(
        ROW,
        producer=None,
        uscc=None,
        household="NH33018200000001B",
        quantity=Quantity(30, 0, "箱"),
        division="330182",
        produced_on=date(2026, 3, 4),
        basis=(Basis.CONTROLLED, Basis.TESTED_BY_OTHERS),
        role=Role.COLLECTOR,
        contact="57100001234",
        batch="2026-0001",
    )


def test_a_household_may_stand_in_the_column_of_codes() -> None:
    row = _read({"uscc": "NH33018200000001B"})
    assert isinstance(row, BatchRow)
    assert (row.uscc, row.household) == (None, "NH33018200000001B")


def test_the_unit_may_stand_in_the_header() -> None:
    row = _read({"quantity": Decimal(500)}, {**HEADERS, "quantity": "数量（公斤）"})
    assert isinstance(row, BatchRow)
    assert row.quantity == Quantity(500, 0, "公斤")
    # a header that explains something else gives no unit
    assert _read({"quantity": Decimal(500)}, {**HEADERS, "quantity": "数量（重量）"}) == [
        "第 17 行，列“数量（重量）”：应为数字加单位（如 500斤），缺单位，得到 “500”"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product": None}, "列“产品名称”：应为产品名称，得到空白"),
        ({"product": "草莓²"}, "列“产品名称”：应为普通的文字和数字（有上标、分数或带圈数字 U+00B2“²”），得到 “草莓²”"),
        ({"quantity": "若干"}, "列“产品数量”：应为数字加单位（如 500斤），得到 “若干”"),
        ({"quantity": None}, "列“产品数量”：应为数字加单位（如 500斤），得到空白"),
        ({"quantity": "5斤", "unit": "箱"}, "列“产品数量”：应为与单位一致的数量（单位为“箱”），得到 “5斤”"),
        ({"unit": "合作社"}, "列“单位”：应为计量单位（斤、公斤、吨、箱、袋、盒、枚、只、尾 等），得到 “合作社”"),
        ({"origin": None}, "列“产地”：应为产地（如 建德市杨村桥镇），得到空白"),
        ({"division": "33018"}, "列“行政区划代码”：应为 6 位行政区划代码（如 330182），得到 “33018”"),
        ({"produced_on": None}, "列“采收日期”：应为日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到空白"),
        ({"produced_on": "三月五日"}, "列“采收日期”：应为日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到 “三月五日”"),
        ({"produced_on": "2026.2.30"}, "列“采收日期”：应为存在的日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到 “2026.2.30”"),
        ({"produced_on": datetime(2026, 3, 6)}, "列“采收日期”：应为不晚于今天（2026年3月5日）的日期，得到 “2026年3月6日”"),
        ({"produced_on": "1999-11-20"}, "列“采收日期”：应为不早于两年前（2024年3月4日）的日期，得到 “1999-11-20”"),
        ({"product": "草莓（信用等级：A级）"}, "列“产品名称”：应为产品名称（只写名称，不写等级、检测、认证等说法：“信用”），得到 “草莓（信用等级：A级）”"),
        ({"origin": "<script>alert(1)</script>"}, "列“产地”：应为产地（普通的文字，不含符号“<”），得到 “<script>alert(1)</script>”"),
        ({"origin": "建德市13800001234杨村桥镇110105194912310021"}, "列“产地”：应为产地（不含身份证号或电话号码，会被公开），得到 “建德市13800001234杨村桥镇110105********0021”"),
        ({"batch": "=cmd"}, "列“批次号”：应为以字母、数字或汉字开头、不含其他符号的批次号（如 2026-0001），得到 “=cmd”"),
        ({"basis": None}, "列“承诺依据”：应为质量安全控制符合要求、自行检测合格或委托检测合格，得到空白"),
        ({"basis": "自我承诺"}, "列“承诺依据”：应为质量安全控制符合要求、自行检测合格或委托检测合格，得到 “自我承诺”"),
        ({"role": "经销商"}, "列“样式”：应为生产者、收购者、生产、收购、样式一或样式二，得到 “经销商”"),
        ({"contact": "张三"}, "列“联系方式”：应为电话号码（如 0571-00001234），得到 “张三”"),
        ({"batch": "x" * 41}, f"列“批次号”：应为不超过 40 字的批次号，得到 “{'x' * 40}…”"),
        ({"uscc": "93330182MA0TEXT041"}, "列“统一社会信用代码”：应为 18 位统一社会信用代码（第 18 位（校验码）不符），得到 “93330182MA0TEXT041”"),
        ({"uscc": "NH33018200000001C"}, "列“统一社会信用代码”：应为农户编号（校验码不符，请核对是否抄错），得到 “NH33018200000001C”"),
        ({"household": "NH33018200000001B"}, "列“农户编号”：应为空白：统一社会信用代码和农户编号只填一个，得到 “NH33018200000001B”"),
        ({"uscc": None, "producer": None}, "列“统一社会信用代码”：应为承诺主体的代码、农户编号或名称，得到空白"),
    ],
)  # fmt: skip
def test_each_error_names_row_column_expected_and_found(
    changes: Mapping[str, Cell | None], message: str
) -> None:
    assert _read(changes) == [f"第 17 行，{message}"]


def test_all_errors_of_a_row_are_told_at_once() -> None:
    errors = _read({"quantity": "若干", "origin": None, "produced_on": "x"})
    assert isinstance(errors, list)
    assert len(errors) == 3


def test_an_identity_number_in_the_wrong_column_is_not_repeated() -> None:
    # GB 11643-1999: worked example
    (error,) = _read({"uscc": "11010519491231002X"})
    assert error.endswith("得到 “110105********002X”")


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("质量安全控制符合要求", (1,)),
        ("委托检测合格；自检", (2, 3)),
        ("自行检测合格 委托检测合格", None),
        ("■质量安全控制符合要求 □自行检测合格 □委托检测合格", (1,)),
        ("□ 质量安全控制符合要求 ☑ 自行检测合格 √委托检测合格", (2, 3)),
        ("□质量安全控制符合要求 □自行检测合格", None),
        ("自行检测合格、自我承诺", None),
        ("质量安全控制符合要求■ 自行检测合格□ 委托检测合格□", None),
        ("自行检测合格√ 委托检测合格", None),
        ("质量安全控制符合要求☒ 自行检测合格☐", None),
        ("☒质量安全控制符合要求 ☐自行检测合格", None),
        ("不□自行检测合格√委托检测合格", None),
        ("□自行检测合格√", None),
        ("、", None),
    ],
)
def test_bases(words: str, chosen: tuple[int, ...] | None) -> None:
    if chosen is None:
        with pytest.raises(ValueError, match="质量安全控制符合要求、自行检测合格或委托检测合格"):
            parse_basis(words)
    else:
        assert parse_basis(words) == tuple(Basis(number) for number in chosen)


_SHEET_HEADER = ["生产主体", "品名", "数量", "产地", "采收日期", "承诺依据", "批次号"]
_SHEET_ROW = ["某合作社", "草莓", "500斤", "建德市", "2026.3.5", "自检"]


def test_the_second_of_two_rows_that_say_the_same_is_refused() -> None:
    again = ["某合作社", "草莓", "５００ 斤", "建德市", date(2026, 3, 5), "自行检测合格"]
    rows = [["台账"], _SHEET_HEADER, _SHEET_ROW, again, [*_SHEET_ROW, "2"], _SHEET_ROW]
    good, errors = read_batch(read_batch_table(xlsx(rows)), AT)
    assert [row.number for row in good] == [3, 5]
    why = "同一批次只开具一次；确属两批的，请填写“批次号”加以区分"
    assert [error.message for error in errors] == [
        f"第 4 行：与第 3 行重复，{why}",
        f"第 6 行：与第 3 行重复，{why}",
    ]
    assert errors[0] == duplicate_row(4, 3)


def test_what_a_clerk_does_not_see_is_not_issued() -> None:
    """A row filtered out, a number shown as another, letters struck through: each is named."""
    header = [*_SHEET_HEADER[:-1], "批次号"]
    rows = [[*_SHEET_ROW, number] for number in range(1, 6)]
    rows[3][2:3] = [1234.5678]
    header[2] = "数量（斤）"

    def change(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = "A1:G6"
        sheet.row_dimensions[3].hidden = True
        sheet["B4"].font = Font(strike=True)
        sheet["C5"].number_format = "0"
        sheet["G6"].number_format = "000000"

    good, errors = read_batch(read_batch_table(xlsx_with([header, *rows], change)), AT)
    assert [(row.number, row.batch) for row in good] == [(2, "1"), (6, "000005")]
    assert [error.message for error in errors] == [
        "第 3 行：应为显示出来的行（要用的请取消隐藏或筛选，不用的请删除这一行），得到 “被隐藏或筛掉的行”",
        "第 4 行，列“品名”：应为没有删除线的内容（要的请取消删除线，不要的请删去），"
        "得到 “草莓（有删除线）”",
        "第 5 行，列“数量（斤）”：应为显示与实际一致的内容"
        "（请把单元格设为“常规”，日期设为日期格式，再核对重填），"
        "得到 “显示为 1235，实际为 1234.5678”",
    ]


def test_a_bad_row_does_not_stop_the_good_ones() -> None:
    bad = ["某合作社", "草莓", "若干", "建德市", "2026.3.5", "自检"]
    good, errors = read_batch(read_batch_table(xlsx([_SHEET_HEADER, bad, _SHEET_ROW])), AT)
    assert [row.number for row in good] == [3]
    assert [(error.row, error.column, error.found) for error in errors] == [(2, "数量", "若干")]


def test_a_table_that_does_not_say_whose_is_refused() -> None:
    with pytest.raises(
        TableError, match="缺少列：统一社会信用代码、农户编号、承诺主体，至少要有一列"
    ):
        read_batch_table(xlsx([_SHEET_HEADER[1:], _SHEET_ROW[1:]]))


def _key(row: BatchRow, **more: object) -> bytes:
    given = {"scheme": "jiande", "kind": Kind.CERTIFICATE, "subject_key": b"s" * 12, **more}
    return row_key(given["scheme"], given["kind"], given["subject_key"], row)  # type: ignore[arg-type]


def test_a_row_key_that_never_changes() -> None:
    # a changed key would issue every batch a second time
    assert _key(ROW).hex() == "92af8c7d08a267711283cbb3f999b9953c608617caf5a8d0158dd9460a58b60a"


def test_the_key_is_the_same_however_the_row_was_written() -> None:
    other = replace(ROW, number=99, contact="0571-00001234", producer=None, product="草 莓")
    assert _key(other) == _key(ROW)


@pytest.mark.parametrize(
    "same",
    [(250, 0, "公斤"), (250, 0, "千克"), (25, -2, "吨"), (500, 0, "市斤"), (5000, 0, "两")],
)
def test_a_mass_is_the_same_in_every_unit(same: tuple[int, int, str]) -> None:
    assert _key(replace(ROW, quantity=Quantity(*same))) == _key(ROW)


@pytest.mark.parametrize(
    "changed",
    [
        _key(replace(ROW, product="蓝莓")),
        _key(replace(ROW, quantity=Quantity(5, 0, "斤"))),
        _key(replace(ROW, quantity=Quantity(500, -1, "斤"))),
        _key(replace(ROW, quantity=Quantity(500, 0, "公斤"))),
        _key(replace(ROW, quantity=Quantity(500, 0, "箱"))),
        _key(replace(ROW, origin="建德市三都镇")),
        _key(replace(ROW, division="330182")),
        _key(replace(ROW, produced_on=date(2026, 3, 4))),
        _key(replace(ROW, basis=(Basis.CONTROLLED,))),
        _key(replace(ROW, role=Role.COLLECTOR)),
        _key(replace(ROW, batch="2")),
        _key(ROW, scheme="gaoping"),
        _key(ROW, kind=Kind.PLEDGE),
        _key(ROW, subject_key=b"t" * 12),
    ],
)
def test_whatever_makes_another_batch_makes_another_key(changed: bytes) -> None:
    assert changed != _key(ROW)
