"""What a label is made of: lines, symbol, rules, each at its place."""

from dataclasses import dataclass
from typing import Final

from certgen.line_breaking import text_width

MM: Final = 25.4 / 72
"""Millimetres of a point."""
ASCENT: Final = 0.86
"""Of an em: top of a hanzi above the baseline."""
_LEAST_BOLD: Final = 7.0
NUMBER_ALONE_EM: Final = 21 * 0.5
"""21 half-width characters."""
NUMBER_EM: Final = 3 + NUMBER_ALONE_EM
"""编号： and these."""
FROM_PACK: Final = frozenset({"title", "promise", "basis", "platform", "caption", "elsewhere"})
"""Fields whose few values are the pack's."""
OF_ONE_ROW: Final = frozenset({"quantity", "check_code"})
"""Fields whose values other rows of a table seldom have; all others mostly say what those before said."""

LabelShape = tuple[tuple[str, str | float], ...]
"""All that the places of a label's lines hang on: each field but the number, with its value, or with
its width in ems where the value is all of a line, or of what stands behind the field's label."""


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
    """``number``: its line with the label alone as text, or with none where the label is a line
    above; the number follows in half-width characters. ``symbol``: quiet zone included. ``rules``: x, y and end of each hairline."""

    lines: tuple[Line, ...]
    number: Line
    symbol: Box
    rules: tuple[tuple[float, float, float], ...] = ()
    mark: Box | None = None


def fit_size(text: str, width_mm: float, limits: tuple[float, float]) -> float:
    """Points, between the limits: the largest at which one line is not wider."""
    return max(min(limits[0], width_mm / MM / max(text_width(text), 1.0)), limits[1])
