"""Setting the page again: each character's reference letter against the page's picture.

A PDF's text is what its maker says it is; the picture is what a person sees. So every character
that the text claims is drawn once more from a font of our own and laid over the picture where the
text says it stands. Where the two agree, the person sees this character; where nothing is drawn the
text is hidden (white, invisible, covered, clipped, off the page); where something else is drawn the
text lies (a false ToUnicode map, an overlay). Ink that no character, symbol or rule explains is
reported as such. One measure for all of threats.md, fact 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from verifier.extraction.drawn_otherwise import RECTANGLES, whole_pixels, with_edge
from verifier.extraction.misfit import FAINT, FULL, misfit_of
from verifier.extraction.reference import FINE, WITHOUT_EDGE, Mask, Reference, Shape
from verifier.extraction.small_changes import ANOTHER, Pixels, may_change, small_changes

Picture = npt.NDArray[np.uint8]
_PAPER: Final = 245
"""Gray from which a pixel is paper."""


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


class Seen(NamedTuple):
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
_DOUBTED: Final = 0.3
"""Misfit from which visibility.py confirms no letter of any size."""
_UNSEEN: Final = Seen(0.0, 1.0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class _Set:
    """``alone``: the letter as set on an empty page, 0 to 255; ``misfit``: from that, and ``ink``, as
    in Seen."""

    alone: Picture
    misfit: float
    ink: float


@dataclass(slots=True)
class _Fit:
    """One mask over one patch of the page, ``drawn``. ``error``: squared difference in parts of the
    letter's own; ``set``: once the letter is looked at closely."""

    drawn: Picture
    mask: Mask
    window: int
    darkness: float
    error: float
    set: _Set | None = None


class _Placed(NamedTuple):
    """``x``, ``y``: of the mask's corner."""

    fit: _Fit
    x: int
    y: int


@dataclass(slots=True)
class _Page:
    """What is known by now of one page's letters. ``shapes``, ``near``: what the last letter of a font
    and size was drawn as, and the places it was looked for at, its own first: those beside it are
    the same. ``fits``: the same letter comes again, pixel for pixel."""

    picture: Picture
    reference: Reference
    shapes: dict[tuple[str, float], Shape] = field(default_factory=dict)
    near: dict[tuple[str, float], Sequence[tuple[int, int]]] = field(default_factory=dict)
    fits: dict[tuple[Mask, int, bytes], _Fit] = field(default_factory=dict)


_MOST_FITS: Final = 2_000
"""Of common letters, 10 kB each."""


def reset_page(
    picture: Picture, letters: Sequence[Letter], reference: Reference
) -> tuple[list[Seen], npt.NDArray[np.bool_], list[Pixels]]:
    """What is seen of each letter, the ink that none of them explains, and small changes at them."""
    page = _Page(picture, reference)
    placed = [_place(page, letter) for letter in letters]
    _place_apart(page, letters, placed)
    sets = [None if item is None else _closely(item.fit) for item in placed]
    # cleared here: of zeroed memory the system gives small pages, and each costs more than its ink
    again = np.empty(picture.shape, np.uint8)
    again.fill(0)
    touching: set[int] = set()
    overprinted: set[int] = set()
    boxes = _boxes(placed)
    for place, (item, closely) in enumerate(zip(placed, sets, strict=True)):
        if item is None or closely is None:
            continue
        area = again[_slices(item)]
        if area.any():
            touching.update(_neighbours(boxes, place))
            if _overprint(area, item):
                overprinted.add(place)
        else:
            area[:] = closely.alone
    seen, told, most = [], [], []
    for place, (item, closely) in enumerate(zip(placed, sets, strict=True)):
        if item is None or closely is None:
            seen.append(_UNSEEN)
            continue
        misfit = closely.misfit
        if place in overprinted:
            misfit = 1.0
        elif place in touching or misfit > _FITS:
            # a neighbour lower than this letter may stand in its box and have none of it in its own
            # (e below the hook of f)
            misfit = _beside_others(picture, again, item)
        misfit = round(min(misfit, 1.0), 3)
        seen.append(
            Seen(
                closely.ink,
                misfit,
                round(item.fit.darkness, 3),
                item.fit.mask.advance,
                _box(item),
            )
        )
        most.append(may_change(letters[place].text, letters[place].size))
        if misfit > _DOUBTED:
            # whatever stands there is told of as this letter
            told.append(_slices(item, margin=1))
            most[-1] = ANOTHER
    set_in = [look.box for look in seen if look.box is not None]
    changes = small_changes(picture, again, set_in, most)
    unexplained = _unexplained(picture, again)
    for where in told:
        unexplained[where] = False
    return seen, unexplained, changes


