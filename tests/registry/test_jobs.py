"""Jobs: made whole, gone on with, and done only when every chunk is."""

import pytest

from registry.chunks import record_chunk, take_chunk
from registry.database import RegistryError
from registry.jobs import (
    JobState,
    NewChunk,
    NewJob,
    RowRefusal,
    create_job,
    find_job,
    job_refusals,
    list_jobs,
    set_job_state,
    unfinished_job,
)
from registry.registry import Registry
from tests.registry.labels import KID, chunk_record, new_job
from tests.registry.office import WHO, issue, open_office
from tests.samples import AT


def test_a_job_counts_its_labels_and_refused_rows(registry: Registry) -> None:
    new = NewJob("jiande", "fruit", KID, bytes(32), {"out": "出"}, WHO)
    refused = [
        RowRefusal(9, "产地", "没有产地"),
        RowRefusal(9, None, "又错"),
        RowRefusal(4, None, "错"),
    ]
    job = create_job(registry, new, [NewChunk(b"a", 3), NewChunk(b"b", 2)], refused, at=AT)
    assert (job.total, job.done, job.refused, job.state) == (5, 0, 2, JobState.QUEUED)
    assert [refusal.row for refusal in job_refusals(registry, job.id)] == [4, 9, 9]
    assert list_jobs(registry, 10) == (job,)
    assert find_job(registry, job.id + 1) is None


def test_the_same_table_goes_on_until_it_is_done(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry)
    assert unfinished_job(registry, job.input_sha256) == job
    with pytest.raises(RegistryError, match=f"任务 {job.id} 还有未完成的部分"):
        set_job_state(registry, job.id, JobState.DONE, at=AT)
    assert record_chunk(registry, chunk_record(stored, job), at=AT + 1, who=WHO)
    set_job_state(registry, job.id, JobState.DONE, at=AT + 2)
    done = find_job(registry, job.id)
    assert done is not None
    assert (done.done, done.state, done.updated_at) == (3, JobState.DONE, AT + 2)
    assert unfinished_job(registry, job.input_sha256) is None
    with pytest.raises(RegistryError, match="已经完成"):
        set_job_state(registry, job.id, JobState.CANCELLED, at=AT)


def test_a_cancelled_job_gives_no_more_work(registry: Registry) -> None:
    job = new_job(registry)
    assert take_chunk(registry, job.id, 0, worker="甲机", at=AT) == b"rows"
    set_job_state(registry, job.id, JobState.CANCELLED, at=AT)
    assert take_chunk(registry, job.id, 0, worker="甲机", at=AT) is None


def test_no_such_job(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="没有任务 7"):
        set_job_state(registry, 7, JobState.CANCELLED, at=AT)
