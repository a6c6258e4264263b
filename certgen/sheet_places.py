"""Places in a sheet by their names, and what a merge of cells leaves unseen (§ are of ECMA-376 part 1)."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import lt
from typing import Final

from certgen.runs import Runs
from certgen.sheet_xml import INSIDE, WorkbookError, damaged

LAST_COLUMN: Final = 1 << 14
_REFERENCE: Final = re.compile("([A-Z]{1,3})([0-9]{1,7})")
"""C12 (§18.18.7)."""


def covered_cells(merged: Sequence[str], rows: int, columns: int) -> Mapping[int, Runs]:
    """Of merges such as A2:H3 (§18.3.1.55), all but the first cell of each, within the sheet's filled
    ``rows`` and ``columns``: rows by column, from 1."""
    covered: dict[int, Runs] = {}
    seen: dict[int, int] = {}
    for first, last in sorted(map(_corners, merged)):
        if first[0] > rows:
            break
        for column in range(first[1], min(last[1], columns) + 1):
            # programs mend merges that overlap, each in its way
            if seen.get(column, 0) >= first[0]:
                damaged()
            seen[column] = last[0]
            start = first[0] + (column == first[1])
            if start <= min(last[0], rows):
                covered.setdefault(column, Runs()).add(start, 0, min(last[0], rows))
    return covered


def _corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Row and column of the first and the last cell."""
    first, colon, last = reference.partition(":")
    corners = place_of(first), place_of(last if colon else first)
    if corners[0][0] > corners[1][0] or corners[0][1] > corners[1][1]:
        damaged()
    return corners


def columns_of(reference: str) -> range:
    """Of cells such as A2:B9, or of whole columns or rows (§18.18.62)."""
    parts = re.fullmatch(r"([A-Z]{0,3})[0-9]{0,7}(?::([A-Z]{0,3})[0-9]{0,7})?", reference)
    if parts is None:
        damaged()
    if not parts[1]:
        return range(1, LAST_COLUMN + 1)
    return range(column_of(parts[1].encode()), column_of((parts[2] or parts[1]).encode()) + 1)


def place_of(reference: str) -> tuple[int, int]:
    """Row and column, from 1."""
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        raise WorkbookError(INSIDE)
    return int(parts[2]), column_of(parts[1].encode())


@lru_cache(maxsize=1024)
def column_of(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def letters_of(column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def styled_cells(styles: frozenset[int]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]] | None:
    """Filled cells with one of these styles, without their rows and with them; a cell that says none
    has the first (§18.3.1.4)."""
    if not styles:
        return None
    numbers = "|".join(map(str, sorted(styles)))
    said = f'"(?: s="0*({numbers})")' + ("?" if 0 in styles else "") + '(?: t="[a-zA-Z]+")?>'
    without, with_rows = (f'<c r="([A-Z]+){row}{said}' for row in ("[0-9]+", "([0-9]+)"))
    return re.compile(without.encode()), re.compile(with_rows.encode())


@lru_cache(maxsize=4096)
def last_column(shape: bytes) -> int:
    """Of the cells of a row, ``A,B,D``; 0 for none."""
    columns = [column_of(letters) for letters in shape.split(b",") if letters]
    # a cell that is said twice
    if not all(map(lt, columns, columns[1:])):
        damaged()
    return columns[-1] if columns else 0


def whole(number: str) -> int:
    if re.fullmatch("[0-9]{1,7}", number) is None:
        damaged()
    return int(number)


def size_of(value: str | None, absent: float) -> float:
    if value is None:
        return absent
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{0,30})?([Ee][-+]?[0-9]{1,2})?", value) is None:
        damaged()
    return float(value)
