"""What the fork server draws and reads is what the pages of the common formats ask for."""

import json
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.verifier import paper
from tests.verifier.extraction.warm_pages_files import PAGES
from verifier.extraction import reference
from verifier.extraction.run import extract
from verifier.limits import Limits

GLIBC = platform.libc_ver()[0] == "glibc"


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


def test_the_sample_pages_are_read_to_the_end():
    """A page that is refused half-way warms half of the way."""
    read = {
        page.name: extract(page.read_bytes(), Limits(), lambda _: None) for page in PAGES.iterdir()
    }
    assert read.keys() == {"a5.pdf", "80x60.pdf", "label.pdf", "letter.pdf", "letter.docx"}
    for name, evidence in read.items():
        assert evidence.flags == (), f"{name} is to be made anew: warm_pages_files.py"
        assert len(evidence.symbols) == 1, name
        assert evidence.glyphs or evidence.paragraphs, name
    assert read["a5.pdf"].signatures is not None


@pytest.mark.skipif(not GLIBC, reason="memory is asked for otherwise")
def test_a_child_of_a_server_begins_where_others_ended(tmp_path):
    """It loads nothing, its second thread gets memory where there are large pages, and no memory is
    shared that nobody uses."""
    files = {
        "a5.pdf": paper.pdf(paper.producer(), paper.A5),
        "letter.pdf": paper.pdf(paper.pledge(), paper.LETTER),
        "letter.docx": paper.docx_of(paper.pledge()),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "tests.verifier.warm_children", *(tmp_path / name for name in files)],
        capture_output=True, check=True, timeout=120, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    for name, line in zip(files, done.stdout.splitlines(), strict=True):
        seen = json.loads(line)
        assert seen["loaded"] == [], name
        assert seen["in_the_heap"], "the second thread has small pages"
        assert seen["unused"] < 4 << 20, "a child would copy it before it writes there"
        # or a child clears all that was drawn for it
        assert 500 < seen["room"] < reference._MOST_DRAWINGS - 3000
