"""One row of the notary's list, and what is said of each thing wrong with it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from certgen.pledge import keyed_digest
from certgen.pledge_rows import (
    PLEDGE_COLUMNS,
    PledgeRow,
    pledge_application,
    read_pledge_row,
    read_pledge_table,
    read_pledges,
)
from certgen.table import Cell
from certgen.table_header import TableError
from tests.certgen.sheets import one_row, xlsx, xlsx_with
from tests.samples import AT

HEADERS = {column.key: column.names[0] for column in PLEDGE_COLUMNS}
# GB 11643-1999: worked example
ID_NUMBER = "11010519491231002X"
GOOD: Mapping[str, Cell] = {
    "promisor": "田大根",
    "alias": "田根",
    "id_number": ID_NUMBER,
    "matter": "继承权公证",
    "proof": "被继承人其父母的死亡事实证明",
    "decedent": "田老根",
    "born": "1931年4月2日",
    "died": datetime(2025, 11, 19),
    "acknowledged_at": "2026-03-05 09:30",
}
ROW = PledgeRow(
    17,
    "田大根",
    ID_NUMBER,
    "继承权公证",
    "被继承人其父母的死亡事实证明",
    AT - 1800,
    "田根",
    "田老根",
    date(1931, 4, 2),
    date(2025, 11, 19),
)


def _read(changes: Mapping[str, Cell | None]) -> PledgeRow | list[str]:
    cells = {key: cell for key, cell in {**GOOD, **changes}.items() if cell is not None}
    row = read_pledge_row(*one_row(cells, HEADERS), AT)
    return row if isinstance(row, PledgeRow) else [str(error) for error in row]


def test_blanks_to_be_filled_in_are_named_by_row_and_column() -> None:
    said = "第 17 行，列“办理事项”：应为填写完整的文字（不含待填的空白“____”），得到 “____公证”"
    assert _read({"matter": "____公证"}) == [said]


def test_a_good_row() -> None:
    assert _read({}) == ROW
    bare = _read(dict.fromkeys(("alias", "decedent", "born", "died")))
    assert isinstance(bare, PledgeRow)
    assert (bare.alias, bare.decedent, bare.born, bare.died) == (None, None, None, None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"promisor": None}, "列“承诺人”：应为承诺人姓名，得到空白"),
        ({"id_number": None}, "列“身份证号”：应为 18 位身份证号码，得到空白"),
        ({"id_number": "110105194912310021"}, "列“身份证号”：应为 18 位身份证号码（身份证号码的校验位不符），得到 “110105********0021”"),
        ({"id_number": Decimal(440524188001010014)}, "列“身份证号”：应为文本格式的身份证号码（存成数字会丢失末位，请把单元格设为“文本”后重填），得到 “440524********0014”"),
        ({"matter": None}, "列“办理事项”：应为办理事项，得到空白"),
        ({"proof": None}, "列“替代证明”：应为以承诺替代的证明，得到空白"),
        ({"born": None}, "列“被继承人出生日期”：应为被继承人的日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到空白"),
        ({"died": "2025年"}, "列“被继承人死亡日期”：应为日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到 “2025年”"),
        ({"died": "2026-03-06"}, "列“被继承人死亡日期”：应为不晚于今天（2026年3月5日）的日期，得到 “2026-03-06”"),
        ({"died": "1931.4.1"}, "列“被继承人死亡日期”：应为不早于出生日期的日期，得到 “1931.4.1”"),
        ({"acknowledged_at": None}, "列“告知确认时间”：应为日期和时间（如 2026-03-05 09:30），得到空白"),
        ({"acknowledged_at": "2026-03-05"}, "列“告知确认时间”：应为日期和时间（如 2026-03-05 09:30），得到 “2026-03-05”"),
        ({"acknowledged_at": "2026-03-05 10:01"}, "列“告知确认时间”：应为不晚于现在的时间，得到 “2026-03-05 10:01”"),
    ],
)  # fmt: skip
def test_each_error_names_row_column_expected_and_found(
    changes: Mapping[str, Cell | None], message: str
) -> None:
    assert _read(changes) == [f"第 17 行，{message}"]


def test_a_table_with_good_and_bad_rows() -> None:
    header = [column.names[0] for column in PLEDGE_COLUMNS]
    good = [GOOD[column.key] for column in PLEDGE_COLUMNS]
    bad = ["王五", None, ID_NUMBER, "继承权公证", "x", None, None, None, None]
    rows, errors = read_pledges(read_pledge_table(xlsx([["登记"], header, bad, good])), AT)
    assert [row.number for row in rows] == [4]
    assert [(error.row, error.column) for error in errors] == [(3, "告知确认时间")]
    with pytest.raises(TableError, match="缺少列：告知确认时间"):
        read_pledge_table(xlsx([header[:-1], good[:-1]]))


def test_an_application_of_a_hidden_row_is_refused() -> None:
    header = [column.names[0] for column in PLEDGE_COLUMNS]
    good = [GOOD[column.key] for column in PLEDGE_COLUMNS]

    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True

    rows, errors = read_pledges(read_pledge_table(xlsx_with([header, good, good], hide)), AT)
    assert [row.number for row in rows] == [3]
    assert [(error.row, error.found) for error in errors] == [(2, "被隐藏或筛掉的行")]


def test_the_identity_number_stays_behind() -> None:
    key = bytes(range(32))
    application = pledge_application(ROW, authority="高平市公证处", key=key)
    assert ID_NUMBER not in repr(ROW)
    assert "1949" not in repr(application)
    assert application.code == "110105********002X"
    assert application.digest == keyed_digest(ID_NUMBER, key)
    assert application.decedent_age == 94
    assert (application.promisor, application.alias) == ("田大根", "田根")
    assert application.authority == "高平市公证处"
