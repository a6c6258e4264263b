"""The lines of a field on a page: where each stands, and where its label and its value begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from verifier.lines import Segment, union
from verifier.typesetting import value_of

LONG_TEXTS: Final = frozenset({"notice", "pledge", "liability", "axes", "findings"})
"""They stand under their label, a paragraph or its further lines indented."""
OPENING: Final = "（《〈「『【〔〖［｛“‘"
"""Closed up where a line begins: their left half is blank."""
_FOLLOWS: Final = 0.45
"""Ems from a label's end to a value that runs on from it."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """``value``: its segment's glyphs after the label are ``text``; ``right``: of all of it."""

    field: str
    page: int
    left: float
    right: float
    level: float
    em: float
    pieces: tuple[Segment, ...]
    text: str
    label: Segment | None
    start: float | None
    """Left edge of what is printed of the value."""


def line_of(name: str, pieces: Sequence[Segment]) -> FieldLine:
    label = next((piece for piece in pieces if piece.field is not None), None)
    value = [glyph for piece in pieces for glyph in value_of(piece)]
    box = union([piece.box for piece in pieces])
    return FieldLine(
        name,
        pieces[0].page,
        box[0],
        box[2],
        pieces[0].glyphs[0].baseline,
        max(piece.em for piece in pieces),
        tuple(pieces),
        "".join(glyph.text for glyph in value),
        label,
        min((glyph.box[0] for glyph in value), default=None),
    )


def gap_behind(label: Segment, start: float, em: float) -> float:
    """Ems from the end of a label to where its value begins."""
    letters = label.glyphs[: len(label.glyphs) - len(value_of(label))]
    return (start - letters[-1].box[2]) / em


def follows(label: Segment, start: float, first: FieldLine) -> bool:
    return gap_behind(label, start, first.em) <= _FOLLOWS
