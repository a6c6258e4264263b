"""Which row of a table is its header, and that no row above it is lost."""

from collections.abc import Sequence

import pytest

from certgen.table import read_table
from certgen.table_header import HEADER_WITHIN, TableError, find_header
from tests.certgen.sheets import xlsx
from tests.certgen.test_table import COLUMNS, HEADER


def test_the_header_stands_within_the_first_rows() -> None:
    title: list[Sequence[object]] = [["台账"]]
    for above, row in ((HEADER_WITHIN - 1, HEADER_WITHIN - 1), (HEADER_WITHIN, None)):
        header = find_header(lambda rows=[*title * above, HEADER]: iter(rows), COLUMNS)
        assert (None if header is None else header.row) == row


def test_the_best_of_ranked_names_is_read() -> None:
    table = read_table(xlsx([["日期", "产品", "数量", "采收日期"], ["a", "b", "c", "d"]]), COLUMNS)
    assert table.headers["produced_on"] == "采收日期"
    assert table.rows[0].cells["produced_on"] == "d"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        # of two headers the fuller one is read
        (
            [["产品", "数量"], ["草莓", 1], HEADER, [1, "柑橘", 2, "x"]],
            "第 1 行在表头（第 3 行）之上，不会被读：是数据的请移到表头下面，否则请删去",
        ),
        (
            [[1, "草莓", 1], HEADER, [1, "柑橘", 2, "x"]],
            "第 1 行在表头（第 2 行）之上，不会被读：是数据的请移到表头下面，否则请删去",
        ),
    ],
)
def test_rows_above_the_header_are_not_lost(rows: Sequence[Sequence[object]], message: str) -> None:
    with pytest.raises(TableError) as error:
        read_table(xlsx(rows), COLUMNS)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "title",
    [["2026年合格证台账", "共 1 页"], ["填报单位：", "红旗合作社", "填报日期：", "3月5日"]],
)
def test_titles_above_the_header_are_no_rows(title: Sequence[str]) -> None:
    table = read_table(xlsx([title, HEADER, [1, "草莓", 1]]), COLUMNS)
    assert [row.number for row in table.rows] == [3]
