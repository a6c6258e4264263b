"""verifier/extraction/pale_ink.py: what gray does not show, and what it shows well enough."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from verifier.extraction.pale_ink import coloured, pale_ink

LINE = (4.0, 2.0, 20.0, 6.0)
DOTS = 10.0


def page(ink: tuple[int, int, int], paper: tuple[int, int, int], width: int = 4) -> Image.Image:
    image = Image.new("RGB", (300, 90), paper)
    draw = ImageDraw.Draw(image)
    for x in range(60, 200, 30):
        draw.line((x, 22, x, 58), fill=(20, 20, 20), width=4)
    draw.ellipse((20, 22, 42, 58), outline=ink, width=width)
    return image


def photographed(image: Image.Image) -> Image.Image:
    noise = np.random.default_rng(3).normal(0, 6, (*image.size[::-1], 3))
    output = io.BytesIO()
    grained = np.clip(np.asarray(image) * [1.0, 0.96, 0.88] + noise, 0, 255)
    Image.fromarray(grained.astype(np.uint8)).save(output, "JPEG", quality=70)
    return Image.open(output)


def found(image: Image.Image) -> tuple[float, float, float, float] | None:
    return pale_ink(np.asarray(image), np.asarray(image.convert("L")), [LINE], DOTS)


@pytest.mark.parametrize("ink", [(255, 122, 193), (110, 195, 180), (200, 175, 60)])
def test_strokes_as_light_as_the_paper_are_found(ink: tuple[int, int, int]) -> None:
    for image in (page(ink, (170, 170, 170)), photographed(page(ink, (170, 170, 170)))):
        box = found(image)
        assert box is not None
        assert box == pytest.approx((2.0, 2.2, 4.3, 5.9), abs=0.5)


@pytest.mark.parametrize("ink", [(200, 30, 30), (30, 30, 190), (90, 90, 90), (170, 170, 170)])
@pytest.mark.parametrize("paper", [(255, 255, 255), (200, 200, 200), (170, 160, 140)])
def test_seals_and_pens_that_gray_shows_are_not(
    ink: tuple[int, int, int], paper: tuple[int, int, int]
) -> None:
    for image in (page(ink, paper), photographed(page(ink, paper))):
        assert found(image) is None


def test_a_statement_away_from_the_lines_is_found() -> None:
    """Cyan on white, 免检 in the margin: nothing that OCR read stands near."""
    image = Image.new("RGB", (900, 900), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.line((40, 40, 200, 40), fill=(20, 20, 20), width=6)
    lines = [LINE, (4.0, 60.0, 70.0, 64.0)]
    assert pale_ink(np.asarray(image), np.asarray(image.convert("L")), lines, DOTS) is None
    for x in range(300, 480, 20):
        draw.line((x, 300, x, 340), fill=(190, 255, 255), width=5)
    box = pale_ink(np.asarray(image), np.asarray(image.convert("L")), lines, DOTS)
    assert box is not None
    assert box[0] >= 29.5 and box[1] == pytest.approx(30.0, abs=0.5)


def test_the_table_that_a_paper_lies_on_is_not_asked() -> None:
    image = Image.new("RGB", (900, 900), (120, 180, 140))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 600, 700), fill=(255, 255, 255))
    for x in range(650, 880, 20):
        draw.line((x, 100, x, 400), fill=(150, 180, 80), width=5)
    lines = [LINE, (4.0, 60.0, 55.0, 64.0)]
    assert pale_ink(np.asarray(image), np.asarray(image.convert("L")), lines, DOTS) is None


@pytest.mark.parametrize("ink", [(176, 255, 255), (255, 235, 165), (200, 30, 30), (30, 30, 190)])
@pytest.mark.parametrize("width", [2, 4])
def test_what_has_a_colour_is_named(ink: tuple[int, int, int], width: int) -> None:
    """Pale on white and thin, or as dark as the panel that it stands on: OCR has neither."""
    image = page(ink, (250, 250, 250), width)
    assert coloured(np.asarray(image), [LINE], DOTS) == pytest.approx((2.0, 2.2, 4.3, 5.9), abs=0.2)


def test_gray_in_warm_light_has_none() -> None:
    image = photographed(page((90, 90, 90), (170, 160, 140)))
    assert coloured(np.asarray(image), [LINE], DOTS) is None
    assert coloured(np.asarray(image), [], DOTS) is None
