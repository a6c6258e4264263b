"""Strokes whiter than the paper: plain to see on gray, and none to OCR, for which paper is made white."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from verifier.extraction.ocr import Quad, find_lines
from verifier.extraction.symbols import Picture

_LIGHTER: Final = 30
"""Levels above the paper's from which a stroke is no grain of it."""
_WHITE: Final = 255
_SQUARES: Final = 12
"""Along each side: in each the paper is looked for anew, as light falls unevenly."""
_PAPER: Final = 75
"""Percentile of a square that is paper."""
_RIM: Final = 7
"""Pixels: three on each side of ink, where cameras draw a light rim."""
_APART: Final = 0.5
"""Part of what a light line covers that may lie on a line that was read."""
_LEAST: Final = 0.01
"""Of a line's height squared: half of a thin digit's strokes, where two dots by two are light."""


def lighter_than_paper(flat: Picture) -> Picture | None:
    """What is whiter than the paper, as ink on white; None where nothing is."""
    paper = _paper(flat)
    if paper.min() + _LIGHTER > _WHITE:
        return None
    over = flat - paper
    light = (over > _LIGHTER) * np.uint8(_WHITE)
    ink = Image.fromarray((over < -_LIGHTER).astype(np.uint8) * _WHITE)
    light[np.asarray(ink.filter(ImageFilter.MaxFilter(_RIM))) > 0] = 0
    return None if not light.any() else _WHITE - light


def _paper(flat: Picture) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    height, width = flat.shape
    rows = [part for part in np.array_split(flat, _SQUARES) if part.size]
    squares = [
        [np.percentile(part, _PAPER) for part in np.array_split(row, _SQUARES, axis=1) if part.size]
        for row in rows
    ]
    # of a square full of ink there is no paper to be seen but beside it
    around = np.pad(np.array(squares, np.float32), 1, mode="edge")
    lightest = np.lib.stride_tricks.sliding_window_view(around, (3, 3)).max(axis=(2, 3))
    coarse = Image.fromarray(lightest)
    whole = np.asarray(coarse.resize((width, height), Image.Resampling.BILINEAR), np.float32)
    return whole.reshape(height, width)


def light_lines(light: Picture, lines: Sequence[Quad]) -> list[Quad]:
    """Where OCR finds such writing away from the lines that were read, and lines that have some of it."""
    boxes = [(*quad.min(0), *quad.max(0)) for quad in lines]

    def on_lines(quad: Quad) -> float:
        (x0, y0), (x1, y1) = quad.min(0), quad.max(0)
        shared = (
            max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, below) - max(y0, above))
            for left, above, right, below in boxes
        )
        return float(sum(shared) / max(1.0, (x1 - x0) * (y1 - y0)))

    stroke = light[:-1, :-1] | light[1:, :-1] | light[:-1, 1:] | light[1:, 1:]
    beside = [
        quad
        for quad, (x0, y0, x1, y1) in zip(lines, boxes, strict=True)
        if _ink(stroke, (x0 - (y1 - y0), y0, x1 + (y1 - y0), y1)) >= _LEAST * (y1 - y0) ** 2
    ]
    return [quad for quad in find_lines(light) if on_lines(quad) < _APART] + beside


def _ink(stroke: Picture, box: tuple[float, float, float, float]) -> int:
    x0, y0, x1, y1 = (max(0, round(side)) for side in box)
    return int((stroke[y0:y1, x0:x1] < _WHITE // 2).sum())
