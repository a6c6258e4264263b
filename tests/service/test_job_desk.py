"""Rate and time left from what the registry holds of a job."""

import fcntl
from pathlib import Path

import pytest
from sqlalchemy import update

from registry import tables
from registry.chunks import take_chunk
from registry.database import write
from registry.jobs import JobState, NewChunk, NewJob, create_job, set_job_state
from registry.registry import Registry, close_registry, open_registry
from service.job_desk import OfficeJobs
from service.web.jobs import JobEndedError
from tests.samples import AT

NOWHERE = Path("/nonexistent")


@pytest.fixture
def registry(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = open_registry(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    yield opened
    close_registry(opened)


def job_of_three_chunks(registry: Registry) -> int:
    new = NewJob("jiande", "one-box", bytes(4), bytes(32), {"format": "zpl"}, "王科员")
    chunks = [NewChunk(b"rows", 100) for _ in range(3)]
    return create_job(registry, new, chunks, [], at=AT).id


def done(registry: Registry, job: int, chunk: int, at: int) -> None:
    take_chunk(registry, job, chunk, worker="w", at=at)
    chunks, jobs = tables.job_chunks, tables.jobs

    def work(connection):  # type: ignore[no-untyped-def]
        connection.execute(update(chunks).where(chunks.c.chunk == chunk).values(state="done"))
        connection.execute(update(jobs).values(done=jobs.c.done + 100))

    write(registry.main, work)


def test_rate_and_time_left(registry: Registry) -> None:
    number = job_of_three_chunks(registry)
    desk = OfficeJobs(registry, NOWHERE, clock=lambda: AT + 1010.0)
    waiting = desk.job(number)
    assert waiting is not None
    assert (waiting.state, waiting.rate, waiting.seconds_left) == ("queued", None, None)
    set_job_state(registry, number, JobState.RUNNING, at=AT)
    # long before: a run that was interrupted
    done(registry, number, 0, AT)
    done(registry, number, 1, AT + 1000)
    (running,) = desk.jobs(5)
    assert (running.labels, running.done, running.format) == (300, 200, "zpl")
    assert (running.rate, running.seconds_left) == (10.0, 10)
    later = OfficeJobs(registry, NOWHERE, clock=lambda: AT + 1100.0).job(number)
    assert later is not None and (later.rate, later.seconds_left) == (1.0, 100)


def test_cancel(registry: Registry) -> None:
    number = job_of_three_chunks(registry)
    desk = OfficeJobs(registry, NOWHERE, clock=lambda: AT + 5.0)
    cancelled = desk.cancel(number)
    assert cancelled is not None
    assert (cancelled.state, cancelled.reason, cancelled.updated_at) == (
        "cancelled",
        "经接口取消",
        AT + 5,
    )
    assert take_chunk(registry, number, 0, worker="w", at=AT) is None
    assert (desk.cancel(99), desk.job(99)) == (None, None)
    write(registry.main, lambda c: c.execute(update(tables.jobs).values(state="done")))
    with pytest.raises(JobEndedError, match=f"任务 {number} 已经完成"):
        desk.cancel(number)


def test_a_job_whose_process_was_killed_is_interrupted(registry: Registry, tmp_path: Path) -> None:
    number = job_of_three_chunks(registry)
    set_job_state(registry, number, JobState.RUNNING, at=AT)
    done(registry, number, 0, AT)
    desk = OfficeJobs(registry, tmp_path, clock=lambda: AT + 10.0)
    with (tmp_path / f"{number}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (running,) = desk.jobs(5)
        assert (running.state, running.rate) == ("running", 10.0)
    (left,) = desk.jobs(5)
    assert (left.state, left.rate, left.seconds_left) == ("interrupted", None, None)
    set_job_state(registry, number, JobState.CANCELLED, at=AT)
    (ended,) = desk.jobs(5)
    assert ended.state == "cancelled"
