"""A table stands as ours do: one edge, one column, one distance from row to row."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.verifier.test_page_form import Move, altered, aside, evidence, move
from verifier.evidence import Evidence
from verifier.field_lines import line_of
from verifier.reading import read_fields
from verifier.table_rows import uneven_rows
from verifier.typesetting import lines_of, value_of

ROWS = (
    "product",
    "quantity",
    "origin",
    "issued_on",
    "subject",
    "subject_code",
    "contact",
    "basis",
    "promise",
    "grade",
)


def said(found: Evidence) -> frozenset[str]:
    block = {"title", "caption", "number"}
    return uneven_rows(
        {
            name: [line_of(name, pieces) for pieces in lines_of(printed.pieces)]
            for name, printed in read_fields(found).fields.items()
            if name not in block
        }
    )


@pytest.mark.parametrize("kind", ["a5", "label", "short letter", "letter"])
def test_our_own(kind: str) -> None:
    assert not said(evidence(kind))


def closer(kind: str, by: float) -> Evidence:
    """Each row by so many millimetres nearer to the one above."""
    return altered(kind, {name: move(down=-by * place) for place, name in enumerate(ROWS)})


@pytest.mark.parametrize(
    ("by", "odd"), [(0.05, False), (0.5, False), (1.0, True), (1.8, True), (-0.6, True)]
)
def test_rows_closer_or_farther_than_ours(by: float, odd: bool) -> None:
    """Found: at 13.5 points from row to row pdftotext has the first values behind the fifth label."""
    assert bool(said(closer("a5", by))) is odd


@pytest.mark.parametrize(
    ("name", "down", "odd"), [("quantity", 0.05, False), ("quantity", 0.4, True)]
)
def test_one_row_off(name: str, down: float, odd: bool) -> None:
    assert bool(said(altered("a5", {name: move(down=down)}))) is odd


@pytest.mark.parametrize(("right", "odd"), [(0.1, False), (0.3, True), (2.0, True)])
def test_one_label_off_the_edge(right: float, odd: bool) -> None:
    assert ("contact" in said(altered("a5", {"contact": aside(right, 0)}))) is odd


def values_moved(kind: str, change: Move) -> Evidence:
    found = evidence(kind)
    values = {
        id(glyph)
        for name, printed in read_fields(found).fields.items()
        if name in ROWS
        for piece in printed.pieces
        for glyph in value_of(piece)
    }
    glyphs = tuple(change(glyph) if id(glyph) in values else glyph for glyph in found.glyphs)
    return replace(found, glyphs=glyphs)


def test_a_column_away_from_the_labels_of_a_label() -> None:
    """Of ours one value runs on at least; rows as near as these can't have a column of a form."""
    assert not said(values_moved("label", aside(0, 0)))
    assert said(values_moved("label", aside(2.0, 0))) >= {"product", "quantity"}


def further_lines(down: float) -> Callable[[Evidence], Evidence]:
    def change(found: Evidence) -> Evidence:
        (first, *rest) = lines_of(read_fields(found).fields["promise"].pieces)
        assert rest and first
        below = {id(glyph) for line in rest for piece in line for glyph in piece.glyphs}
        moved = move(down=down)
        glyphs = tuple(moved(glyph) if id(glyph) in below else glyph for glyph in found.glyphs)
        return replace(found, glyphs=glyphs)

    return change


@pytest.mark.parametrize(("down", "odd"), [(0.05, False), (1.0, True), (-0.6, True)])
def test_a_line_nearer_or_farther_than_the_others(down: float, odd: bool) -> None:
    assert ("promise" in said(further_lines(down)(evidence("a5")))) is odd
