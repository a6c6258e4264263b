"""The QR symbol: text -> modules -> a one-bit picture.

A symbol goes on a page as one mask: as a path of 1,600 rectangles, pdfplumber takes 25 times as
long to read the page back, and viewers draw grey seams between the modules.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import segno
from PIL import Image
from segno.consts import (
    ERROR_LEVEL_H,
    ERROR_LEVEL_L,
    ERROR_LEVEL_M,
    ERROR_LEVEL_Q,
    SYMBOL_CAPACITY,
)

ErrorLevel = Literal["L", "M", "Q", "H"]

QUIET_ZONE: Final = 4
"""Modules of white on each side (ISO/IEC 18004 §6.3.8)."""
_LEVELS: Final[tuple[ErrorLevel, ...]] = ("H", "Q", "M", "L")
_SEGNO_LEVELS: Final[Mapping[ErrorLevel, int]] = {
    "L": ERROR_LEVEL_L,
    "M": ERROR_LEVEL_M,
    "Q": ERROR_LEVEL_Q,
    "H": ERROR_LEVEL_H,
}
_CAPACITY: Final = cast(Mapping[int, Mapping[int, int]], SYMBOL_CAPACITY)
"""Data bits by version and level (ISO/IEC 18004 table 7)."""
_TERMINATOR: Final = 4
_MASK: Final = 2
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


def make_symbol(qr_text: str, *, error: ErrorLevel = "M") -> Symbol:
    """The smallest symbol at this level: the address as a byte segment, the digits as a numeric one.

    Raises:
        SymbolError: more than a version 40 symbol holds.
    """
    address, slash, digits = qr_text.rpartition("/")
    prefix = address + slash
    version = _smallest_version(prefix, digits, error)
    # segno 1.6.6 (its issues 123 and 148) adds a byte too many where the data already ends on a
    # byte boundary. One leading zero more, which read_digits allows, moves the end off it: 3 or 4
    # bits, or 5 or 6 where the wider counts of the next version come with it; never a whole byte.
    if (_data_bits(prefix, digits, version) + _TERMINATOR) % 8 == 0:
        digits = "0" + digits
        version = _smallest_version(prefix, digits, error)
    # a list makes one segment an item, each in its own mode; segno's type stubs do not say so
    segments: Any = [prefix, digits]
    code = segno.make_qr(segments, error=error, version=version, mask=_MASK, boost_error=False)
    modules = tuple(bytes(module & 1 for module in row) for row in code.matrix)
    return Symbol(modules, version, error, prefix + digits)


def fit_symbol(
    qr_text: str, box_mm: float, min_module_mm: float, *, best: ErrorLevel = "M"
) -> Symbol:
    """The symbol of the best level, from ``best`` down to L, that fits a square of ``box_mm``.

    The quiet zone counts. Without ``best`` every symbol would grow to the box; M is what paper
    that is folded and rubbed needs.

    Raises:
        SymbolError: even level L needs smaller modules than ``min_module_mm``.
    """
    address, slash, digits = qr_text.rpartition("/")
    needed = 0.0
    for level in _LEVELS[_LEVELS.index(best) :]:
        modules = 17 + 4 * _smallest_version(address + slash, digits, level)
        needed = (modules + 2 * QUIET_ZONE) * min_module_mm
        if needed <= box_mm:
            symbol = make_symbol(qr_text, error=level)
            if symbol.side * min_module_mm <= box_mm:  # the zero may cost a version
                return symbol
    raise SymbolError(
        f"二维码内容过长：每格 {min_module_mm} mm 需要 {needed:.1f} mm 见方，"
        f"版面只有 {box_mm:.1f} mm，请缩短名称、产地等文字或改用较大的版面"
    )


def _smallest_version(prefix: str, digits: str, error: ErrorLevel) -> int:
    level = _SEGNO_LEVELS[error]
    for version in range(1, 41):
        if _data_bits(prefix, digits, version) <= _CAPACITY[version][level]:
            return version
    raise SymbolError("二维码内容过长，任何二维码都放不下，请缩短名称、产地等文字")


def _data_bits(prefix: str, digits: str, version: int) -> int:
    """Bits of the two segments (ISO/IEC 18004 §7.4.1, table 3: widths of the character counts)."""
    byte_count = 8 if version < 10 else 16
    number_count = 10 if version < 10 else 12 if version < 27 else 14
    triples, rest = divmod(len(digits), 3)
    number_bits = 10 * triples + (0, 4, 7)[rest]
    return 4 + byte_count + 8 * len(prefix) + 4 + number_count + number_bits
