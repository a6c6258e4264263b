"""Letters and the blanks between them."""

import pytest

from verifier.extraction.characters import Character, _Blank, _marked


def _letter(text: str, x: float) -> Character:
    return Character(text, "F", (x, 90.0, x + 5.5, 100.0), x, 98.0, 10.0, True)


@pytest.mark.parametrize(
    ("start", "end", "over"),
    [
        # between 12 and 00, behind all of them, and over the end of the 2 by a rounding
        (21.0, 23.5, []),
        (34.5, 37.0, []),
        (19.5, 23.0, []),
        # over the first 0, however it was drawn: what is copied is 12 00
        (24.0, 26.5, ["0"]),
        (12.0, 34.0, ["1", "2", "0", "0"]),
    ],
)
def test_blanks_that_lie_over_letters_are_told_of(
    start: float, end: float, over: list[str]
) -> None:
    page = [_letter(text, x) for text, x in (("1", 10.0), ("2", 15.5), ("0", 23.5), ("0", 29.0))]
    found = _marked(page, [_Blank(start, end, 98.2, 10.0)])
    assert [letter.text for letter in found if letter.behind_blanks] == over
    assert [letter.text for letter in found] == ["1", "2", "0", "0"]


def test_a_blank_on_another_line_lies_over_none() -> None:
    page = [_letter("1", 10.0)]
    assert not _marked(page, [_Blank(10.0, 15.0, 110.0, 10.0)])[0].behind_blanks
