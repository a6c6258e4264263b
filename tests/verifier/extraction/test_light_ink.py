"""Strokes that are whiter than the paper."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from verifier.extraction.light_ink import light_lines, lighter_than_paper

LINE = np.array([[100, 100], [300, 100], [300, 140], [100, 140]], np.int32)


def paper(level: int, *, words: int | None = None, ink: int = 20) -> np.ndarray:
    """A sheet with two lines of bars as letters have them; ``words``: the gray of a stroke before one."""
    image = Image.new("L", (600, 800), level)
    draw = ImageDraw.Draw(image)
    for top in (100, 300):
        for left in range(110, 300, 16):
            draw.rectangle((left, top + 4, left + 5, top + 36), fill=ink)
    if words is not None:
        draw.rectangle((92, 106, 96, 134), fill=words)
    return np.asarray(image)


@pytest.mark.parametrize("level", [100, 150, 190, 220])
def test_a_stroke_whiter_than_the_paper_is_at_its_line(level: int) -> None:
    light = lighter_than_paper(paper(level, words=255))
    assert light is not None
    assert any(np.array_equal(quad, LINE) for quad in light_lines(light, [LINE]))


@pytest.mark.parametrize("level", [100, 150, 190, 220, 255])
def test_ink_alone_is_none(level: int) -> None:
    assert lighter_than_paper(paper(level)) is None
    # as light as paper is, on white paper
    assert lighter_than_paper(paper(level, words=min(255, level + 25))) is None


def test_the_rim_that_a_camera_draws_is_none() -> None:
    sharp = Image.fromarray(paper(150)).filter(ImageFilter.UnsharpMask(2, 200, 2))
    assert np.asarray(sharp).max() > 150 + 30
    assert lighter_than_paper(np.asarray(sharp)) is None


def test_light_that_falls_from_a_side_is_none() -> None:
    lit = paper(150) * np.linspace(0.7, 1.3, 600)[None, :]
    assert lighter_than_paper(lit.astype(np.uint8)) is None
    assert lit.max() > lit.min() + 80
