"""What a sheet says beside its cells' values: its size, errors, hidden rows and columns, and styles.

The reader of the values (python-calamine) knows nothing of it, and of XML that says a cell twice it
takes the one where Excel takes the other: such a sheet is refused (§ are of ECMA-376 part 1).
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import lt
from typing import Final

from certgen.cell_xml import CellReader, unknown
from certgen.runs import Runs
from certgen.sheet_places import (
    LAST_COLUMN,
    column_of,
    columns_of,
    covered_cells,
    last_column,
    letters_of,
    place_of,
    size_of,
    styled_cells,
    whole,
)
from certgen.sheet_theme import WHITE
from certgen.sheet_xml import (
    WorkbookError,
    damaged,
    is_prefixed,
    is_true,
    local_name,
    own_name,
    text_parser,
)
from certgen.workbook_styles import changes_looks

LARGEST_SHEET: Final = 3_000_000
"""Cells between the first and the last: 100,000 rows of 30 columns. The reader takes 88 bytes a cell."""
_TOP: Final = frozenset(
    {"sheetData", "cols", "mergeCells", "sheetFormatPr", "conditionalFormatting"}
)
"""These stand in the sheet itself."""
_MOST_FAULTS: Final = 1000
_CHUNK: Final = 1 << 16
_ROWS: Final = re.compile(
    rb'(?:<row r="([0-9]{1,7})"'
    rb'(?: (?!r=|hidden=|ht=|xmlns)[A-Za-z0-9:]+="[^"<>&]*"| ht="[1-9][0-9]{1,2}(?:\.[0-9]+)?"| hidden="(?:0|false)")*'
    rb'>(?:<c r="[A-Z]{1,3}\1"(?: s="[0-9]+")?'
    rb'(?:(?: t="n")?(?:/>|><v>-?[0-9]+(?:\.[0-9]+)?(?:E[-+]?[0-9]{1,3})?</v></c>)'
    rb'| t="s"(?:/>|><v>[0-9]{1,9}</v></c>)| t="b"(?:/>|><v>[01]</v></c>)'
    rb'| t="str"(?:/>|><v>[^<>]*</v></c>)'
    rb'| t="inlineStr"(?:/>|><is><t(?: xml:space="preserve")?>[^<>]*</t></is></c>)))*</row>)+'
)
"""Rows as programs write them: each cell says where it stands, and none has a formula or an error or
letters that look otherwise than the rest; and the rows are shown."""
_ROW_NUMBERS: Final = re.compile(rb'<row r="([0-9]+)')
_PLACES: Final = re.compile(rb'<(?:row|c) r="([A-Z]*)')
_FILLED_COLUMNS: Final = re.compile(rb'<c r="([A-Z]+)[^<>/]*>')
_SHARED: Final = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?: s="[0-9]+")? t="s"><v>([0-9]+)</v>')
_LOWEST: Final = 7.5
"""Points: letters of the usual size can't be read in a lower row."""
_NARROWEST: Final = 1.0
"""Letters wide."""
_WIDTH: Final = 8.43
"""Of a column that does not say it, in Excel; in others it is no less."""

Faults = Mapping[int, Mapping[int, str]]
"""By row and column, from 1: an error value as it stands, such as ``#REF!``, or one of certgen.cell_xml."""


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is not shown as it is: ``styles`` by their numbers; shared ``texts``, with what their letters
    are (certgen.rich_text); ``rules``: styles that a rule gives to cells (§18.8.15); ``white``: colours
    of the theme that can't be seen on paper."""

    styles: frozenset[int] = frozenset()
    texts: Mapping[int, int] = field(default_factory=dict)
    rules: frozenset[int] = frozenset()
    white: Collection[str] = WHITE


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """``styles``: by column, of cells with an odd style, its number or one of certgen.rich_text;
    ``ruled_columns``: where a rule may give cells such a style; ``covered``: rows by column, of the
    cells that a merge takes the room of: their values stay in the file, and no program shows them;
    ``widths``: of the columns that say it, ``width``: of all others, in digits."""

    faults: Faults = field(default_factory=dict)
    hidden_rows: Runs = field(default_factory=Runs)
    hidden_columns: tuple[range, ...] = ()
    styles: Mapping[int, Runs] = field(default_factory=dict)
    ruled_columns: tuple[range, ...] = ()
    covered: Mapping[int, Runs] = field(default_factory=dict)
    widths: tuple[tuple[range, float], ...] = ()
    width: float = _WIDTH

    def room(self, column: int) -> int:
        """Digits, the point with them, that a program shows of a number: it rounds off the others."""
        found = (width for columns, width in self.widths if column in columns)
        return int(next(found, self.width))

    def is_covered(self, row: int, column: int) -> bool:
        return column in self.covered and self.covered[column].at(row) is not None

    def unseen(self, column: int) -> str | None:
        """Why its cells can't be taken for what a clerk sees."""
        if any(column in columns for columns in self.hidden_columns):
            return "被隐藏：要用的请取消隐藏，不用的请删除这一列"
        if any(column in columns for columns in self.ruled_columns):
            return "有条件格式会画删除线、变成白字或改变数字的样子：请清除这些规则，再核对这一列"
        return None


