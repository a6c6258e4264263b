"""Status changes: only the lawful ones, each with its reason, and lists made of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credential.certificate_id import format_certificate_id
from credential.status import Status, StatusList, status_bits
from registry.audit import audit_trail, credential_object
from registry.database import RegistryError
from registry.issuing import LIST_SIZE
from registry.registry import Registry
from registry.status import (
    TRANSITIONS,
    WORDS,
    StatusEntry,
    change_status,
    check_transition,
    status_history,
    status_list_entries,
    status_lists,
)
from registry.subjects import find_subject
from tests.registry.office import COOPERATIVE, WHO, issue, open_office
from tests.samples import AT, DAY

V, X, S, R = Status.VALID, Status.INVALID, Status.SUSPENDED, Status.SUPERSEDED
LAWFUL = {(V, X), (V, S), (V, R), (S, V), (S, X)}


@pytest.mark.parametrize("old", list(Status))
@pytest.mark.parametrize("new", list(Status))
def test_the_lawful_changes(old: Status, new: Status) -> None:
    if (old, new) in LAWFUL:
        check_transition(old, new)
        return
    if old is new:
        message = f"凭证当前状态已是“{WORDS[old]}”"
    elif old in {X, R}:
        message = f"凭证“{WORDS[old]}”，状态不能再更改；需要时请重新开具"
    else:
        message = f"凭证当前为“{WORDS[old]}”，不能改为“{WORDS[new]}”"
    with pytest.raises(RegistryError) as caught:
        check_transition(old, new)
    assert str(caught.value) == message


def test_void_with_a_reason(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    change_status(registry, stored.id, X, "数量填错", at=AT + DAY, who="李科员")
    assert status_history(registry, stored.id) == (
        StatusEntry(X, "数量填错", None, AT + DAY, "李科员"),
    )
    last = audit_trail(registry, credential_object(stored.id))[-1]
    assert (last.action, last.who, last.why) == ("status.invalid", "李科员", "数量填错")


def test_refusals(registry: Registry) -> None:
    open_office(registry)
    one, other = issue(registry, ["甲", "乙"])
    unknown = bytes(10)

    def change(
        identifier: bytes, status: Status, reason: str = "理由", by: bytes | None = None
    ) -> None:
        change_status(registry, identifier, status, reason, replaced_by=by, at=AT, who=WHO)

    with pytest.raises(RegistryError, match="更改状态应写明理由"):
        change(one.id, X, "")
    with pytest.raises(RegistryError, match="换开应写明新凭证的编号"):
        change(one.id, R)
    with pytest.raises(RegistryError, match="换开应写明新凭证的编号"):
        change(one.id, X, by=other.id)
    with pytest.raises(RegistryError, match="不能由自己换开"):
        change(one.id, R, by=one.id)
    number = format_certificate_id(unknown)
    with pytest.raises(RegistryError, match=f"登记库中没有编号 {number}"):
        change(unknown, X)
    with pytest.raises(RegistryError, match=f"登记库中没有换开的新编号 {number}"):
        change(one.id, R, by=unknown)
    assert status_history(registry, one.id) == ()


def test_two_changes_at_once_are_one_change(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])

    def void(_: int) -> str:
        try:
            change_status(registry, stored.id, X, "作废", at=AT, who=WHO)
        except RegistryError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(void, range(4)))
    assert results == ["done", *["凭证当前状态已是“已作废”"] * 3]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(Status), min_size=1, max_size=5))
def test_any_sequence_leaves_the_state_of_its_lawful_steps(
    registry: Registry, steps: list[Status]
) -> None:
    if find_subject(registry, COOPERATIVE.key, "jiande") is None:
        open_office(registry)
    size, _ = status_list_entries(registry, 1)
    new, replacement = issue(registry, [f"{size}", f"{size} 换开"])
    state, expected = V, []
    for at, step in enumerate(steps, start=AT):
        by = replacement.id if step is R else None
        if step in TRANSITIONS[state]:
            change_status(registry, new.id, step, "理由", replaced_by=by, at=at, who=WHO)
            expected.append((step, at))
            state = step
        else:
            with pytest.raises(RegistryError, match="凭证"):
                change_status(registry, new.id, step, "理由", replaced_by=by, at=at, who=WHO)
    history = status_history(registry, new.id)
    assert [(entry.status, entry.at) for entry in history] == expected
    _, entries = status_list_entries(registry, 1)
    assert entries.get(new.claims.status.index, V) is state
    assert replacement.claims.status.index not in entries


def test_a_list_is_made_of_its_changes(registry: Registry) -> None:
    open_office(registry)
    stored = issue(registry, [str(i) for i in range(6)])
    change_status(registry, stored[1].id, X, "作废", at=AT, who=WHO)
    change_status(registry, stored[2].id, S, "抽检中", at=AT, who=WHO)
    change_status(registry, stored[3].id, S, "抽检中", at=AT, who=WHO)
    change_status(registry, stored[3].id, V, "合格", at=AT, who=WHO)
    change_status(registry, stored[4].id, R, "改数量", replaced_by=stored[5].id, at=AT, who=WHO)
    size, entries = status_list_entries(registry, 1)
    assert (size, entries) == (6, {1: X, 2: S, 3: V, 4: R})
    statuses = StatusList("https://x/status/1", AT, AT + 1, status_bits(size, entries.items()))
    assert [statuses.status(i) for i in range(6)] == [V, X, S, V, R, V]
    assert status_list_entries(registry, 2) == (0, {})
    assert status_lists(registry) == (1,)


def test_lists_in_use(registry: Registry) -> None:
    open_office(registry)
    assert status_lists(registry) == ()
    with registry.main.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"UPDATE status_numbers SET next = {LIST_SIZE}")
        else:
            connection.exec_driver_sql(f"SELECT setval('status_numbers', {LIST_SIZE - 1})")
    issue(registry, ["甲"])
    assert status_lists(registry) == (1, 2)
    assert status_list_entries(registry, 2) == (1, {})
