"""Labels in the registry: recorded in bulk once, found by number, judged by their certificate."""

import hashlib
from dataclasses import replace

import pytest

from credential.certificate_id import format_certificate_id
from credential.checking import check_message
from credential.protocols import Record
from credential.standing import check_record
from credential.status import Status
from credential.verdict import Indication
from registry.chunks import record_chunk
from registry.jobs import find_job
from registry.keys import compromise_key
from registry.labels import LabelConflictError, label_fields
from registry.records import RegistryRecords, scan_view
from registry.registry import Registry
from registry.status import change_status
from tests import samples
from tests.registry.labels import (
    FIELDS,
    chunk_record,
    label_id,
    label_message,
    make_labels,
    new_job,
    new_label,
)
from tests.registry.office import WHO, issue, open_office
from tests.samples import AT


def test_a_label_is_found_with_its_own_words_and_its_certificate_s_status(
    registry: Registry,
) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    make_labels(registry, stored)
    identifier = label_id(2)
    digest = hashlib.sha256(label_message(stored, 2)).digest()
    assert RegistryRecords(registry).record(identifier) == Record(
        id=identifier,
        message_sha256=digest,
        recorded_at=AT + 60,
        status=Status.VALID,
        fields={
            "product": samples.PRODUCER_FIELDS["product"],
            "elsewhere": "见包装",
            "caption": "承诺达标合格证",
            "number": format_certificate_id(identifier),
        },
        grade=RegistryRecords(registry).record(stored.id).grade,  # type: ignore[union-attr]
    )
    found = scan_view(registry, identifier)
    assert found is not None
    assert (found.label_of, found.message) == (stored.id, stored.message)


def test_voiding_the_batch_voids_its_labels(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    make_labels(registry, stored)
    _, credential = check_message(label_message(stored, 1), samples.TRUST, AT + 100)
    assert credential is not None
    records = RegistryRecords(registry)
    assert check_record(credential, records, AT + 100).axis.indication is Indication.PASSED
    change_status(registry, stored.id, Status.INVALID, "农残超标", at=AT + 90, who=WHO)
    standing = check_record(credential, records, AT + 100)
    assert standing.axis.indication is Indication.FAILED
    assert standing.axis.findings[0].code == "REVOKED"


def test_the_same_labels_again_change_nothing(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    make_labels(registry, stored)
    again = new_job(registry, labels=5)
    record = chunk_record(stored, again, serials=range(1, 6))
    assert record_chunk(registry, record, at=AT + 500, who=WHO)
    views = [scan_view(registry, label_id(serial)) for serial in range(1, 6)]
    # three of before, two new
    assert [view.recorded_at for view in views if view] == [AT + 60] * 3 + [AT + 500] * 2


def test_a_label_signed_otherwise_is_not_recorded_over(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    make_labels(registry, stored)
    job = new_job(registry)
    changed = new_label(stored, 2)._replace(message_sha256=bytes(32))
    record = replace(chunk_record(stored, job), labels=[new_label(stored, 1), changed])
    with pytest.raises(LabelConflictError) as caught:
        record_chunk(registry, record, at=AT, who=WHO)
    assert caught.value.differing == {label_id(2)}
    assert caught.value.taken == frozenset()
    unchanged = find_job(registry, job.id)
    assert unchanged is not None and unchanged.done == 0


def test_a_number_that_another_label_has_is_named(registry: Registry) -> None:
    open_office(registry)
    stored, other = issue(registry, ["甲", "乙"])
    make_labels(registry, stored)
    job = new_job(registry)
    record = replace(chunk_record(stored, job), labels=[new_label(other, 3)])
    with pytest.raises(LabelConflictError, match="标签编号与已登记的冲突") as caught:
        record_chunk(registry, record, at=AT, who=WHO)
    assert caught.value.taken == {label_id(3)}


def test_two_labels_of_one_chunk_under_one_number(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry)
    twice = new_label(stored, 2)._replace(id=label_id(1))
    record = replace(chunk_record(stored, job), labels=[new_label(stored, 1), twice])
    with pytest.raises(LabelConflictError) as caught:
        record_chunk(registry, record, at=AT, who=WHO)
    assert caught.value.taken == {label_id(1)}
    assert scan_view(registry, label_id(1)) is None


def test_a_compromised_key_records_no_label(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry)
    kid = samples.ISSUER.public_key.kid
    compromise_key(registry, kid, AT + 10, at=AT + 20, who=WHO, why="私钥外泄")
    with pytest.raises(ValueError, match="已失密，不能用于签发"):
        record_chunk(registry, chunk_record(stored, job), at=AT + 30, who=WHO)
    assert scan_view(registry, label_id(1)) is None


def test_a_field_that_the_certificate_lacks_is_not_on_the_label() -> None:
    printed = {"product": "草莓"}
    assert label_fields(label_id(1), (*FIELDS, ("grade", None)), printed) == {
        "product": "草莓",
        "elsewhere": "见包装",
        "caption": "承诺达标合格证",
        "number": format_certificate_id(label_id(1)),
    }
