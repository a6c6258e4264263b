"""One cell of a sheet, as its XML says it (§ are of ECMA-376 part 1)."""

import re
from collections.abc import Collection, Mapping
from typing import Final, NoReturn

from certgen.rich_text import RichText
from certgen.sheet_places import whole
from certgen.sheet_xml import WorkbookError, damaged

NO_RESULT: Final = "（公式没有算出结果）"
FLEETING: Final = "（公式的结果每次打开都会变）"
NO_VALUES: Final = frozenset(
    {"#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
) | {NO_RESULT, FLEETING}
"""As a sheet, and a CSV, shows a formula that failed; and one whose result is another tomorrow."""
_VALUES: Final = {
    "n": re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][-+]?[0-9]{1,3})?"),
    "s": re.compile("[0-9]{1,9}"),
    "b": re.compile("[01]|true|false"),
}
_TYPES: Final = frozenset({*_VALUES, "str", "e", "d"})
_FLEETING: Final = re.compile(r"\b(?:NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE)
"""Reckoned anew whenever the file is opened: what was saved is not what anybody sees then."""


class CellReader:
    """One cell (§18.3.1.4), child by child. ``row``: that it stands in; ``white``: colours of the theme
    that can't be seen; ``fleeting``: numbers of the sheet's shared formulas whose result does not
    last, which grows."""

    def __init__(
        self, row: int, attributes: Mapping[str, str], white: Collection[str], fleeting: set[str]
    ) -> None:
        self.style = whole(attributes.get("s", "0"))
        self.text = RichText(white)
        self.is_filled = False
        self._row, self._fleeting = row, fleeting
        self._type = attributes.get("t", "")
        self._child = ""
        self._formula: Mapping[str, str] | None = None
        self._values = 0
        self._said = {"f": "", "v": ""}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Raises WorkbookError: not what a cell holds."""
        self.is_filled = True
        if self._child == "is":
            self.text.start(name, attributes)
            return
        if self._child:
            unknown(self._row)
        self._child = name
        match name:
            case "f":
                self._formula = attributes
            case "v" | "is":
                self._values += 1
                # a text beside a number: the reader takes what stands last
                if self._values > 1 or (name == "is") != (self._type == "inlineStr"):
                    damaged()
            case _:
                unknown(self._row)

    def say(self, text: str) -> None:
        if self._child in self._said:
            self._said[self._child] += text

    def end(self) -> bool:
        """Of a child, or of what is in it: False; of the cell: True.

        Raises:
            WorkbookError: its value is none of its type.
        """
        if not self._child:
            if self._said["v"]:
                _check_value(self._type, self._said["v"])
            return True
        if self._child != "is" or self.text.is_whole:
            self._child = ""
        else:
            self.text.end()
        return False

    @property
    def shared(self) -> int | None:
        """The number of its text (§18.4.9)."""
        return int(self._said["v"]) if self._type == "s" and self._said["v"] else None

    @property
    def fault(self) -> str | None:
        """Why nobody can tell what the cell says: one of NO_VALUES."""
        if self._formula is not None:
            number = self._formula.get("si", "")
            if _FLEETING.search(self._said["f"]):
                self._fleeting.add(number)
                return FLEETING
            if number and number in self._fleeting:
                return FLEETING
        # a formula may give an empty text (§18.18.11, str)
        empty = self._formula is not None and self._type != "str" and not self._said["v"]
        if self._type != "e" and not empty:
            return None
        return self._said["v"] if self._said["v"] in NO_VALUES else NO_RESULT


def _check_value(type: str, value: str) -> None:
    """Of a cell (§18.18.11): a number that is none is read as a text by some, and as damage by Excel."""
    form = _VALUES.get(type or "n")
    if (form and form.fullmatch(value.strip()) is None) or (type or "n") not in _TYPES:
        damaged()


def unknown(row: int, *, inside: bool = True) -> NoReturn:
    """Of what no program shows. ``inside``: in the row, or after it."""
    where = f"第 {row} 行" if inside else f"第 {row} 行之后"
    raise WorkbookError(f"{where}有表格程序不显示的内容，请在 Excel 或 WPS 中核对，重新保存后再试")
