"""How much room a workbook's sheets take, and which cells hold no value, found without laying them out.

python-calamine lays a sheet out as one dense block from its first to its last cell and aborts the
whole process when that does not fit: one stray cell in the last corner of a sheet asks for 550 GB.
It also reads an error value, and a formula that nobody has calculated, as an empty cell: #REF! for
the number of labels would mean one label. So the parts are streamed through expat first.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Final
from xml.parsers import expat

LARGEST_INFLATED: Final = 300 << 20
"""Bytes of all parts together, counted as they inflate: the sizes a ZIP declares may lie."""
LARGEST_SHEET: Final = 3_000_000
"""Cells between the first and the last: 100,000 rows of 30 columns. The reader takes 88 bytes a cell."""
_MOST_FAULTS: Final = 1000
_CHUNK: Final = 1 << 16
_INSIDE: Final = "XLSX 文件内部有误，请重新保存后再试"
_REFERENCE: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
"""C12 (ECMA-376 part 1 §18.18.7)."""
_ROWS: Final = re.compile(
    rb'(?:<row r="([0-9]{1,7})"(?: (?!r=)[A-Za-z0-9:]+="[^"<>&]*")*>'
    rb'(?:<c r="[A-Z]{1,3}\1"(?: s="[0-9]+")?(?: t="(?:s|n|str|b|inlineStr)")?(?:/>|>'
    rb'(?:<v>[^<>]*</v>|<is><t(?: xml:space="preserve")?>[^<>]*</t></is>)</c>))*</row>)+'
)
"""Rows as programs write them: each cell says where it stands, and none has a formula or an error."""
_ROW_NUMBERS: Final = re.compile(rb'<row r="([0-9]+)')
_FILLED_COLUMNS: Final = re.compile(rb'<c r="([A-Z]+)[^<>/]*>')


# What zipfile lets out on a damaged archive, encrypted and unknown methods among it.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


class SheetSizeError(ValueError):
    """The workbook is refused; the message is for the clerk who handed it in."""


NO_RESULT: Final = "（公式没有算出结果）"
NO_VALUES: Final = frozenset(
    {"#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
) | {NO_RESULT}
"""As a sheet, and a CSV, shows a formula that failed."""
Faults = Mapping[int, Mapping[int, str]]
"""By row and column, from 1: an error value as it stands, such as ``#REF!``, or NO_RESULT."""


