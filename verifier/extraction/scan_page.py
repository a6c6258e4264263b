"""One page that is a picture: laid flat, its text read by OCR, its symbols placed among the lines."""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from credential.qr_text import QrTextError, read_qr_text
from credential.verdict import Place, SubIndication
from verifier.evidence import Box, Flag, ScannedLine, ScannedPage, ScanState, Symbol
from verifier.extraction.light_ink import light_lines, lighter_than_paper
from verifier.extraction.ocr import Line, Quad, find_lines, is_installed, read_line
from verifier.extraction.rectify import Transform, flatten, move
from verifier.extraction.symbols import Found, Picture
from verifier.limits import Limits

_WIDE: Final = 4.0
"""Width to height of a line from which its slope is known well."""
_LEAST_SLOPES: Final = 4
"""Lines that must be known so before all are levelled by them."""
_PAPER: Final = 90
"""Percentile of the flat picture that is paper: most of it is, and no lamp's glare takes a tenth."""
_WHITE: Final = 250
_UNREAD: Final = (
    SubIndication.HIDDEN_CONTENT,
    "TEXT_UNREAD",
    "画面上有竖排、转向、比纸更白或无法识别的文字，没有与签发内容比对，不能由人工确认",
)
"""Our pages have none: of 25 honest scans and pictures each line that was found was read."""
_BESIDE: Final = (
    SubIndication.CONTENT_NOT_COMPARED,
    "TEXT_BESIDE",
    "纸面以外的画面上还有文字，没有比对：请看清它不属于这份文件",
)
_UNSEEN: Final = 235
"""Gray on white that a person hardly sees, while OCR reads a letter so faint among black ones: it took
12 and a gap for 1200."""
_DARK: Final = 64
"""Paper is made white between these levels: a darker picture is none of paper in any light."""


class Budget:
    """OCR ends by itself before the kernel ends the child: what was not read is then said."""

    def __init__(self, limits: Limits) -> None:
        self._end = time.monotonic() + limits.ocr_seconds

    def is_spent(self) -> bool:
        return time.monotonic() >= self._end


def is_credential_form(text: str) -> bool:
    """Only what may be a credential is worth a page of OCR."""
    try:
        read_qr_text(text)
    except QrTextError:
        return False
    return True


def scan_page(
    picture: Picture, number: int, found: Sequence[Found], dots_per_mm: float, budget: Budget
) -> tuple[ScannedPage, tuple[Flag, ...]]:
    """The page as far as it is read, and what of it is not. ``found``: the page's symbols;
    ``dots_per_mm``: pixels of ``picture`` to the millimetre."""
    if not is_installed():
        return ScannedPage(number, ScanState.NOT_INSTALLED), ()
    if budget.is_spent():
        return ScannedPage(number, ScanState.OUT_OF_TIME), ()
    flat, transform = flatten(picture, found[0].corners if found else None)
    light = lighter_than_paper(flat)
    flat = on_white(flat)
    lines, unread = [], []
    state = ScanState.READ
    for quad in find_lines(flat):
        if budget.is_spent():
            state = ScanState.OUT_OF_TIME
            break
        line = read_line(flat, quad)
        if line is not None:
            lines.append(line)
        else:
            unread.append(quad)
    beside = [] if budget.is_spent() else _beside(picture, flat, transform)
    if light is not None and not budget.is_spent():
        unread += light_lines(light, [line.quad for line in lines])
    level = _levelling([line.quad for line in lines])
    back = np.linalg.inv(transform).astype(np.float64)
    page = ScannedPage(
        number,
        state,
        tuple(_line(line, level, back, dots_per_mm) for line in lines),
        tuple(_symbol(item, number, level @ transform, dots_per_mm) for item in found),
    )
    inside = [_box(move(back, quad.astype(float)), dots_per_mm) for quad in unread]
    outside = [_box(quad.astype(float), dots_per_mm) for quad in beside]
    return page, (
        *(Flag(*_UNREAD, Place(number, box)) for box in inside[:1]),
        *(Flag(*_BESIDE, Place(number, box)) for box in outside[:1]),
    )


def _beside(picture: Picture, flat: Picture, transform: Transform) -> list[Quad]:
    """Lines of the picture that are not on the paper laid flat."""
    height, width = picture.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    if _are_on(flat, move(transform, corners)):
        return []
    quads = find_lines(on_white(picture))
    middles = (move(transform, quad.astype(float)).mean(0, keepdims=True) for quad in quads)
    return [quad for quad, middle in zip(quads, middles, strict=True) if not _are_on(flat, middle)]


def _are_on(flat: Picture, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Within a pixel or two."""
    height, width = flat.shape
    low, high = points.min(0), points.max(0)
    return bool((low >= -2).all() and high[0] <= width + 2 and high[1] <= height + 2)


def on_white(picture: Picture) -> Picture:
    """The paper of a dim photograph as white as OCR's models know it: on gray paper they took 鲜 for 鮮."""
    paper = float(np.percentile(picture, _PAPER))
    if _DARK <= paper < _WHITE:
        picture = np.asarray(np.minimum(picture * (255 / paper), 255), np.uint8)
    return np.where(picture >= _UNSEEN, np.uint8(255), picture)


def _line(line: Line, level: Transform, back: Transform, dots_per_mm: float) -> ScannedLine:
    quad = line.quad.astype(float)
    return ScannedLine(
        line.text,
        _box(move(back, quad), dots_per_mm),
        _box(move(level, quad), dots_per_mm),
        line.confidences,
    )


def _symbol(found: Found, number: int, transform: Transform, dots_per_mm: float) -> Symbol:
    corners = move(transform, np.array(found.corners, float))
    return Symbol(found.text, number, _box(corners, dots_per_mm))


def _box(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], dots_per_mm: float) -> Box:
    x0, y0 = points.min(0) / dots_per_mm
    x1, y1 = points.max(0) / dots_per_mm
    return round(float(x0), 2), round(float(y0), 2), round(float(x1), 2), round(float(y1), 2)


def _levelling(quads: Sequence[Quad]) -> Transform:
    """What makes the lines level: seen aslant they meet in one point, and a line that starts at
    height v has the slope a + b v."""
    wide = [quad for quad in quads if np.ptp(quad[:, 0]) > _WIDE * np.ptp(quad[:, 1])]
    if len(wide) < _LEAST_SLOPES:
        return np.eye(3)
    across = np.array([quad[1] - quad[0] + quad[2] - quad[3] for quad in wide], float)
    middles = np.array([quad.mean(0) for quad in wide], float)
    weights = np.abs(across[:, 0])
    slopes = across[:, 1] / across[:, 0]
    starts = middles[:, 1] - slopes * middles[:, 0]
    terms = np.stack([np.ones(len(wide)), starts], axis=1)
    a, b = np.linalg.lstsq(terms * weights[:, None], slopes * weights, rcond=None)[0]
    # y = v + (a + b v) x, solved for v
    return np.array([[1, 0, 0], [-a, 1, 0], [b, 0, 1]])
