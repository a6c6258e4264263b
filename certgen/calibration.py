"""A page that shows what a printer does: rulers, and symbols by the size of their modules.

Printed at 100 %, the rulers must agree with one of steel; the smallest symbol that a phone reads
tells how small the labels of this printer and paper may be.
"""

import io
from typing import Final

import numpy as np
import segno

from certgen.label_drawing import DrawnPages, encoded
from certgen.label_parts import MM
from certgen.label_pdf import LabelPdf
from certgen.label_sheet import Sheet
from certgen.symbol import MASK
from certgen.symbol_tables import Bytes
from credential.plain_deflate import deflated
from credential.symbol_size import QUIET_ZONE

_A4: Final = Sheet(210, 297, 1, 1, 210, 297, 0, 0)
MODULES_MM: Final = (0.25, 0.30, 0.33, 0.375, 0.42, 0.50)
_VERSION: Final = 9
"""Of a label's symbol at its longest."""
_LEFT, _TOP = 20.0, 40.0
EDGE_MARKS: Final = 8
"""Lines at each edge, a millimetre apart."""
_MARK: Final = 3.0
"""Millimetres of such a line."""


def calibration_pdf() -> bytes:
    """One A4 page; always the same bytes."""
    drawing = _Drawing()
    drawing.text(_LEFT, 22, 16, "打印校准页")
    drawing.text(
        _LEFT,
        30,
        9,
        "请按 100% 实际大小打印，不要选“适合页面”。用钢尺量：横、竖两把尺的误差应不超过 0.5 毫米。",
    )
    drawing.ruler(_LEFT + 14, _TOP, 150, across=True)
    drawing.ruler(_LEFT, _TOP, 220, across=False)
    drawing.text(
        _LEFT + 12, 62, 9,
        "下列二维码从小到大，数字是每格的边长。框内四格宽的空白不能被裁去或印上别的内容。",
    )  # fmt: skip
    drawing.text(
        _LEFT + 12,
        68,
        9,
        "手机能读出的最小一个，就是这台打印机和这种纸能用的最小一格；标签不小于 0.33 毫米。",
    )
    for place, module in enumerate(MODULES_MM):
        row, column = divmod(place, 3)
        x, y = _LEFT + 14 + 55 * column, 78.0 + 42 * row
        drawing.symbol(x, y, module)
        drawing.text(x, y + _side(module) + 5, 9, f"每格 {module:g} 毫米")
    drawing.text(_LEFT + 12, 178, 9, "下列横线粗 0.1、0.2、0.3、0.5 毫米，都应印得连续。")
    for place, width in enumerate((0.1, 0.2, 0.3, 0.5)):
        drawing.line(_LEFT + 14, 185 + 5 * place, 150, width)
    drawing.text(
        _LEFT + 12, 212, 9,
        "纸的四边各有八条短线，离纸边 1 至 8 毫米，每条错开；印出来的最外一条，就是能印到的地方。",
    )  # fmt: skip
    drawing.text(
        _LEFT + 12, 218, 9, "A4 标签纸上的字和二维码离纸边不少于 5 毫米：第 5 条须印得出。"
    )
    for far in range(1, EDGE_MARKS + 1):
        drawing.edge_marks(far)
    return drawing.pdf()


class _Drawing:
    """One page's content as it grows; millimetres from the upper left."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._characters: set[str] = set()

    def text(self, x: float, y: float, size: float, words: str) -> None:
        self._characters.update(words)
        runs = "".join(
            f"/F{font} {size} Tf <{codes.decode()}> Tj " for font, codes in encoded(words)
        )
        self._add(f"BT 1 0 0 1 {_at(x)} {_down(y)} Tm {runs}ET")

    def line(self, x: float, y: float, length: float, width: float) -> None:
        self._add(f"{_at(width)} w {_at(x)} {_down(y)} m {_at(x + length)} {_down(y)} l S")

    def ruler(self, x: float, y: float, length: int, *, across: bool) -> None:
        """Ticks each millimetre, longer at five and ten; figures each ten."""
        self._add(f"{_at(0.1)} w")
        for place in range(length + 1):
            tick = 6 if place % 10 == 0 else 4.5 if place % 5 == 0 else 3
            here = (x + place, y) if across else (x, y + place)
            there = (here[0], y + tick) if across else (x + tick, here[1])
            self._add(f"{_at(here[0])} {_down(here[1])} m {_at(there[0])} {_down(there[1])} l S")
            if place and place % 10 == 0:
                figure = (here[0] - 1.4, y + 9) if across else (x + 7, here[1] + 0.9)
                self.text(*figure, 7, str(place))

    def edge_marks(self, far: int) -> None:
        """One line so many millimetres from each edge of the page, and its figure further in."""
        along = 4.0 * far
        right, bottom = _A4.width - far, _A4.height - far
        self.line(60 + along, far, _MARK, 0.15)
        self.line(60 + along, bottom, _MARK, 0.15)
        self.upright(far, 110 + along, _MARK, 0.15)
        self.upright(right, 110 + along, _MARK, 0.15)
        self.text(60 + along + 0.8, 12, 7, str(far))
        self.text(60 + along + 0.8, _A4.height - 10, 7, str(far))
        self.text(10, 110 + along + 2.3, 7, str(far))
        self.text(_A4.width - 11, 110 + along + 2.3, 7, str(far))

    def upright(self, x: float, y: float, length: float, width: float) -> None:
        self._add(f"{_at(width)} w {_at(x)} {_down(y)} m {_at(x)} {_down(y + length)} l S")

    def symbol(self, x: float, y: float, module: float) -> None:
        """Its text says what it is; a thin frame around the quiet zone."""
        code = segno.make_qr(
            f"证信打印校准：每格 {module:g} 毫米", version=_VERSION, error="L", mask=MASK,
            boost_error=False,
        )  # fmt: skip
        modules: Bytes = np.array([[m & 1 for m in row] for row in code.matrix], np.uint8)
        count = len(modules)
        side = _side(module)
        self._add(f"{_at(0.05)} w {_at(x)} {_down(y + side)} {_at(side)} {_at(side)} re S")
        data = np.packbits(modules, axis=1).tobytes().hex()
        place = f"{_at(x + QUIET_ZONE * module)} {_down(y + side - QUIET_ZONE * module)}"
        self._add(
            f"q {_at(count * module)} 0 0 {_at(count * module)} {place} cm "
            f"BI /W {count} /H {count} /IM true /BPC 1 /D [1 0] /F /AHx ID {data}> EI Q"
        )

    def pdf(self) -> bytes:
        content = deflated(b"\n".join(self._parts), 9)
        file = io.BytesIO()
        pdf = LabelPdf(file, _A4, "打印校准页")
        pdf.add(DrawnPages((content,), {}, frozenset(self._characters)))
        pdf.close()
        return file.getvalue()

    def _add(self, operators: str) -> None:
        self._parts.append(operators.encode("ascii"))


def _side(module: float) -> float:
    """Of a symbol with its quiet zone."""
    return (17 + 4 * _VERSION + 2 * QUIET_ZONE) * module


def _at(millimetres: float) -> str:
    return f"{millimetres / MM:.3f}"


def _down(millimetres: float) -> str:
    return _at(_A4.height - millimetres)
