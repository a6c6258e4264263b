"""A clerk's table, XLSX or CSV bytes, as a value: header found, rows by known column names.

Office tables have a title above the header and remarks below the rows; the header is the row with
the most known column names, wherever it stands, and rows keep the numbers the clerk sees.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from io import SEEK_END, BytesIO
from itertools import islice
from typing import BinaryIO, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from certgen.csv_text import DELIMITERS, csv_rows, delimiter_of, encoding_of
from certgen.rich_text import FAINT_LETTERS, STRUCK_LETTERS
from certgen.runs import Runs
from certgen.sheet_cells import SheetFacts
from certgen.sheet_places import letters_of
from certgen.sheet_size import WorkbookFacts, check_workbook
from certgen.sheet_xml import INSIDE, WorkbookError
from certgen.shown import (
    FAINT,
    HIDDEN_ROW,
    STRUCK,
    CellStyle,
    Fault,
    as_shown,
    covered_fault,
    other_column_fault,
    rounded_fault,
)
from certgen.table_header import (
    HEADER_WITHIN,
    Column,
    Header,
    TableError,
    check_above,
    find_header,
    missing,
)

LARGEST: Final = 20 << 20
"""Bytes of a workbook, which is laid out in memory, and of any table read whole."""
LARGEST_CSV: Final = 128 << 20
"""Bytes of a CSV read row by row: a million rows and more."""
_REMARK: Final = re.compile(r"(备注|说明|注)\s*[:：]|合计|小计|总计|制表|填表|审核|复核")

_ROOM: Final = 16
"""Digits, with a point, that a sheet keeps of a number: a column that has room for them shows it whole."""
_OF_LETTERS: Final = {STRUCK_LETTERS: STRUCK, FAINT_LETTERS: FAINT}

Cell = str | Decimal | datetime
"""Text without outer white space, a number, or wall-clock time as written. Empty cells are left out."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """``number``: as the sheet counts, from 1. ``cells``: the filled ones, by column key.
    ``faults``: why the row (None), or what it says in a column, is refused whatever it says."""

    number: int
    cells: Mapping[str, Cell]
    faults: Mapping[str | None, Fault] = field(default_factory=dict)

    def __reduce__(self) -> "tuple[type[TableRow], tuple[object, ...]]":
        # a million of them go from one process to another: half the time of going by their fields
        said = (self.number, self.cells)
        return TableRow, (*said, self.faults) if self.faults else said


@dataclass(frozen=True, slots=True)
class Table:
    """``headers``: as they stand in the sheet, by column key. ``notes``: rows read as remarks."""

    headers: Mapping[str, str]
    rows: tuple[TableRow, ...]
    header_row: int
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TableStream:
    """A table whose rows are read one after the other, once. ``rows``: None for one read as a
    remark, whose number goes with it."""

    headers: Mapping[str, str]
    header_row: int
    rows: Iterator[tuple[int, TableRow | None]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """``rows``: of a sheet, from its first one, as often as they are asked for. ``first``: the column
    that they begin with, from 1; ``facts``: what the sheet says beside them; ``styles``: by number."""

    rows: Callable[[], Iterator[Sequence[object]]]
    first: int = 1
    facts: SheetFacts = field(default_factory=SheetFacts)
    styles: Sequence[CellStyle] = ()

    def style(self, number: int) -> CellStyle:
        return _OF_LETTERS.get(number) or self.styles[number]


def read_table(data: bytes, columns: Sequence[Column]) -> Table:
    """Read the one table of a file.

    Raises:
        TableError: not a table, no header, missing columns, no rows, or several tables.
    """
    if len(data) > LARGEST:
        raise TableError(f"文件超过 {LARGEST >> 20} MB，请分成几个文件")
    stream = stream_table(partial(BytesIO, data), columns)
    rows, notes = [], []
    for number, row in stream.rows:
        if row is None:
            notes.append(number)
        else:
            rows.append(row)
    return Table(stream.headers, tuple(rows), stream.header_row, tuple(notes))


def stream_table(open_file: Callable[[], BinaryIO], columns: Sequence[Column]) -> TableStream:
    """As :func:`read_table`, for longer tables: of a workbook only its sheet is in memory, of a CSV a
    row. ``open_file``: from its beginning, as often as it is asked for.

    Raises:
        TableError: as there; of a CSV whose quotes don't match, while the rows are read.
    """
    with open_file() as file:
        head, size = file.read(4), file.seek(0, SEEK_END)
        if not size:
            raise TableError("文件是空的")
        check_size(head, size)
        if head == b"\xd0\xcf\x11\xe0":  # OLE: BIFF workbooks, and encrypted XLSX
            raise TableError("是旧版 .xls 或加了密码的表格，请另存为不加密码的 .xlsx")
        file.seek(0)
        workbook = _workbook_grids(file.read()) if head.startswith(b"PK") else None
    return _choose(_text_grids(open_file, columns) if workbook is None else workbook, columns)


def check_size(head: bytes, size: int) -> None:
    """Before a file for :func:`stream_table` is read. ``head``: its first two bytes or more.

    Raises:
        TableError: it is too large.
    """
    if head.startswith(b"PK") and size > LARGEST:
        csv_too = f"或另存为 CSV（不超过 {LARGEST_CSV >> 20} MB）"
        raise TableError(f"文件超过 {LARGEST >> 20} MB，请分成几个文件，{csv_too}")
    if size > LARGEST_CSV:
        raise TableError(f"文件超过 {LARGEST_CSV >> 20} MB，请分成几个文件")


def _choose(grids: Mapping[str, _Grid], columns: Sequence[Column]) -> TableStream:
    """The one sheet with data; with the most known columns where none has all that are needed."""
    needed = frozenset(column.key for column in columns if column.required)
    headers = {name: find_header(grid.rows, columns) for name, grid in grids.items()}
    found = {name: header for name, header in headers.items() if header is not None}
    if not found:
        names = "、".join(column.names[0] for column in columns if column.required)
        raise TableError(f"没有找到表头：前 {HEADER_WITHIN} 行中应有一行写着列名（{names}）")
    complete = {n: h for n, h in found.items() if not missing(h, columns)}
    if not complete:
        header = max(found.values(), key=lambda header: len(header.places))
        raise TableError(
            f"缺少列：{'、'.join(missing(header, columns))}"
            f"（表头在第 {header.row + 1} 行，认出的列：{'、'.join(header.texts.values())}）"
        )
    filled = [name for name, header in complete.items() if _has_rows(grids[name], header, needed)]
    if not filled:
        first = next(iter(complete.values()))
        raise TableError(f"表头（第 {first.row + 1} 行）下面没有数据")
    if len(filled) > 1:
        names = "、".join(f"“{name}”" for name in filled)
        raise TableError(f"有多个工作表带数据：{names}，请每次只交一个")
    for name, header in found.items():
        lacking = missing(header, columns)
        # a summary says less
        if lacking and 2 * len(lacking) < len(needed) and _has_rows(grids[name], header, needed):
            raise TableError(
                f"工作表“{name}”也带数据，但缺少列：{'、'.join(lacking)}。请每次只交一个工作表"
            )
    header, grid = complete[filled[0]], grids[filled[0]]
    _check_header(grid, header)
    check_above(grid.rows(), header, columns)
    codes = frozenset(column.key for column in columns if column.is_code)
    return TableStream(dict(header.texts), header.row + 1, _rows(grid, header, needed, codes))


def _has_rows(grid: _Grid, header: Header, needed: frozenset[str]) -> bool:
    return any(row is not None for _, row in _rows(grid, header, needed))


def _check_header(grid: _Grid, header: Header) -> None:
    """Raises TableError where a column is read that a clerk doesn't see, or not by this name."""
    row, facts = header.row + 1, grid.facts
    if facts.hidden_rows.at(row) is not None:
        raise TableError(f"表头（第 {row} 行）被隐藏或筛掉：请取消隐藏，或删除这一行")
    for key, place in header.places.items():
        column, name = grid.first + place, header.texts[key]
        if (why := facts.unseen(column)) is not None:
            raise TableError(f"列“{name}”（{letters_of(column)} 列）{why}")
        if facts.is_covered(row, column):
            raise TableError(
                f"列“{name}”（{letters_of(column)} 列）的表头被合并的单元格盖住：请取消合并，再核对"
            )
        style = facts.styles.get(column, Runs()).at(row)
        if style is None:
            continue
        # turned headers are read like any
        upright = replace(grid.style(style), crowded=False)
        if isinstance(fault := as_shown(name, upright, is_code=False), Fault):
            raise TableError(
                f"第 {row} 行表头，列“{name}”：应为{fault.expected}，得到 “{fault.found}”"
            )


