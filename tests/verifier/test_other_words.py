"""Pages of ours with words as long and odd as people write them stand as the rules of layout ask."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Final

import pytest

from certgen.label_drawing import Label
from certgen.label_layout import LabelError
from certgen.label_pdf import label_pdf
from tests.certgen import labels
from tests.verifier import paper
from verifier.extraction.run import extract
from verifier.layout import uneven_layout
from verifier.limits import Limits
from verifier.page_form import odd_form
from verifier.reading import read_fields
from verifier.typesetting import uneven_type

_LETTERS: Final = (
    "建德市莲花镇戴家村果蔬专业合作社红颜草莓茶鲜叶东经北纬组幢号大同三都柑橘杨桥新安江"
)
_OTHERS: Final = (
    "A",
    "B12",
    "GAP",
    "K-326",
    "3-5",
    "12—15",
    "No.7",
    "1.5",
    "pH",
    "（",
    "）",
    "《",
    "》",
    "、",
    "·",
    " ",
)
_LENGTHS: Final[Mapping[str, tuple[int, int]]] = {
    "product": (2, 16),
    "origin": (6, 50),
    "subject": (4, 34),
    "matter": (4, 30),
    "contact": (6, 26),
    "promisor": (2, 14),
    "alias": (2, 8),
}  # fmt: skip
"""Characters at least and at most."""


def words(chance: Random, length: int) -> str:
    said = ""
    while len(said) < length:
        said += chance.choice(_OTHERS if chance.random() < 0.25 else _LETTERS)
    return " ".join(said.split())


def others(fields: Mapping[str, str], chance: Random, part: float = 1.0) -> dict[str, str]:
    """``part``: of the most characters that a field may have."""
    return {
        name: words(chance, max(1, round(part * chance.randint(*_LENGTHS[name]))))
        if name in _LENGTHS
        else value
        for name, value in fields.items()
    }


def said(data: bytes, fields: Mapping[str, str]) -> list[str]:
    evidence = extract(data, Limits(), lambda _: None)
    reading = read_fields(evidence)
    odd = [*uneven_type(reading), *uneven_layout(reading, fields), *odd_form(evidence, reading)]
    marks = [f"a mark at {place.box}" for place in evidence.unexplained]
    return [*marks, *(flag.message for flag in evidence.flags), *(one.message for one in odd)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("style", sorted(labels.STYLES))
def test_labels(style: str, seed: int) -> None:
    """Found: on a round label a long product's name stood too far to the left of the other line's."""
    drawn = labels.label(style, seed)
    fields, data = _as_long_as_fits(drawn, style, Random(f"{style} {seed}"))
    assert not said(data, fields), fields


@pytest.mark.parametrize("origin", ["建德市大洋镇HIK号", "IJIJIJ", "大洋镇lIl"])
def test_letters_that_are_bars(origin: str) -> None:
    """Found: PDFium fills I to whole pixels, and its corner was taken for a dot."""
    drawn = labels.label("one-bundle", 1)
    fields = {**drawn.fields, "origin": origin}
    assert not said(label_pdf(replace(drawn, fields=fields), labels.style("one-bundle")), fields)


def _as_long_as_fits(drawn: Label, style: str, chance: Random) -> tuple[dict[str, str], bytes]:
    for part in (1.0, 0.7, 0.5, 0.3):
        fields = others(drawn.fields, chance, part)
        try:
            return fields, label_pdf(replace(drawn, fields=fields), labels.style(style))
        except LabelError:
            continue
    raise AssertionError(f"nothing fits {style}")


def _pledge(fields: Mapping[str, str]) -> bytes:
    return paper.pdf(paper.pledge(**fields), paper.LETTER)


def _a5(fields: Mapping[str, str]) -> bytes:
    return paper.pdf(paper.producer(**fields))


def _80x60(fields: Mapping[str, str]) -> bytes:
    return paper.pdf(paper.producer(**fields), paper.LABEL)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("draw", [_a5, _80x60, _pledge], ids=lambda draw: draw.__name__)
def test_pages(draw: Callable[[Mapping[str, str]], bytes], seed: int) -> None:
    document = paper.pledge() if draw is _pledge else paper.producer()
    fields = others(document.fields, Random(f"{draw.__name__} {seed}"))
    assert not said(draw(fields), fields), fields
