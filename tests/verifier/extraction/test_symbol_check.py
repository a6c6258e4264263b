"""A symbol that decodes although something else is drawn in it."""

import io

import numpy as np
import pytest
import segno
from PIL import Image

from tests.verifier import paper
from verifier.extraction.picture import decode_picture
from verifier.extraction.symbol_check import check_symbol
from verifier.extraction.symbols import read_symbols, read_symbols_harder
from verifier.limits import Limits

TEXTS = [paper.producer().qr_text, paper.household().qr_text, paper.pledge().qr_text]


def picture(text: str, pixels: int) -> np.ndarray:
    return decode_picture(paper.symbol_png(text, pixels), Limits()).copy()


def checked(drawn: np.ndarray):
    (found,) = read_symbols(drawn) or read_symbols_harder(drawn)
    return check_symbol(drawn, found)


@pytest.mark.parametrize("pixels", [1, 2, 3, 4, 6, 12])
@pytest.mark.parametrize("text", TEXTS, ids=["producer", "household", "pledge"])
def test_our_own_symbols_are_as_redrawn(text, pixels):
    drawn = picture(text, pixels)
    result = checked(drawn)
    quiet = 4 * pixels
    assert result.wrong is None
    assert result.box == (quiet, quiet, drawn.shape[1] - quiet, drawn.shape[0] - quiet)


@pytest.mark.parametrize("pixels", [1, 6])
@pytest.mark.parametrize("modules", [1, 4])
def test_a_box_drawn_over_some_modules(pixels, modules):
    drawn = picture(TEXTS[0], pixels)
    start, end = 30 * pixels, (30 + modules) * pixels
    area = drawn[start:end, start:end]
    area[:] = 255 - area
    result = checked(drawn)
    assert result.wrong is not None
    x0, y0, x1, y1 = result.wrong
    assert start <= x0 < x1 <= end
    assert start <= y0 < y1 <= end


def test_a_spot_of_pale_colour_between_the_modules():
    drawn = picture(TEXTS[0], 6)
    light = np.argwhere(drawn == 255)
    row, column = next(
        (r, c) for r, c in light if r > 200 and c > 200 and drawn[r : r + 6, c : c + 6].all()
    )
    drawn[row : row + 6, column : column + 6] = 240
    assert checked(drawn).wrong is not None


@pytest.mark.parametrize("angle", [20, 45, 90, 180])
def test_a_turned_symbol_is_none_of_ours(angle):
    image = Image.open(io.BytesIO(paper.symbol_png(TEXTS[0]))).convert("L")
    turned = image.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert checked(np.asarray(turned)).wrong is not None


def test_a_symbol_of_another_making():
    output = io.BytesIO()
    segno.make_qr("NO ADDRESS", error="m").save(output, kind="png", scale=6)
    assert checked(decode_picture(output.getvalue(), Limits())).wrong is not None
