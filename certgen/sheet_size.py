"""How much room a workbook's sheets take, found without laying them out.

python-calamine lays a sheet out as one dense block from its first to its last cell and aborts the
whole process when that does not fit: one stray cell in the last corner of a sheet asks for 550 GB.
So the parts are streamed through expat first.
"""

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Final
from xml.parsers import expat

LARGEST_INFLATED: Final = 300 << 20
"""Bytes of all parts together, counted as they inflate: the sizes a ZIP declares may lie."""
LARGEST_SHEET: Final = 3_000_000
"""Cells between the first and the last: 100,000 rows of 30 columns."""
_CHUNK: Final = 1 << 16
_REFERENCE: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
"""C12 (ECMA-376 part 1 §18.18.7)."""


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


def check_workbook(data: bytes) -> None:
    """Refuse what is not an XLSX workbook or does not fit into memory.

    Raises:
        SheetSizeError: a broken or foreign ZIP, a document type declaration, or too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            # an ODS or XLSB would be read by rules of its own
            if "xl/workbook.xml" not in names or "content.xml" in names:
                raise SheetSizeError("不是 XLSX 表格，请在 Excel 或 WPS 中另存为 .xlsx")
            left = LARGEST_INFLATED
            for name in names:
                left -= _check_part(archive, name, left)
    except SheetSizeError:
        raise
    except _BROKEN as error:
        raise SheetSizeError("XLSX 文件已损坏，请重新保存后再试") from error
    except expat.ExpatError as error:
        raise SheetSizeError("XLSX 文件内部有误，请重新保存后再试") from error


def _check_part(archive: zipfile.ZipFile, name: str, left: int) -> int:
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
                measure.parser.Parse(chunk, False)
    if measure is not None:
        measure.parser.Parse(b"", True)
    return size


class _Extent:
    """An expat parser that holds the box of the cells named so far within the limit.

    A cell without content, one of a million that somebody once gave a border, takes no room: the
    reader leaves it out.
    """

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self.cell: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_declaration: object) -> None:
        raise SheetSizeError("XLSX 文件内部含有文档类型声明，不予读取")

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        if self.cell is not None:
            self._filled(self.cell)
            self.cell = None
        if element.rpartition(":")[2] == "c":
            self.cell = attributes.get("r")

    def _end(self, _element: str) -> None:
        self.cell = None

    def _filled(self, reference: str) -> None:
        parts = _REFERENCE.fullmatch(reference)
        if parts is None:
            raise SheetSizeError("XLSX 文件内部有误，请重新保存后再试")
        column = 0
        for letter in parts[1]:
            column = column * 26 + ord(letter) - 64
        self.rows = max(self.rows, int(parts[2]))
        self.columns = max(self.columns, column)
        if self.rows * self.columns > LARGEST_SHEET:
            raise SheetSizeError(
                f"表格太大：最末单元格在 {reference}，请删除数据区之外的单元格后再试"
            )
