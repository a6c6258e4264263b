"""Letters looked for on a page that they are set on."""

import numpy as np
import numpy.typing as npt
import pytest

from verifier.extraction.placing import Letter
from verifier.extraction.reference import REFERENCE
from verifier.extraction.resetting import reset_page

FONT = "NotoSansSC-Regular"
SIZE = 21.0


def drawn(*set_at: tuple[str, int]) -> npt.NDArray[np.uint8]:
    """Letters on a page by their text and the pixel of their origin, black over black."""
    white = np.ones((60, 120))
    for text, x in set_at:
        (shape, *_) = REFERENCE.shapes(FONT, text, half=False)
        mask = REFERENCE.mask(shape, text, SIZE, 0, 0)
        assert mask is not None
        height, width = mask.ink.shape
        left, top = x + mask.left, 40 + mask.top
        white[top : top + height, left : left + width] *= 1 - mask.ink
    return (white * 255).round().astype(np.uint8)


def letters(*claimed: tuple[str, float]) -> list[Letter]:
    return [Letter(text, FONT, x, 39.71, SIZE, plain=True, half=False) for text, x in claimed]


WIDTH = 0.556 * SIZE
CLAIMED = letters(("4", 17.67), ("0", 17.67 + WIDTH), ("6", 17.67 + 2 * WIDTH))


@pytest.mark.parametrize("second", ["0", "9", "4"])
def test_a_letter_that_the_next_one_lies_on_is_that_letter(second: str) -> None:
    """PDFium moves a run but its first letter by a pixel: 0 lies on the end of the bar of 4. A
    bolder 4 explains more of that ink, and told of a change that nobody had made."""
    page = drawn(("4", 18), (second, 28), ("6", 40))
    claimed = letters(("4", 17.67), (second, 17.67 + WIDTH), ("6", 17.67 + 2 * WIDTH))
    seen, unexplained, changes = reset_page(page, claimed, REFERENCE)
    assert [look.misfit < 0.05 for look in seen] == [True] * 3
    assert changes == []
    assert not unexplained.any()


def test_another_letter_is_another_among_others_too() -> None:
    page = drawn(("9", 18), ("0", 28), ("6", 40))
    seen, _, _ = reset_page(page, CLAIMED, REFERENCE)
    assert seen[0].misfit > 0.3
    assert max(look.misfit for look in seen[1:]) < 0.2


def test_what_lies_on_the_letter_itself_is_not_taken_for_its_neighbours() -> None:
    page = drawn(("4", 18), ("1", 18), ("0", 28), ("6", 40))
    seen, _, changes = reset_page(page, CLAIMED, REFERENCE)
    assert seen[0].misfit > 0.3 or changes
