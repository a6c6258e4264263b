"""Cells that a merge covers: their values stay in the file, and no spreadsheet program shows them."""

import zipfile
from io import BytesIO

import pytest

from certgen.sheet_places import covered_cells
from certgen.sheet_xml import INSIDE, WorkbookError
from certgen.shown import Fault
from certgen.table import Table, read_table
from certgen.table_header import Column, TableError
from tests.certgen.sheets import with_part, xlsx

COLUMNS = (
    Column("product", ("产品",), required=True),
    Column("quantity", ("数量",), required=True),
)
ROWS = [["台账"], ["产品", "数量"], ["草莓", "85.5公斤"], ["草莓", "9500公斤"], ["柑橘", "3箱"]]
EXPECTED = "表上看得见的内容（要的请取消合并单元格，不要的请删去）"


def _merged(*references: str) -> Table:
    """openpyxl empties what it merges."""
    data, part = xlsx(ROWS), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        xml = archive.read(part).decode()
    merges = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    end = f"</sheetData><mergeCells>{merges}</mergeCells>"
    changed = xml.replace("</sheetData>", end)
    assert changed != xml
    return read_table(with_part(data, part, changed.encode()), COLUMNS)


def test_a_row_below_another_in_one_cell_is_refused() -> None:
    """Found: 9500公斤 was issued from a row that nobody can see."""
    rows = _merged("A1:B1", "A3:A4", "B3:B4").rows
    assert [dict(row.faults) for row in rows] == [
        {},
        {
            "product": Fault(EXPECTED, "草莓（被合并的单元格盖住）"),
            "quantity": Fault(EXPECTED, "9500公斤（被合并的单元格盖住）"),
        },
        {},
    ]


def test_a_cell_beside_another_in_one_is_refused() -> None:
    rows = _merged("A5:B5").rows
    assert [set(row.faults) for row in rows] == [set(), set(), {"quantity"}]


def test_a_header_that_is_covered_is_refused() -> None:
    with pytest.raises(TableError) as refused:
        _merged("A2:B2")
    said = "列“数量”（B 列）的表头被合并的单元格盖住：请取消合并，再核对"
    assert str(refused.value) == said


def test_what_a_merge_leaves_in_sight_is_read() -> None:
    """A title over all columns, an empty cell, and what lies beyond the rows."""
    rows = _merged("A1:H1", "C2:C4", "A6:B9", "A12:XFD1048576").rows
    assert [dict(row.faults) for row in rows] == [{}, {}, {}]


@pytest.mark.parametrize(
    "references", [("A2:B3", "B3:C4"), ("A2:A3", "A2:A3"), ("B3:A2",), ("A2:",), ("",), ("A:B",)]
)
def test_merges_that_programs_mend_are_refused(references: tuple[str, ...]) -> None:
    with pytest.raises(WorkbookError) as refused:
        covered_cells(references, 10, 5)
    assert str(refused.value) == INSIDE
