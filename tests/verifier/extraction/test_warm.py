"""What the fork server draws is what the pages of the three common formats ask for."""

from importlib import import_module

import pytest

from tests.verifier import paper
from verifier.extraction import reference


@pytest.mark.parametrize(
    ("style", "document", "most"),
    [("a5", paper.producer, 20), ("80x60", paper.producer, 100), ("letter", paper.pledge, 80)],
)
def test_a_common_page_finds_its_letters_drawn(style, document, most):
    import_module(
        "verifier.extraction.warm"
    )  # its effect; where tests are collected each would draw
    before = len(reference.REFERENCE._drawings)
    paper.check(paper.pdf(document(), paper.STYLES[style]), paper.known(document()))
    drawn = len(reference.REFERENCE._drawings) - before
    assert drawn < most, "the sizes of the page are not those that are drawn beforehand"
