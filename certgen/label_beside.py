"""A label with its fields on the left and the symbol in a column of its own on the right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from certgen.label_parts import ASCENT, MM, NUMBER_EM, Box, Line, PlacedLabel, fit_size
from certgen.line_breaking import break_lines, text_width
from credential.fields import FIELDS
from scheme.model import LabelLayout, Style

_LEADING: Final = 1.22
"""Ems from line to line in a paragraph."""
_BETWEEN: Final = 0.25
"""Ems more between two fields at least."""
_LOOSEST: Final = 0.75
"""Ems more between two fields at most, where there is room left."""
_QUIET_MM: Final = 1.3
"""The least quiet zone: it is white, so margins and gutters may run into it."""
_GUTTER_MM: Final = 3.1
"""White between the modules and the text beside them: nothing else stands in the symbol's column."""
_EDGE_MM: Final = 1.0
"""The number may be as near to the edge as this."""
_SMALL_CAPTION: Final = 0.62
_FINE_PRINT: Final = 0.85
_BLOCK: Final = frozenset({"title", "caption", "number"})


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """One field; ``lines``: x, baseline and text, in points from its upper left corner."""

    field: str
    size: float
    height: float
    lines: tuple[tuple[float, float, str], ...]

    @property
    def extent(self) -> float:
        """Points across; endless for more than one line."""
        if self.height > _LEADING * self.size * 1.5:
            return float("inf")
        return max(x + text_width(text) * self.size for x, _, text in self.lines)


def place_beside(
    style: Style, layout: LabelLayout, fields: Mapping[str, str], size: float
) -> Callable[[], PlacedLabel] | None:
    """With text of ``size`` points: what places it, or None where it does not fit."""
    label = float(style.width_mm), float(style.height_mm), layout.margin_mm
    largest = layout.text_pt[0]
    caption = fields.get("caption", "")
    block = _place_block(label, layout.symbol_mm, largest, layout.caption_pt, caption)
    if block.number.y > style.height_mm - min(layout.margin_mm, _EDGE_MM):
        return None
    mark = _mark(style, layout)
    left = layout.margin_mm + (0 if mark is None else layout.mark_mm + layout.margin_mm)
    right = block.symbol.x + _QUIET_MM - _GUTTER_MM
    top, bottom = layout.margin_mm, style.height_mm - layout.margin_mm
    head: list[Line] = []
    rules: list[tuple[float, float, float]] = []
    if "title" in fields:
        title = fit_size(fields["title"], right - left, layout.title_pt)
        head.append(
            Line("title", fields["title"], left, top + ASCENT * title * MM, title, bold=True)
        )
        rules.append((left, top + 1.25 * title * MM, right))
        top = rules[0][1] + 0.55 * size * MM
    paragraphs = [
        _paragraph(name, value, (right - left) / MM, (size, layout.text_pt[1]), layout.hanging)
        for name, value in fields.items()
        if name not in _BLOCK
    ]
    rows = _rows(paragraphs, (right - left) / MM, layout)
    taken = sum(row[0].height for row in rows)
    gaps = max(len(rows) - 1, 1)
    # the last line needs no leading below it
    slack = (bottom - top) / MM - taken + (_LEADING - 1) * size - gaps * _BETWEEN * size
    if slack < 0:
        return None
    gap = min(_BETWEEN * size + slack / gaps, _LOOSEST * size) * MM

    def placed() -> PlacedLabel:
        lines = [*head, *_set_rows(rows, (left, right), top, gap), *block.lines]
        return PlacedLabel(tuple(lines), block.number, block.symbol, (*rules, *block.rules), mark)

    return placed


def _set_rows(
    rows: Sequence[Sequence[_Paragraph]], sides: tuple[float, float], top: float, gap: float
) -> Iterator[Line]:
    left, right = sides
    for row in rows:
        for place, paragraph in enumerate(row):
            start = round(left + place * (right - left) / 2, 3)
            level = round(top, 3)
            for x, y, text in paragraph.lines:
                # whole micrometres: the lines of a text stand to each other as on any other label
                across, down = start + round(x * MM, 3), level + round(y * MM, 3)
                yield Line(paragraph.field, text, across, down, paragraph.size)
        top += row[0].height * MM + gap


