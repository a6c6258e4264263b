"""Where labels stand on a sheet of label stock, or one label a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scheme.model import Style

_TOLERANCE: Final = 0.05
"""Millimetres by which a grid may miss the sheet's edge: makers round their sizes."""


class SheetError(ValueError):
    """The grid can't be printed; the message is for the clerk."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet and its grid, in millimetres. ``left`` and ``top``: corner of the first label;
    ``gap_x`` and ``gap_y``: white between labels."""

    width: float
    height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    gap_x: float = 0.0
    gap_y: float = 0.0

    @property
    def labels(self) -> int:
        """On one sheet."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Upper left corner of a position, counted from 0 row by row."""
        row, column = divmod(position, self.columns)
        return (
            self.left + column * (self.label_width + self.gap_x),
            self.top + row * (self.label_height + self.gap_y),
        )


A4_SHEETS: Final[Mapping[int, Sheet]] = {
    24: Sheet(210, 297, 3, 8, 70, 37, 0, 0.5),
    40: Sheet(210, 297, 4, 10, 52.5, 29.7, 0, 0),
    65: Sheet(210, 297, 5, 13, 38.1, 21.2, 4.65, 10.7, 2.5, 0),
}
"""Label stock in common sale, by labels a sheet."""


_UNPRINTABLE: Final = 5.1
"""Millimetres at the edges of a sheet kept free of ink: office printers leave 3 to 4.2 white."""
_CUT: Final = 0.8
"""The least from ink to a label's own edge: stock is cut to 0.5 mm."""
_OUTSIDE: Final = 0.7
"""Millimetres that the number below a symbol may stand in the margin."""
_A4: Final = (210.0, 297.0)
_PAIR: Final = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)[x×*]([0-9]{1,4}(?:\.[0-9]{1,2})?)")
GRID_FORM: Final = "列x行,标签宽x高[,左x上边距[,横x竖间隔[,纸宽x高]]]"
"""How a grid of one's own is written, in millimetres."""
_MOST: Final = 100
"""Columns or rows."""


def read_sheet(text: str) -> Sheet:
    """A kind of stock in common sale by its number of labels (``24``, ``a4-24``), or a grid of one's
    own, as GRID_FORM; margins left out put the grid in the middle, paper left out is A4.

    Raises:
        SheetError: neither; the message shows the form.
    """
    known = text.strip().lower().removeprefix("a4-")
    if known.isdecimal() and int(known) in A4_SHEETS:
        return A4_SHEETS[int(known)]
    found = [_PAIR.fullmatch(part.strip()) for part in known.replace("，", ",").split(",")]
    pairs = [(float(pair[1]), float(pair[2])) for pair in found if pair is not None]
    if len(pairs) != len(found) or not 2 <= len(pairs) <= 5:
        raise SheetError(
            f"标签纸应为 {'、'.join(map(str, A4_SHEETS))}（A4 每张格数），或自定的 {GRID_FORM}"
            f"（毫米，如 3x7,65x42,5x1），得到 “{text}”"
        )
    (columns, rows), label = pairs[:2]
    if not columns.is_integer() or not rows.is_integer() or max(columns, rows) > _MOST:
        raise SheetError(f"标签纸的列数和行数应为 1 至 {_MOST} 的整数，得到 “{text}”")
    gap = pairs[3] if len(pairs) > 3 else (0.0, 0.0)
    paper = pairs[4] if len(pairs) > 4 else _A4
    taken = (
        columns * (label[0] + gap[0]) - gap[0],
        rows * (label[1] + gap[1]) - gap[1],
    )
    middle = (max(0.0, (paper[0] - taken[0]) / 2), max(0.0, (paper[1] - taken[1]) / 2))
    left, top = pairs[2] if len(pairs) > 2 else middle
    return Sheet(*paper, int(columns), int(rows), *label, left, top, *gap)


def single(style: Style) -> Sheet:
    """One label a page, the page as large as the label."""
    width, height = float(style.width_mm), float(style.height_mm)
    return Sheet(width, height, 1, 1, width, height, 0, 0)


def corner_of(sheet: Sheet, style: Style, position: int) -> tuple[float, float]:
    """Upper left corner of a label on the sheet: in the middle of its place, but moved away from
    the sheet's edge as far as its own margin allows, so that a printer can print all of it."""
    x, y = sheet.corner(position)
    x += (sheet.label_width - style.width_mm) / 2
    y += (sheet.label_height - style.height_mm) / 2
    margin = 0.0 if style.layout is None else style.layout.margin_mm
    return (
        x + _inwards(x, sheet.width - x - style.width_mm, (margin, margin - _OUTSIDE)),
        y + _inwards(y, sheet.height - y - style.height_mm, (margin, margin - _OUTSIDE)),
    )


def _inwards(before: float, after: float, margins: tuple[float, float]) -> float:
    """``before``, ``after``: from the label to the sheet's edges; ``margins``: white at the
    label's own edges. One edge at most is near on any sheet in use."""
    if before < after:
        return max(0.0, min(_UNPRINTABLE - before - margins[0], margins[1] - _CUT))
    return -max(0.0, min(_UNPRINTABLE - after - margins[1], margins[0] - _CUT))


def check_sheet(sheet: Sheet, style: Style, start: int = 1) -> None:
    """``start``: first position to print on, counted from 1: those before it are used up.

    Raises:
        SheetError: the grid leaves the sheet, the label is larger than its place, or there is no
            such position.
    """
    if (
        min(sheet.columns, sheet.rows) < 1
        or min(sheet.left, sheet.top, sheet.gap_x, sheet.gap_y) < 0
    ):
        raise SheetError("标签纸的行数、列数应不少于 1，边距和间隔不得为负")
    right, bottom = sheet.corner(sheet.labels - 1)
    right, bottom = right + sheet.label_width, bottom + sheet.label_height
    if right > sheet.width + _TOLERANCE or bottom > sheet.height + _TOLERANCE:
        raise SheetError(
            f"标签纸排不下：{sheet.columns} 列 {sheet.rows} 行需要 {right:g}×{bottom:g} mm，"
            f"纸张只有 {sheet.width:g}×{sheet.height:g} mm"
        )
    if style.width_mm > sheet.label_width + _TOLERANCE or style.height_mm > sheet.label_height + (
        _TOLERANCE
    ):
        raise SheetError(
            f"样式“{style.title}”为 {style.width_mm}×{style.height_mm} mm，"
            f"标签纸每格只有 {sheet.label_width:g}×{sheet.label_height:g} mm，请换样式或标签纸"
        )
    if not 1 <= start <= sheet.labels:
        raise SheetError(f"起始位置应为 1 至 {sheet.labels}，得到 {start}")
