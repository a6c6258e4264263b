"""What a verifier and the scan page are told, and what they are told when nothing can be asked."""

import hashlib

import pytest
from sqlalchemy import text

from credential.protocols import Record, RegistryUnavailable
from credential.status import Status
from credential.subjects import SubjectType
from registry.database import write
from registry.grades import open_dispute
from registry.records import RegistryRecords, ScanView, scan_view
from registry.registry import Registry
from registry.status import change_status
from registry.subjects import record_consent
from tests import samples
from tests.registry.office import COOPERATIVE, PERSON, WHO, A, B, issue, open_office
from tests.samples import AT, DAY


def view(registry: Registry, identifier: bytes) -> ScanView:
    found = scan_view(registry, identifier)
    assert found is not None
    return found


def test_all_that_the_page_shows_in_one_read(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"], at=AT + 60)
    assert view(registry, stored.id) == ScanView(
        id=stored.id,
        message=stored.message,
        message_sha256=hashlib.sha256(stored.message).digest(),
        fields=samples.PRODUCER_FIELDS,
        issued_at=AT,
        recorded_at=AT + 60,
        expires_at=None,
        scheme="jiande",
        subject=COOPERATIVE.key,
        subject_type=SubjectType.COOPERATIVE,
        public_name=COOPERATIVE.name,
        uscc=COOPERATIVE.uscc,
        division="330182",
        grade=A,
        grade_since=AT,
        disputed=False,
        status=Status.VALID,
        status_at=None,
        reason=None,
        replaced_by=None,
    )
    assert list(view(registry, stored.id).fields) == list(stored.fields)
    assert scan_view(registry, bytes(10)) is None


def test_a_natural_person_is_masked_and_without_a_grade(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"], claims=samples.HOUSEHOLD)
    shown = view(registry, stored.id)
    assert (shown.public_name, shown.grade, shown.grade_since) == ("田某根", None, None)
    assert shown.expires_at == AT + 10 * DAY
    record_consent(registry, PERSON.key, True, "同意书", at=AT, who=WHO)
    assert view(registry, stored.id).grade == B


def test_a_dispute_is_marked(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    open_dispute(registry, COOPERATIVE.key, "jiande", "有异议", at=AT, who=WHO)
    assert (view(registry, stored.id).grade, view(registry, stored.id).disputed) == (A, True)


def test_the_last_status_counts(registry: Registry) -> None:
    open_office(registry)
    old, new = issue(registry, ["甲", "乙"])
    change_status(registry, old.id, Status.SUSPENDED, "抽检中", at=AT + 1, who=WHO)
    change_status(registry, old.id, Status.VALID, "合格", at=AT + 2, who=WHO)
    change_status(
        registry, old.id, Status.SUPERSEDED, "改数量", replaced_by=new.id, at=AT + 3, who=WHO
    )
    shown = view(registry, old.id)
    assert (shown.status, shown.status_at, shown.reason, shown.replaced_by) == (
        Status.SUPERSEDED,
        AT + 3,
        "改数量",
        new.id,
    )
    assert view(registry, new.id).status is Status.VALID


def test_a_record_for_the_verifier(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"], at=AT + 60)
    records = RegistryRecords(registry)
    shown = view(registry, stored.id)
    expected = Record(
        id=stored.id,
        message_sha256=shown.message_sha256,
        recorded_at=AT + 60,
        status=Status.VALID,
        fields=samples.PRODUCER_FIELDS,
        grade=shown.grade,
    )
    assert records.record(stored.id) == expected
    assert shown.grade is not None
    assert records.record(bytes(10)) is None


def test_no_grade_where_none_may_be_shown(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"], claims=samples.HOUSEHOLD)
    record = RegistryRecords(registry).record(stored.id)
    assert record is not None
    assert record.grade is None


def test_a_registry_that_cannot_be_asked(registry: Registry) -> None:
    write(registry.main, lambda c: c.execute(text("ALTER TABLE subjects RENAME TO gone")))
    with pytest.raises(RegistryUnavailable, match="登记库暂时无法使用，请稍后再试"):
        RegistryRecords(registry).record(bytes(10))
