import io

import pypdfium2
import pytest

from certgen.label_font import glyph_of, half_width_glyphs, label_fonts
from certgen.label_pdf import label_pdf
from tests.certgen.labels import label, style


def test_widths_in_thousandths_of_an_em() -> None:
    widths = [glyph.width for c in "承：，A0" if (glyph := glyph_of(c)) is not None]
    assert widths[:3] == [1000] * 3
    assert all(400 < width < 700 for width in widths[3:])
    assert {glyph.width for glyph in half_width_glyphs().values()} == {500}


def test_the_first_font_that_has_a_character_is_taken() -> None:
    fonts = [glyph.font for c in "承䶮鿲" if (glyph := glyph_of(c)) is not None]
    assert fonts == [0, 0, 1]
    assert glyph_of("\U00030729") is None


def test_a_subset_keeps_codes_and_is_small() -> None:
    glyphs = [glyph.glyph for c in "承诺达标合格证" if (glyph := glyph_of(c)) is not None]
    subset = label_fonts()[0].subset(glyphs)
    assert 500 < len(subset) < 10_000


def test_the_right_shapes_are_drawn() -> None:
    """A wrong code would draw another character, or none, under the right text."""
    one = label("one-box", product="草莓")
    with pypdfium2.PdfDocument(io.BytesIO(label_pdf(one, style("one-box")))) as pdf:
        page = pdf[0]
        text = page.get_textpage()
        place = text.get_text_range().index("草莓")
        left, bottom, right, top = text.get_charbox(place)
        picture = page.render(scale=8).to_pil().convert("L")
    height = picture.height
    box = (int(left * 8), int(height - top * 8), int(right * 8) + 1, int(height - bottom * 8) + 1)
    seen = picture.crop(box).resize((24, 24))
    dark = sum(level < 128 for level in seen.tobytes())
    assert 24 * 24 * 0.15 < dark < 24 * 24 * 0.6


def test_outlines() -> None:
    glyph = glyph_of("一")
    assert glyph is not None
    path = label_fonts()[glyph.font].outline(glyph.glyph)
    assert path.startswith("M") and path.endswith("Z")
    with pytest.raises(IndexError):
        label_fonts()[2]
