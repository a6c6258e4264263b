"""What a person takes for the same page."""

import io

import pikepdf

from benchmarks.sameness import is_same
from tests.verifier import paper

DATA = paper.pdf(paper.producer(), paper.LABEL)


def test_the_same_page_in_other_bytes_is_the_same():
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(DATA)) as opened:
        opened.save(saved, linearize=True)
    assert is_same(DATA, saved.getvalue())
    assert not is_same(DATA, paper.pdf(paper.producer(quantity="9200公斤"), paper.LABEL))
    letter = paper.docx_of(paper.pledge())
    assert is_same(letter, paper.repack(letter, lambda _parts: None))
    assert not is_same(letter, paper.docx_of(paper.pledge(promisor="田小根")))


def drawn(operators: str) -> bytes:
    return paper.edit_pdf(DATA, paper.append_content(operators))


def test_a_dot_or_a_stroke_is_another_page_and_a_breath_of_grey_is_not():
    assert not is_same(DATA, drawn("q 0 g 96 91 0.85 0.85 re f Q"))
    assert not is_same(DATA, drawn("q 0 g 96 91 8 0.5 re f Q"))
    breath = drawn("q 0.85 g 96 91 8 0.5 re f Q")
    assert is_same(DATA, breath)
    assert not is_same(DATA, breath, levels=0)
