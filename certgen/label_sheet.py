"""Where labels stand on a sheet of label stock, or one label a page."""

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


def single(style: Style) -> Sheet:
    """One label a page, the page as large as the label."""
    width, height = float(style.width_mm), float(style.height_mm)
    return Sheet(width, height, 1, 1, width, height, 0, 0)


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
