"""A label with its fields on the left and the symbol in a column of its own on the right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from certgen.label_parts import (
    ASCENT,
    FROM_PACK,
    MM,
    NUMBER_ALONE_EM,
    NUMBER_EM,
    Box,
    LabelShape,
    Line,
    PlacedLabel,
    fit_size,
)
from certgen.line_breaking import CLOSING, break_lines, text_width
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
_SHORTEST_RULE_MM: Final = 26.0
"""A shorter one could be a stroke of a letter, and the verifier takes it for a mark."""
_SMALL_CAPTION: Final = 0.62
_FINE_PRINT: Final = 0.85
_LESS: Final = 3
"""Ems by which lines are shortened at most, so that the last has more than one character."""
_MARKS: Final = "".join(sorted(CLOSING))
_BLOCK: Final = frozenset({"title", "caption"})


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """One field; ``lines``: x, baseline and text, in whole micrometres from its upper left corner,
    so that the lines of a text stand to each other as on any other label; ``extent``: points across,
    endless for more than one line."""

    field: str
    size: float
    height: float
    extent: float
    lines: tuple[tuple[float, float, str], ...]


def shape_beside(style: Style, layout: LabelLayout, fields: Mapping[str, str]) -> LabelShape:
    """Of a value that one line holds at the largest size, and so at any, only its width counts, and
    that only where two fields may share a row."""
    left = layout.margin_mm + (layout.mark_mm + layout.margin_mm if layout.mark_mm else 0)
    right = _symbol_x(float(style.width_mm), layout.symbol_mm, layout.margin_mm)
    ems = (right + _QUIET_MM - _GUTTER_MM - left) / MM / layout.text_pt[0]
    counts = float(layout.columns == 2)
    return tuple(
        [
            (name, said * counts if isinstance(said, float) else said)
            for name, value in fields.items()
            if name != "number"
            for said in (_width_within(name, value, ems),)
        ]
    )


def _width_within(name: str, value: str, ems: float) -> str | float:
    """The width of a value that one line of so many ems holds behind its label; else the value."""
    if name in FROM_PACK or not value or value != value.strip() or "\n" in value:
        return value
    width = text_width(value)
    return width if width <= ems - _label_width(name) else value


def _label_width(name: str) -> float:
    """The label stands in a column of five ems at most, or takes its own width."""
    return max(5.0, _label(name)[1])


@cache
def _label(name: str) -> tuple[str, float]:
    """With its colon, and how many ems that is."""
    label = FIELDS[name].label + "："
    return label, text_width(label)


def place_beside(
    style: Style, layout: LabelLayout, fields: Mapping[str, str], size: float
) -> Callable[[], PlacedLabel] | None:
    """With text of ``size`` points: what places it, or None where it does not fit.

    The number stands below the symbol where it is the layout's last field; else in two lines among
    the fields, on labels that are no higher than the symbol.
    """
    label = float(style.width_mm), float(style.height_mm), layout.margin_mm
    largest = layout.text_pt[0]
    caption = fields.get("caption", "")
    below = layout.fields[-1] == "number"
    block = _place_block(label, layout.symbol_mm, largest, layout.caption_pt, caption)
    if below and block.number.y > style.height_mm - min(layout.margin_mm, _EDGE_MM):
        return None
    symbol = block.symbol if below else _alone(label, layout.symbol_mm)
    mark = _mark(style, layout)
    left = layout.margin_mm + (0 if mark is None else layout.mark_mm + layout.margin_mm)
    right = symbol.x + _QUIET_MM - _GUTTER_MM
    top, bottom = layout.margin_mm, style.height_mm - layout.margin_mm
    head: list[Line] = []
    rules: list[tuple[float, float, float]] = []
    if "title" in fields:
        title = fit_size(fields["title"], right - left, layout.title_pt)
        head.append(
            Line("title", fields["title"], left, top + ASCENT * title * MM, title, bold=True)
        )
        under = top + 1.25 * title * MM
        if right - left >= _SHORTEST_RULE_MM:
            rules.append((left, under, right))
        top = under + 0.55 * size * MM
    paragraphs = [
        _number_paragraph(size)
        if name == "number"
        else _paragraph(name, value, (right - left) / MM, (size, layout.text_pt[1]), layout.hanging)
        for name, value in fields.items()
        if name not in _BLOCK and not (below and name == "number")
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
        lines = [*head, *_set_rows(rows, (left, right), top, gap)]
        if below:
            return PlacedLabel((*lines, *block.lines), block.number, symbol, tuple(rules), mark)
        # its label and it, of one size
        points = min(size, (right - left) / MM / NUMBER_ALONE_EM)
        lines = [replace(line, size=points) if line.field == "number" else line for line in lines]
        number = next(line for line in lines if not line.text)
        lines.remove(number)
        return PlacedLabel(tuple(lines), number, symbol, tuple(rules), mark)

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
                yield Line(paragraph.field, text, start + x, level + y, paragraph.size)
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
    label, label_ems = _label(name)
    if name == "platform":  # fine print
        size = max(smallest, size * _FINE_PRINT)
    ems = width / size
    short = hanging and len(label) <= 5
    indent = 5.0 if short else 0.0
    first_x = indent or label_ems
    lines: list[tuple[float, float, str]] = []
    for number, paragraph in enumerate(value.split("\n")):
        start = first_x if number == 0 else indent
        broken = _balanced(paragraph, ems - start, ems - indent, words=name == "basis")
        for place, text in enumerate(broken):
            x = start if place == 0 else indent
            y = (len(lines) * _LEADING + ASCENT + (_LEADING - 1) / 2) * size
            lines.append((x * size, y, text))
    height = len(lines) * _LEADING * size
    x, y, text = lines[0]
    if label_ems == first_x:
        lines[0] = (0.0, y, label + text)
    else:
        lines.insert(0, (0.0, y, label))
    shown = [line for line in lines if line[2]]
    extent = float("inf")
    if height <= _LEADING * size * 1.5:
        extent = max(x + text_width(text) * size for x, _, text in shown)
    placed = tuple((round(x * MM, 3), round(y * MM, 3), text) for x, y, text in shown)
    return _Paragraph(name, size, height, extent, placed)


def _balanced(text: str, first: float, width: float, *, words: bool) -> tuple[str, ...]:
    """Lines of which the last is not one character alone, where a little less width avoids that
    without another line."""
    lines = break_lines(text, first, width, words=words)
    if len(lines) == 1 or len(lines[-1].strip(_MARKS)) > 1:
        return lines
    for less in range(1, _LESS + 1):
        other = break_lines(text, first - less, width - less, words=words)
        if len(other) == len(lines) and other[0] and len(other[-1].strip(_MARKS)) > 1:
            return other
    return lines


def _number_paragraph(size: float) -> _Paragraph:
    """Its label, and a line of its own for the number: empty, because only its width is known."""
    first = (ASCENT + (_LEADING - 1) / 2) * size * MM
    lines = (0.0, round(first, 3), "编号："), (0.0, round(first + _LEADING * size * MM, 3), "")
    return _Paragraph("number", size, 2 * _LEADING * size, float("inf"), lines)


def _alone(label: tuple[float, float, float], side: float) -> Box:
    """The symbol in the middle of the label's height; ``label``: as of :func:`_place_block`."""
    width, height, margin = label
    return Box(_symbol_x(width, side, margin), (height - side) / 2, side)


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
    x = _symbol_x(width, side, margin)
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


def _symbol_x(width: float, side: float, margin: float) -> float:
    return width - side - max(margin - _QUIET_MM, 0.0)


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
