"""Where a letter that a text claims stands on the page's picture, and how well it fits there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from verifier.extraction.drawn_otherwise import RECTANGLES, whole_pixels, with_edge
from verifier.extraction.misfit import FAINT, FULL, misfit_of
from verifier.extraction.reference import FINE, WITHOUT_EDGE, Mask, Reference, Shape

Picture = npt.NDArray[np.uint8]


class Letter(NamedTuple):
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
class Set:
    """``alone``: the letter as set on an empty page, 0 to 255; ``misfit``: from that, and ``ink``, as
    in Seen."""

    alone: Picture
    misfit: float
    ink: float


@dataclass(slots=True)
class Fit:
    """One mask over one patch of the page, ``drawn``. ``error``: squared difference in parts of the
    letter's own; ``set``: once the letter is looked at closely."""

    drawn: Picture
    mask: Mask
    window: int
    darkness: float
    error: float
    set: Set | None = None


class Placed(NamedTuple):
    """``x``, ``y``: of the mask's corner."""

    fit: Fit
    x: int
    y: int


@dataclass(slots=True)
class Page:
    """What is known by now of one page's letters. ``shapes``, ``near``: what the last letter of a font
    and size was drawn as, and the places it was looked for at, its own first: those beside it are
    the same. ``fits``: of large letters, those already looked at."""

    picture: Picture
    reference: Reference
    shapes: dict[tuple[str, float], Shape] = field(default_factory=dict)
    near: dict[tuple[str, float], Sequence[tuple[int, int]]] = field(default_factory=dict)
    fits: dict[tuple[Mask, int, bytes], Fit] = field(default_factory=dict)


_FITS: Final[dict[tuple[Mask, int, bytes], Fit]] = {}
"""Of all files of a process: the same letter comes again, pixel for pixel, on each page that has the same
form. By all that a fit is made of."""
_MOST_FITS: Final = 12_000
"""The fork server's sample pages have a third of these, its children add theirs."""
_LARGEST_PATCH: Final = 1 << 13
"""Pixels: a common letter has 2,000, and takes 10 kB at most. Of larger ones so many would be too much."""


def boxes_of(placed: Sequence[Placed | None]) -> npt.NDArray[np.int32]:
    return np.array([(0, 0, 0, 0) if item is None else box_of(item) for item in placed], np.int32)


def box_of(item: Placed) -> tuple[int, int, int, int]:
    height, width = item.fit.mask.ink.shape
    return item.x, item.y, item.x + width, item.y + height


def neighbours(boxes: npt.NDArray[np.int32], place: int, margin: int = 0) -> list[int]:
    """The letters, this one with them, whose boxes come within ``margin`` of this one's."""
    x0, y0, x1, y1 = boxes[place] + np.array((-margin, -margin, margin, margin))
    across = (boxes[:, 0] < x1) & (boxes[:, 2] > x0)
    near: list[int] = np.flatnonzero(across & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)).tolist()
    return near


def slices(item: Placed, margin: int = 0) -> tuple[slice, slice]:
    height, width = item.fit.mask.ink.shape
    return (
        slice(max(item.y - margin, 0), item.y + height + margin),
        slice(max(item.x - margin, 0), item.x + width + margin),
    )


_Candidate = tuple[Mask, int, int]
"""A mask and where its origin may stand."""


def place_letter(page: Page, letter: Letter) -> Placed | None:
    """The best fitting shape and position within a pixel or so of where the text says."""
    if not letter.plain or not letter.text:
        return None
    kind = letter.font, letter.size
    shapes = page.reference.shapes(letter.font, letter.text, half=letter.half)
    last = page.shapes.get(kind)
    if last in shapes[1:]:
        shapes = (last, *(shape for shape in shapes if shape != last))
    window = _window(letter.size)
    best: Placed | None = None
    misfit: float | None = None
    for candidates in (_likely, _unlikely):
        for shape in shapes:
            for candidate in candidates(page, letter, shape):
                tried = _try(page, candidate, window)
                if tried is None or (best is not None and tried.fit.error >= best.fit.error):
                    continue
                best, misfit = tried, None
                if best.fit.error < _GOOD:
                    misfit = look_closely(best.fit).misfit
                    if misfit < _GOOD_EVERYWHERE:
                        page.shapes[kind] = shape
                        moved = best.x - best.fit.mask.left < round(letter.x)
                        page.near[kind] = _NEAR_MOVED if moved else _NEAR
                        return best
            if misfit is not None and misfit < FITS:
                return best
        if best is not None and best.fit.error < _NOTHING:
            misfit = look_closely(best.fit).misfit
            if misfit < FITS:
                return best
    return best


def place_apart(page: Page, letters: Sequence[Letter], placed: list[Placed | None]) -> None:
    """Look once more for letters that fit badly and stand among others, on the page without these.

    Of 4046 PDFium may move all but the first 4 to the left, so that the 0 lies on the end of its bar:
    a bolder 4 would explain more of that ink than the one that is there.
    """
    boxes = None
    for place, item in enumerate(placed):
        if item is None or look_closely(item.fit).misfit <= FITS:
            continue
        boxes = boxes_of(placed) if boxes is None else boxes
        where = slices(item, margin=_CLEARED)
        top, left = where[0].start, where[1].start
        alone = page.picture[where].astype(np.int16)
        for near in neighbours(boxes, place, _CLEARED):
            other = placed[near]
            if near != place and other is not None:
                _clear(alone, other, left, top)
        picture = np.minimum(alone, FULL).astype(np.uint8)
        letter = letters[place]
        there = letter._replace(x=letter.x - left, y=letter.y - top)
        found = place_letter(Page(picture, page.reference), there)
        if found is not None and look_closely(found.fit).misfit < look_closely(item.fit).misfit:
            placed[place] = Placed(found.fit, found.x + left, found.y + top)


