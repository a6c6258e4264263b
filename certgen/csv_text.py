"""How a CSV is written: its encoding and its delimiter.

A clerk sees it in Excel or WPS, which in China part it at commas, or as a first line sep=… says.
Read by another delimiter it could be another table, far off to the right of the one that is seen.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import TextIOWrapper
from typing import BinaryIO, Final

from certgen.table_header import TableError

DELIMITERS: Final = ",\t;"
_NAMES: Final = {",": "逗号", "\t": "制表符", ";": "分号"}
_SEP: Final = re.compile(r'\ufeff?"?sep=([^\r\n]?)', re.IGNORECASE)
_ADVICE: Final = (
    "Excel、WPS 里看到的与读到的会不同；请在 Excel 或 WPS 中打开核对，另存为 .xlsx 再交"
)
_CHUNK: Final = 1 << 20
_SURELY_UTF8: Final = 8
"""Bytes that continue a character: four of three bytes each."""


def encoding_of(open_file: Callable[[], BinaryIO]) -> str:
    """As Excel and WPS write it: UTF-8 with or without a mark, or GB 18030.

    Raises:
        TableError: no text, or of two encodings.
    """
    encodings = (name for name in ("utf-8-sig", "gb18030") if _is_text(open_file, name))
    encoding = next(encodings, None)
    with open_file() as file:
        # neither encoding has a zero byte within a character
        is_text = not any(b"\x00" in chunk for chunk in iter(partial(file.read, _CHUNK), b""))
        file.seek(0)
        line = _utf8_line(file) if is_text and encoding != "utf-8-sig" else None
    if line is not None:
        raise TableError(f"文件中混有两种编码（第 {line} 行是 UTF-8），请用一种编码另存后再试")
    if encoding is None or not is_text:
        raise TableError("不是表格：应为 XLSX，或 UTF-8、GB 18030 编码的 CSV")
    return encoding


def delimiter_of(
    open_file: Callable[[], BinaryIO], encoding: str, with_header: Sequence[str]
) -> str:
    """``with_header``: the delimiters by which there is a row of column names.

    Raises:
        TableError: there are several, or a spreadsheet program goes by another.
    """
    if len(with_header) > 1:
        names = "、".join(_NAMES[delimiter] for delimiter in with_header)
        raise TableError(f"CSV 按{names}分列都读得出表头，{_ADVICE}")
    with open_file() as file:
        head = file.read(4000).decode(encoding, errors="ignore")
    # without a header it is refused anyway: for the words of that
    delimiter = next(iter(with_header), max(DELIMITERS, key=head.count))
    said = _SEP.match(head)
    if said is not None and said[1] != delimiter:
        raise TableError(f"CSV 第 1 行写着“{said[0]}”，改变了分列的符号，{_ADVICE}")
    if delimiter != "," and with_header and (line := _line_with_comma(open_file)) is not None:
        raise TableError(f"CSV 以{_NAMES[delimiter]}分列，第 {line} 行又有逗号，{_ADVICE}")
    return delimiter


def _line_with_comma(open_file: Callable[[], BinaryIO]) -> int | None:
    """From 1; in GB 18030 no byte of a longer character is a comma. In quotes too: behind another
    delimiter a quote begins nothing."""
    with open_file() as file:
        return next((number for number, line in enumerate(file, start=1) if b"," in line), None)


def csv_rows(
    open_file: Callable[[], BinaryIO], encoding: str, delimiter: str
) -> Iterator[Sequence[str]]:
    """From the first on.

    Raises:
        TableError: while they are read: quotes that don't match, or that programs take differently.
    """
    with TextIOWrapper(open_file(), encoding, newline="") as lines:
        try:
            yield from csv.reader(_plain_lines(lines, delimiter), delimiter=delimiter, strict=True)
        except csv.Error as error:
            raise TableError("CSV 的引号不成对，或一格的内容过长") from error


def _plain_lines(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """A quote behind blanks at the beginning of a cell begins it to some programs, and to others it is a
    character like any; doubled, within a cell in quotes, it is neither."""
    odd = re.compile(rf'(?:^|{re.escape(delimiter)})[ \u3000\xa0]+"(?!")')
    for number, line in enumerate(lines, start=1):
        if '"' in line and odd.search(line):
            raise TableError(
                f"CSV 第 {number} 行的引号前有空格，各表格程序读法不同，请另存为 .xlsx 再交"
            )
        yield line


def _is_text(open_file: Callable[[], BinaryIO], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open_file() as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_line(lines: BinaryIO) -> int | None:
    """The first line that is surely UTF-8, from 1: one or two characters may be GB 18030 too."""
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            continue
        if len(line) - len(text) >= _SURELY_UTF8:
            return number
    return None
