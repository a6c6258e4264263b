"""One cell -> one value, or what it should have been."""

from datetime import datetime
from decimal import Decimal

import pytest

from certgen.cells import (
    CellError,
    Reader,
    as_written,
    choice,
    contact,
    division,
    one_of,
    plain,
    text,
    uscc,
)
from certgen.shown import HIDDEN_ROW, Fault
from certgen.table import Cell, TableRow
from tests.certgen.sheets import one_row


def test_a_cell_is_shown_as_its_reader_sees_it() -> None:
    assert as_written(Decimal("500")) == "500"
    assert as_written(Decimal("1.2E+3")) == "1200"
    assert as_written(datetime(2026, 3, 5)) == "2026年3月5日"
    assert as_written(datetime(2026, 3, 5, 9, 5)) == "2026年3月5日 09:05"


def test_an_error_value_is_no_text() -> None:
    table, row = one_row({"product": "#REF!"}, {"product": "品名"})
    reader = Reader.of(table.headers, row)
    assert reader.required("product", text, "产品名称") is None
    assert [error.message for error in reader.errors] == [
        "第 17 行，列“品名”：应为填好的内容（请在 Excel 或 WPS 中改正公式后保存），得到 “#REF!”"
    ]


def test_plain_text_is_nfkc_on_one_line() -> None:
    assert plain(" ３０\n箱 ") == "30 箱"


@pytest.mark.parametrize("wrong", ["10²斤", "①号", "½斤", "草\u200b莓", "٣斤"])
def test_characters_with_two_readings_are_refused_by_name(wrong: str) -> None:
    with pytest.raises(CellError, match=r"普通的文字和数字（有.*U\+"):
        plain(wrong)


def test_words_pushed_out_of_sight_are_refused() -> None:
    for written in ("戴家村" + " " * 9 + "杭州市", "3" + "\u3000" * 9 + "吨", "a" + " " * 40 + "b"):
        for read in (plain, text):
            with pytest.raises(CellError, match="连着的空格不超过 8 个"):
                read(written)
    assert text("王" + " " * 8 + "五") == "王 五"


def test_text_stays_as_written_but_on_one_line() -> None:
    assert text("红颜（Ａ级）\n草莓") == "红颜（Ａ级） 草莓"
    assert text(Decimal(3)) == "3"
    with pytest.raises(CellError, match="不超过 60 字"):
        text("草" * 61)
    with pytest.raises(CellError, match="填写完整的文字（不含待填的空白“____”）"):
        text("产地____村")


def test_a_code_is_checked_and_put_in_upper_case() -> None:
    assert uscc(" 93330182ma0text040 ") == "93330182MA0TEXT040"
    assert uscc("N2330182MF0TEXT29H") == "N2330182MF0TEXT29H"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("93330182MA0TEXT041", r"^18 位统一社会信用代码（第 18 位（校验码）不符）$"),
        ("9333", "应为 18 位"),
        ("9333O182MA0TEXT040", "第 5 位应为数字或大写字母"),
        (Decimal("9.133018200000001E+17"), "设为“文本”后重填"),
    ],
)
def test_a_wrong_code_says_where(cell: Cell, message: str) -> None:
    with pytest.raises(CellError, match=message):
        uscc(cell)


def test_the_error_of_a_code_never_repeats_an_identity_number() -> None:
    with pytest.raises(CellError) as error:
        uscc("11010519491231002X")
    assert "1949" not in str(error.value)


def test_division_codes_may_be_numbers() -> None:
    assert division(Decimal(330182)) == "330182"
    with pytest.raises(CellError, match="6 位行政区划代码（如 330182）"):
        division("33018")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (Decimal(13800000000), "13800000000"),
        ("0571-00001234", "0571-00001234"),
        ("0571-00001234转12；０５７１－00005678", "0571-00001234转12、0571-00005678"),
    ],
)
def test_telephone_numbers(cell: Cell, number: str) -> None:
    assert contact(cell) == number


@pytest.mark.parametrize("cell", ["电话", "123", "0571-00001234 张三", "a@b.cn"])
def test_what_is_no_telephone_number(cell: str) -> None:
    with pytest.raises(CellError, match="电话号码（如 0571-00001234）"):
        contact(cell)


def test_a_closed_choice_is_exact_in_case() -> None:
    grade = one_of({code: code for code in ("A", "B", "C", "c")})
    assert (grade("C"), grade("c"), grade("Ａ")) == ("C", "c", "A")
    with pytest.raises(CellError, match=r"^A、B、C 或 c$"):
        grade("a")


def test_choices_in_words() -> None:
    assert choice(["是", "否"]) == "是或否"
    assert choice(["A"]) == "A"


def test_a_reader_gathers_all_errors_of_a_row_under_the_sheets_own_headers() -> None:
    table, row = one_row({"a": "10²"}, {"a": "数量（斤）", "b": "产地"})
    reader = Reader.of(table.headers, row)
    assert reader.required("a", plain, "数量") is None
    assert reader.required("b", plain, "产地") is None
    assert reader.optional("b", plain) is None
    assert [str(error) for error in reader.errors] == [
        "第 17 行，列“数量（斤）”：应为普通的文字和数字（有上标、分数或带圈数字 U+00B2“²”），得到 “10²”",
        "第 17 行，列“产地”：应为产地，得到空白",
    ]


def test_a_fault_is_told_instead_of_what_the_cell_says() -> None:
    row = TableRow(17, {"a": "10²"}, {None: HIDDEN_ROW, "a": Fault("别的", "显示为 1")})
    reader = Reader.of({"a": "数量"}, row)
    assert reader.required("a", plain, "数量") is None
    assert [str(error) for error in reader.errors] == [
        "第 17 行：应为显示出来的行（要用的请取消隐藏或筛选，不用的请删除这一行），得到 “被隐藏或筛掉的行”",
        "第 17 行，列“数量”：应为别的，得到 “显示为 1”",
    ]
