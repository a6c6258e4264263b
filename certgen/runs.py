"""Rows of a sheet that have something alike, in little room."""

from array import array
from bisect import bisect_right


class Runs:
    """Rows, rising, each with a number; neighbours that have the same take no more room than one."""

    __slots__ = ("_firsts", "_lasts", "_numbers")

    def __init__(self) -> None:
        self._firsts, self._lasts, self._numbers = array("I"), array("I"), array("i")

    def add(self, row: int, number: int, last: int = 0) -> None:
        """``last``: of the rows from ``row`` on, where there are more."""
        if self._lasts and self._lasts[-1] == row - 1 and self._numbers[-1] == number:
            self._lasts[-1] = last or row
        else:
            self._firsts.append(row)
            self._lasts.append(last or row)
            self._numbers.append(number)

    def at(self, row: int) -> int | None:
        place = bisect_right(self._firsts, row) - 1
        return self._numbers[place] if place >= 0 and row <= self._lasts[place] else None

    def __bool__(self) -> bool:
        return bool(self._firsts)
