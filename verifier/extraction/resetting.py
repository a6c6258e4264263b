"""Setting the page again: each character's reference letter against the page's picture.

A PDF's text is what its maker says it is; the picture is what a person sees. So every character
that the text claims is drawn once more from a font of our own and laid over the picture where the
text says it stands. Where the two agree, the person sees this character; where nothing is drawn the
text is hidden (white, invisible, covered, clipped, off the page); where something else is drawn the
text lies (a false ToUnicode map, an overlay). Ink that no character, symbol or rule explains is
reported as such. One measure for all of threats.md, fact 1.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from verifier.extraction.misfit import FULL, misfit_of
from verifier.extraction.placing import (
    FITS,
    Letter,
    Page,
    Placed,
    box_of,
    boxes_of,
    look_closely,
    neighbours,
    place_apart,
    place_letter,
    slices,
)
from verifier.extraction.reference import Reference
from verifier.extraction.small_changes import ANOTHER, Pixels, may_change, small_changes

Picture = npt.NDArray[np.uint8]
_PAPER: Final = 245
"""Gray from which a pixel is paper."""


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
_NARROW: Final = 4
"""Pixels of a point or a stroke."""
_DOUBTED: Final = 0.3
"""Misfit from which visibility.py confirms no letter of any size."""
_UNSEEN: Final = Seen(0.0, 1.0, 0.0, 0.0, None)


def reset_page(
    picture: Picture, letters: Sequence[Letter], reference: Reference
) -> tuple[list[Seen], npt.NDArray[np.bool_], list[Pixels]]:
    """What is seen of each letter, the ink that none of them explains, and small changes at them."""
    page = Page(picture, reference)
    placed = [place_letter(page, letter) for letter in letters]
    place_apart(page, letters, placed)
    stand = [
        (place, item, look_closely(item.fit), box_of(item))
        for place, item in enumerate(placed)
        if item is not None
    ]
    # cleared here: of zeroed memory the system gives small pages, and each costs more than its ink
    again = np.empty(picture.shape, np.uint8)
    again.fill(0)
    touching: set[int] = set()
    overprinted: set[int] = set()
    boxes = boxes_of(placed)
    for place, item, closely, (x0, y0, x1, y1) in stand:
        area = again[y0:y1, x0:x1]
        # in half the time of any()
        if area.tobytes() != bytes(area.size):
            touching.update(neighbours(boxes, place))
            if _overprint(area, item):
                overprinted.add(place)
        else:
            area[:] = closely.alone
    seen, told, most = [_UNSEEN] * len(placed), [], []
    for place, item, closely, box in stand:
        misfit = closely.misfit
        if place in overprinted:
            misfit = 1.0
        elif place in touching or misfit > FITS:
            # a neighbour lower than this letter may stand in its box and have none of it in its own
            # (e below the hook of f)
            misfit = _beside_others(picture, again, item)
        misfit = round(min(misfit, 1.0), 3)
        advance = item.fit.mask.advance
        seen[place] = Seen(closely.ink, misfit, round(item.fit.darkness, 3), advance, box)
        most.append(may_change(letters[place].text, letters[place].size))
        if misfit > _DOUBTED:
            # whatever stands there is told of as this letter
            told.append(slices(item, margin=1))
            most[-1] = ANOTHER
    changes = small_changes(picture, again, [box for *_, box in stand], most)
    unexplained = _unexplained(picture, again)
    for where in told:
        unexplained[where] = False
    return seen, unexplained, changes


_BAND: Final = 96
"""Rows of a page that are looked at together: as much as a processor holds at hand."""


def _unexplained(picture: Picture, again: Picture) -> npt.NDArray[np.bool_]:
    """Ink of ``picture`` that is no letter's of ``again`` nor beside one; in the memory of ``again``."""
    height, width = picture.shape
    unexplained = again.view(np.bool_)
    white = np.ones((_BAND + 2, width), np.bool_)
    """Where a band has no letter, with the row above it and the row below."""
    for top in range(0, height, _BAND):
        ink = unexplained[top : top + _BAND]
        band = len(ink)
        np.equal(again[top : top + band + 1], 0, out=white[1 : band + 2][: height - top])
        if top + band == height:
            white[band + 1] = True
        np.less(picture[top : top + band], _PAPER, out=ink)
        if ink.any():
            _clear_edges(ink, white)
        white[0] = white[band]
    return unexplained


def _clear_edges(ink: npt.NDArray[np.bool_], white: npt.NDArray[np.bool_]) -> None:
    """Of a letter and of the pixels beside: on honest pages no ink of a letter is further from where it
    is set again. What is, is a stroke through the letter or around it."""
    band = len(ink)
    free = white[:band] & white[1 : band + 1]
    free &= white[2 : band + 2]
    ink &= free
    ink[:, 1:] &= free[:, :-1]
    ink[:, :-1] &= free[:, 1:]


def _overprint(area: Picture, item: Placed) -> bool:
    """Set the letter among others; True where it stands on another."""
    before = area * np.float32(1 / FULL)
    mask = item.fit.mask
    ink = mask.ink * np.float32(item.fit.darkness)
    # two letters in one place make a third, and each would fit; neighbours may meet in a column
    struck = np.minimum(before, ink) > _STRUCK
    twice = np.count_nonzero(struck[:, 1:-1] if struck.shape[1] > _NARROW else struck)
    # as black over black comes out where neighbours touch
    ink += before - before * ink
    np.multiply(ink, np.float32(FULL), out=area, casting="unsafe")
    return bool(twice > _TOUCHING * mask.weight)


def _beside_others(picture: Picture, again: Picture, item: Placed) -> float:
    """The misfit of a letter that its neighbours reach into."""
    where = slices(item)
    return misfit_of(~picture[where], again[where], item.fit.darkness, item.fit.window)