def _rows(
    paragraphs: Sequence[_Paragraph], width: float, layout: LabelLayout
) -> list[tuple[_Paragraph, ...]]:
    """One field a row, or two short ones that follow each other where the layout says so."""
    rows: list[tuple[_Paragraph, ...]] = []
    for paragraph in paragraphs:
        pair = rows and len(rows[-1]) == 1 and layout.columns == 2
        if pair and all(one.extent <= width / 2 - one.size for one in (*rows[-1], paragraph)):
            rows[-1] = (*rows[-1], paragraph)
        else:
            rows.append((paragraph,))
    return rows


@lru_cache(maxsize=8192)
def _paragraph(
    name: str, value: str, width: float, sizes: tuple[float, float], hanging: bool
) -> _Paragraph:
    """Kept, because most values of a label are those of the label before it.

    ``sizes``: the one to set it in, and the smallest of this layout.
    """
    size, smallest = sizes
    label = FIELDS[name].label + "："
    if name == "platform":  # fine print
        size = max(smallest, size * _FINE_PRINT)
    ems = width / size
    short = hanging and len(label) <= 5
    indent = 5.0 if short else 0.0
    first_x = indent or text_width(label)
    lines: list[tuple[float, float, str]] = []
    for number, paragraph in enumerate(value.split("\n")):
        start = first_x if number == 0 else indent
        broken = break_lines(paragraph, ems - start, ems - indent, words=name == "basis")
        for place, text in enumerate(broken):
            x = start if place == 0 else indent
            y = (len(lines) * _LEADING + ASCENT + (_LEADING - 1) / 2) * size
            lines.append((x * size, y, text))
    height = len(lines) * _LEADING * size
    x, y, text = lines[0]
    if text_width(label) == first_x:
        lines[0] = (0.0, y, label + text)
    else:
        lines.insert(0, (0.0, y, label))
    return _Paragraph(name, size, height, tuple(line for line in lines if line[2]))


@lru_cache(maxsize=256)
def _place_block(
    label: tuple[float, float, float],
    side: float,
    largest: float,
    caption_pt: tuple[float, float],
    caption: str,
) -> PlacedLabel:
    """Symbol, caption and number in a column of their own, centred in the label's height.

    ``label``: its width, height and margin; ``largest``: points of the number at most.
    """
    width, height, margin = label
    x = width - side - max(margin - _QUIET_MM, 0.0)
    middle = x + side / 2
    modules = side - 2 * _QUIET_MM
    number = min(largest, (side - 1.6) / MM / NUMBER_EM)
    words = _caption_lines(caption, modules / MM, caption_pt)
    below = sum(1.2 * size for _, size in words) * MM + (1.3 if words else 1.0) * number * MM
    y = max((height - side - below) / 2, 0.0)
    # above the modules is white already: the whole is centred by what is seen
    y = max(y - _QUIET_MM / 2, margin - _QUIET_MM)
    lines = []
    baseline = y + side
    for text, size in words:
        baseline += (1.2 * size - (1.2 - ASCENT) * size) * MM
        extent = text_width(text) * size * MM
        lines.append(
            Line("caption", text, middle - extent / 2, baseline, size, bold=size == words[0][1])
        )
        baseline += (1.2 - ASCENT) * size * MM
    baseline += ((0.3 if words else 0.0) + ASCENT) * number * MM
    start = middle - NUMBER_EM * number * MM / 2
    return PlacedLabel(
        tuple(lines), Line("number", "编号：", start, baseline, number), Box(x, y, side)
    )


def _caption_lines(
    caption: str, width: float, limits: tuple[float, float]
) -> list[tuple[str, float]]:
    """What it is, large, and below it what to do with it, small; each with its size."""
    lines = caption.split()
    if not lines:
        return []
    large = fit_size(lines[0], width * MM, limits)
    small = min(fit_size(words, width * MM, (large * _SMALL_CAPTION, limits[1])) for words in lines)
    return [(lines[0], large)] + [
        (part, small)
        for words in lines[1:]
        for part in break_lines(words, width / small, width / small)
    ]


def _mark(style: Style, layout: LabelLayout) -> Box | None:
    if not layout.mark_mm:
        return None
    return Box(layout.margin_mm, (style.height_mm - layout.mark_mm) / 2, layout.mark_mm)
