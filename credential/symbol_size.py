"""How large a symbol a text needs: the arithmetic of ISO/IEC 18004, without drawing anything.

A scheme pack is refused by it when a label is too small for its symbol, and certgen draws by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast

from segno.consts import (
    ERROR_LEVEL_H,
    ERROR_LEVEL_L,
    ERROR_LEVEL_M,
    ERROR_LEVEL_Q,
    SYMBOL_CAPACITY,
)

ErrorLevel = Literal["L", "M", "Q", "H"]
"""Error correction of the symbol (ISO/IEC 18004 §7.5.1)."""

QUIET_ZONE: Final = 4
"""Modules of white on each side (ISO/IEC 18004 §6.3.8)."""
SIDES: Final = frozenset(17 + 4 * version for version in range(1, 41))
"""Modules on a side of each version, without the quiet zone (ISO/IEC 18004 §6.3.1)."""
LEVELS: Final[tuple[ErrorLevel, ...]] = ("H", "Q", "M", "L")
SEGNO_LEVELS: Final[Mapping[ErrorLevel, int]] = {
    "L": ERROR_LEVEL_L,
    "M": ERROR_LEVEL_M,
    "Q": ERROR_LEVEL_Q,
    "H": ERROR_LEVEL_H,
}
_CAPACITY: Final = cast(Mapping[int, Mapping[int, int]], SYMBOL_CAPACITY)
"""Data bits by version and level (ISO/IEC 18004 table 7)."""
_TERMINATOR: Final = 4


@dataclass(frozen=True, slots=True)
class SymbolSize:
    """``zero``: a zero stands before the digits, see :func:`size_of`."""

    version: int
    error: ErrorLevel
    zero: bool

    @property
    def modules(self) -> int:
        """On a side, without the quiet zone (ISO/IEC 18004 §6.3.1)."""
        return 17 + 4 * self.version

    @property
    def side(self) -> int:
        """Modules on a side, with the quiet zone."""
        return self.modules + 2 * QUIET_ZONE


@lru_cache(maxsize=4096)
def size_of(prefix: int, digits: int, error: ErrorLevel) -> SymbolSize | None:
    """The smallest symbol for so many bytes of address and so many digits; None if there is none.

    segno 1.6.6 (its issues 123 and 148) adds a byte too many where the data already ends on a
    byte boundary. One leading zero more, which read_digits allows, moves the end off it: 3 or 4
    bits, or 5 or 6 where the wider counts of the next version come with it; never a whole byte.
    """
    version = _smallest_version(prefix, digits, error)
    if version is None:
        return None
    if (data_bits(prefix, digits, version) + _TERMINATOR) % 8:
        return SymbolSize(version, error, zero=False)
    version = _smallest_version(prefix, digits + 1, error)
    return None if version is None else SymbolSize(version, error, zero=True)


@lru_cache(maxsize=4096)
def size_within(
    prefix: int, digits: int, modules: int, best: ErrorLevel = "M"
) -> SymbolSize | None:
    """The symbol of the best level, from ``best`` down to L, of at most so many modules on a side.

    The quiet zone counts. None where even level L needs more.
    """
    for error in LEVELS[LEVELS.index(best) :]:
        size = size_of(prefix, digits, error)
        if size is not None and size.side <= modules:
            return size
    return None


def count_bits(version: int) -> tuple[int, int]:
    """Widths of the two character counts, bytes and digits (ISO/IEC 18004 §7.4.1, table 3)."""
    return (8 if version < 10 else 16), (10 if version < 10 else 12 if version < 27 else 14)


def data_bits(prefix: int, digits: int, version: int) -> int:
    """Bits of the two segments: mode and count of each, eight a byte, ten for three digits."""
    triples, rest = divmod(digits, 3)
    return 4 + 4 + sum(count_bits(version)) + 8 * prefix + 10 * triples + (0, 4, 7)[rest]


def capacity(version: int, error: ErrorLevel) -> int:
    """Data bits that a symbol holds."""
    return _CAPACITY[version][SEGNO_LEVELS[error]]


def _smallest_version(prefix: int, digits: int, error: ErrorLevel) -> int | None:
    for version in range(1, 41):
        if data_bits(prefix, digits, version) <= capacity(version, error):
            return version
    return None