_CLEARED: Final = 3
"""Pixels around a letter, where it is looked for."""


def _clear(picture: npt.NDArray[np.int16], item: Placed, left: int, top: int) -> None:
    """Take a letter's ink off a part of the page whose corner is at ``left``, ``top``."""
    ink = look_closely(item.fit).alone
    x, y = item.x - left, item.y - top
    inner = ink[max(-y, 0) :, max(-x, 0) :]
    area = picture[max(y, 0) : max(y + len(ink), 0), max(x, 0) : max(x + ink.shape[1], 0)]
    area += inner[: area.shape[0], : area.shape[1]]


_GOOD: Final = 0.015
_GOOD_EVERYWHERE: Final = 0.15
"""Error, and misfit, at which nothing better is looked for."""
FITS: Final = 0.2
"""Misfit of the best at which no further shape or place is tried: less than any that visibility.py
doubts."""
_NEAR: Final = ((0, 0), (-1, 0))
_NEAR_MOVED: Final = _NEAR[::-1]
"""PDFium moves letters of a run one pixel to the left, from some letter on back to the second."""
_FURTHER: Final = ((0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""Pixels to the right and down. On our own pages the first two are where letters stand."""


def _likely(page: Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    """PDFium sets small letters at whole pixels, large and outlined ones where they belong."""
    if letter.size < _SET_AS_OUTLINE:
        yield from _whole(page, letter, shape, page.near.get((letter.font, letter.size), _NEAR))
        yield from _exact(page, letter, shape)
    else:
        yield from _exact(page, letter, shape)
        yield from _whole(page, letter, shape, _NEAR)


def _unlikely(page: Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    yield from _whole(page, letter, shape, _FURTHER)
    if letter.text in RECTANGLES:
        yield from _snapped(page, letter, shape)
    if shape in WITHOUT_EDGE and letter.size < _LARGEST_SET:
        yield from _edged(page, letter, shape)


def _snapped(page: Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    for mask, x, y in _exact(page, letter, shape):
        for whole in whole_pixels(mask):
            yield from ((whole, x + dx, y + dy) for dx, dy in (*_NEAR, *_FURTHER))


def _edged(page: Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    """cairo writes a bold letter twice: as a letter, which PDFium sets at whole pixels, and its edge
    as a path, which stands where it belongs."""
    for edge, x, y in _exact(page, letter, shape):
        for inner, left, top in _whole(page, letter, WITHOUT_EDGE[shape], _NEAR):
            yield with_edge(inner, edge, x - left, y - top), left, top


_SET_AS_OUTLINE: Final = 48.0
"""Pixels of the em, about."""
_LARGEST_SET: Final = 51.0
"""From there surely."""


def _whole(
    page: Page, letter: Letter, shape: Shape, moves: Sequence[tuple[int, int]]
) -> Iterator[_Candidate]:
    mask = page.reference.mask(shape, letter.text, letter.size, 0, 0)
    if mask is not None:
        x, y = round(letter.x), round(letter.y)
        yield from ((mask, x + dx, y + dy) for dx, dy in moves)


def _exact(page: Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    x, y = round(letter.x * FINE), round(letter.y * FINE)
    mask = page.reference.mask(shape, letter.text, letter.size, x % FINE, y % FINE)
    if mask is not None:
        yield mask, x // FINE, y // FINE


def _try(page: Page, candidate: _Candidate, window: int) -> Placed | None:
    mask, x, y = candidate
    height, width = mask.ink.shape
    left, top = x + mask.left, y + mask.top
    if left < 0 or top < 0:
        return None
    patch = page.picture[top : top + height, left : left + width]
    if patch.shape != mask.ink.shape:
        return None
    key = mask, window, patch.tobytes()
    fits = _FITS if patch.size <= _LARGEST_PATCH else page.fits
    fit = fits.get(key)
    if fit is None:
        if len(fits) >= _MOST_FITS:
            fits.clear()
        fit = fits[key] = _fit(~patch, mask, window)
    return Placed(fit, left, top)


def _fit(drawn: Picture, mask: Mask, window: int) -> Fit:
    """``drawn``: 0 for white to 255 for black, as everywhere below."""
    ink = drawn.astype(np.float32)
    both = float(np.vdot(ink, mask.ink)) / FULL
    darkness = min(1.0, both / mask.weight)
    if darkness <= FAINT:
        # a letter that is not there fits perfectly with no ink at all: that must not stop the search
        return Fit(drawn, mask, window, darkness, _NOTHING)
    # the sum of the squares of ink - darkness * mask.ink
    own = float(np.vdot(ink, ink)) / (FULL * FULL)
    error = (own - 2 * darkness * both) / mask.weight + darkness * darkness
    return Fit(drawn, mask, window, darkness, error)


def look_closely(fit: Fit) -> Set:
    """How the letter is set there, looked at as far as it matters."""
    if fit.set is None:
        alone = (fit.mask.ink * np.float32(FULL * fit.darkness)).astype(np.uint8)
        ink = float(fit.drawn.astype(np.float32).sum()) / (FULL * fit.mask.total)
        misfit = misfit_of(fit.drawn, alone, fit.darkness, fit.window)
        fit.set = Set(alone, misfit, round(min(ink, 1.0), 3))
    return fit.set


_NOTHING: Final = 9.0


def _window(size: float) -> int:
    """Pixels over which a difference is averaged: edges differ by a pixel's part, strokes wholly."""
    return 3 if size < _SET_AS_OUTLINE else 5
