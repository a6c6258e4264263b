"""Characters that share a glyph, as the fonts say."""

from collections import defaultdict

import pytest
import uharfbuzz as hb

from certgen.glyphs import FONT_PATHS
from certgen.printable import unprintable
from certgen.report import plain_text
from certgen.twins import TWINS
from credential.normal import NormalError, canonical_text


def _canonical(character: str) -> str | None:
    try:
        return canonical_text(character)
    except NormalError:
        return None


def test_no_two_that_can_be_printed_share_a_glyph_and_differ() -> None:
    for path in FONT_PATHS:
        face = hb.Face(hb.Blob.from_file_path(str(path)))
        font = hb.Font(face)
        drawn = defaultdict(set)
        for code in face.unicodes:
            character = chr(code)
            if not character.isspace() and unprintable(character) is None:
                drawn[font.get_nominal_glyph(code)].add(_canonical(character))
        assert {glyph: said for glyph, said in drawn.items() if len(said) > 1} == {}


def test_the_commoner_one_is_written() -> None:
    assert len(TWINS) == 114
    for twin, plain in {
        "⻋": "车",
        "•": "·",
        "・": "·",
        "〜": "～",
        "⋯": "…",
        "\u2012": "\u2013",
    }.items():
        assert TWINS[twin] == plain
        assert unprintable(plain) is None
        assert unprintable(twin) == f"字符 U+{ord(twin):04X}“{twin}”，请写作“{plain}”"
    assert not TWINS.keys() & set(TWINS.values())


@pytest.mark.parametrize("words", ["应为车，实为⻋", "合格证〜1～5.pdf"])
def test_a_report_names_what_it_can_not_print(words: str) -> None:
    said = plain_text(words)
    assert not TWINS.keys() & set(said)
