"""Strokes of a colour as light as the paper: a person sees them, and gray, which OCR reads, does not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from credential.verdict import Place, SubIndication
from verifier.evidence import Box, Flag, ScannedPage
from verifier.extraction.symbols import Picture

Colours = npt.NDArray[np.uint8]
_AS_LIGHT: Final = 24
"""Levels of gray beside the paper's that OCR takes for paper."""
_COLOURED: Final = 60
"""Levels by which a colour's parts lie apart, beside the paper's own. Edges of a red seal or of blue ink
are never both: as light as this they are mixed with 6/7 of paper."""
_AROUND: Final = 1.0
"""Heights of a line beside it that are looked at too: there a digit is added."""
_MARGIN: Final = 15.0
"""Millimetres around all lines that are taken for paper."""
_DOTS: Final = 6.0
"""Dots to the millimetre, about, in which all of the paper is looked at: 150 dpi."""
_SQUARE: Final = 20.0
"""Millimetres."""
_PAPER: Final = 75
"""Percentile of gray that is paper."""
_OTHER_PAPER: Final = 48
"""Levels beside the paper's from which a square shows something else."""
_STATEMENT: Final = 1.0
"""Square millimetres of such strokes: of two or three small letters."""
_TINTED: Final = 38
"""Levels by which a colour's parts lie apart, beside the paper's own."""
_SPOT: Final = 0.4
"""Square millimetres."""
_LEAST: Final = 0.03
"""Of a line's height squared: half of a thin digit's strokes."""


def colour_flags(
    colours: Colours, gray: Picture, page: ScannedPage, dots_per_mm: float
) -> Iterator[Flag]:
    """What a person has to see in colours, of a page that OCR read in gray."""
    lines = [line.box for line in page.lines]
    if (found := pale_ink(colours, gray, lines, dots_per_mm)) is not None:
        yield Flag(
            SubIndication.HIDDEN_CONTENT,
            "PALE_INK",
            "文字旁有与纸一样浅的彩色笔画或涂色，文字识别看不到它，读得一致不作数，不能由人工确认；"
            "请看彩色画面，并用没有涂色的原件重新扫描或拍照",
            Place(page.page, found),
        )
    if (found := coloured(colours, lines, dots_per_mm)) is not None:
        yield Flag(
            SubIndication.CONTENT_NOT_COMPARED,
            "COLOURED",
            "画面上有彩色的部分（印章、手写或其他），文字识别只看黑白：请在彩色画面上看清那里写着什么",
            Place(page.page, found),
        )


def pale_ink(
    colours: Colours, gray: Picture, lines: Iterable[Box], dots_per_mm: float
) -> Box | None:
    """The first place, at a line or elsewhere on the paper, with such strokes. ``colours``: red, green,
    blue."""
    lines = list(lines)
    return _at_a_line(colours, gray, lines, dots_per_mm) or _elsewhere(
        colours, gray, lines, dots_per_mm
    )