class SheetReader:
    """A sheet's part, fed piece by piece, that holds the box of the cells so far within the limit.

    A cell without content, one of a million that somebody once gave a border, takes no room: the
    reader leaves it out. A row or a cell that does not say where it stands follows the one before
    (§18.3.1.4, §18.3.1.73), for the reader as here.
    """

    def __init__(self, odd: Oddities) -> None:
        self.rows = self.columns = 1
        self.row = self.column = 0
        self.faults: dict[int, dict[int, str]] = {}
        self.hidden_rows = Runs()
        self.hidden_columns: list[range] = []
        self.ruled_columns: list[range] = []
        self._ruled = ""
        self._merged: list[str] = []
        self.styles: dict[int, Runs] = {}
        self._odd = odd
        self._styled = styled_cells(odd.styles)
        self._low = self._prefixed = False
        self._widths: list[tuple[range, float]] = []
        self._width = _WIDTH
        self._narrow = False
        # the part of the sheet and the cell that are at hand, and how deep
        self._within = ""
        self._depth = 0
        self._seen_data = self._in_row = False
        self._cell: CellReader | None = None
        self._fleeting: set[str] = set()
        self._parser = text_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # a row that is not whole yet
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Element by element, but for whole rows of the ordinary kind: those are counted by their
        bytes and only checked by the parser."""
        data, done = self._rest + chunk, 0
        for rows in _ROWS.finditer(data):
            self._parser.Parse(data[done : rows.start()], False)
            done = rows.start()
            if self._low or self._prefixed:
                break
            self._ordinary(rows[0])
            done = rows.end()
        cut = data.rfind(b"<row ", done)
        if cut < 0 or len(data) - cut > _CHUNK:
            cut = len(data)
        self._parser.Parse(data[done:cut], False)
        self._rest = data[cut:]

    def close(self) -> SheetFacts:
        self._parser.Parse(self._rest, True)
        hidden, ruled = self._hidden_columns(), tuple(self.ruled_columns)
        covered = covered_cells(self._merged, self.rows, self.columns)
        return SheetFacts(
            self.faults,
            self.hidden_rows,
            hidden,
            self.styles,
            ruled,
            covered,
            tuple(self._widths),
            self._width,
        )

    def _hidden_columns(self) -> tuple[range, ...]:
        if not self._narrow:
            return tuple(self.hidden_columns)
        shown = {column for columns, _ in self._widths for column in columns}
        left = (range(c, c + 1) for c in range(1, self.columns + 1) if c not in shown)
        return (*self.hidden_columns, *left)

    def _ordinary(self, rows: bytes) -> None:
        self._parser.StartElementHandler = self._parser.EndElementHandler = None
        self._parser.Parse(rows, False)
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        numbers = [int(number) for number in _ROW_NUMBERS.findall(rows)]
        in_order = numbers[0] > self.row and all(map(lt, numbers, numbers[1:]))
        if self._within != "sheetData" or self._in_row or not in_order:
            damaged()
        last = max(map(last_column, set(b",".join(_PLACES.findall(rows)).split(b",,"))))
        if b"</c>" in rows:
            if last > self.columns:
                last = max(map(column_of, set(_FILLED_COLUMNS.findall(rows))))
            self._filled(numbers[-1], last)
        if self._styled is not None or self._odd.texts:
            self._note_ordinary(rows, numbers)
        self.row, self.column = numbers[-1], 0

    def _note_ordinary(self, rows: bytes, numbers: Sequence[int]) -> None:
        if self._styled is not None and not self._odd.texts:
            counts = Counter(self._styled[0].findall(rows))
            together = numbers[-1] - numbers[0] + 1 == len(numbers)
            if together and all(count == len(numbers) for count in counts.values()):
                # mostly a column is of one style all through
                for letters, style in counts:
                    runs = self.styles.setdefault(column_of(letters), Runs())
                    runs.add(numbers[0], int(style or 0), numbers[-1])
                return
        notes: dict[tuple[int, int], int] = {}
        if self._styled is not None:
            for letters, row, style in self._styled[1].findall(rows):
                notes[int(row), column_of(letters)] = int(style or 0)
        if self._odd.texts:
            for letters, row, text in _SHARED.findall(rows):
                if (mark := self._odd.texts.get(int(text))) is not None:
                    notes[int(row), column_of(letters)] = mark
        for (number, column), style in sorted(notes.items()):
            self._note(number, column, style)

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        name = own_name(element)
        self._depth += 1
        if self._cell is not None:
            if not self._cell.is_filled:
                self._filled(self.row, self.column)
            self._cell.start(name, attributes)
            return
        if self._is_misplaced(name, element):
            damaged()
        if self._within:
            self._start_item(name, attributes)
            return
        match name:
            case "cols" | "mergeCells":
                self._within = name
            case "sheetData":
                if self._seen_data:
                    damaged()
                self._within, self._seen_data = name, True
                self._prefixed = is_prefixed(element)
            case "sheetFormatPr":
                self._low = size_of(attributes.get("defaultRowHeight"), _LOWEST) < _LOWEST
                self._width = size_of(attributes.get("defaultColWidth"), _WIDTH)
                self._narrow = self._width < _NARROWEST
            case "conditionalFormatting":
                self._ruled = attributes.get("sqref", "")
            case _:
                # [MS-XLSX] has rules of its own
                self._start_rule(local_name(element), attributes)

    def _start_item(self, name: str, attributes: Mapping[str, str]) -> None:
        match self._within, name:
            case "sheetData", "c":
                self._start_cell(attributes)
            case "sheetData", "row":
                self._start_row(attributes)
            case "sheetData", _:
                unknown(self.row, inside=self._in_row)
            case "cols", "col":
                self._start_columns(attributes)
            case "mergeCells", "mergeCell":
                self._merged.append(attributes.get("ref", ""))
            case _:
                damaged()

    def _is_misplaced(self, name: str, element: str) -> bool:
        """Within what not every program reads, as an extension or one of two choices."""
        if self._depth == 1:
            return name != "worksheet"
        if self._depth > 2 and name in _TOP:
            return True
        return local_name(element) == "sheetData" != name

    def _start_columns(self, attributes: Mapping[str, str]) -> None:
        last = min(whole(attributes.get("max", "")), LAST_COLUMN)
        columns = range(whole(attributes.get("min", "")), last + 1)
        width = size_of(attributes.get("width"), self._width)
        self._widths.append((columns, width))
        if is_true(attributes.get("hidden"), absent=False) or width < _NARROWEST:
            self.hidden_columns.append(columns)

    def _start_rule(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "cfRule":
                if int(attributes.get("dxfId", "-1")) in self._odd.rules:
                    self.ruled_columns += map(columns_of, self._ruled.split())
            case "strike" | "numFmt":
                # a rule with a style of its own ([MS-XLSX], x14:dxf), whose cells follow it
                if changes_looks(name, attributes):
                    self.ruled_columns.append(range(1, LAST_COLUMN + 1))

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        row = whole(attributes["r"]) if "r" in attributes else self.row + 1
        # the first row of two with one number, or the last, or each in its place in the file
        if self._in_row or row <= self.row:
            damaged()
        self._in_row, self.row, self.column = True, row, 0
        height = size_of(attributes.get("ht"), 0.0 if self._low else _LOWEST)
        if is_true(attributes.get("hidden"), absent=False) or height < _LOWEST:
            self.hidden_rows.add(row, 1)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        row, column = self.row, self.column + 1
        if "r" in attributes:
            row, column = place_of(attributes["r"])
        if not self._in_row or row != self.row or column <= self.column:
            damaged()
        self.column = column
        self._cell = CellReader(row, attributes, self._odd.white, self._fleeting)
        self._parser.CharacterDataHandler = self._cell.say

    def _end(self, element: str) -> None:
        name = own_name(element)
        self._depth -= 1
        if self._cell is None:
            self._in_row &= name != "row"
            if name == self._within:
                self._within = ""
        elif self._cell.end():
            self._end_cell(self._cell)
            self._cell = self._parser.CharacterDataHandler = None

    def _end_cell(self, cell: CellReader) -> None:
        if (fault := cell.fault) is not None:
            self._fault(fault)
        if not cell.is_filled:
            return
        mark = cell.text.mark or (cell.shared is not None and self._odd.texts.get(cell.shared))
        if mark:
            self._note(self.row, self.column, mark)
        elif cell.style in self._odd.styles:
            self._note(self.row, self.column, cell.style)

    def _note(self, row: int, column: int, style: int) -> None:
        self.styles.setdefault(column, Runs()).add(row, style)

    def _fault(self, value: str) -> None:
        self.faults.setdefault(self.row, {})[self.column] = value
        if len(self.faults) > _MOST_FAULTS:
            row, first = next(iter(self.faults.items()))
            raise WorkbookError(
                f"超过 {_MOST_FAULTS:,} 行有错误值（如 #REF!）或没有结果的公式，"
                f"第一处在单元格 {letters_of(next(iter(first)))}{row}，请改正后重新保存"
            )

    def _filled(self, row: int, column: int) -> None:
        self.rows = max(self.rows, row)
        self.columns = max(self.columns, column)
        if self.rows * self.columns > LARGEST_SHEET:
            raise WorkbookError(
                f"表格太大：最末单元格在 {letters_of(column)}{row}，请删除数据区之外的单元格；"
                f"数据确有这么多的，请另存为 CSV 或分成几个文件"
            )