_BAND: Final = 64
"""Rows of a page that are looked at together: as much as a processor holds at hand."""


def _unexplained(picture: Picture, again: Picture) -> npt.NDArray[np.bool_]:
    """Ink of ``picture`` that is no letter's of ``again`` nor beside one; in the memory of ``again``."""
    height, width = picture.shape
    unexplained = again.view(np.bool_)
    rows = np.zeros((_BAND + 2, width), np.bool_)
    """A band's letters, with the row above it and the row below."""
    for top in range(0, height, _BAND):
        ink = picture[top : top + _BAND] < _PAPER
        band = len(ink)
        np.greater(again[top : top + band + 1], 0, out=rows[1 : band + 2][: height - top])
        if top + band == height:
            rows[band + 1] = False
        if ink.any():
            ink &= ~_with_edges(rows)[1 : band + 1]
        unexplained[top : top + band] = ink
        rows[0] = rows[band]
    return unexplained


def _with_edges(ink: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """And the pixels beside: on honest pages no ink of a letter is further from where it is set
    again. What is, is a stroke through the letter or around it."""
    upright = ink.copy()
    upright[1:] |= ink[:-1]
    upright[:-1] |= ink[1:]
    both = upright.copy()
    both[:, 1:] |= upright[:, :-1]
    both[:, :-1] |= upright[:, 1:]
    return both


def _boxes(placed: Sequence[_Placed | None]) -> npt.NDArray[np.int32]:
    return np.array([(0, 0, 0, 0) if item is None else _box(item) for item in placed], np.int32)


def _box(item: _Placed) -> tuple[int, int, int, int]:
    height, width = item.fit.mask.ink.shape
    return item.x, item.y, item.x + width, item.y + height


def _neighbours(boxes: npt.NDArray[np.int32], place: int, margin: int = 0) -> list[int]:
    """The letters, this one with them, whose boxes come within ``margin`` of this one's."""
    x0, y0, x1, y1 = boxes[place] + np.array((-margin, -margin, margin, margin))
    across = (boxes[:, 0] < x1) & (boxes[:, 2] > x0)
    near: list[int] = np.flatnonzero(across & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)).tolist()
    return near


def _overprint(area: Picture, item: _Placed) -> bool:
    """Set the letter among others; True where it stands on another."""
    before = area * np.float32(1 / FULL)
    mask = item.fit.mask
    ink = mask.ink * np.float32(item.fit.darkness)
    # two letters in one place make a third, and each would fit
    twice = np.count_nonzero(np.minimum(before, ink) > _STRUCK)
    # as black over black comes out where neighbours touch
    ink += before - before * ink
    np.multiply(ink, np.float32(FULL), out=area, casting="unsafe")
    return bool(twice > _TOUCHING * mask.weight)


def _slices(item: _Placed, margin: int = 0) -> tuple[slice, slice]:
    height, width = item.fit.mask.ink.shape
    return (
        slice(max(item.y - margin, 0), item.y + height + margin),
        slice(max(item.x - margin, 0), item.x + width + margin),
    )


_Candidate = tuple[Mask, int, int]
"""A mask and where its origin may stand."""


