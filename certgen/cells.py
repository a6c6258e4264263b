"""One cell -> one value, or what it should have been."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from certgen.cell_xml import FLEETING, NO_VALUES
from certgen.printable import find_blank
from certgen.row_error import RowError
from certgen.table import Cell, TableRow
from credential.identifiers import IdentifierError, check_division_code, check_uscc
from credential.normal import unsafe_character

LONGEST_TEXT: Final = 60
"""Characters of a name, product or origin: docs/claims.cddl."""
_EXPECTED_RESULT: Final = "填好的内容（请在 Excel 或 WPS 中改正公式后保存）"
_EXPECTED_LASTING: Final = "不再变的内容（请复制这一列，选择性粘贴为数值）"
_WIDEST_GAP: Final = 8
_GAP: Final = re.compile(rf"[^\S\n]{{{_WIDEST_GAP + 1},}}")
_EXPECTED_TOGETHER: Final = (
    f"写在一起的文字（连着的空格不超过 {_WIDEST_GAP} 个，不然后面的字在表上看不见）"
)
_PHONE: Final = re.compile(r"\+?[0-9][0-9\- ]{4,18}(转[0-9]{1,6})?")

T = TypeVar("T")


class CellError(ValueError):
    """The cell is not what it should be; the message says what it should be (after 应为)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One row being read. What is wrong with it gathers in ``errors``."""

    row: TableRow
    headers: Mapping[str, str]
    errors: list[RowError]

    @classmethod
    def of(cls, headers: Mapping[str, str], row: TableRow) -> "Reader":
        """``headers``: of the table."""
        fault = row.faults.get(None)
        errors = [] if fault is None else [RowError(row.number, None, *fault)]
        return cls(row, headers, errors)

    def optional(self, key: str, parse: Callable[[Cell], T]) -> T | None:
        """The value, or None where the cell is empty, the column absent or the value wrong."""
        cell = self.row.cells.get(key)
        if cell is None:
            return None
        if key in self.row.faults:
            fault = self.row.faults[key]
            self.errors.append(RowError(self.row.number, self.headers.get(key, key), *fault))
            return None
        if cell in NO_VALUES:
            self.refuse(
                key,
                _EXPECTED_LASTING if cell == FLEETING else _EXPECTED_RESULT,
            )
            return None
        try:
            return parse(cell)
        except CellError as error:
            self.refuse(key, str(error))
            return None

    def required(self, key: str, parse: Callable[[Cell], T], what: str) -> T | None:
        """``what``: what an empty cell should hold."""
        if key not in self.row.cells:
            self.refuse(key, what)
            return None
        return self.optional(key, parse)

    def refuse(self, key: str, expected: str) -> None:
        cell = self.row.cells.get(key)
        found = "" if cell is None else as_written(cell)
        self.errors.append(RowError(self.row.number, self.headers.get(key, key), expected, found))


def as_written(cell: Cell) -> str:
    """The cell as its reader sees it: 500, 2026年3月5日."""
    match cell:
        case Decimal():
            return f"{cell:f}"
        case datetime():
            day = f"{cell.year}年{cell.month}月{cell.day}日"
            return f"{day} {cell:%H:%M}" if (cell.hour, cell.minute) != (0, 0) else day
        case _:
            return cell


def plain(cell: Cell) -> str:
    """NFKC on one line: how numbers, dates and codes are read.

    Raises:
        CellError: a superscript or circled digit, or a character that can't be printed.
    """
    written = as_written(cell)
    if written.isascii() and written.isprintable() and not _GAP.search(written):
        # none of these can't be printed, and all are what they look like
        return " ".join(written.split())
    return _plain(written)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    """Kept: what a row says in one cell, most other rows of a table say too."""
    if _GAP.search(text):
        raise CellError(_EXPECTED_TOGETHER)
    if (reason := next(filter(None, map(unsafe_character, text)), None)) is not None:
        raise CellError(f"普通的文字和数字（有{reason}）")
    return " ".join(unicodedata.normalize("NFKC", text).split())


def text(cell: Cell) -> str:
    """A name or other words as written, on one line, that will be printed.

    Raises:
        CellError: as :func:`one_line`, or blanks to be filled in.
    """
    words = one_line(cell)
    if (blank := find_blank(words)) is not None:
        raise CellError(f"填写完整的文字（不含待填的空白“{blank}”）")
    return words


def one_line(cell: Cell) -> str:
    """As written, on one line."""
    plain(cell)
    words = " ".join(as_written(cell).split())
    if len(words) > LONGEST_TEXT:
        raise CellError(f"不超过 {LONGEST_TEXT} 字")
    return words


def uscc(cell: Cell) -> str:
    """统一社会信用代码 in upper case."""
    if isinstance(cell, Decimal):
        raise CellError("文本格式的 18 位代码（存成数字会丢失末位，请把单元格设为“文本”后重填）")
    try:
        return check_uscc(plain(cell))
    except IdentifierError as error:
        # the message of check_uscc repeats the text, which may be somebody's identity number
        reason = re.split("[，：]", str(error))[0].removeprefix("统一社会信用代码")
        raise CellError(f"18 位统一社会信用代码（{reason}）") from error


def division(cell: Cell) -> str:
    try:
        return check_division_code(plain(cell))
    except IdentifierError as error:
        raise CellError("6 位行政区划代码（如 330182）") from error


def contact(cell: Cell) -> str:
    """联系方式: one or more telephone numbers."""
    numbers = [number.strip() for number in re.split("[、,;/]", plain(cell))]
    if not all(_PHONE.fullmatch(number) for number in numbers):
        raise CellError("电话号码（如 0571-00001234）")
    joined = "、".join(numbers)
    if len(joined) > LONGEST_TEXT:
        raise CellError(f"不超过 {LONGEST_TEXT} 字的电话号码")
    return joined


def one_of(words: Mapping[str, T]) -> Callable[[Cell], T]:
    """A parser for a closed choice, exact in case: C and c are different grades."""

    def parse(cell: Cell) -> T:
        try:
            return words[plain(cell)]
        except KeyError as error:
            raise CellError(choice(list(words))) from error

    return parse


def choice(options: list[str]) -> str:
    """A、B、C 或 c"""
    gap = " " if options[-1].isascii() else ""
    return f"{'、'.join(options[:-1])}{gap}或{gap}{options[-1]}" if len(options) > 1 else options[0]
