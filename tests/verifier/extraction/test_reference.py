"""The reference letters are those of the fonts that the pages are set in."""

import numpy as np
import pytest
from PIL import Image

from tests.verifier.extraction.form_sheets import DRAWN
from verifier.extraction.letter_forms import SHEETS
from verifier.extraction.reference import Reference, Shape


@pytest.mark.parametrize("name", SHEETS)
def test_the_sheets_of_forms_without_codes_are_the_fonts(name):
    with Image.open(SHEETS[name]) as image:
        kept = np.asarray(image.convert("L")).astype(int)
    assert np.abs(kept - DRAWN[name]()).max() <= 8


@pytest.mark.parametrize("size", [12.0, 40.0, 90.0])
def test_a_letter_moved_by_four_quarters_is_one_pixel_further(size):
    reference = Reference()
    shape = reference.shapes("NotoSerifSC", "国", half=False)[0]
    here = reference.mask(shape, "国", size, 0, 0)
    there = reference.mask(shape, "国", size, 4, 4)
    assert here is not None
    assert there is not None
    assert (there.left, there.top) == (here.left + 1, here.top + 1)
    assert np.allclose(here.ink, there.ink)


def test_white_space_and_absurd_sizes_have_no_letter():
    reference = Reference()
    shape = reference.shapes("x", " ", half=False)[0]
    assert reference.mask(shape, " ", 20.0, 0, 0) is None
    assert reference.mask(shape, "国", 0.5, 0, 0) is None
    assert reference.mask(shape, "国", 5000.0, 0, 0) is None


def test_the_fonts_name_only_orders_the_shapes():
    serif = Reference().shapes("ABCDEF+NotoSerifSC-Regular", "国", half=False)
    sans = Reference().shapes("Helvetica", "国", half=False)
    assert {shape.font for shape in serif} == {shape.font for shape in sans}
    assert "Serif" in serif[0].font
    assert "Serif" not in sans[0].font


def test_the_half_width_form_is_tried_for_single_characters_of_numbers_only():
    def narrow(text: str, *, half: bool = True) -> list[Shape]:
        return [shape for shape in Reference().shapes("x", text, half=half) if shape.half_width]

    assert len(narrow("A")) == 1
    assert not narrow("A", half=False)
    assert not narrow("AB")
    assert not narrow("a")
