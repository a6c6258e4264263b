"""What a label is made of: lines, symbol, rules, each at its place."""

from dataclasses import dataclass
from typing import Final

from certgen.line_breaking import text_width

MM: Final = 25.4 / 72
"""Millimetres of a point."""
ASCENT: Final = 0.86
"""Of an em: top of a hanzi above the baseline."""
_LEAST_BOLD: Final = 7.0
NUMBER_EM: Final = 3 + 21 * 0.5
"""编号： and 21 half-width characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """``x``, ``y``: start of the baseline in millimetres from the upper left; ``size``: points."""

    field: str
    text: str
    x: float
    y: float
    size: float
    bold: bool = False

    @property
    def heavy(self) -> bool:
        """Whether it is drawn bold: small type would only be smeared, and a verifier that lays the
        font's own letters over it would not find them."""
        return self.bold and self.size >= _LEAST_BOLD


@dataclass(frozen=True, slots=True)
class Box:
    """Upper left corner and side of a square, in millimetres."""

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """``number``: its line with the label alone as text, the number follows it in half-width
    characters. ``symbol``: quiet zone included. ``rules``: x, y and end of each hairline."""

    lines: tuple[Line, ...]
    number: Line
    symbol: Box
    rules: tuple[tuple[float, float, float], ...] = ()
    mark: Box | None = None


def fit_size(text: str, width_mm: float, limits: tuple[float, float]) -> float:
    """Points, between the limits: the largest at which one line is not wider."""
    return max(min(limits[0], width_mm / MM / max(text_width(text), 1.0)), limits[1])
