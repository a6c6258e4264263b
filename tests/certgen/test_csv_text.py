"""A CSV is read as Excel and WPS show it, or refused: in China they part it at commas."""

import pytest

from certgen.table import read_table
from certgen.table_header import Column, TableError

COLUMNS = (
    Column("product", ("产品名称", "产品"), required=True),
    Column("quantity", ("产品数量", "数量"), required=True),
)
ADVICE = "Excel、WPS 里看到的与读到的会不同；请在 Excel 或 WPS 中打开核对，另存为 .xlsx 再交"
FAR = "," * 60 + ";"


def _refused(*lines: str) -> str:
    with pytest.raises(TableError) as refused:
        read_table("\r\n".join(lines).encode("utf-8-sig"), COLUMNS)
    return str(refused.value)


def _amount(*lines: str) -> object:
    return read_table("\r\n".join(lines).encode(), COLUMNS).rows[0].cells["quantity"]


def test_two_tables_in_one_file_are_refused() -> None:
    """Found: 400 semicolons in the title, and 9500公斤 off the screen were issued for 85.5公斤."""
    title, real = f"合作社台账{FAR}{';' * 400}", f"{FAR}茶鲜叶;9500公斤"
    said = _refused(title, f"产品,数量{FAR}产品;数量", f"茶鲜叶,85.5公斤{real}")
    assert said == f"CSV 按逗号、分号分列都读得出表头，{ADVICE}"


def test_a_table_beside_columns_of_other_names_is_refused() -> None:
    said = _refused(f"品种,公斤数{FAR}产品;数量", f"茶鲜叶,85.5{FAR}茶鲜叶;9500公斤")
    assert said == f"CSV 以分号分列，第 1 行又有逗号，{ADVICE}"
    said = _refused("产品\t数量", f"茶鲜叶,85.5公斤{FAR}茶鲜叶\t9500公斤")
    assert said == f"CSV 以制表符分列，第 2 行又有逗号，{ADVICE}"
    said = _refused("产品;数量", '茶鲜叶;"1,200 公斤"')
    assert said == f"CSV 以分号分列，第 2 行又有逗号，{ADVICE}"


@pytest.mark.parametrize("first", ["sep=;", "SEP=|", '"sep=;"', "sep="])
def test_a_first_line_that_tells_excel_another_delimiter_is_refused(first: str) -> None:
    said = _refused(first, "产品,数量", "茶鲜叶,85.5公斤;9500公斤")
    shown = first.rstrip('"')
    assert said == f"CSV 第 1 行写着“{shown}”，改变了分列的符号，{ADVICE}"


def test_one_delimiter_is_read_whatever_else_stands_in_the_cells() -> None:
    assert _amount(f"台账{';' * 400}", "产品,数量", "茶鲜叶;春茶,85.5公斤\t") == "85.5公斤"
    assert _amount("产品,数量", '"茶,鲜叶","1,200公斤"') == "1,200公斤"
    assert _amount("sep=;", "产品;数量", "茶鲜叶;85.5公斤") == "85.5公斤"
    assert _amount("sep=,", "产品,数量", "茶鲜叶,85.5公斤") == "85.5公斤"


@pytest.mark.parametrize("cell", [' "急,500公斤,x"', '\u3000"急"'])
def test_a_quote_behind_a_blank_is_refused(cell: str) -> None:
    said = _refused("备注,产品,数量", f"{cell},茶鲜叶,50公斤")
    assert said == "CSV 第 2 行的引号前有空格，各表格程序读法不同，请另存为 .xlsx 再交"


def test_quotes_within_a_cell_are_read() -> None:
    assert _amount("产品,数量", '"茶, ""春""",85.5公斤') == "85.5公斤"
