"""Small tables for the tests."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

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


def xlsx_with(rows: Sheet, change: Callable[[Worksheet], None]) -> bytes:
    """A workbook of one sheet, changed before it is saved."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """``data``: an archive; its part of this name is ``content`` instead, or added."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content, zipfile.ZIP_DEFLATED, 1)
    return changed.getvalue()


def one_row(cells: Mapping[str, Cell], headers: Mapping[str, str]) -> tuple[Table, TableRow]:
    """Row 17 of a table, read already."""
    row = TableRow(17, cells)
    return Table(headers, (row,), header_row=2), row
