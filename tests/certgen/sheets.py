"""Small tables for the tests."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

from certgen.table import Cell, Table, TableRow

Sheet = Sequence[Sequence[object]]


def xlsx(*sheets: Sheet, hidden: Sequence[int] = ()) -> bytes:
    """A workbook with these sheets; ``hidden``: which of them do not show."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number + 1}")
        for row in rows:
            sheet.append(list(row))
        if number in hidden:
            sheet.sheet_state = "hidden"
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def one_row(cells: Mapping[str, Cell], headers: Mapping[str, str]) -> tuple[Table, TableRow]:
    """Row 17 of a table, read already."""
    row = TableRow(17, cells)
    return Table(headers, (row,), header_row=2), row
