"""Grades: every change is history; what is shown follows it, except while a dispute is open."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from credential.claims import Grade
from registry.audit import audit_trail, subject_object
from registry.database import RegistryError, write
from registry.grades import (
    GradeChange,
    GradeEntry,
    ShownGrade,
    close_dispute,
    grade_history,
    grade_in_force,
    open_dispute,
    set_grade,
    set_grades,
    shown_grade,
)
from registry.registry import Registry
from registry.subjects import find_subject, lock_subjects
from tests.registry.office import COOPERATIVE, PERSON, WHO, A, B, C, open_office
from tests.samples import AT, DAY

KEY = COOPERATIVE.key


def grade(registry: Registry, to: Grade, at: int, reason: str = "抽检不合格") -> None:
    set_grade(registry, KEY, "jiande", to, reason, rule_version="2026.2", at=at, who="李科员")


def test_a_change_is_shown_and_remembered(registry: Registry) -> None:
    open_office(registry)
    grade(registry, C, AT + DAY)
    assert shown_grade(registry, KEY, "jiande") == ShownGrade(C, AT + DAY, disputed=False)
    assert shown_grade(registry, KEY, "other") is None
    assert grade_history(registry, KEY, "jiande") == (
        GradeEntry(A, "年度评定", "2026.1", AT, WHO),
        GradeEntry(C, "抽检不合格", "2026.2", AT + DAY, "李科员"),
    )
    last = audit_trail(registry, subject_object(KEY))[-1]
    assert (last.action, last.who, last.why, last.rule_version) == (
        "grade.set",
        "李科员",
        "抽检不合格",
        "2026.2",
    )


def test_a_grade_confirmed_keeps_its_since(registry: Registry) -> None:
    open_office(registry)
    grade(registry, A, AT + DAY, "复评")
    assert shown_grade(registry, KEY, "jiande") == ShownGrade(A, AT, disputed=False)
    assert len(grade_history(registry, KEY, "jiande")) == 2


def test_a_dispute_freezes_what_is_shown(registry: Registry) -> None:
    open_office(registry)
    grade(registry, C, AT + 1)
    open_dispute(registry, KEY, "jiande", "对抽检结果有异议", at=AT + 2, who=WHO)
    grade(registry, B, AT + 3, "复检")
    assert shown_grade(registry, KEY, "jiande") == ShownGrade(C, AT + 1, disputed=True)
    found = find_subject(registry, KEY, "jiande")
    assert found is not None
    assert found.grade == C
    with pytest.raises(RegistryError, match="异议正在处理中，不能重复受理"):
        open_dispute(registry, KEY, "jiande", "又一次", at=AT + 4, who=WHO)
    close_dispute(registry, KEY, "jiande", "复检合格，采纳", at=AT + 5, who=WHO)
    assert shown_grade(registry, KEY, "jiande") == ShownGrade(B, AT + 3, disputed=False)
    actions = [entry.action for entry in audit_trail(registry, subject_object(KEY))]
    assert actions[-3:] == ["dispute.open", "grade.set", "dispute.close"]


def test_refusals(registry: Registry) -> None:
    open_office(registry)
    with pytest.raises(RegistryError, match="调整等级应写明理由"):
        grade(registry, B, AT, "")
    with pytest.raises(RegistryError, match="同一主体在一批等级中出现两次"):
        change = GradeChange(KEY, B, "x", "1")
        set_grades(registry, "jiande", [change, change], at=AT, who=WHO)
    with pytest.raises(RegistryError, match="主体未登记：" + bytes(16).hex()):
        set_grade(registry, bytes(16), "jiande", B, "x", rule_version="1", at=AT, who=WHO)
    with pytest.raises(RegistryError, match="没有等级，无从提出异议"):
        open_dispute(registry, KEY, "other", "x", at=AT, who=WHO)
    with pytest.raises(RegistryError, match="没有正在处理的异议"):
        close_dispute(registry, KEY, "jiande", "x", at=AT, who=WHO)
    with pytest.raises(RegistryError, match="受理或办结异议应写明理由"):
        open_dispute(registry, KEY, "jiande", "", at=AT, who=WHO)
    assert len(grade_history(registry, KEY, "jiande")) == 1


def test_changes_side_by_side_agree_with_their_history(registry: Registry) -> None:
    open_office(registry)
    grades = [A, B, C] * 4
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: grade(registry, one[1], AT + one[0]), enumerate(grades)))
    history = grade_history(registry, KEY, "jiande")
    assert len(history) == 13
    assert shown_grade(registry, KEY, "jiande") == grade_in_force(history)


def test_a_change_waits_for_one_that_has_begun(registry: Registry) -> None:
    """Or each would judge by a grade that the other is about to replace."""
    open_office(registry)
    begun, finish = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        lock_subjects(connection, [KEY])
        begun.set()
        finish.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write, registry.main, hold)
        begun.wait(10)
        second = pool.submit(grade, registry, C, AT + 1)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        finish.set()
        first.result(10)
        second.result(10)
    assert shown_grade(registry, KEY, "jiande") == ShownGrade(C, AT + 1, disputed=False)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(["A", "B", "C", "open", "close"]), max_size=8))
def test_what_is_shown_follows_from_the_history(registry: Registry, steps: list[str]) -> None:
    """A model of one line: the grade in force, or the one that was when the open dispute began."""
    if find_subject(registry, KEY, "jiande") is None:
        open_office(registry)
    key, names = PERSON.key, {"A": A, "B": B, "C": C}
    frozen: ShownGrade | None = None
    for step in steps:
        at = AT + len(grade_history(registry, key, "jiande"))
        if step in names:
            change = GradeChange(key, names[step], "评定", "2026.1")
            set_grades(registry, "jiande", [change], at=at, who=WHO)
        elif step == "open" and frozen is None:
            frozen = grade_in_force(grade_history(registry, key, "jiande"))
            open_dispute(registry, key, "jiande", "异议", at=at, who=WHO)
        elif step == "close" and frozen is not None:
            frozen = None
            close_dispute(registry, key, "jiande", "办结", at=at, who=WHO)
        shown = shown_grade(registry, key, "jiande")
        in_force = grade_in_force(grade_history(registry, key, "jiande"))
        if frozen is None:
            assert shown == in_force
        else:
            assert shown == ShownGrade(frozen.grade, frozen.since, disputed=True)
    if frozen is not None:
        close_dispute(registry, key, "jiande", "办结", at=AT, who=WHO)
