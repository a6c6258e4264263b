"""What is wrong with a row, said so that the clerk who keeps the table can put it right."""

import re
from dataclasses import dataclass
from typing import Final, Self

# GB 11643: division, date of birth, serial, check. Also with a wrong check: a typing slip in
# someone's number is still nearly that number (PIPL Art. 28, 51), and errors reach logs.
_ID_NUMBER: Final = re.compile(
    r"([1-8]\d{5})(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{3}[\dXx])"
)
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class RowError:
    """``row``: number in the sheet, from 1; ``column``: header as it stands in the sheet, if one.

    ``expected`` and ``found`` as in the message; ``found`` is empty for an empty cell.
    """

    row: int
    column: str | None
    expected: str
    found: str
    first_row: int | None = None

    @classmethod
    def duplicate(cls, row: int, first_row: int, expected: str) -> Self:
        """``first_row``: the row that says the same."""
        return cls(row, None, expected, f"与第 {first_row} 行相同", first_row)

    @property
    def message(self) -> str:
        """第 17 行，列“等级”：应为 A、B、C 或 c，得到 “F”"""
        if self.first_row is not None:
            return f"第 {self.row} 行：与第 {self.first_row} 行重复，{self.expected}"
        place = f"第 {self.row} 行，列“{self.column}”" if self.column else f"第 {self.row} 行"
        found = f"得到 “{shown(self.found)}”" if self.found else "得到空白"
        gap = " " if self.expected[:1].isascii() else ""
        return f"{place}：应为{gap}{self.expected}，{found}"

    def __str__(self) -> str:
        return self.message


def shown(text: str) -> str:
    """A cell's text as an error shows it: short, and identity numbers masked to 6 and 4."""
    masked = _ID_NUMBER.sub(r"\1********\2", text)
    return masked if len(masked) <= _LONGEST else f"{masked[:_LONGEST]}…"
