"""Credentials as recorded, found by whom they are of."""

from registry.credentials import credentials_of, find_acknowledgement
from registry.registry import Registry
from tests import samples
from tests.registry.office import COOPERATIVE, PERSON, issue, open_office
from tests.samples import AT, DAY


def test_a_subject_s_credentials_newest_first(registry: Registry) -> None:
    open_office(registry)
    stored = [issue(registry, [str(i)], at=AT + i)[0] for i in range(3)]
    issue(registry, ["别人"], claims=samples.HOUSEHOLD, at=AT + DAY)
    assert credentials_of(registry, COOPERATIVE.key, 2) == (stored[2], stored[1])
    assert len(credentials_of(registry, PERSON.key, 9)) == 1
    assert credentials_of(registry, bytes(16), 9) == ()


def test_no_acknowledgement(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    assert find_acknowledgement(registry, stored.id) is None
