"""The QR symbol: text -> modules -> a one-bit picture.

A symbol goes on a page as one mask: as a path of 1,600 rectangles, pdfplumber takes 25 times as
long to read the page back, and viewers draw grey seams between the modules.
"""

import io
import math
from dataclasses import dataclass
from typing import Any, Final

import segno
from PIL import Image

from credential.symbol_size import QUIET_ZONE, ErrorLevel, SymbolSize, size_of, size_within

__all__ = [
    "MASK",
    "QUIET_ZONE",
    "ErrorLevel",
    "Symbol",
    "SymbolError",
    "fit_size",
    "fit_symbol",
    "make_symbol",
    "split_text",
]

MASK: Final = 2
"""Fixed: choosing the best of eight costs five times the symbol, and signed digits are random
enough that no mask decodes measurably worse."""


class SymbolError(ValueError):
    """The text does not fit any symbol of the room given."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """``modules``: rows of 0 and 1 (dark), without the quiet zone. ``text``: what it really says,
    at most one zero longer than what was asked for."""

    modules: tuple[bytes, ...]
    version: int
    error: ErrorLevel
    text: str

    @property
    def side(self) -> int:
        """Modules on a side, with the quiet zone."""
        return len(self.modules) + 2 * QUIET_ZONE

    def png(self, pixels: int = 1) -> bytes:
        """A one-bit picture, ``pixels`` a module, quiet zone included."""
        image = Image.new("1", (self.side, self.side), 1)
        dark = Image.frombytes("L", (len(self.modules),) * 2, b"".join(self.modules))
        image.paste(dark.point(lambda module: 0 if module else 255, "1"), (QUIET_ZONE, QUIET_ZONE))
        scaled = image.resize((self.side * pixels,) * 2, Image.Resampling.NEAREST)
        data = io.BytesIO()
        scaled.save(data, "PNG")
        return data.getvalue()


def split_text(qr_text: str) -> tuple[str, str]:
    """The address with its last slash, and the digits after it."""
    address, slash, digits = qr_text.rpartition("/")
    return address + slash, digits


def make_symbol(qr_text: str, *, error: ErrorLevel = "M") -> Symbol:
    """The smallest symbol at this level: the address as a byte segment, the digits as a numeric one.

    Raises:
        SymbolError: more than a version 40 symbol holds.
    """
    prefix, digits = split_text(qr_text)
    size = size_of(len(prefix), len(digits), error)
    if size is None:
        raise SymbolError("二维码内容过长，任何二维码都放不下，请缩短名称、产地等文字")
    return _draw(prefix, digits, size)


def _draw(prefix: str, digits: str, size: SymbolSize) -> Symbol:
    if size.zero:
        digits = "0" + digits
    # a list makes one segment an item, each in its own mode; segno's type stubs do not say so
    segments: Any = [prefix, digits]
    code = segno.make_qr(
        segments, error=size.error, version=size.version, mask=MASK, boost_error=False
    )
    modules = tuple(bytes(module & 1 for module in row) for row in code.matrix)
    return Symbol(modules, size.version, size.error, prefix + digits)


def fit_symbol(
    qr_text: str, box_mm: float, min_module_mm: float, *, best: ErrorLevel = "M"
) -> Symbol:
    """The symbol of :func:`fit_size`, drawn.

    Raises:
        SymbolError: even level L needs smaller modules than ``min_module_mm``.
    """
    prefix, digits = split_text(qr_text)
    return _draw(prefix, digits, fit_size(len(prefix), len(digits), box_mm, min_module_mm, best))


def fit_size(
    prefix: int, digits: int, box_mm: float, min_module_mm: float, best: ErrorLevel = "M"
) -> SymbolSize:
    """The best level, from ``best`` down to L, whose symbol fits a square of ``box_mm``.

    ``prefix``: bytes of the address. The quiet zone counts. Without ``best`` every symbol would
    grow to the box; M is what paper that is folded and rubbed needs.

    Raises:
        SymbolError: even level L needs smaller modules than ``min_module_mm``.
    """
    # a box of exactly so many modules is not a module short because of a binary fraction
    room = math.floor(box_mm / min_module_mm + 1e-6)
    size = size_within(prefix, digits, room, best)
    if size is None:
        least = size_of(prefix, digits, "L")
        if least is None:
            raise SymbolError("二维码内容过长，任何二维码都放不下，请缩短名称、产地等文字")
        raise SymbolError(
            f"二维码内容过长：每格 {min_module_mm:g} mm 需要 {least.side * min_module_mm:.1f} mm 见方，"
            f"版面只有 {box_mm:.1f} mm，请缩短名称、产地等文字或改用较大的版面"
        )
    return size
