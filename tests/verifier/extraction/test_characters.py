"""Letters and the blanks between them."""

import io

import pikepdf
import pytest

from tests.verifier import paper
from verifier.extraction.characters import read_characters
from verifier.limits import Limits

SIGNS = {"one": "0031", "two": "0032", "nought": "0030", "blank": "0020"}


@pytest.fixture(scope="module")
def page() -> bytes:
    """One whose font has a blank."""
    return paper.pdf(paper.producer(subject="甲 A 1200 0"))


def astray(page: bytes, shown: str) -> str:
    """The letters at which a blank is told of. ``shown``: content with the names of signs in braces."""
    with pikepdf.open(io.BytesIO(page)) as document:
        first = document.pages[0].obj
        for font in first.Resources.Font.values():
            lines = font.ToUnicode.read_bytes().decode().splitlines()
            said = {line.split()[-1]: line.split()[0] for line in lines if line.startswith("<")}
            if said.keys() >= {f"<{sign}>" for sign in SIGNS.values()}:
                break
        codes = {name: said[f"<{sign}>"].strip("<>") for name, sign in SIGNS.items()}
        first.Resources.Font = pikepdf.Dictionary(f0=font)
        content = f"BT /f0 10 Tf 1 0 0 1 50 500 Tm {shown.format(**codes)} ET"
        first.Contents = document.make_stream(content.encode())
        output = io.BytesIO()
        document.save(output)
    (letters,) = read_characters(output.getvalue(), Limits())
    return "".join(letter.text for letter in letters if letter.blank_astray)


@pytest.mark.parametrize(
    "shown",
    [
        "<{one}{two}{nought}>Tj",
        "<{one}{blank}{two}>Tj",
        "<{one}{blank}{blank}{two}{blank}>Tj",
        # what sets lines flush widens the gap behind a blank
        "[<{one}{blank}>-300<{two}>]TJ",
        # the last of its line
        "<{one}{blank}>Tj 0 -12 Td <{two}>Tj",
        "<{one}{blank}>Tj 1 0 0 1 50 488 Tm <{two}>Tj",
        # scaled by the matrix, and stretched as a whole
        "/f0 1 Tf 10 0 0 10 50 500 Tm <{one}{blank}{two}>Tj",
        "90 Tz <{one}{blank}{two}>Tj",
        # turned
        "0 1 -1 0 50 500 Tm <{one}{blank}{two}>Tj",
    ],
)
def test_blanks_in_the_gaps_that_are_seen(page: bytes, shown: str) -> None:
    assert astray(page, shown) == ""


@pytest.mark.parametrize(
    ("shown", "at"),
    [
        # half over each of two digits, all over one, a little over
        ("[<{one}>112<{blank}>112<{two}>]TJ", "2"),
        ("[<{one}{blank}>224<{two}>]TJ", "2"),
        ("[<{one}{blank}>30<{two}>]TJ", "2"),
        # far away in white paper, and back
        ("<{one}>Tj 1 0 0 1 50 440 Tm <{blank}>Tj 1 0 0 1 55.55 500 Tm <{two}>Tj", "2"),
        ("<{one}>Tj 1 0 0 1 90 500 Tm <{blank}>Tj 1 0 0 1 55.55 500 Tm <{two}>Tj", "2"),
        # of another size, raised, stretched
        ("<{one}>Tj /f0 0.5 Tf <{blank}>Tj /f0 10 Tf <{two}>Tj", "2"),
        ("<{one}>Tj /f0 60 Tf <{blank}>Tj /f0 10 Tf <{two}>Tj", "2"),
        ("<{one}>Tj 3 Ts <{blank}>Tj 0 Ts <{two}>Tj", "2"),
        ("<{one}>Tj 5 Tz <{blank}>Tj 100 Tz <{two}>Tj", "2"),
        ("<{one}{blank}>Tj 3 Ts <{two}>Tj", "2"),
        # before all letters, and behind them
        ("<{blank}{one}>Tj", "1"),
        ("[<{one}>112<{blank}>]TJ", "1"),
    ],
)
def test_blanks_elsewhere_are_told_of(page: bytes, shown: str, at: str) -> None:
    """What is copied, found and read aloud is 1 2, what is seen 12."""
    assert astray(page, shown) == at


def test_a_blank_of_another_kind_is_told_of(page: bytes) -> None:
    """No-break spaces are no signed word's."""
    with pikepdf.open(io.BytesIO(page)) as document:
        for font in document.pages[0].Resources.Font.values():
            said = font.ToUnicode.read_bytes()
            font.ToUnicode.write(said.replace(b"<0020>", b"<00A0>"))
        output = io.BytesIO()
        document.save(output)
    (letters,) = read_characters(output.getvalue(), Limits())
    assert [letter.text for letter in letters if letter.blank_astray] == ["A", "1", "0"]
    (letters,) = read_characters(page, Limits())
    assert not any(letter.blank_astray for letter in letters)