def _place(page: _Page, letter: Letter) -> _Placed | None:
    """The best fitting shape and position within a pixel or so of where the text says."""
    if not letter.plain or not letter.text:
        return None
    kind = letter.font, letter.size
    shapes = page.reference.shapes(letter.font, letter.text, half=letter.half)
    last = page.shapes.get(kind)
    if last in shapes[1:]:
        shapes = (last, *(shape for shape in shapes if shape != last))
    window = _window(letter.size)
    best: _Placed | None = None
    misfit: float | None = None
    for candidates in (_likely, _unlikely):
        for shape in shapes:
            for candidate in candidates(page, letter, shape):
                tried = _try(page, candidate, window)
                if tried is None or (best is not None and tried.fit.error >= best.fit.error):
                    continue
                best, misfit = tried, None
                if best.fit.error < _GOOD:
                    misfit = _closely(best.fit).misfit
                    if misfit < _GOOD_EVERYWHERE:
                        page.shapes[kind] = shape
                        moved = best.x - best.fit.mask.left < round(letter.x)
                        page.near[kind] = _NEAR_MOVED if moved else _NEAR
                        return best
            if misfit is not None and misfit < _FITS:
                return best
        if best is not None and best.fit.error < _NOTHING:
            misfit = _closely(best.fit).misfit
            if misfit < _FITS:
                return best
    return best


def _place_apart(page: _Page, letters: Sequence[Letter], placed: list[_Placed | None]) -> None:
    """Look once more for letters that fit badly and stand among others, on the page without these.

    Of 4046 PDFium may move all but the first 4 to the left, so that the 0 lies on the end of its bar:
    a bolder 4 would explain more of that ink than the one that is there.
    """
    boxes = None
    for place, item in enumerate(placed):
        if item is None or _closely(item.fit).misfit <= _FITS:
            continue
        boxes = _boxes(placed) if boxes is None else boxes
        where = _slices(item, margin=_CLEARED)
        top, left = where[0].start, where[1].start
        alone = page.picture[where].astype(np.int16)
        for near in _neighbours(boxes, place, _CLEARED):
            other = placed[near]
            if near != place and other is not None:
                _clear(alone, other, left, top)
        picture = np.minimum(alone, FULL).astype(np.uint8)
        letter = letters[place]
        there = letter._replace(x=letter.x - left, y=letter.y - top)
        found = _place(_Page(picture, page.reference), there)
        if found is not None and _closely(found.fit).misfit < _closely(item.fit).misfit:
            placed[place] = _Placed(found.fit, found.x + left, found.y + top)


_CLEARED: Final = 3
"""Pixels around a letter, where it is looked for."""


def _clear(picture: npt.NDArray[np.int16], item: _Placed, left: int, top: int) -> None:
    """Take a letter's ink off a part of the page whose corner is at ``left``, ``top``."""
    ink = _closely(item.fit).alone
    x, y = item.x - left, item.y - top
    inner = ink[max(-y, 0) :, max(-x, 0) :]
    area = picture[max(y, 0) : max(y + len(ink), 0), max(x, 0) : max(x + ink.shape[1], 0)]
    area += inner[: area.shape[0], : area.shape[1]]


