"""The made-up county: the published distribution, valid codes, nobody real."""

from collections import Counter

from certgen.household import check_household_code
from credential.identifiers import check_uscc
from credential.subjects import SubjectType
from service.sample_subjects import sample_subjects

SUBJECTS = sample_subjects()


def test_the_published_distribution_of_jiande() -> None:
    assert len(SUBJECTS) == 2706
    assert Counter(subject.grade for subject in SUBJECTS) == {"A": 18, "B": 842, "C": 81, "c": 1765}
    assert set(Counter(subject.type for subject in SUBJECTS)) == {
        SubjectType.ENTERPRISE,
        SubjectType.COOPERATIVE,
        SubjectType.SELF_EMPLOYED,
        SubjectType.VILLAGE,
        SubjectType.HOUSEHOLD,
    }


def test_codes_are_valid_and_in_a_series_that_is_nobodys() -> None:
    codes = [subject.uscc for subject in SUBJECTS if subject.uscc]
    households = [subject.household for subject in SUBJECTS if subject.household]
    assert [check_uscc(code) for code in codes] == codes
    assert [check_household_code(code) for code in households] == households
    assert {code[2:12] for code in codes} == {"330182MA0T", "330182MF0T"}
    assert {code[:2] for code in codes} == {"91", "92", "93", "N1", "N2", "N3"}
    assert len({*codes, *households}) == 2706


def test_telephone_numbers_cannot_be_real() -> None:
    # a subscriber's number never begins with 0
    assert all(subject.contact.startswith("0571-0000") for subject in SUBJECTS)


def test_organisations_have_names_of_their_own() -> None:
    names = Counter(subject.name for subject in SUBJECTS if subject.uscc)
    assert names.most_common(1)[0][1] == 1


def test_rare_characters_are_met() -> None:
    together = "".join(subject.name for subject in SUBJECTS)
    assert {"䶮", "𬭎", "㐂"} <= set(together)


def test_they_are_always_the_same() -> None:
    assert sample_subjects() == SUBJECTS
    assert SUBJECTS[0].household == "NH33018200000001B"
