"""Letters stand side by side as our fonts set them: marks closed up by their white, and no farther."""

from dataclasses import replace
from functools import cache

import pytest

from tests.verifier import paper
from verifier.evidence import Evidence
from verifier.extraction.run import extract
from verifier.limits import Limits
from verifier.lines import MM_PER_POINT
from verifier.reading import read_fields
from verifier.typesetting import uneven_type, value_of


@cache
def evidence(origin: str) -> Evidence:
    return extract(paper.pdf(paper.producer(origin=origin)), Limits(), lambda _: None)


def said(origin: str, place: int, right: float) -> bool:
    """Whether something is told of a page on which a character of the origin, by its place, and all that
    follow stand so many ems to the right."""
    found = evidence(origin)
    (piece,) = (one for one in read_fields(found).fields["origin"].pieces if value_of(one))
    assert "".join(glyph.text for glyph in value_of(piece)) == origin
    behind = {id(glyph) for glyph in value_of(piece)[place:]}
    step = right * piece.glyphs[0].size * MM_PER_POINT
    glyphs = tuple(
        glyph._replace(box=(glyph.box[0] + step, glyph.box[1], glyph.box[2] + step, glyph.box[3]))
        if id(glyph) in behind
        else glyph
        for glyph in found.glyphs
    )
    return bool(list(uneven_type(read_fields(replace(found, glyphs=glyphs)))))


@pytest.mark.parametrize(
    ("origin", "place", "least"),
    [
        # found: moved over the digit's own left, 14，5 was seen as 1,45 and 3（5 as 35(
        ("大洋镇14，5号", 5, 0.0),
        ("大洋镇14，5号", 6, 0.5),
        ("大洋镇3（5号棚）", 4, 0.5),
        ("大洋镇3（5号棚）", 5, 0.0),
        ("大洋镇“5”号", 4, 0.0),
        ("大洋镇“5”号", 3, 0.5),
        ("大洋镇“5”号", 6, 0.5),
        # typst has closed these up by half an em
        ("大洋》（镇", 3, 0.5),
        ("大洋）、镇", 3, 0.0),
        ("大洋（《镇", 3, 0.0),
        ("大洋（）镇", 3, 0.0),
        ("大洋·镇", 3, 0.0),
        ("大洋14号", 3, 0.02),
        ("大洋1-4号", 3, 0.02),
        ("大洋1-4号", 4, 0.02),
        ("大洋1.4号", 4, 0.02),
        ("大洋K4号", 3, 0.02),
        ("大洋AV号", 3, 0.02),
    ],
)
def test_a_character_is_closed_up_by_the_white_of_a_mark(origin: str, place: int, least: float):
    assert not said(origin, place, 0.0)
    assert not said(origin, place, -least)
    assert said(origin, place, -least - 0.07)


def test_a_number_is_not_torn_apart() -> None:
    assert said("大洋14号", 3, 0.6)
