"""Setting the page again: each character's reference letter against the page's picture.

A PDF's text is what its maker says it is; the picture is what a person sees. So every character
that the text claims is drawn once more from a font of our own and laid over the picture where the
text says it stands. Where the two agree, the person sees this character; where nothing is drawn the
text is hidden (white, invisible, covered, clipped, off the page); where something else is drawn the
text lies (a false ToUnicode map, an overlay). Ink that no character, symbol or rule explains is
reported as such. One measure for all of threats.md, fact 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from verifier.extraction.reference import FINE, Mask, Reference, Shape

Picture = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]
_PAPER: Final = 245
"""Gray from which a pixel is paper."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A character as the text claims it. ``x``, ``y``: its origin in pixels, from the top left;
    ``size``: pixels of the em; ``plain``: upright and not stretched; ``half``: half an em from a
    neighbour, as the characters of a number are."""

    text: str
    font: str
    x: float
    y: float
    size: float
    plain: bool
    half: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """``ink`` 0 to 1: how much is drawn where the letter stands, whatever it is, in parts of the
    letter's own; ``misfit`` 0 to 1: how far that is from this letter; ``darkness`` 0 to 1: of its
    strokes; ``advance``: ems to the next letter as the reference font has it; ``box`` in pixels."""

    ink: float
    misfit: float
    darkness: float
    advance: float
    box: tuple[int, int, int, int] | None


_STRUCK: Final = 0.5
"""Ink of both letters from which a pixel is printed twice."""
_TOUCHING: Final = 0.02
"""Part of a letter's ink that may be: neighbours touch."""
_UNSEEN: Final = Seen(0.0, 1.0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class _Placed:
    mask: Mask
    x: int
    y: int
    darkness: float
    window: int


def reset_page(
    picture: Picture, letters: Sequence[Letter], reference: Reference
) -> tuple[list[Seen], npt.NDArray[np.bool_]]:
    """What is seen of each letter, and the mask of ink that none of them explains."""
    placed = [_place(picture, letter, reference) for letter in letters]
    again: Ink = np.zeros(picture.shape, np.float32)
    overprinted = set()
    for place, item in enumerate(placed):
        if item is not None:
            area = again[_slices(item)]
            ink = (item.mask.ink * item.darkness)[: area.shape[0], : area.shape[1]]
            if area.any():
                # two letters in one place make a third, and each would fit
                twice = np.count_nonzero(np.minimum(area, ink) > _STRUCK)
                if twice > _TOUCHING * item.mask.weight:
                    overprinted.add(place)
                ink += area - area * ink  # as black over black comes out where neighbours touch
            area[:] = ink
    unexplained = picture < _PAPER
    seen = []
    for place, item in enumerate(placed):
        look = _UNSEEN if item is None else _compare(picture, again, item)
        seen.append(replace(look, misfit=1.0) if place in overprinted else look)
        if item is not None:
            unexplained[_slices(item, margin=1)] = False
    return seen, unexplained


def _ink(patch: Picture) -> Ink:
    """0 for white to 1 for black."""
    ink: Ink = (255 - patch) * np.float32(1 / 255)
    return ink


def _slices(item: _Placed, margin: int = 0) -> tuple[slice, slice]:
    height, width = item.mask.ink.shape
    return (
        slice(max(item.y - margin, 0), item.y + height + margin),
        slice(max(item.x - margin, 0), item.x + width + margin),
    )


def _place(picture: Picture, letter: Letter, reference: Reference) -> _Placed | None:
    """The best fitting shape and position within a pixel or so of where the text says."""
    if not letter.plain or not letter.text:
        return None
    best: _Tried | None = None
    for shape in reference.shapes(letter.font, letter.text, half=letter.half):
        for mask, x, y in _candidates(letter, shape, reference):
            tried = _try(picture, mask, x, y, letter.size)
            if tried is not None and (best is None or tried.error < best.error):
                best = tried
                if best.good:
                    return best.placed
    return best.placed if best is not None else None


@dataclass(frozen=True, slots=True)
class _Tried:
    """``error``: squared difference in parts of the letter's own; ``good``: look no further."""

    placed: _Placed
    error: float
    good: bool


_GOOD: Final = 0.015
_GOOD_EVERYWHERE: Final = 0.15
"""Error, and misfit, at which nothing better is looked for."""
_FAINT: Final = 0.3
_NEAR: Final = tuple(
    sorted(
        ((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)), key=lambda d: abs(d[0]) + abs(d[1])
    )
)


def _candidates(
    letter: Letter, shape: Shape, reference: Reference
) -> Iterator[tuple[Mask, int, int]]:
    """PDFium sets small letters at whole pixels, large and outlined ones where they belong."""
    ways = (_whole, _exact)
    for way in ways if letter.size < _SET_AS_OUTLINE else reversed(ways):
        yield from way(letter, shape, reference)


_SET_AS_OUTLINE: Final = 48.0
"""Pixels of the em, about."""


def _whole(letter: Letter, shape: Shape, reference: Reference) -> Iterator[tuple[Mask, int, int]]:
    mask = reference.mask(shape, letter.text, letter.size, 0, 0)
    if mask is not None:
        x, y = round(letter.x), round(letter.y)
        yield from ((mask, x + dx, y + dy) for dx, dy in _NEAR)


def _exact(letter: Letter, shape: Shape, reference: Reference) -> Iterator[tuple[Mask, int, int]]:
    x, y = round(letter.x * FINE), round(letter.y * FINE)
    mask = reference.mask(shape, letter.text, letter.size, x % FINE, y % FINE)
    if mask is not None:
        yield mask, x // FINE, y // FINE


def _try(picture: Picture, mask: Mask, x: int, y: int, size: float) -> _Tried | None:
    height, width = mask.ink.shape
    left, top = x + mask.left, y + mask.top
    if left < 0 or top < 0:
        return None
    patch = _ink(picture[top : top + height, left : left + width])
    if patch.shape != mask.ink.shape:
        return None
    darkness = min(1.0, float(np.vdot(patch, mask.ink)) / mask.weight)
    placed = _Placed(mask, left, top, darkness, _window(size))
    if darkness <= _FAINT:
        # a letter that is not there fits perfectly with no ink at all: that must not stop the search
        return _Tried(placed, _NOTHING, good=False)
    difference = patch - mask.ink * np.float32(darkness)
    error = float(np.vdot(difference, difference)) / mask.weight
    good = error < _GOOD and _misfit(difference, placed) < _GOOD_EVERYWHERE
    return _Tried(placed, error, good)


def _misfit(difference: Ink, item: _Placed) -> float:
    """The largest difference that is no mere edge, in parts of the letter's darkness."""
    return float(_mean(np.abs(difference), item.window).max()) / max(item.darkness, _FAINT)


_NOTHING: Final = 9.0


def _window(size: float) -> int:
    """Pixels over which a difference is averaged: edges differ by a pixel's part, strokes wholly."""
    return 3 if size < _SET_AS_OUTLINE else 5


def _compare(picture: Picture, again: Ink, item: _Placed) -> Seen:
    # within the letter only: PDFium widens a square such as ■ to whole pixels
    rows, columns = _slices(item)
    difference = _ink(picture[rows, columns]) - again[rows, columns]
    height, width = item.mask.ink.shape
    box = item.x, item.y, item.x + width, item.y + height
    misfit = _misfit(difference, item)
    drawn = float(_ink(picture[_slices(item)]).sum()) / float(item.mask.ink.sum())
    return Seen(
        round(min(drawn, 1.0), 3),
        round(min(misfit, 1.0), 3),
        round(item.darkness, 3),
        item.mask.advance,
        box,
    )


def _mean(area: Ink, window: int) -> Ink:
    """Means over squares of ``window`` pixels, as far as they lie within."""
    height, width = area.shape
    rows, columns = (min(window, side) for side in area.shape)
    # by slices: sums along an axis take twice as long
    lines = area[: height - rows + 1].copy()
    for i in range(1, rows):
        lines += area[i : height - rows + 1 + i]
    mean: Ink = lines[:, : width - columns + 1].copy()
    for i in range(1, columns):
        mean += lines[:, i : width - columns + 1 + i]
    mean *= np.float32(1 / (window * window))
    return mean