_GOOD: Final = 0.015
_GOOD_EVERYWHERE: Final = 0.15
"""Error, and misfit, at which nothing better is looked for."""
_FITS: Final = 0.2
"""Misfit of the best at which no further shape or place is tried: less than any that visibility.py
doubts."""
_NEAR: Final = ((0, 0), (-1, 0))
_NEAR_MOVED: Final = _NEAR[::-1]
"""PDFium moves letters of a run one pixel to the left, from some letter on back to the second."""
_FURTHER: Final = ((0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""Pixels to the right and down. On our own pages the first two are where letters stand."""


def _likely(page: _Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    """PDFium sets small letters at whole pixels, large and outlined ones where they belong."""
    if letter.size < _SET_AS_OUTLINE:
        yield from _whole(page, letter, shape, page.near.get((letter.font, letter.size), _NEAR))
        yield from _exact(page, letter, shape)
    else:
        yield from _exact(page, letter, shape)
        yield from _whole(page, letter, shape, _NEAR)


def _unlikely(page: _Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    yield from _whole(page, letter, shape, _FURTHER)
    if letter.text in RECTANGLES:
        yield from _snapped(page, letter, shape)
    if shape in WITHOUT_EDGE and letter.size < _LARGEST_SET:
        yield from _edged(page, letter, shape)


def _snapped(page: _Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    for mask, x, y in _exact(page, letter, shape):
        for whole in whole_pixels(mask):
            yield from ((whole, x + dx, y + dy) for dx, dy in (*_NEAR, *_FURTHER))


def _edged(page: _Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
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
    page: _Page, letter: Letter, shape: Shape, moves: Sequence[tuple[int, int]]
) -> Iterator[_Candidate]:
    mask = page.reference.mask(shape, letter.text, letter.size, 0, 0)
    if mask is not None:
        x, y = round(letter.x), round(letter.y)
        yield from ((mask, x + dx, y + dy) for dx, dy in moves)


def _exact(page: _Page, letter: Letter, shape: Shape) -> Iterator[_Candidate]:
    x, y = round(letter.x * FINE), round(letter.y * FINE)
    mask = page.reference.mask(shape, letter.text, letter.size, x % FINE, y % FINE)
    if mask is not None:
        yield mask, x // FINE, y // FINE


def _try(page: _Page, candidate: _Candidate, window: int) -> _Placed | None:
    mask, x, y = candidate
    height, width = mask.ink.shape
    left, top = x + mask.left, y + mask.top
    if left < 0 or top < 0:
        return None
    patch = page.picture[top : top + height, left : left + width]
    if patch.shape != mask.ink.shape:
        return None
    key = mask, window, patch.tobytes()
    fit = page.fits.get(key)
    if fit is None:
        if len(page.fits) >= _MOST_FITS:
            page.fits.clear()
        fit = page.fits[key] = _fit(~patch, mask, window)
    return _Placed(fit, left, top)


def _fit(drawn: Picture, mask: Mask, window: int) -> _Fit:
    """``drawn``: 0 for white to 255 for black, as everywhere below."""
    ink = drawn.astype(np.float32)
    both = float(np.vdot(ink, mask.ink)) / FULL
    darkness = min(1.0, both / mask.weight)
    if darkness <= FAINT:
        # a letter that is not there fits perfectly with no ink at all: that must not stop the search
        return _Fit(drawn, mask, window, darkness, _NOTHING)
    # the sum of the squares of ink - darkness * mask.ink
    own = float(np.vdot(ink, ink)) / (FULL * FULL)
    error = (own - 2 * darkness * both) / mask.weight + darkness * darkness
    return _Fit(drawn, mask, window, darkness, error)


def _closely(fit: _Fit) -> _Set:
    """How the letter is set there, looked at as far as it matters."""
    if fit.set is None:
        alone = (fit.mask.ink * np.float32(FULL * fit.darkness)).astype(np.uint8)
        ink = float(fit.drawn.astype(np.float32).sum()) / (FULL * fit.mask.total)
        misfit = misfit_of(fit.drawn, alone, fit.darkness, fit.window)
        fit.set = _Set(alone, misfit, round(min(ink, 1.0), 3))
    return fit.set


_NOTHING: Final = 9.0


def _window(size: float) -> int:
    """Pixels over which a difference is averaged: edges differ by a pixel's part, strokes wholly."""
    return 3 if size < _SET_AS_OUTLINE else 5


def _beside_others(picture: Picture, again: Picture, item: _Placed) -> float:
    """The misfit of a letter that its neighbours reach into."""
    where = _slices(item)
    return misfit_of(~picture[where], again[where], item.fit.darkness, item.fit.window)
