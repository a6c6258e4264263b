"""The fields of a page that OCR read: the same rule as for any page, on lines instead of characters.

OCR takes one mark for another, so a label may have one character wrong where it is long enough.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import ne
from typing import Final

from verifier.evidence import Box, Evidence, ScannedLine, ScannedPage
from verifier.lines import LABELS, Segment, segments_of
from verifier.reading import Reading, read_segments
from verifier.visibility import is_visible

_ROW: Final = 0.5
"""Parts of a line's height by which the middles of one row may differ."""
_EM: Final = 0.75
"""Of the height of OCR's box around a line."""
_LONG_LABEL: Final = 5
"""Characters with the colon from which one may be wrong, where only one label is so near."""


@dataclass(frozen=True, slots=True)
class ScannedSegment(Segment):
    """``seen``: the box as uploaded; ``confidences``: of each character of ``text``; ``label``: as it
    was read, where that is not the label itself, or empty."""

    seen: Box
    confidences: tuple[float, ...]
    label: str = ""


def fold(text: str) -> str:
    """NFKC without white space, character for character: OCR's choice of width says nothing."""
    return "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    if character.isspace():
        return ""
    if character in "—–―‐‑":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


_FOLDED: Final = {fold(label): name for label, name in LABELS.items()}


def read_scan(evidence: Evidence) -> Reading:
    """The fields of all pages; of a page that is no picture, by its characters."""
    scanned = {page.page: page for page in evidence.scanned}
    pages = []
    for number in range(1, len(evidence.pages) + 1):
        page = scanned.get(number)
        if page is None:
            symbols = tuple(symbol for symbol in evidence.symbols if symbol.page == number)
            pages.append((segments_of(filter(is_visible, evidence.glyphs), number), symbols))
        else:
            pages.append((_segments(page), page.symbols))
    return read_segments(pages)


def _segments(page: ScannedPage) -> list[Segment]:
    return [
        segment
        for row in _rows(page.lines)
        for line in row
        for segment in _labelled(line, page.page)
    ]


def _rows(lines: Sequence[ScannedLine]) -> list[list[ScannedLine]]:
    rows: list[list[ScannedLine]] = []
    for line in sorted(lines, key=_middle):
        if rows and _middle(line) - _middle(rows[-1][0]) <= _ROW * min(
            _height(line), _height(rows[-1][0])
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.flat[0]) for row in rows]


def _middle(line: ScannedLine) -> float:
    return (line.flat[1] + line.flat[3]) / 2


def _height(line: ScannedLine) -> float:
    return line.flat[3] - line.flat[1]


def _labelled(line: ScannedLine, page: int) -> Iterator[ScannedSegment]:
    """Cut a line before every label inside it; no value of ours holds one (docs/adr/0004)."""
    text = fold(line.text)
    if len(text) != len(line.text):  # a space inside: not what the extraction gives
        return
    cuts = [0, *(place for place in range(1, len(text)) if _exact_label(text[place:])), len(text)]
    for start, end in pairwise(cuts):
        name, length = _label(text[start:end])
        yield ScannedSegment(
            text=line.text[start + length : end],
            field=name,
            page=page,
            box=_part(line.flat, text, start, end),
            em=_height(line) * _EM,
            glyphs=(),
            seen=_part(line.box, text, start, end),
            confidences=line.confidences[start + length : end],
            label="" if _exact_label(text[start:end]) else line.text[start : start + length],
        )


def _exact_label(text: str) -> str | None:
    return next((label for label in _FOLDED if text.startswith(label)), None)


def _label(text: str) -> tuple[str | None, int]:
    """The field whose label starts the text, and how long that is."""
    exact = _exact_label(text)
    if exact is not None:
        return _FOLDED[exact], len(exact)
    near = [
        label
        for label in _FOLDED
        if text == label[:-1]  # the colon was lost
        or (len(label) >= _LONG_LABEL and _is_one_off(text[: len(label)], label))
    ]
    if len(near) == 1:
        return _FOLDED[near[0]], min(len(near[0]), len(text))
    return None, 0


def _is_one_off(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(map(ne, one, other)) == 1


def _part(box: Box, text: str, start: int, end: int) -> Box:
    """Of a line's box, what the characters take if each has its usual width."""
    widths = [0.5 if character.isascii() else 1.0 for character in text]
    whole = sum(widths) or 1.0
    x0, y0, x1, y1 = box
    left = x0 + (x1 - x0) * sum(widths[:start]) / whole
    right = x0 + (x1 - x0) * sum(widths[:end]) / whole
    return left, y0, right, y1
