"""An XLSX workbook as an office formats one, with the same bytes for the same content."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

Value = str | int | float | date | datetime | None
_WRITTEN: Final = datetime(2026, 1, 1)
"""When every sample workbook says it was written; the clock would change its bytes."""
_HEADER_FILL: Final = PatternFill("solid", fgColor="DDEBF7")
_EDGE: Final = Side(style="thin", color="BFBFBF")
_BOX: Final = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


def office_workbook(
    sheet_name: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[Value]],
    remark: str,
) -> bytes:
    """A merged title, the header, the rows and a remark. ``columns``: header and width."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(sheet_name)
    _title(sheet, title, len(columns))
    sheet.append([header for header, _ in columns])
    for place, (_, width) in enumerate(columns, start=1):
        cell = sheet.cell(2, place)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEADER_FILL, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for row in rows:
        sheet.append(list(row))
    for cells in sheet.iter_rows(min_row=3):
        for cell in cells:
            cell.border = _BOX
            if isinstance(cell.value, datetime) and (cell.value.hour or cell.value.minute):
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif isinstance(cell.value, date):
                cell.number_format = 'yyyy"年"m"月"d"日"'
    sheet.cell(len(rows) + 3, 1, remark)
    sheet.freeze_panes = "A3"
    return _stable(book)


def _title(sheet: Worksheet, title: str, width: int) -> None:
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30


def _stable(book: Workbook) -> bytes:
    """Save, then write the parts again with fixed times: openpyxl takes both from the clock."""
    saved, stable = BytesIO(), BytesIO()
    book.properties.creator = "证信样例数据"
    book.properties.created = _WRITTEN
    book.save(saved)
    book.properties.modified = _WRITTEN
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(stable, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = tostring(book.properties.to_tree())
            entry = zipfile.ZipInfo(name, _WRITTEN.timetuple()[:6])
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stable.getvalue()
