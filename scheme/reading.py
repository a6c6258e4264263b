"""Reading a pack's tables: every wrong key becomes a problem that names file, table and key.

A getter that finds something wrong notes it and returns a stand-in, so that one reading finds all
problems; whoever reads must not use the values once there is a problem.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeVar

from scheme.model import Assumption

FILE: Final = "scheme.toml"
NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_REMARKS: Final = ("assumed", "note")
_T = TypeVar("_T")


@dataclass(slots=True)
class Log:
    """What a reading found, in the order of the reading."""

    problems: list[str] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)


def show(value: object) -> str:
    """A found value as the clerk typed it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"“{value}”"
        case Mapping():
            return "一个表"
        case list():
            return "一个数组"
        case _:
            return str(value)


class Table:
    """One table of the pack, closed by :meth:`close`, which finds the keys that nobody asked for.

    Any table may carry ``assumed = true`` with a ``note``: its content is not in the sources.
    """

    def __init__(self, data: Mapping[str, object], place: str, log: Log) -> None:
        self.data, self.place, self.log = data, place, log
        self._asked = set(_REMARKS)

    def problem(self, key: str, message: str) -> None:
        table = f"，表 {self.place}" if self.place else ""
        self.log.problems.append(f"{FILE}{table}，键“{key}”：{message}")

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.data

    def named(self) -> tuple[str, ...]:
        """The keys of a table whose keys are names, such as ``[facts]``."""
        return tuple(key for key in self.data if key not in _REMARKS)

    def get(self, key: str, expected: str) -> object:
        if not self.has(key):
            self.problem(key, f"缺少，应为{expected}")
        return self.data.get(key)

    def text(self, key: str, longest: int = 200) -> str:
        expected = f" 1 至 {longest} 字的文字"
        value = self.get(key, expected)
        if isinstance(value, str) and value.strip() and len(value) <= longest:
            return value
        return self._wrong(key, expected, "")

    def name(self, key: str, longest: int = 32) -> str:
        expected = f"至多 {longest} 位的小写字母、数字、“-”或“_”，以字母开头"
        value = self.get(key, expected)
        if isinstance(value, str) and len(value) <= longest and NAME.fullmatch(value):
            return value
        return self._wrong(key, expected, "")

    def integer(self, key: str, low: int, high: int) -> int:
        expected = f" {low} 至 {high} 的整数"
        value = self.get(key, expected)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return self._wrong(key, expected, low)

    def decimal(self, key: str, low: str, high: str) -> Decimal:
        expected = f" {low} 至 {high} 的数字"
        value = self.get(key, expected)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            number = Decimal(str(value))
            if number.is_finite() and Decimal(low) <= number <= Decimal(high):
                return number
        return self._wrong(key, expected, Decimal(low))

    def boolean(self, key: str, default: bool | None = None) -> bool:
        if default is not None and not self.has(key):
            return default
        value = self.get(key, " true 或 false")
        return value if isinstance(value, bool) else self._wrong(key, " true 或 false", False)

    def choice(self, key: str, words: Mapping[str, _T]) -> _T:
        expected = "下列之一：" + "、".join(words)
        value = self.get(key, expected)
        if isinstance(value, str) and value in words:
            return words[value]
        return self._wrong(key, expected, next(iter(words.values())))

    def names(self, key: str) -> tuple[str, ...]:
        """An array of different texts; left out is none."""
        return self._texts(key, "各不相同的文字组成的数组", None)

    def choices(self, key: str, words: Mapping[str, _T]) -> tuple[_T, ...]:
        """An array of different words of a closed set; left out is none."""
        expected = "数组，各项为下列之一且不重复：" + "、".join(words)
        return tuple(words[text] for text in self._texts(key, expected, words))

    def _texts(
        self, key: str, expected: str, allowed: Mapping[str, object] | None
    ) -> tuple[str, ...]:
        if not self.has(key):
            return ()
        value = self.data[key]
        if not isinstance(value, list):
            return self._wrong(key, expected, ())
        for item in value:
            good = isinstance(item, str) and item and value.count(item) == 1
            if not good or (allowed is not None and item not in allowed):
                self.problem(key, f"应为{expected}，得到 {show(item)}")
                return ()
        return tuple(value)

    def table(self, key: str) -> "Table":
        """A table inside; left out is an empty one."""
        value = self.data.get(key, {}) if self.has(key) else {}
        data = value if isinstance(value, dict) else self._wrong(key, "一个表", {})
        return Table(data, self._inner(f"[{key}]"), self.log)

    def tables(self, key: str) -> Sequence["Table"]:
        """An array of tables; left out is none."""
        if not self.has(key):
            return ()
        value = self.data[key]
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            return self._wrong(key, "若干个表", ())
        places = (self._inner(f"[[{key}]] 第 {n} 项") for n in range(1, len(value) + 1))
        return [Table(item, place, self.log) for item, place in zip(value, places, strict=True)]

    def close(self) -> None:
        """Unknown keys are problems: a misspelt one must not be skipped in silence."""
        for key in self.data:
            if key not in self._asked:
                self.problem(key, "没有这个键")
        assumed = self.data.get("assumed", False)
        note = self.data.get("note", "")
        if not isinstance(assumed, bool):
            self.problem("assumed", f"应为 true 或 false，得到 {show(assumed)}")
        elif assumed and not (isinstance(note, str) and note.strip()):
            self.problem("note", "标明 assumed = true 的表应写明假定了什么")
        elif "note" in self.data and not assumed:
            self.problem("assumed", "写了 note 的表应标明 assumed = true")
        elif assumed:
            self.log.assumptions.append(Assumption(self.place or FILE, str(note)))

    def _inner(self, part: str) -> str:
        return f"{self.place} 的 {part}" if self.place else part

    def _wrong(self, key: str, expected: str, stand_in: _T) -> _T:
        if key in self.data:
            self.problem(key, f"应为{expected}，得到 {show(self.data[key])}")
        return stand_in
