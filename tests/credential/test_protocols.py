from credential.protocols import Record, RecordSource, RegistryUnavailable
from credential.status import Status
from tests.samples import AT, PRODUCER


def test_an_unavailable_registry_says_when_it_was_last_seen() -> None:
    assert RegistryUnavailable("timeout").last_good is None
    error = RegistryUnavailable("timeout", AT)
    assert (str(error), error.last_good) == ("timeout", AT)


def test_whatever_answers_with_records_is_a_source() -> None:
    class Source:
        def record(self, identifier: bytes) -> Record | None:
            return Record(identifier, bytes(32), AT, Status.VALID, {})

    source: RecordSource = Source()
    record = source.record(PRODUCER.id)
    assert record is not None
    assert (record.status_at, record.reason, record.replaced_by, record.grade_statement) == (
        None,
    ) * 4
