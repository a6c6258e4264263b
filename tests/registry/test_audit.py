"""The trail names who, what and why for every write; nothing is written without a name."""

import pytest

from registry.audit import AuditEntry, audit_trail, subject_object, write_audit
from registry.database import RegistryError, write
from registry.registry import Registry
from tests.registry.office import COOPERATIVE, PERSON, WHO
from tests.samples import AT


def test_objects_are_named_as_a_person_knows_them() -> None:
    assert subject_object(COOPERATIVE.key) == f"subject:{COOPERATIVE.uscc}"
    assert subject_object(PERSON.key) == f"subject:{'5b' * 16}"


def test_oldest_first(registry: Registry) -> None:
    entries = [AuditEntry(AT - i, WHO, "a.b", "x:1", f"理由 {i}", "2026.1") for i in range(3)]
    write(registry.main, lambda connection: write_audit(connection, entries))
    assert audit_trail(registry, "x:1") == tuple(entries)
    assert audit_trail(registry, "x:2") == ()


def test_nobody_writes_nothing(registry: Registry) -> None:
    entries = [AuditEntry(AT, WHO, "a.b", "x:1", ""), AuditEntry(AT, "", "a.b", "x:1", "")]
    with pytest.raises(RegistryError, match="登记库的每次改动都应写明经办人"):
        write(registry.main, lambda connection: write_audit(connection, entries))
    assert audit_trail(registry, "x:1") == ()
