"""Subjects: imported with checked identifiers, found as a clerk types them, shown as the law allows."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from credential.claims import Grade
from credential.subjects import SubjectFacts, SubjectType
from registry import tables
from registry.audit import audit_trail, subject_object
from registry.database import RegistryError, read
from registry.grades import GradeChange, set_grades
from registry.registry import Registry
from registry.subjects import (
    ImportCount,
    find_subject,
    find_subjects,
    import_subjects,
    record_consent,
)
from tests.registry.office import COOPERATIVE, PERSON, WHO, A, B, cooperative, open_office
from tests.samples import AT, DAY


def load(registry: Registry, *facts: SubjectFacts, at: int = AT) -> ImportCount:
    return import_subjects(registry, facts, at=at, who=WHO, why="名单")


def test_import_says_what_it_did(registry: Registry) -> None:
    assert load(registry, COOPERATIVE, PERSON) == ImportCount(2, 0, 0)
    assert load(registry, COOPERATIVE, PERSON) == ImportCount(0, 0, 2)
    moved = replace(COOPERATIVE, name="建德市新安果蔬专业合作社", contact="0571-11111111")
    assert load(registry, moved, cooperative(1), at=AT + DAY) == ImportCount(1, 1, 0)
    found = find_subject(registry, COOPERATIVE.key, "jiande")
    assert found == replace(moved, grade_public=True)
    assert find_subjects(registry, [COOPERATIVE.name], "jiande") == {COOPERATIVE.name: ()}
    assert find_subjects(registry, [moved.name], "jiande")[moved.name][0].uscc == moved.uscc


def test_a_change_is_history_without_the_telephone_number(registry: Registry) -> None:
    load(registry, PERSON)
    import_subjects(
        registry,
        [replace(PERSON, contact="13900000000", origin="建德市下涯镇")],
        at=AT + DAY,
        who="李科员",
        why="本人申请",
    )
    table = tables.subject_changes
    statement = select(table.c.changed, table.c.at, table.c.who, table.c.why).order_by(table.c.seq)
    first, second = read(registry.main, lambda c: c.execute(statement).all())
    assert set(first.changed) == {"type", "name", "uscc", "division", "origin", "contact"}
    assert tuple(second) == (
        {"origin": "建德市下涯镇", "contact": None},
        AT + DAY,
        "李科员",
        "本人申请",
    )
    assert PERSON.contact not in str(first)
    trail = audit_trail(registry, subject_object(PERSON.key))
    assert [(entry.action, entry.who) for entry in trail] == [
        ("subject.import", WHO),
        ("subject.import", "李科员"),
    ]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([COOPERATIVE, PERSON, COOPERATIVE], "第 3 个主体“建德市某某果蔬专业合作社”与第 1 个重复"),
        (
            [replace(COOPERATIVE, type=SubjectType.HOUSEHOLD)],
            "第 1 个主体“建某社”：应以身份标识的摘要登记",
        ),
        (
            [replace(PERSON, type=SubjectType.ENTERPRISE)],
            "第 1 个主体“田大根”：应以统一社会信用代码登记",
        ),
        ([replace(COOPERATIVE, name=" 　")], "第 1 个主体没有名称"),
        ([replace(COOPERATIVE, name="第①合作社")], "第 1 个主体的名称有误：上标、分数或带圈数字"),
    ],
)
def test_import_is_all_or_nothing(
    registry: Registry, facts: list[SubjectFacts], message: str
) -> None:
    with pytest.raises(RegistryError, match=message):
        load(registry, *facts)
    assert find_subject(registry, COOPERATIVE.key, "jiande") is None


def test_found_by_code_or_name_as_typed(registry: Registry) -> None:
    open_office(registry)
    namesake = replace(PERSON, digest=bytes(range(16)))
    load(registry, namesake)
    code = COOPERATIVE.uscc or ""
    found = find_subjects(
        registry,
        [code.lower(), f" {code} ", "田 大根", "建德市某某果蔬专业合作社 ", "王五", "\x00"],
        "jiande",
    )
    assert [one.key for one in found[code.lower()]] == [COOPERATIVE.key]
    assert [one.key for one in found[f" {code} "]] == [COOPERATIVE.key]
    assert {one.key for one in found["田 大根"]} == {PERSON.key, namesake.key}, (
        "a clerk must choose"
    )
    assert found["建德市某某果蔬专业合作社 "][0].grade == A
    assert found["王五"] == found["\x00"] == ()


def test_whose_grade_is_public(registry: Registry) -> None:
    """PIPL Art. 25: a natural person's only with recorded consent, until it is withdrawn."""
    open_office(registry)

    def facts(key: bytes) -> tuple[Grade | None, bool]:
        found = find_subject(registry, key, "jiande")
        assert found is not None
        return found.grade, found.grade_public

    assert facts(COOPERATIVE.key) == (A, True)
    assert facts(PERSON.key) == (B, False)
    record_consent(registry, PERSON.key, True, "同意书第 7 号", at=AT + 1, who=WHO)
    assert facts(PERSON.key) == (B, True)
    load(registry, replace(PERSON, origin="建德市下涯镇"))
    assert facts(PERSON.key) == (B, True), "an import does not take consent away"
    record_consent(registry, PERSON.key, False, "撤回函", at=AT + 2, who=WHO)
    assert facts(PERSON.key) == (B, False)
    assert find_subject(registry, COOPERATIVE.key, "other") == replace(
        COOPERATIVE, grade=None, grade_public=True
    )


def test_consent_needs_evidence_and_a_subject(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="登记同意或撤回应写明凭据"):
        record_consent(registry, PERSON.key, True, "", at=AT, who=WHO)
    with pytest.raises(RegistryError, match=f"主体未登记：{PERSON.key.hex()}"):
        record_consent(registry, PERSON.key, True, "同意书", at=AT, who=WHO)


def test_a_county_s_list(registry: Registry) -> None:
    """2,706 subjects, as Jiande has: more than fit in one IN list."""
    county = [cooperative(i) for i in range(2706)]
    assert load(registry, *county) == ImportCount(2706, 0, 0)
    changes = [GradeChange(one.key, A, "导入", "2026.1") for one in county]
    set_grades(registry, "jiande", changes, at=AT, who=WHO)
    names = [one.name for one in county]
    found = find_subjects(registry, names, "jiande")
    assert [found[name] for name in names] == [
        (replace(one, grade=A, grade_public=True),) for one in county
    ]
    assert load(registry, *county) == ImportCount(0, 0, 2706)
