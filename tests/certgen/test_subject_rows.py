"""One row of the office's list of subjects, and what is said of each thing wrong with it."""

from collections.abc import Mapping

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from certgen.subject_rows import (
    SUBJECT_COLUMNS,
    SubjectRow,
    read_subject_row,
    read_subject_table,
    read_subjects,
)
from certgen.table import Cell
from certgen.table_header import TableError
from credential.subjects import SubjectType
from tests.certgen.sheets import one_row, xlsx, xlsx_with

HEADERS = {column.key: column.names[0] for column in SUBJECT_COLUMNS} | {"grade": "等级"}
GRADES = ("A", "B", "C", "c")
HOUSEHOLD = "NH33018200000001B"
GOOD: Mapping[str, Cell] = {
    "name": "建德市某某果蔬专业合作社",
    "uscc": "93330182MA0TEXT040",
    "type": "合作社",
    "grade": "c",
    "division": "330182",
    "origin": "建德市杨村桥镇",
    "contact": "0571-00001234",
}
ROW = SubjectRow(
    17,
    SubjectType.COOPERATIVE,
    "建德市某某果蔬专业合作社",
    "93330182MA0TEXT040",
    None,
    "330182",
    "建德市杨村桥镇",
    "0571-00001234",
    "c",
)


def _read(changes: Mapping[str, Cell | None]) -> SubjectRow | list[str]:
    cells = {key: cell for key, cell in {**GOOD, **changes}.items() if cell is not None}
    row = read_subject_row(*one_row(cells, HEADERS), GRADES)
    return row if isinstance(row, SubjectRow) else [str(error) for error in row]


def test_a_good_row() -> None:
    assert _read({}) == ROW


@pytest.mark.parametrize("grade", GRADES)
def test_grades_keep_their_case(grade: str) -> None:
    row = _read({"grade": grade})
    assert isinstance(row, SubjectRow)
    assert row.grade == grade


def test_a_subject_need_not_have_a_grade_yet() -> None:
    row = _read({"grade": None})
    assert isinstance(row, SubjectRow)
    assert row.grade is None


@pytest.mark.parametrize(
    ("code", "type_"),
    [
        ("91350100M000100Y43", SubjectType.ENTERPRISE),
        ("92330182MA0TEXT12X", SubjectType.SELF_EMPLOYED),
        ("93330182MA0T002060", SubjectType.COOPERATIVE),
        ("N2330182MF0TEXT29H", SubjectType.VILLAGE),
        ("32140581MD0TEXT48W", SubjectType.AUTHORITY),
        ("11100000MB0143028R", SubjectType.AUTHORITY),
        ("12100000400000624D", SubjectType.AUTHORITY),
    ],
)
def test_the_type_comes_from_the_code(code: str, type_: SubjectType) -> None:
    row = _read({"uscc": code, "type": None})
    assert isinstance(row, SubjectRow)
    assert row.type is type_


@pytest.mark.parametrize(("words", "consent"), [("是", True), ("否", False), (None, None)])
def test_a_household_has_a_number_of_its_own_and_a_say(
    words: str | None, consent: bool | None
) -> None:
    row = _read({"uscc": None, "household": HOUSEHOLD, "type": "农户", "consent": words})
    assert isinstance(row, SubjectRow)
    assert (row.type, row.uscc, row.household) == (SubjectType.HOUSEHOLD, None, HOUSEHOLD)
    assert row.consent is consent


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grade": "F"}, "列“等级”：应为 A、B、C 或 c，得到 “F”"),
        ({"grade": "a"}, "列“等级”：应为 A、B、C 或 c，得到 “a”"),
        ({"name": None}, "列“主体名称”：应为主体名称，得到空白"),
        ({"uscc": None}, "列“统一社会信用代码”：应为统一社会信用代码和农户编号二者之一，得到空白"),
        ({"household": HOUSEHOLD}, "列“统一社会信用代码”：应为统一社会信用代码和农户编号二者之一，不能都填，得到 “93330182MA0TEXT040”"),
        ({"uscc": "93330182MA0TEXT041"}, "列“统一社会信用代码”：应为 18 位统一社会信用代码（第 18 位（校验码）不符），得到 “93330182MA0TEXT041”"),
        ({"uscc": None, "household": "NH1", "type": None}, "列“农户编号”：应为农户编号（应为 NH 加 6 位行政区划代码、8 位数字和 1 位校验码），得到 “NH1”"),
        ({"type": "企业"}, "列“主体类型”：应为合作社（代码以 93 开头），得到 “企业”"),
        ({"uscc": None, "household": HOUSEHOLD}, "列“主体类型”：应为农户（填的是农户编号），得到 “合作社”"),
        ({"division": "3301"}, "列“行政区划代码”：应为 6 位行政区划代码（如 330182），得到 “3301”"),
        ({"origin": None}, "列“产地”：应为产地（如 建德市杨村桥镇），得到空白"),
        ({"contact": None}, "列“联系电话”：应为电话号码（如 0571-00001234），得到空白"),
        ({"consent": "也许"}, "列“同意公开等级”：应为是或否，得到 “也许”"),
    ],
)  # fmt: skip
def test_each_error_names_row_column_expected_and_found(
    changes: Mapping[str, Cell | None], message: str
) -> None:
    assert _read(changes) == [f"第 17 行，{message}"]


def test_a_code_of_another_kind_of_body_is_refused() -> None:
    # 51: 社会团体
    errors = _read({"uscc": "51330182MA0T00011G", "type": None})
    assert errors == [
        "第 17 行，列“统一社会信用代码”：应为 91、92、93、N1、N2、N3、11、12 或 32 开头的代码，"
        "得到 “51330182MA0T00011G”"
    ]


def test_an_unknown_type_lists_what_there_is() -> None:
    (error,) = _read({"type": "合伙"})
    assert error.startswith("第 17 行，列“主体类型”：应为企业、合作社、")


def test_one_code_is_registered_once() -> None:
    header = ["主体名称", "统一社会信用代码", "行政区划代码", "产地", "联系电话"]
    row = ["某社", "93330182MA0TEXT040", "330182", "建德市", "0571-00001234"]
    again = ["某 社", "93330182ma0text040", "330182", "建德市", "0571-00001234"]
    rows, errors = read_subjects(read_subject_table(xlsx([["名录"], header, row, again])), GRADES)
    assert [row.number for row in rows] == [3]
    assert [str(error) for error in errors] == ["第 4 行：与第 3 行重复，同一代码只登记一次"]


def test_a_subject_of_a_hidden_row_is_not_registered() -> None:
    header = ["主体名称", "统一社会信用代码", "行政区划代码", "产地", "联系电话"]
    row = ["某社", "93330182MA0TEXT040", "330182", "建德市", "0571-00001234"]

    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    rows, errors = read_subjects(read_subject_table(xlsx_with([header, row], hide)), GRADES)
    assert rows == []
    assert [(error.row, error.found) for error in errors] == [(2, "被隐藏或筛掉的行")]


def test_a_table_without_codes_is_refused() -> None:
    header = ["主体名称", "行政区划代码", "产地", "联系电话"]
    with pytest.raises(TableError, match="缺少列：统一社会信用代码、农户编号，至少要有一列"):
        read_subject_table(xlsx([header, ["某社", "330182", "建德市", "0571-00001234"]]))