def check_workbook(data: bytes) -> Mapping[str, Faults]:
    """Refuse what is not an XLSX workbook or does not fit into memory; the faults of each sheet by its name.

    Raises:
        SheetSizeError: a broken or foreign ZIP, a document type declaration, too large, or more than
            a thousand rows with faults.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            # an ODS or XLSB would be read by rules of its own
            if "xl/workbook.xml" not in names or "content.xml" in names:
                raise SheetSizeError("不是 XLSX 表格，请在 Excel 或 WPS 中另存为 .xlsx")
            left = LARGEST_INFLATED
            faults: dict[str, Faults] = {}
            for name in names:
                size, found = _check_part(archive, name, left)
                left -= size
                if found:
                    faults[name] = found
            if not faults:
                return {}
            parts = _sheet_parts(archive)
            return {sheet: faults[part] for sheet, part in parts.items() if part in faults}
    except SheetSizeError:
        raise
    except _BROKEN as error:
        raise SheetSizeError("XLSX 文件已损坏，请重新保存后再试") from error
    except expat.ExpatError as error:
        raise SheetSizeError(_INSIDE) from error


def _check_part(archive: zipfile.ZipFile, name: str, left: int) -> tuple[int, Faults]:
    """Inflate one part, give its size, and measure it where it is XML."""
    if archive.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise NotImplementedError  # ECMA-376 part 2 §B.2 knows these two
    measure = _Extent() if name.startswith("xl/") and name.endswith(".xml") else None
    size = 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise SheetSizeError(f"表格展开后超过 {LARGEST_INFLATED >> 20} MB，请分成几个文件")
            if measure is not None:
                measure.feed(chunk)
    if measure is None:
        return size, {}
    measure.close()
    return size, measure.faults


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The part of each sheet, by its name (ECMA-376 part 1 §18.2.19, part 2 §9.3)."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        local = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        match element.rpartition(":")[2]:
            case "sheet":
                ids[local.get("name", "")] = local.get("id", "")
            case "Relationship":
                target = posixpath.join("/xl", local.get("Target", ""))
                targets[local.get("Id", "")] = posixpath.normpath(target).removeprefix("/")

    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.Parse(archive.read(part) if part in archive.namelist() else b"<none/>", True)
    return {name: targets[key] for name, key in ids.items() if key in targets}


def _no_doctype(*_declaration: object) -> None:
    raise SheetSizeError("XLSX 文件内部含有文档类型声明，不予读取")


class _Extent:
    """An expat parser that holds the box of the cells so far within the limit.

    A cell without content, one of a million that somebody once gave a border, takes no room: the
    reader leaves it out. A row or a cell that does not say where it stands follows the one before
    (ECMA-376 part 1 §18.3.1.4, §18.3.1.73), for the reader as here.
    """

    def __init__(self) -> None:
        self.rows = self.columns = 1
        # of the row at hand, and of the cell at hand, whose own row it may say otherwise
        self.row = self.cell_row = self.column = 0
        self.cell = False
        # of the cell at hand: its type, whether it has a formula, and then its value
        self.type = ""
        self.calculates = False
        self.value = ""
        self.faults: dict[int, dict[int, str]] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _no_doctype
        # a row that is not whole yet
        self.rest = b""

    def feed(self, chunk: bytes) -> None:
        """Element by element, but for whole rows of the ordinary kind: those are counted by their
        bytes and only checked by the parser. Where they are no rows, in a comment, that is too many.
        """
        data, done = self.rest + chunk, 0
        for rows in _ROWS.finditer(data):
            self.parser.Parse(data[done : rows.start()], False)
            self._ordinary(rows[0])
            done = rows.end()
        cut = data.rfind(b"<row ", done)
        if cut < 0 or len(data) - cut > _CHUNK:
            cut = len(data)
        self.parser.Parse(data[done:cut], False)
        self.rest = data[cut:]

    def close(self) -> None:
        self.parser.Parse(self.rest, True)

    def _ordinary(self, rows: bytes) -> None:
        self.parser.StartElementHandler = self.parser.EndElementHandler = None
        self.parser.Parse(rows, False)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        if self.cell:
            self._filled()
            self.cell = False
        numbers = [int(number) for number in _ROW_NUMBERS.findall(rows)]
        columns = {_column(letters.decode()) for letters in set(_FILLED_COLUMNS.findall(rows))}
        if columns:
            self.cell_row, self.column = max(numbers), max(columns)
            self._filled()
        self.row, self.column = numbers[-1], 0

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if self.cell:
            self._filled()
            self.cell = False
        name = element.rpartition(":")[2]
        if name == "c":
            self.cell = True
            self.type = attributes.get("t", "")
            self.cell_row, self.column = self.row, self.column + 1
            if "r" in attributes:
                self.cell_row, self.column = _place(attributes["r"])
        elif name == "row":
            self.row = _row(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif name == "f":
            self.calculates = True
        elif name == "v" and (self.calculates or self.type == "e"):
            self.parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        self.value += text

    def _end(self, element: str) -> None:
        self.cell = False
        if not self.calculates and self.type != "e":
            return
        name = element.rpartition(":")[2]
        if name == "v":
            self.parser.CharacterDataHandler = None
        elif name == "c":
            # a formula may give an empty text (§18.18.11, str)
            if self.type == "e" or (self.type != "str" and not self.value):
                self._fault(self.value if self.value in NO_VALUES else NO_RESULT)
            self.calculates, self.type, self.value = False, "", ""

    def _fault(self, value: str) -> None:
        self.faults.setdefault(self.cell_row, {})[self.column] = value
        if len(self.faults) > _MOST_FAULTS:
            row, first = next(iter(self.faults.items()))
            raise SheetSizeError(
                f"超过 {_MOST_FAULTS:,} 行有错误值（如 #REF!）或没有结果的公式，"
                f"第一处在单元格 {_letters(next(iter(first)))}{row}，请改正后重新保存"
            )

    def _filled(self) -> None:
        self.rows = max(self.rows, self.cell_row)
        self.columns = max(self.columns, self.column)
        if self.rows * self.columns > LARGEST_SHEET:
            raise SheetSizeError(
                f"表格太大：最末单元格在 {_letters(self.column)}{self.cell_row}，请删除数据区之外的单元格；"
                f"数据确有这么多的，请另存为 CSV 或分成几个文件"
            )


def _row(number: str) -> int:
    if re.fullmatch("[0-9]{1,7}", number) is None:
        raise SheetSizeError(_INSIDE)
    return int(number)


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 1."""
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        raise SheetSizeError(_INSIDE)
    return int(parts[2]), _column(parts[1])


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
