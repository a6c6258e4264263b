"""The registry as of a time in the past: a boundary is a boundary, and later changes are not seen."""

import pytest

from credential.claims import Grade
from credential.protocols import Record
from credential.status import Status
from registry.grades import close_dispute, open_dispute, set_grade
from registry.keys import publish_trust_list, trust_list_as_of
from registry.records import RegistryRecords
from registry.registry import Registry
from registry.status import change_status
from tests.registry.office import COOPERATIVE, WHO, A, B, C, issue, open_office
from tests.samples import AT, DAY


def then(registry: Registry, identifier: bytes, as_of: int) -> Record:
    record = RegistryRecords(registry, as_of).record(identifier)
    assert record is not None
    return record


def test_status_is_that_of_the_time(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"], at=AT + 60)
    for at, status, why in (
        (AT + DAY, Status.SUSPENDED, "抽查"),
        (AT + 2 * DAY, Status.VALID, "复查合格"),
        (AT + 3 * DAY, Status.INVALID, "填写错误"),
    ):
        change_status(registry, stored.id, status, why, at=at, who=WHO)
    assert RegistryRecords(registry, AT + 59).record(stored.id) is None
    seen = [
        (record.status, record.status_at, record.reason)
        for at in (AT + 60, AT + DAY - 1, AT + DAY, AT + 2 * DAY, AT + 3 * DAY - 1, AT + 3 * DAY)
        if (record := then(registry, stored.id, at))
    ]
    assert seen == [
        (Status.VALID, None, None),
        (Status.VALID, None, None),
        (Status.SUSPENDED, AT + DAY, "抽查"),
        (Status.VALID, AT + 2 * DAY, "复查合格"),
        (Status.VALID, AT + 2 * DAY, "复查合格"),
        (Status.INVALID, AT + 3 * DAY, "填写错误"),
    ]
    assert RegistryRecords(registry, AT).record(bytes(10)) is None


@pytest.mark.parametrize(
    ("as_of", "grade"),
    [(AT + 60, A), (AT + DAY, B), (AT + 3 * DAY, B), (AT + 4 * DAY, C), (AT + 5 * DAY, C)],
)
def test_grade_is_the_one_shown_at_the_time(registry: Registry, as_of: int, grade: Grade) -> None:
    """B from the first day; C decided on the third, while an objection froze B until the fourth."""
    open_office(registry)
    (stored,) = issue(registry, ["甲"], at=AT + 60)
    version = {"rule_version": "2026.1", "who": WHO}
    key = COOPERATIVE.key
    set_grade(registry, key, "jiande", B, "扣分", at=AT + DAY, **version)
    open_dispute(registry, key, "jiande", "有异议", at=AT + 2 * DAY, who=WHO)
    set_grade(registry, key, "jiande", C, "再扣分", at=AT + 3 * DAY, **version)
    close_dispute(registry, key, "jiande", "维持", at=AT + 4 * DAY, who=WHO)
    assert then(registry, stored.id, as_of).grade == grade


def test_the_trust_list_in_force_at_a_time(registry: Registry) -> None:
    open_office(registry)
    for version, at in ((1, AT), (2, AT + DAY)):
        message = b"list %d" % version
        publish_trust_list(registry, lambda *_, m=message: m, at=at, who=WHO, why="公布")
    found = [trust_list_as_of(registry, at) for at in (AT - 1, AT, AT + DAY - 1, AT + DAY)]
    assert found == [None, b"list 1", b"list 1", b"list 2"]