def _workbook_grids(data: bytes) -> dict[str, _Grid]:
    try:
        facts = check_workbook(data)
        with CalamineWorkbook.from_object(BytesIO(data)) as workbook:
            return {
                one.name: _sheet_grid(workbook.get_sheet_by_name(one.name), facts)
                for one in workbook.sheets_metadata
                if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
            }
    except WorkbookError as error:
        raise TableError(str(error)) from error
    except CalamineError as error:
        raise TableError("XLSX 文件已损坏，请重新保存后再试") from error


def _sheet_grid(sheet: CalamineSheet, facts: WorkbookFacts) -> _Grid:
    if sheet.name not in facts.sheets:
        raise WorkbookError(INSIDE)
    # keeps leading empty rows, so that rows keep the numbers that the clerk sees, but no columns
    first = sheet.start[1] + 1 if sheet.start else 1
    return _Grid(sheet.iter_rows, first, facts.sheets[sheet.name], facts.styles)


def _text_grids(open_file: Callable[[], BinaryIO], columns: Sequence[Column]) -> dict[str, _Grid]:
    encoding = encoding_of(open_file)
    grids = {
        delimiter: _Grid(partial(csv_rows, open_file, encoding, delimiter))
        for delimiter in DELIMITERS
    }
    found = [delimiter for delimiter, grid in grids.items() if _has_header(grid, columns)]
    return {"CSV": grids[delimiter_of(open_file, encoding, found)]}


