"""A sticker: centred lines above and below the symbol, within a rectangle or a circle."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from certgen.label_parts import ASCENT, MM, NUMBER_EM, Box, Line, PlacedLabel
from certgen.line_breaking import break_lines, text_width
from credential.fields import FIELDS
from scheme.model import LabelLayout, Shape, Style

_LEADING: Final = 1.08
"""Ems a line."""
_NUMBER_LEADING: Final = 1.0
"""The same of the number: digits have no descenders."""
_DESCENT: Final = 0.1
"""Of an em: bottom of a hanzi below the baseline."""
_STEP: Final = 0.1
"""Millimetres by which the symbol is moved to find room."""


@dataclass(frozen=True, slots=True)
class _Type:
    """How the lines are set: at ``size`` points, the number at ``number``; ``width`` is that of
    the label at a height, in millimetres."""

    fields: Mapping[str, str]
    layout: LabelLayout
    size: float
    number: float
    width: Callable[[float], float]


def place_stacked(
    style: Style, layout: LabelLayout, fields: Mapping[str, str], size: float
) -> Callable[[], PlacedLabel] | None:
    """With text of ``size`` points: what places it, or None where it does not fit.

    On a rectangle the whole is centred; in a circle the symbol stands as high as the lines above it
    allow, because the lines below need the width.
    """
    above = [name for name in layout.fields[: layout.above] if name in fields]
    below = [name for name in layout.fields if name in fields and name not in above]
    side, middle = layout.symbol_mm, style.width_mm / 2
    width = _width_at(style, layout)
    number = min(size, (2 * (middle - layout.margin_mm) - 0.2) / MM / NUMBER_EM)
    type_ = _Type(fields, layout, size, number, width)
    for y in _tries(style, layout):
        upper = _stack(above, type_, y, -1)
        lower = _stack(below, type_, y + side, 1)
        if upper is None or lower is None:
            continue
        lines = [*upper, *lower]
        return partial(_placed, lines, Box(middle - side / 2, y, side), style, layout)
    return None


def _placed(lines: Sequence[Line], symbol: Box, style: Style, layout: LabelLayout) -> PlacedLabel:
    """``lines``: their ``x`` is their width."""
    centred = [
        Line(line.field, line.text, (style.width_mm - line.x) / 2, line.y, line.size, line.bold)
        for line in lines
    ]
    placed = PlacedLabel(
        tuple(line for line in centred if line.field != "number"),
        next(line for line in centred if line.field == "number"),
        symbol,
    )
    return placed if layout.shape is Shape.ROUND else _centred(placed, style)


def _centred(placed: PlacedLabel, style: Style) -> PlacedLabel:
    """The whole in the middle of the label's height, by its ink."""
    lines = (*placed.lines, placed.number)
    top = min(line.y - ASCENT * line.size * MM for line in lines)
    bottom = max(line.y + _DESCENT * line.size * MM for line in lines)
    move = (style.height_mm - top - bottom) / 2

    def moved(line: Line) -> Line:
        return Line(line.field, line.text, line.x, line.y + move, line.size, line.bold)

    symbol = placed.symbol
    return PlacedLabel(
        tuple(map(moved, placed.lines)),
        moved(placed.number),
        Box(symbol.x, symbol.y + move, symbol.side),
    )


def _width_at(style: Style, layout: LabelLayout) -> Callable[[float], float]:
    """Millimetres across at a height, within the margin; 0 outside."""
    middle, margin = style.height_mm / 2, layout.margin_mm
    radius = style.width_mm / 2 - margin
    if layout.shape is Shape.ROUND:
        return lambda y: 2 * math.sqrt(max(radius**2 - (y - middle) ** 2, 0.0))
    return lambda y: 2 * radius if margin <= y <= style.height_mm - margin else 0.0


def _tries(style: Style, layout: LabelLayout) -> Sequence[float]:
    """Places of the symbol's upper edge at which its corners are on the label, highest first."""
    side, height = layout.symbol_mm, float(style.height_mm)
    highest, lowest = 0.0, height - side
    if layout.shape is Shape.ROUND:
        reach = math.sqrt(max((height / 2) ** 2 - (side / 2) ** 2, 0.0))
        highest, lowest = height / 2 - reach, height / 2 + reach - side
    steps = math.floor((lowest - highest) / _STEP + 1e-6)
    return [highest + step * _STEP for step in range(steps + 1)]


def _stack(names: Sequence[str], type_: _Type, edge: float, direction: int) -> list[Line] | None:
    """Lines outwards from the symbol's edge, or None where one does not fit; ``x`` is the width of
    a line, to be centred by. A field above the symbol is one line."""
    lines: list[Line] = []
    for name in names if direction > 0 else reversed(names):
        text, points, bold = _text(name, type_)
        leading = _NUMBER_LEADING if name == "number" else _LEADING
        rest = text
        while rest:
            far = edge + direction * leading * points * MM
            baseline = min(edge, far) + (ASCENT + (leading - ASCENT - _DESCENT) / 2) * points * MM
            outer = baseline + (_DESCENT if direction > 0 else -ASCENT) * points * MM
            room = type_.width(outer) / MM / points
            part = rest if name == "number" else break_lines(rest, room, room)[0]
            extent = NUMBER_EM if name == "number" else text_width(part)
            rest = rest[len(part) :].lstrip()
            if extent > room or not part or (direction < 0 and rest):
                return None
            lines.append(Line(name, part, extent * points * MM, baseline, points, bold))
            edge = far
    return lines


def _text(name: str, type_: _Type) -> tuple[str, float, bool]:
    """Text, size and weight of a field."""
    layout, value = type_.layout, type_.fields[name]
    if name == "number":
        return FIELDS[name].label + "：", type_.number, False
    if name in ("title", "caption"):
        largest, smallest = layout.title_pt if name == "title" else layout.caption_pt
        # shrinks with the text, so that the sizes keep their proportion
        return value, max(largest * type_.size / layout.text_pt[0], smallest), True
    return f"{FIELDS[name].label}：{value}", type_.size, False
