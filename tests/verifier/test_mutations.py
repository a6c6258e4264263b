"""Every printed field changed, one by one, in every form: refused, and the field named."""

import pytest

from credential.normal import canonical_text
from credential.verdict import AxisName, Indication, SubIndication
from tests import samples
from tests.verifier import paper

CERTIFICATE = sorted(samples.PRODUCER_FIELDS)
PLEDGE = sorted(samples.PLEDGE_FIELDS)
NUMBER = samples.number(samples.LABEL)


def mutated(name: str, value: str) -> str:
    """The least change that a forger would make."""
    if name == "number":
        return NUMBER
    if not value:
        return "某某"
    last = value[-1]
    return value[:-1] + ("8" if last != "8" else "6") if last.isdigit() else f"{value[:-1]}乙"


def named(verdict) -> set[str]:
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert content.indication is Indication.FAILED
    assert content.sub_indication is SubIndication.CONTENT_MISMATCH
    assert verdict.indication is Indication.FAILED
    return {part for f in content.findings for part in (f.field or "").split(",")}


def told(verdict, name, issued, altered) -> None:
    """Exactly this field, with what was signed and what is printed."""
    assert named(verdict) == {name}
    (finding,) = paper.axis(verdict, AxisName.CONTENT_MATCH).findings
    before, after = issued.fields[name], altered.fields[name]
    assert finding.expected in {before, "（不显示）", "田某根"}
    assert canonical_text(finding.found or "") == canonical_text(after)


@pytest.mark.parametrize("style", [paper.A5, paper.LABEL], ids=lambda style: style.name)
@pytest.mark.parametrize("name", CERTIFICATE)
def test_certificate_pdf(name, style):
    issued = paper.producer()
    altered = paper.producer(**{name: mutated(name, issued.fields[name])})
    verdict = paper.check(paper.pdf(altered, style), paper.known(issued))
    told(verdict, name, issued, altered)
    place = paper.axis(verdict, AxisName.CONTENT_MATCH).findings[0].place
    assert (place.page, place.box is None) == (1, False)


@pytest.mark.parametrize("name", CERTIFICATE)
def test_certificate_docx(name):
    issued = paper.producer()
    altered = paper.producer(**{name: mutated(name, issued.fields[name])})
    verdict = paper.check(paper.docx_of(altered), paper.known(issued))
    told(verdict, name, issued, altered)


# the letter's template leaves room for ink there and prints no value
@pytest.mark.parametrize("name", sorted(set(PLEDGE) - {"signature"}))
def test_letter_pdf(name):
    issued = paper.pledge()
    altered = paper.pledge(**{name: mutated(name, issued.fields[name])})
    verdict = paper.check(paper.pdf(altered, paper.LETTER), paper.known(issued))
    told(verdict, name, issued, altered)
    place = paper.axis(verdict, AxisName.CONTENT_MATCH).findings[0].place
    assert (place.page, place.box is None) == (1, False)


@pytest.mark.parametrize("name", sorted(set(PLEDGE) - {"signature"}))
def test_letter_docx(name):
    issued = paper.pledge()
    altered = paper.pledge(**{name: mutated(name, issued.fields[name])})
    verdict = paper.check(paper.docx_of(altered), paper.known(issued))
    told(verdict, name, issued, altered)


@pytest.mark.parametrize("name", CERTIFICATE)
def test_certificate_pdf_without_a_registry(name):
    """The symbol itself names what it carries; for the rest it says that one of them changed."""
    issued = paper.producer()
    altered = paper.producer(**{name: mutated(name, issued.fields[name])})
    verdict = paper.check(paper.pdf(altered), None)
    assert name in named(verdict)


@pytest.mark.parametrize("name", sorted(set(CERTIFICATE) - {"number"}))
def test_a_field_left_out(name):
    issued = paper.producer()
    verdict = paper.check(paper.pdf(paper.producer(**{name: None})), paper.known(issued))
    assert name in named(verdict)


def test_a_field_added():
    issued = paper.producer()
    verdict = paper.check(paper.pdf(paper.producer(liability="无")), paper.known(issued))
    assert named(verdict) == {"liability"}
    offline = paper.check(paper.pdf(paper.producer(liability="无")), None)
    assert "liability" in named(offline)


def test_expected_found_and_place():
    issued = paper.producer()
    verdict = paper.check(paper.pdf(paper.producer(quantity="9200公斤")), paper.known(issued))
    (finding,) = paper.axis(verdict, AxisName.CONTENT_MATCH).findings
    assert (finding.code, finding.expected, finding.found) == ("MISMATCH", "1200公斤", "9200公斤")
    assert finding.place is not None
    assert finding.place.page == 1
    assert finding.place.box is not None
    x0, y0, x1, y1 = finding.place.box
    assert 15 < x0 < 18
    assert 36 < y0 < y1 < 44
    assert x1 < 80


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("origin", "建德市", "建徳市"),
        ("subject_code", "0", "O"),
        ("promise", "未使用", "末使用"),
        ("grade", "A级", "А级"),
    ],
)
def test_lookalikes_are_refused(name, before, after):
    issued = paper.producer()
    value = issued.fields[name].replace(before, after)
    verdict = paper.check(paper.docx_of(paper.producer(**{name: value})), paper.known(issued))
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert content.indication is Indication.FAILED
    assert content.findings[0].field == name
    if name != "origin":
        assert content.findings[0].code == "LOOKALIKE"
        assert "形近字" in content.findings[0].message


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_transplanted_symbol(form):
    """The symbol of A on the page of B."""
    shown, other = paper.household(), paper.producer()
    altered = paper.with_symbol_of(shown, other)
    data = paper.pdf(altered) if form == "pdf" else paper.docx_of(altered)
    verdict = paper.check(data, paper.known(shown, other))
    assert {"number", "product", "quantity", "subject"} <= named(verdict)


@pytest.mark.parametrize("reveal", [False, True])
def test_what_the_registry_knows_of_a_person_is_for_staff_only(reveal):
    issued = paper.household()
    altered = paper.household(subject="田小根", contact="0571-11111111")
    verdict = paper.check(paper.pdf(altered), paper.known(issued), reveal=reveal)
    findings = paper.axis(verdict, AxisName.CONTENT_MATCH).findings
    expected = {finding.field: finding.expected for finding in findings}
    if reveal:
        assert expected == {"subject": "田大根", "contact": "0571-00000000"}
    else:
        assert expected == {"subject": "田某根", "contact": "（不显示）"}


def test_a_person_whose_masked_name_is_the_same_is_still_another():
    """Without the registry the claim's mask lets 田小根 through; the digest does not."""
    verdict = paper.check(paper.pdf(paper.household(subject="田小根")), None)
    assert "subject" in named(verdict)
    far = paper.check(paper.pdf(paper.household(subject="李小根")), None)
    finding = paper.axis(far, AxisName.CONTENT_MATCH).findings[0]
    assert (finding.field, finding.expected) == ("subject", "田某根")
