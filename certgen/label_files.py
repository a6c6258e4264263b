"""Labels one by one, each a file or a print command of its own: PNG, SVG, ZPL, TSPL.

What :class:`certgen.label_drawing.LabelDrawer` is to a PDF, :class:`LabelFiles` is to these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from certgen.label_drawing import DrawnPages, Label, LabelDrawer
from certgen.label_picture import burnt, draw_pictures, label_svg, write_png
from certgen.label_printer import write_tspl, write_zpl
from certgen.label_sheet import Sheet, read_sheet, single
from scheme.model import Style


class Format(StrEnum):
    """What labels are written as."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    ZPL = "zpl"
    TSPL = "tspl"


USUAL_DPI: Final[Mapping[Format, int]] = {Format.PNG: 300, Format.ZPL: 203, Format.TSPL: 203}
"""Where none is asked for; the others have no dots."""
RESOLUTIONS: Final = (203, 300, 600)
"""Dots an inch: those of label printers in common sale (8, 12 and 24 dots a millimetre)."""


class FormatError(ValueError):
    """Options that do not go together; the message is for the clerk."""


@dataclass(frozen=True, slots=True)
class LabelFiles:
    """Draws the labels of one job. ``dpi``: dots an inch, 0 for SVG."""

    style: Style
    format: Format
    dpi: int

    @property
    def sheet(self) -> Sheet:
        """One label each."""
        return single(self.style)

    @property
    def start(self) -> int:
        return 1

    def draw(self, labels: Sequence[Label], first: int = 0) -> DrawnPages:
        """A file or print command for each label, as ``pages``. ``first`` makes no difference.

        Raises:
            LabelError, GlyphError, SymbolError: a label can't be drawn; the message says why.
        """
        del first
        return DrawnPages(tuple(self._files(labels)), {}, frozenset())

    def _files(self, labels: Sequence[Label]) -> list[bytes]:
        style, dpi = self.style, self.dpi
        if self.format is Format.SVG:
            return [label_svg(label, style).encode() for label in labels]
        pictures = draw_pictures(labels, style, dpi)
        match self.format:
            case Format.PNG:
                return [write_png(picture, dpi) for picture in pictures]
            case Format.ZPL:
                return [write_zpl(burnt(picture)) for picture in pictures]
            case Format.TSPL:
                return [write_tspl(burnt(picture), style) for picture in pictures]
        raise ValueError(f"{self.format}: not a format of single labels")


def make_drawer(
    style: Style, *, sheet: str = "", start: int = 1, format: str = "pdf", dpi: int | None = None
) -> LabelDrawer | LabelFiles:
    """``sheet``: as :func:`certgen.label_sheet.read_sheet`, empty for one label a page; ``start``:
    first place of the first sheet, from 1; ``dpi``: of PNG, ZPL and TSPL.

    Raises:
        FormatError: no such format or resolution, or options that do not go together.
        SheetError: the style or the start does not go with the sheet.
    """
    if format not in set(Format):
        raise FormatError(f"没有“{format}”这种格式，可用：{'、'.join(Format)}")
    chosen = Format(format)
    if dpi is not None and chosen not in USUAL_DPI:
        raise FormatError(f"{chosen.upper()} 不分点数，去掉 --dpi；{'、'.join(USUAL_DPI)} 才用它")
    if chosen is Format.PDF:
        if start != 1 and not sheet:
            raise FormatError("起始位置（--start）只用于标签纸，请同时写明 --sheet")
        return LabelDrawer.of(style, read_sheet(sheet) if sheet else None, start)
    if sheet or start != 1:
        raise FormatError(
            f"{chosen.upper()} 是单枚输出，不能与 --sheet、--start 同用；标签纸请用 PDF"
        )
    if dpi is not None and dpi not in RESOLUTIONS:
        raise FormatError(f"每英寸点数应为 {'、'.join(map(str, RESOLUTIONS))}，得到 {dpi}")
    return LabelFiles(style, chosen, dpi or USUAL_DPI.get(chosen, 0))
