"""From characters to segments: what a person sees as one run of text, by place and not by order.

The order in which a file lists its characters is its maker's choice; the order on the page is what
a person reads. So characters are put into lines by their baselines and read from left to right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from credential.fields import FIELDS
from verifier.evidence import Box, Glyph

COLON: Final = "："
LABELS: Final = {spec.label + COLON: name for name, spec in FIELDS.items() if spec.label}
"""Printed label with its colon -> field name."""
_LONGEST_LABEL: Final = max(map(len, LABELS))
_GAP: Final = 1.2
"""Parts of an em: a wider gap separates cells."""
_CELL: Final = 0.4
"""Parts of an em: the least gap before a label that starts a cell."""
SAME_LINE: Final = 0.35
"""Parts of an em by which baselines of one line may differ."""
MM_PER_POINT: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Segment:
    """``field``: of the label that it starts with, if any; ``text`` is without that label."""

    text: str
    field: str | None
    page: int
    box: Box
    em: float
    glyphs: tuple[Glyph, ...]


def segments_of(glyphs: Iterable[Glyph], page: int) -> list[Segment]:
    """The segments of one page, from top to bottom and left to right."""
    return [
        segment
        for line in lines_of([glyph for glyph in glyphs if glyph.page == page])
        for run in runs_of(line)
        for segment in _labelled(run, page)
    ]


def lines_of(glyphs: list[Glyph]) -> list[list[Glyph]]:
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        reach = SAME_LINE * glyph.size * MM_PER_POINT
        if lines and glyph.baseline - lines[-1][-1].baseline <= reach:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda glyph: glyph.box[0]) for line in lines]


def runs_of(line: Sequence[Glyph]) -> list[list[Glyph]]:
    runs = [[line[0]]]
    for left, right in pairwise(line):
        if _gap(left, right) > _GAP:
            runs.append([])
        runs[-1].append(right)
    return runs


def _gap(left: Glyph, right: Glyph) -> float:
    em = max(left.size, right.size) * MM_PER_POINT
    return (right.box[0] - left.box[2]) / em if em else 0.0


def _labelled(run: Sequence[Glyph], page: int) -> list[Segment]:
    """Cut a run before every label that starts a cell."""
    cuts = [0]
    for place in range(1, len(run)):
        if _gap(run[place - 1], run[place]) > _CELL and _label_at(run, place) is not None:
            cuts.append(place)
    return [
        _segment(run[start:end], page)
        for start, end in zip(cuts, [*cuts[1:], len(run)], strict=True)
    ]


def _label_at(run: Sequence[Glyph], place: int) -> str | None:
    text = "".join(glyph.text for glyph in run[place : place + _LONGEST_LABEL])
    return next((label for label in LABELS if text.startswith(label)), None)


def _segment(glyphs: Sequence[Glyph], page: int) -> Segment:
    text = "".join(glyph.text for glyph in glyphs)
    label = _label_at(glyphs, 0)
    return Segment(
        text=text[len(label) :] if label else text,
        field=LABELS[label] if label else None,
        page=page,
        box=union([glyph.box for glyph in glyphs]),
        em=max(glyph.size for glyph in glyphs) * MM_PER_POINT,
        glyphs=tuple(glyphs),
    )


def union(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)