def _has_header(grid: _Grid, columns: Sequence[Column]) -> bool:
    """By this delimiter; what another makes of a cell in quotes may be none."""
    try:
        return find_header(grid.rows, columns) is not None
    except TableError:
        return False


def _rows(
    grid: _Grid,
    header: Header,
    needed: frozenset[str],
    codes: frozenset[str] = frozenset(),
) -> Iterator[tuple[int, TableRow | None]]:
    """``needed``, ``codes``: keys of the columns that a row needs, and of those of codes."""
    below = islice(grid.rows(), header.row + 1, None)
    places = tuple(header.places.items())
    facts, errors = grid.facts, grid.facts.faults
    styles = {
        key: found
        for key, place in places
        if (found := grid.facts.styles.get(grid.first + place)) is not None
    }
    rooms = [(key, facts.room(grid.first + place)) for key, place in places]
    rooms = [(key, room) for key, room in rooms if room < _ROOM]
    is_odd = bool(styles or facts.covered or facts.hidden_rows or header.others)
    for number, row in enumerate(below, start=header.row + 2):
        if row.count("") == len(row) and number not in errors:
            continue
        width = len(row)
        cells = {
            key: cell
            for key, place in places
            if place < width and (cell := _cell(row[place])) is not None
        }
        if _is_remark(row, cells, header, needed):
            yield number, None
            continue
        if number in errors:
            said = errors[number]
            failed = {key: said[at] for key, place in places if (at := grid.first + place) in said}
            # a formula that waits below the rows for one to be filled in is no row
            if cells or _is_whole(failed, needed):
                cells |= failed
        faults = _faults(number, row, cells, (grid, header, styles, codes)) if is_odd else {}
        for key, room in rooms:
            cell = cells.get(key)
            if isinstance(cell, Decimal) and (rounded := rounded_fault(cell, room)) is not None:
                faults.setdefault(key, rounded)
        if cells:
            yield number, TableRow(number, cells, faults)


def _faults(
    number: int,
    row: Sequence[object],
    cells: dict[str, Cell],
    of_table: tuple[_Grid, Header, Mapping[str, Runs], frozenset[str]],
) -> dict[str | None, Fault]:
    """Of one row; a cell that is read as it shows becomes that. ``of_table``: grid and header, the
    odd styles by column key, and the keys of codes."""
    grid, header, styles, codes = of_table
    faults: dict[str | None, Fault] = {}
    for key, found in styles.items():
        if key in cells and (style := found.at(number)) is not None:
            one = as_shown(cells[key], grid.style(style), is_code=key in codes)
            if isinstance(one, Fault):
                faults[key] = one
            else:
                cells[key] = one
    for key, place in header.places.items() if grid.facts.covered else ():
        if key in cells and grid.facts.is_covered(number, grid.first + place):
            faults[key] = covered_fault(cells[key])
    for key, others in header.others.items():
        seen = [one for one in others if grid.facts.unseen(grid.first + one[0]) is None]
        if (other := _said_otherwise(row, cells.get(key), seen)) is not None:
            faults[key] = other_column_fault(cells.get(key), *other)
            cells[key] = other[1]
    if grid.facts.hidden_rows.at(number) is not None:
        faults[None] = HIDDEN_ROW
    return faults


def _is_whole(cells: Mapping[str, Cell], needed: frozenset[str]) -> bool:
    return bool(needed) and needed <= cells.keys()


def _said_otherwise(
    row: Sequence[object], said: Cell | None, others: Sequence[tuple[int, str]]
) -> tuple[str, Cell] | None:
    """The name of a column of the same meaning that says something else, and what. ``others``: as a header has them."""
    for place, name in others:
        cell = _cell(row[place]) if place < len(row) else None
        if cell is not None and cell != said:
            return name, cell
    return None


def _is_remark(
    row: Sequence[object], cells: Mapping[str, Cell], header: Header, needed: frozenset[str]
) -> bool:
    """A total or a remark below the rows: says so in its first cell and leaves most columns empty,
    and one that a row needs."""
    if 2 * len(cells) >= len(header.places) or _is_whole(cells, needed):
        return False
    first = next((cell for value in row if (cell := _cell(value)) is not None), "")
    return isinstance(first, str) and _REMARK.match(first) is not None


def _cell(value: object) -> Cell | None:
    # first, because most cells are text
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        # a sheet stores doubles and shows 15 digits: 0.1 + 0.2 is 0.3 to its reader
        return Decimal(f"{value:.15g}")
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    return str(value).strip() or None