def coloured(colours: Colours, lines: Iterable[Box], dots_per_mm: float) -> Box | None:
    """Around all that is not gray, if there is any: how it differs from what it stands on, gray may not
    show at all. ``colours``: red, green, blue."""
    place = _around(list(lines), dots_per_mm)
    if place is None:
        return None
    x0, y0, x1, y1 = place
    # four pixels as one: a colour is broader than the grain of noise
    here = colours[y0:y1, x0:x1]
    height, width = (side // 2 * 2 for side in here.shape[:2])
    if not height or not width:
        return None
    four = here[:height, :width].reshape(height // 2, 2, width // 2, 2, 3).astype(np.uint16)
    mean = (four[:, 0, :, 0] + four[:, 0, :, 1] + four[:, 1, :, 0] + four[:, 1, :, 1]) / 4
    # in the light that falls on it: ink is as warm as its paper
    white = mean * (255 / np.maximum(np.median(mean[::3, ::3].reshape(-1, 3), axis=0), 1))
    found = white.max(axis=2) - white.min(axis=2) > _TINTED
    if found.sum() < _SPOT * (dots_per_mm / 2) ** 2:
        return None
    return _box(found, (x0 // 2, y0 // 2), dots_per_mm / 2)


def _around(lines: Sequence[Box], scale: float) -> tuple[int, int, int, int] | None:
    """Pixels of the paper that bears the lines."""
    if not lines:
        return None
    left, top = (max(0.0, min(line[side] for line in lines) - _MARGIN) for side in (0, 1))
    right, bottom = (max(line[side] for line in lines) + _MARGIN for side in (2, 3))
    x0, y0, x1, y1 = (round(side * scale) for side in (left, top, right, bottom))
    return x0, y0, x1, y1


def _elsewhere(
    colours: Colours, gray: Picture, lines: Sequence[Box], dots_per_mm: float
) -> Box | None:
    """A statement needs no line beside it. In squares, as light falls unevenly; of the table that a paper
    lies on nothing is asked."""
    step = max(1, round(dots_per_mm / _DOTS))
    scale = dots_per_mm / step
    place = _around(lines, scale)
    if place is None:
        return None
    coarse, light = colours[::step, ::step], gray[::step, ::step]
    x0, y0, x1, y1 = place
    paper = float(np.percentile(light[y0:y1, x0:x1], _PAPER)) if light[y0:y1, x0:x1].size else 0.0
    side = round(_SQUARE * scale)
    for y in range(y0, min(y1, light.shape[0]), side):
        for x in range(x0, min(x1, light.shape[1]), side):
            square = np.s_[y : y + side, x : x + side]
            if abs(float(np.percentile(light[square], _PAPER)) - paper) > _OTHER_PAPER:
                continue
            pale = _pale(coarse[square], light[square])
            if pale.sum() >= _STATEMENT * scale * scale:
                return _box(pale, (x, y), scale)
    return None


def _at_a_line(
    colours: Colours, gray: Picture, lines: Sequence[Box], dots_per_mm: float
) -> Box | None:
    for line in lines:
        x0, y0, x1, y1 = (side * dots_per_mm for side in line)
        # a line on its side has its height across
        height = min(x1 - x0, y1 - y0)
        side = round(_AROUND * height)
        left, top = max(0, round(x0) - side), max(0, round(y0) - side // 3)
        place = np.s_[top : round(y1) + side // 3, left : round(x1) + side]
        pale = _pale(colours[place], gray[place])
        if pale.sum() < max(9.0, _LEAST * height * height):
            continue
        return _box(pale, (left, top), dots_per_mm)
    return None


def _box(pale: npt.NDArray[np.bool_], corner: tuple[int, int], dots_per_mm: float) -> Box:
    left, top = corner
    rows, columns = np.nonzero(pale)
    return (
        round((left + float(columns.min())) / dots_per_mm, 2),
        round((top + float(rows.min())) / dots_per_mm, 2),
        round((left + float(columns.max()) + 1) / dots_per_mm, 2),
        round((top + float(rows.max()) + 1) / dots_per_mm, 2),
    )


def _pale(colours: Colours, gray: Picture) -> npt.NDArray[np.bool_]:
    """Pixels of such a colour whose neighbours to the right and below are too: no grain of noise is."""
    kept = np.zeros(gray.shape, np.bool_)
    paper = float(np.percentile(gray, _PAPER)) if gray.size else 0.0
    as_light = np.abs(gray.astype(float) - paper) <= _AS_LIGHT
    if not as_light.any():
        return kept
    beside = colours.astype(float) - np.median(colours[as_light], axis=0)
    pale = as_light & (beside.max(axis=2) - beside.min(axis=2) > _COLOURED)
    kept[:-1, :-1] = pale[:-1, :-1] & pale[1:, :-1] & pale[:-1, 1:] & pale[1:, 1:]
    return kept
