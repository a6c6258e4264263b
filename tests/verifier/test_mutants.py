"""A sample of the forgeries that ``zhengxin bench robustness`` makes in mass: none passes, each is named."""

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from benchmarks.robustness_cases import (
    DECOYS,
    HIDDEN_TEXT,
    MUTANTS,
    SAYS,
    TRANSPLANTS,
    Amounts,
    Case,
    Share,
    all_cases,
    make_file,
)
from benchmarks.robustness_judging import judge_file
from benchmarks.robustness_papers import Known, Paper, Stage
from benchmarks.robustness_words import SORTS, changed_words, says_otherwise
from certgen.document import Document
from certgen.label_drawing import Label
from certgen.label_pdf import label_pdf
from certgen.seal import seal_pdf
from credential.claims import decode_claims
from credential.cose import open_sign1
from credential.qr_text import read_qr_text
from credential.verdict import Indication
from tests import samples, seals
from tests.certgen import labels
from tests.verifier import paper

SEED = 7
AMOUNTS = Amounts(
    pages=Share(4, 1),
    labels=Share(4, 0),
    letters=Share(0, 0),
    files=Share(12, 1),
    sealed=1,
    tricks=1,
    pairs=2,
)


OTHER_PLEDGE = paper.document(
    replace(samples.PLEDGE, id=samples.LABEL.id), samples.PLEDGE_FIELDS | {"promisor": "田小根"}
)


@cache
def stage() -> Stage:
    style = labels.style("one-bag")
    papers = (
        *(Paper("80x60", one, paper.LABEL) for one in (paper.producer(), paper.household())),
        *(Paper("letter DOCX", one, None) for one in (paper.pledge(), OTHER_PLEDGE)),
        *(Paper("one-bag", one, style) for one in (label(1), label(2))),
    )
    sealed = seal_pdf(papers[0].draw(papers[0].document), seals.seal(), at=samples.AT)
    trust = replace(samples.TRUST, seals=(seals.listed(seals.seal_key()),))
    known = {
        one.document.claims.id: paper.record_of(one.document, fields=one.document.fields)
        for one in papers
    }
    return Stage(papers, {0: sealed}, trust, Known(known), paper.NOW)


def label(seed: int, style: str = "one-bag") -> Document:
    """A label as tests.certgen.labels draws it, with its claims."""
    drawn = labels.label(style, seed)
    message = read_qr_text(drawn.qr_text)[1]
    claims = decode_claims(open_sign1(message).payload)
    return Document(claims, message, drawn.qr_text, drawn.fields)


@cache
def cases() -> list[Case]:
    return all_cases(stage(), AMOUNTS, SEED)


def ways(case: Case) -> str:
    return f"{case.group}: {case.way}"


def test_the_documents_are_honest():
    """So that what follows is refused for what was done to it."""
    for one in (0, 2, 4):
        document = stage().papers[one]
        outcome = judge_file(stage(), document.draw(document.document))
        assert outcome.indication is Indication.PASSED, document.name
        assert outcome.unnoticed
        assert outcome.error is None
    assert judge_file(stage(), stage().sealed[0]).indication is Indication.PASSED


@pytest.mark.parametrize("style", sorted(labels.STYLES))
def test_labels_of_every_style_are_honest(style):
    """On the largest a short label stands an em before its value."""
    document = label(3, style)
    records = paper.registry(paper.record_of(document, fields=document.fields))
    data = label_pdf(Label(document.fields, document.qr_text), labels.style(style))
    verdict = paper.check(data, records)
    assert verdict.indication is Indication.PASSED, verdict.axes


@pytest.mark.parametrize("group", SAYS)
def test_no_forgery_passes(group):
    made = 0
    for case in (case for case in cases() if case.group == group):
        data = make_file(stage(), case)
        if data is None:
            continue
        made += 1
        outcome = judge_file(stage(), data)
        assert outcome.error is None, case
        assert not outcome.passed, case
        assert not outcome.unnoticed, case
        assert outcome.subs & SAYS[group], case
        if case.fields:
            assert outcome.indication is Indication.FAILED, case
            assert outcome.fields & case.fields, case
    assert made >= {MUTANTS: 25, TRANSPLANTS: 6, DECOYS: 3, HIDDEN_TEXT: 20}[group]


def test_the_sample_has_every_way():
    assert {ways(case) for case in cases()} == {
        *(
            f"mutants: {way}"
            for way in ("set anew", "edited", "sealed, rewritten", "sealed, updated")
        ),
        *("transplants: set anew", "transplants: pasted"),
        *("decoys: another's", "decoys: foreign"),
        *(f"hidden text: {way}" for way in ("PDF", "DOCX", "signed DOCX", "cover", "map")),
    }


def test_the_same_seed_gives_the_same_forgeries():
    assert all_cases(stage(), AMOUNTS, SEED) == cases()
    assert all_cases(stage(), AMOUNTS, SEED + 1) != cases()


def test_every_field_is_changed_in_every_style():
    amounts = replace(AMOUNTS, pages=Share(60, 0), labels=Share(60, 0), files=Share(60, 0))
    anew = [case for case in all_cases(stage(), amounts, SEED) if case.way == "set anew"]
    for first in (0, 2, 4):
        fields = stage().papers[first].document.fields.keys() - {"signature"}
        done = [case.fields for case in anew if case.paper == first and case.group == MUTANTS]
        assert frozenset().union(*done) == fields


FIELDS = {
    "quantity": "12.50公斤",
    "issued_on": "2026年2月5日",
    "promise": "我承诺：未使用禁用农药；不超标。",
    "subject_code": "93330182MA0TEXT040",
    "number": "D6ME",
}


@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_changes_what_is_said(sort):
    values = [
        (name, value, changed)
        for name, value in FIELDS.items()
        for changed in SORTS[sort](value, Random(SEED))
    ]
    assert values
    if sort != "Cyrillic for Latin":
        assert any(says_otherwise(value, changed) for _, value, changed in values)


@pytest.mark.parametrize(
    ("sort", "name", "value"),
    [
        ("decimal point moved", "quantity", "125.0公斤"),
        ("unit swapped", "quantity", "12.50吨"),
        ("digit dropped", "quantity", "1.50公斤"),
        ("date changed", "issued_on", "2027年2月5日"),
        ("negation removed", "promise", "我承诺：使用禁用农药；不超标。"),
        ("clauses exchanged", "promise", "不超标。我承诺：未使用禁用农药；"),
        ("look-alike", "promise", "我承诺：末使用禁用农药；不超标。"),
        ("Cyrillic for Latin", "subject_code", "93330182МA0TEXT040"),
        ("another document's", "quantity", "3吨"),
        ("left out", "quantity", None),
    ],
)
def test_what_a_sort_writes(sort, name, value):
    other = {**FIELDS, "quantity": "3吨"}
    written = list(changed_words(FIELDS, name, other, Random(SEED)))
    assert (sort, {name: value}) in written


def test_two_fields_change_at_once():
    written = list(changed_words(FIELDS, "quantity", FIELDS, Random(SEED)))
    exchanged = {"quantity": "D6ME", "number": "12.50公斤"}
    assert ("two values exchanged", exchanged) in written
    assert ("words moved", {"quantity": "12.50公", "number": "D6ME斤"}) in written


def test_what_says_the_same_is_no_forgery():
    assert not says_otherwise("12.50 公斤", "１２.50公斤")
    assert says_otherwise("10公斤", "10²公斤")
