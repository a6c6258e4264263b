"""Reference letters: the shapes of characters from the fonts that the pages are set in.

Drawn four times too large and averaged down, because FreeType's hinting would otherwise move
strokes by up to half a pixel, which PDFium's rasteriser does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn as fonts
from PIL import Image, ImageDraw, ImageFont

FINE: Final = 4
_LARGEST: Final = 400.0
"""Pixels of the em: a title of 96 pt at 300 dpi."""
_STROKE: Final = 0.009
"""Em on each side of an outline: how titles are made bolder than their font."""

HALF_WIDTH: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
"""Characters of certificate numbers in the font's half-width form, which has no code of its own."""
HALF_WIDTH_SHEET: Final = Path(__file__).with_name("half_width.png")
"""One cell a character, in a row; tests/verifier/extraction/test_reference.py draws it anew."""
SHEET_EM: Final = 256
SHEET_HEIGHT: Final = 320


@dataclass(frozen=True, slots=True)
class Shape:
    """How a letter may be drawn. ``stroke``: part of an em by which its outline is thickened."""

    font: str
    half_width: bool = False
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class Mask:
    """A letter's ink, 0 to 1, and where its corner is from the origin, in pixels.

    ``weight``: the sum of the squares of the ink; ``advance``: ems to the next letter.
    """

    ink: npt.NDArray[np.float32]
    left: int
    top: int
    weight: float
    advance: float


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A letter in quarter pixels; ``left``, ``top``: of its corner from the origin."""

    ink: npt.NDArray[np.float32]
    left: int
    top: int
    advance: float


@dataclass(slots=True)
class Reference:
    """A cache for one file: letters repeat."""

    _drawings: dict[tuple[Shape, str, float], _Drawing | None] = field(default_factory=dict)
    _masks: dict[tuple[Shape, str, float, int, int], Mask | None] = field(default_factory=dict)

    def shapes(self, name: str, text: str, *, half: bool) -> Iterator[Shape]:
        """The likelier first. The PDF's name for the font is only a hint.

        ``half``: it stands half an em from its neighbour. A wide letter that its neighbour touches
        would also look like a narrow one with something beside it.
        """
        sans, serif = str(fonts.sans_path()), str(fonts.serif_path())
        likely, other = (serif, sans) if "serif" in name.lower() else (sans, serif)
        yield Shape(likely)
        if half and len(text) == 1 and text in HALF_WIDTH:
            yield Shape(sans, half_width=True)
        yield Shape(likely, stroke=_STROKE)
        yield Shape(other)
        yield Shape(other, stroke=_STROKE)

    def mask(self, shape: Shape, text: str, size: float, right: int, down: int) -> Mask | None:
        """The letter, moved by ``right`` and ``down`` quarters of a pixel; None where it has no ink."""
        key = shape, text, round(size, 2), right, down
        if key not in self._masks:
            self._masks[key] = self._draw(*key)
        return self._masks[key]

    def _draw(self, shape: Shape, text: str, size: float, right: int, down: int) -> Mask | None:
        key = shape, text, size
        if key not in self._drawings:
            self._drawings[key] = _drawing(*key) if 1 <= size <= _LARGEST else None
        drawing = self._drawings[key]
        return None if drawing is None else _averaged(drawing, right, down)


def _drawing(shape: Shape, text: str, size: float) -> _Drawing | None:
    if shape.half_width:
        return _half_width(text, size)
    font = _font(shape.font, round(size * FINE, 2))
    stroke = shape.stroke * size * FINE
    left, top, right, bottom = (
        int(side) for side in font.getbbox(text, anchor="ls", stroke_width=stroke)
    )
    if right <= left or bottom <= top:
        return None
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text(
        (-left, -top), text, fill=255, font=font, anchor="ls", stroke_width=stroke
    )
    return _tight(image, left, top, font.getlength(text) / (size * FINE))


@lru_cache(maxsize=64)
def _font(path: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _half_width(text: str, size: float) -> _Drawing | None:
    place = HALF_WIDTH.index(text) * SHEET_EM // 2
    cell = _sheet().crop((place, 0, place + SHEET_EM // 2, SHEET_HEIGHT))
    scale = size * FINE / SHEET_EM
    width, height = round(cell.width * scale), round(cell.height * scale)
    image = cell.resize((max(width, 1), max(height, 1)), Image.Resampling.BOX)
    return _tight(image, 0, -round(SHEET_EM * scale), 0.5)


def _tight(image: Image.Image, left: int, top: int, advance: float) -> _Drawing | None:
    """Without the white that belongs to the letter's width: a neighbour may stand in it."""
    box = image.getbbox()
    if box is None:
        return None
    ink = np.asarray(image.crop(box), dtype=np.float32) / np.float32(255)
    return _Drawing(ink, left + box[0], top + box[1], advance)


@lru_cache(maxsize=1)
def _sheet() -> Image.Image:
    with Image.open(HALF_WIDTH_SHEET) as image:
        return image.convert("L")


def _averaged(drawing: _Drawing, right: int, down: int) -> Mask | None:
    height, width = drawing.ink.shape
    x, y = drawing.left + right, drawing.top + down
    left, top = x // FINE, y // FINE
    columns = -(-(x + width) // FINE) - left
    rows = -(-(y + height) // FINE) - top
    canvas = np.zeros((rows * FINE, columns * FINE), np.float32)
    canvas[y - top * FINE :, x - left * FINE :][:height, :width] = drawing.ink
    # by slices: a reduction over short axes takes ten times as long
    lines = canvas[0::FINE] + canvas[1::FINE] + canvas[2::FINE] + canvas[3::FINE]
    ink = lines[:, 0::FINE] + lines[:, 1::FINE] + lines[:, 2::FINE] + lines[:, 3::FINE]
    ink /= np.float32(FINE * FINE)
    weight = float((ink * ink).sum())
    return Mask(ink, left, top, weight, drawing.advance) if weight else None
