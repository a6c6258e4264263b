"""Jobs: made whole, gone on with, and done only when every chunk is."""

import pytest

from registry.chunks import chunk_rows, record_chunk, take_chunk
from registry.database import RegistryError
from registry.jobs import (
    JobState,
    NewChunk,
    NewJob,
    RowRefusal,
    abandon_job,
    create_job,
    find_job,
    idle_jobs,
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


def test_a_job_may_run_from_when_it_is_made(registry: Registry) -> None:
    new = NewJob("jiande", "fruit", KID, bytes(32), {}, WHO)
    job = create_job(registry, new, [NewChunk(b"a", 3)], [], at=AT, running=AT + 5)
    assert (job.state, job.created_at, job.updated_at) == (JobState.RUNNING, AT, AT + 5)
    assert find_job(registry, job.id) == job


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


def test_an_abandoned_job_keeps_no_rows_and_never_goes_on(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    job = new_job(registry, chunks=2)
    assert record_chunk(registry, chunk_record(stored, job), at=AT + 1, who=WHO)
    abandon_job(registry, job.id, at=AT + 2, reason="不再需要")
    left = find_job(registry, job.id)
    assert left is not None
    assert (left.state, left.reason, left.done) == (JobState.CANCELLED, "不再需要", 3)
    for chunk in (0, 1):
        with pytest.raises(RegistryError, match=f"任务 {job.id} 没有第 {chunk} 段"):
            chunk_rows(registry, job.id, chunk)
    # the same table is a new job
    assert unfinished_job(registry, job.input_sha256) is None
    for state in (JobState.RUNNING, JobState.CANCELLED):
        with pytest.raises(RegistryError, match=f"任务 {job.id} 已放弃，其中的行已删除"):
            set_job_state(registry, job.id, state, at=AT + 3)
    with pytest.raises(RegistryError, match="已放弃"):
        abandon_job(registry, job.id, at=AT + 3, reason="")


def test_idle_jobs_are_those_nothing_has_happened_to(registry: Registry) -> None:
    open_office(registry)
    (stored,) = issue(registry, ["甲"])
    done, idle, gone, touched = (new_job(registry) for _ in range(4))
    assert record_chunk(registry, chunk_record(stored, done), at=AT, who=WHO)
    set_job_state(registry, done.id, JobState.DONE, at=AT)
    abandon_job(registry, gone.id, at=AT, reason="")
    set_job_state(registry, touched.id, JobState.CANCELLED, at=AT + 9)
    assert idle_jobs(registry, AT) == ()
    assert idle_jobs(registry, AT + 1) == (idle.id,)
    with pytest.raises(RegistryError, match="已经完成"):
        abandon_job(registry, done.id, at=AT + 3, reason="")
