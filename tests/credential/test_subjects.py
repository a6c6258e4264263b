from dataclasses import replace

import pytest

from credential.claims import Grade, Subject
from credential.subjects import NATURAL_PERSONS, SUBJECT_TYPE_WORDS, SubjectFacts, SubjectType

COOPERATIVE = SubjectFacts(
    type=SubjectType.COOPERATIVE,
    name="建德市某某果蔬专业合作社",
    uscc="93330182MA0TEXT040",
    digest=None,
    division="330182",
    origin="浙江省杭州市建德市杨村桥镇",
    contact="0571-00000000",
    grade=Grade("a", "A"),
    grade_public=True,
)
HOUSEHOLD = replace(
    COOPERATIVE, type=SubjectType.HOUSEHOLD, name="田大根", uscc=None, digest=b"\x5b" * 16
)


def test_an_organisation_is_its_code_and_full_name() -> None:
    assert not COOPERATIVE.is_natural_person
    assert len(COOPERATIVE.key) == 12
    assert COOPERATIVE.claim == Subject(uscc="93330182MA0TEXT040", name="建德市某某果蔬专业合作社")


def test_a_natural_person_is_a_digest_and_a_masked_name() -> None:
    assert HOUSEHOLD.is_natural_person
    assert HOUSEHOLD.key == b"\x5b" * 16
    assert HOUSEHOLD.public_name == "田某根"
    assert HOUSEHOLD.claim == Subject(digest=b"\x5b" * 16, name="田某根")


@pytest.mark.parametrize("type_", SubjectType)
def test_every_type_has_its_word_and_only_two_are_natural_persons(type_: SubjectType) -> None:
    assert SUBJECT_TYPE_WORDS[type_]
    assert (type_ in NATURAL_PERSONS) == (type_ in {"household", "individual"})
