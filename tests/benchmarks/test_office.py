"""An office to measure: rows that were never seen before, all of them good."""

from benchmarks.office import record, sample_office
from credential.subjects import SubjectType
from registry.credentials import find_credential
from registry.subjects import find_subject


def test_rows_are_good_and_never_the_same() -> None:
    with sample_office(subjects=3) as office:
        home = office.office.home.path
        for desk in (office.certificates, office.letters):
            keys = {row.request.issue_key for first in (0, 4) for row in desk.batch(4, first).ready}
            assert len(keys) == 8
        stored = record(office.certificates, 5)
        assert len({one.id for one in stored}) == 5
        registry = office.office.registry
        assert find_credential(registry, stored[-1].id) == stored[-1]
        subject = find_subject(registry, stored[0].claims.subject.packed, "jiande")
        assert subject is not None
        assert subject.grade is not None
        assert subject.type is not SubjectType.HOUSEHOLD
    assert not home.exists()
