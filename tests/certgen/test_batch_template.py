"""The empty batch table: every column, nothing that would be issued, read back by our own reader."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from certgen.batch_template import batch_template
from certgen.rows import BATCH_COLUMNS, read_batch_table
from certgen.table_header import TableError


def test_it_has_every_column_and_no_row() -> None:
    book = load_workbook(BytesIO(batch_template()))
    assert [cell.value for cell in book["批次表"][1]] == [c.names[0] for c in BATCH_COLUMNS]
    with pytest.raises(TableError, match="下面没有数据"):
        read_batch_table(batch_template())


def test_filled_in_it_is_read(tmp_path: object) -> None:
    book = load_workbook(BytesIO(batch_template()))
    sheet = book["批次表"]
    values = {"产品名称": "草莓", "产品数量": "500斤", "产地": "建德市", "标签张数": 3}
    for cell in sheet[1]:
        sheet.cell(2, cell.column, values.get(str(cell.value)))
    data = BytesIO()
    book.save(data)
    (row,) = read_batch_table(data.getvalue()).rows
    assert row.cells["product"] == "草莓"


def test_every_column_is_explained() -> None:
    notes = load_workbook(BytesIO(batch_template()))["填写说明"]
    said = {row[0]: row[1:] for row in notes.iter_rows(min_row=2, values_only=True)}
    assert set(said) == {column.names[0] for column in BATCH_COLUMNS}
    for column in BATCH_COLUMNS:
        assert (said[column.names[0]][0] == "必填") == column.required, column.key
