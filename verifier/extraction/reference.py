"""Reference letters: the shapes of characters from the fonts that the pages are set in.

Drawn four times too large and averaged down, because FreeType's hinting would otherwise move
strokes by up to half a pixel, which PDFium's rasteriser does not.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn as fonts
from PIL import Image, ImageDraw, ImageFont

from verifier.extraction.letter_forms import (
    EM,
    HALF_WIDTH,
    chinese,
    half_width,
    has_chinese_form,
)

FINE: Final = 4
_LARGEST: Final = 400.0
"""Pixels of the em: a title of 96 pt at 300 dpi."""
_MOST_DRAWINGS: Final = 6_000
_MOST_MASKS: Final = 8_000
"""At common sizes a drawing has 40 kB, a mask 10 kB."""
_STROKE: Final = 0.009
"""Em on each side of an outline: how titles are made bolder than their font."""

_SANS: Final = str(fonts.sans_path())
_SERIF: Final = str(fonts.serif_path())


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """How a letter may be drawn; there is one of each, below. ``half_width``, ``chinese``: in that
    form of letter_forms.py; ``stroke``: part of an em by which its outline is thickened."""

    font: str
    half_width: bool = False
    chinese: bool = False
    stroke: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A letter's ink, 0 to 1, and where its corner is from the origin, in pixels. Each is itself only.

    ``total``: the sum of the ink; ``weight``: of its squares; ``advance``: ems to the next letter.
    """

    ink: npt.NDArray[np.float32]
    left: int
    top: int
    total: float
    weight: float
    advance: float


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A letter in quarter pixels, 0 to 255; ``left``, ``top``: of its corner from the origin."""

    ink: npt.NDArray[np.uint8]
    left: int
    top: int
    advance: float


_PLAIN, _BOLD = (
    {font: Shape(font, stroke=stroke) for font in (_SERIF, _SANS)} for stroke in (0.0, _STROKE)
)
WITHOUT_EDGE: Final = {_BOLD[font]: _PLAIN[font] for font in (_SERIF, _SANS)}
"""Of a letter made bolder, the letter itself."""
_NARROW: Final = Shape(_SANS, half_width=True)
_CHINESE: Final = {font: Shape(font, chinese=True) for font in (_SERIF, _SANS)}
_SHAPES: Final = {
    (likely == _SERIF, half): (
        _PLAIN[likely], *([_NARROW] if half else []), _BOLD[likely], _PLAIN[other], _BOLD[other],
    )
    for likely, other in ((_SERIF, _SANS), (_SANS, _SERIF))
    for half in (False, True)
}  # fmt: skip
"""The likelier first."""
_FORMS: Final = {
    serif: tuple(_CHINESE[font] for font in ((_SERIF, _SANS) if serif else (_SANS, _SERIF)))
    for serif in (False, True)
}


@dataclass(slots=True)
class Reference:
    """Letters once drawn: they repeat within a file and from file to file."""

    _drawings: dict[tuple[Shape, str, float], _Drawing | None] = field(default_factory=dict)
    _masks: dict[tuple[Shape, str, float, int, int], Mask | None] = field(default_factory=dict)

    def shapes(self, name: str, text: str, *, half: bool) -> tuple[Shape, ...]:
        """The likelier first. The PDF's name for the font is only a hint.

        ``half``: it stands half an em from its neighbour. A wide letter that its neighbour touches
        would also look like a narrow one with something beside it.
        """
        return _shapes(name, text, half)

    def mask(self, shape: Shape, text: str, size: float, right: int, down: int) -> Mask | None:
        """The letter, moved by ``right`` and ``down`` quarters of a pixel; None where it has no ink."""
        key = shape, text, round(size, 2), right, down
        if key not in self._masks:
            if len(self._masks) >= _MOST_MASKS:
                self._masks.clear()
            self._masks[key] = self._draw(*key)
        return self._masks[key]

    def _draw(self, shape: Shape, text: str, size: float, right: int, down: int) -> Mask | None:
        key = shape, text, size
        if key not in self._drawings:
            if len(self._drawings) >= _MOST_DRAWINGS:
                self._drawings.clear()
            self._drawings[key] = _drawing(*key) if 1 <= size <= _LARGEST else None
        drawing = self._drawings[key]
        return None if drawing is None else _averaged(drawing, right, down)


REFERENCE: Final = Reference()
"""For all files of a process; a child inherits what the fork server has drawn (warm.py)."""


@lru_cache(maxsize=4096)
def _shapes(name: str, text: str, half: bool) -> tuple[Shape, ...]:
    serif = "serif" in name.lower()
    plain = _SHAPES[serif, half and len(text) == 1 and text in HALF_WIDTH]
    return (*_FORMS[serif], *plain) if has_chinese_form(text) else plain


def _drawing(shape: Shape, text: str, size: float) -> _Drawing | None:
    if shape.half_width:
        return _of_a_sheet(half_width(text), 0.5, size)
    if shape.chinese:
        return _of_a_sheet(*chinese(text, serif=shape.font == _SERIF), size)
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


def _of_a_sheet(cell: Image.Image, advance: float, size: float) -> _Drawing | None:
    scale = size * FINE / EM
    width, height = round(cell.width * scale), round(cell.height * scale)
    image = cell.resize((max(width, 1), max(height, 1)), Image.Resampling.BOX)
    return _tight(image, 0, -round(EM * scale), advance)


def _tight(image: Image.Image, left: int, top: int, advance: float) -> _Drawing | None:
    """Without the white that belongs to the letter's width: a neighbour may stand in it."""
    box = image.getbbox()
    if box is None:
        return None
    ink = np.asarray(image.crop(box))
    return _Drawing(ink, left + box[0], top + box[1], advance)


def _averaged(drawing: _Drawing, right: int, down: int) -> Mask | None:
    height, width = drawing.ink.shape
    x, y = drawing.left + right, drawing.top + down
    left, top = x // FINE, y // FINE
    columns = -(-(x + width) // FINE) - left
    rows = -(-(y + height) // FINE) - top
    canvas = np.zeros((rows * FINE, columns * FINE), np.uint16)
    canvas[y - top * FINE :, x - left * FINE :][:height, :width] = drawing.ink
    # by slices: a reduction over short axes takes ten times as long
    lines = canvas[0::FINE] + canvas[1::FINE] + canvas[2::FINE] + canvas[3::FINE]
    sums = lines[:, 0::FINE] + lines[:, 1::FINE] + lines[:, 2::FINE] + lines[:, 3::FINE]
    ink = sums * np.float32(1 / (255 * FINE * FINE))
    weight = float(np.vdot(ink, ink))
    return Mask(ink, left, top, float(ink.sum()), weight, drawing.advance) if weight else None
