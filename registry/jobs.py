"""Jobs: a table's labels as chunks of work, each of which is done once, whoever does it and dies.

registry/chunks.py has the chunks themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, exists, insert, select, update

from registry import tables
from registry.database import RegistryError, read, write
from registry.registry import Registry


class JobState(StrEnum):
    QUEUED = "queued"
    """Waiting, or interrupted: to be gone on with."""
    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NewJob:
    """``kid``: of the key that signs all of it; ``input_sha256``: of all that settles its labels;
    ``options``: how and where it is printed, as the caller writes it (JSON)."""

    scheme: str
    style: str
    kid: bytes
    input_sha256: bytes
    options: Mapping[str, Any]
    who: str


@dataclass(frozen=True, slots=True)
class Job:
    """``total``, ``done``: labels; ``refused``: rows. Times are Unix seconds."""

    id: int
    scheme: str
    style: str
    kid: bytes
    input_sha256: bytes
    options: Mapping[str, Any]
    who: str
    total: int
    done: int
    refused: int
    state: JobState
    reason: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class NewChunk:
    """``rows``: what is to be made, as the caller writes it; ``labels``: how many that will be."""

    rows: bytes
    labels: int


@dataclass(frozen=True, slots=True)
class RowRefusal:
    row: int
    column: str | None
    message: str


_JOB: Final[Select[Any]] = select(
    *(tables.jobs.c[name] for name in Job.__dataclass_fields__)
).order_by(tables.jobs.c.id)

_HAS_ROWS: Final = exists().where(
    tables.job_chunks.c.job == tables.jobs.c.id, tables.job_chunks.c.rows.is_not(None)
)
"""Not emptied: a job that is not done and has none was abandoned."""


def create_job(
    registry: Registry,
    new: NewJob,
    chunks: Sequence[NewChunk],
    refused: Sequence[RowRefusal],
    *,
    at: int,
    running: int | None = None,
) -> Job:
    """With all its chunks, or not at all. ``running``: since when (Unix seconds), where it runs at once."""
    table = tables.jobs
    values: dict[str, Any] = {
        "scheme": new.scheme,
        "style": new.style,
        "kid": new.kid,
        "input_sha256": new.input_sha256,
        "options": dict(new.options),
        "who": new.who,
        "total": sum(chunk.labels for chunk in chunks),
        "done": 0,
        "refused": len({refusal.row for refusal in refused}),
        "state": (JobState.QUEUED if running is None else JobState.RUNNING).value,
        "reason": "",
        "created_at": at,
        "updated_at": at if running is None else running,
    }

    def work(connection: Connection) -> int:
        job: int = connection.execute(insert(table).returning(table.c.id), values).scalar_one()
        if chunks:
            connection.execute(
                insert(tables.job_chunks),
                [
                    {
                        "job": job,
                        "chunk": number,
                        "labels": chunk.labels,
                        "rows": chunk.rows,
                        "state": "waiting",
                        "attempts": 0,
                        "worker": "",
                    }
                    for number, chunk in enumerate(chunks)
                ],
            )
        refuse_rows(connection, job, refused)
        return job

    return _job({"id": write(registry.main, work), **values})


def find_job(registry: Registry, job: int) -> Job | None:
    statement = _JOB.where(tables.jobs.c.id == job)
    row = read(registry.main, lambda connection: connection.execute(statement).first())
    return None if row is None else _job(row._mapping)


def unfinished_job(registry: Registry, input_sha256: bytes) -> Job | None:
    """The newest job on the same table that is not done: to be gone on with, not begun again."""
    table = tables.jobs
    statement = _JOB.where(
        table.c.input_sha256 == input_sha256, table.c.state != JobState.DONE, _HAS_ROWS
    )
    rows = read(registry.main, lambda connection: connection.execute(statement).all())
    return _job(rows[-1]._mapping) if rows else None


def idle_jobs(registry: Registry, before: int) -> tuple[int, ...]:
    """Numbers of those not done, with rows still, that nothing has happened to since ``before``."""
    table = tables.jobs
    statement = select(table.c.id).where(
        table.c.state != JobState.DONE, table.c.updated_at < before, _HAS_ROWS
    )
    return tuple(read(registry.main, lambda c: c.execute(statement).scalars().all()))


def list_jobs(registry: Registry, limit: int) -> tuple[Job, ...]:
    """The newest ``limit``, newest first."""
    statement = _JOB.order_by(None).order_by(tables.jobs.c.id.desc()).limit(limit)
    rows = read(registry.main, lambda connection: connection.execute(statement).all())
    return tuple(_job(row._mapping) for row in rows)


def _job(row: Mapping[Any, Any]) -> Job:
    return Job(**{**row, "state": JobState(row["state"])})


def set_job_state(
    registry: Registry, job: int, state: JobState, *, at: int, reason: str = ""
) -> None:
    """A job that is done stays done, and its rows, with their telephone numbers, are emptied.

    Raises:
        RegistryError: there is no such job, it is done or abandoned, or, to be done, it has chunks
            that are not.
    """

    def work(connection: Connection) -> None:
        _hold(connection, job)
        if state is JobState.DONE:
            if open_chunks(connection, job):
                raise RegistryError(f"任务 {job} 还有未完成的部分")
            _empty(connection, job)
        _set(connection, job, state, reason, at)

    write(registry.main, work)


def abandon_job(registry: Registry, job: int, *, at: int, reason: str) -> None:
    """Cancelled for good: its rows, with their telephone numbers, are emptied as those of a job that is
    done. What it has recorded stays.

    Raises RegistryError as :func:`set_job_state`.
    """

    def work(connection: Connection) -> None:
        _hold(connection, job)
        _empty(connection, job)
        _set(connection, job, JobState.CANCELLED, reason, at)

    write(registry.main, work)


def _hold(connection: Connection, job: int) -> None:
    """Lock a job that may still change."""
    table = tables.jobs
    held = select(table.c.state, _HAS_ROWS).where(table.c.id == job).with_for_update()
    found = connection.execute(held).first()
    if found is None:
        raise RegistryError(f"没有任务 {job}")
    state, has_rows = found
    if state == JobState.DONE:
        raise RegistryError(f"任务 {job} 已经完成")
    if not has_rows:
        raise RegistryError(f"任务 {job} 已放弃，其中的行已删除；请重新提交表格")


def _empty(connection: Connection, job: int) -> None:
    chunks, parts = tables.job_chunks, tables.job_parts
    connection.execute(update(chunks).where(chunks.c.job == job).values(rows=None))
    connection.execute(delete(parts).where(parts.c.job == job))


def _set(connection: Connection, job: int, state: JobState, reason: str, at: int) -> None:
    table = tables.jobs
    values = {"state": state.value, "reason": reason, "updated_at": at}
    connection.execute(update(table).where(table.c.id == job).values(values))


def open_chunks(connection: Connection, job: int) -> Sequence[int]:
    """Those not done yet, in the order of the table."""
    table = tables.job_chunks
    statement = select(table.c.chunk).where(table.c.job == job, table.c.state != "done")
    return connection.execute(statement.order_by(table.c.chunk)).scalars().all()


def refuse_rows(connection: Connection, job: int, refused: Sequence[RowRefusal]) -> int:
    """How many rows are refused that were not: one whose labels lie in several chunks is in each."""
    table = tables.job_refusals
    rows = {one.row for one in refused}
    if not rows:
        return 0
    said = select(table.c.row, table.c.message).where(table.c.job == job, table.c.row.in_(rows))
    known = {(row, message) for row, message in connection.execute(said)}
    fresh = [
        {"job": job, "row": one.row, "column_name": one.column, "message": one.message}
        for one in refused
        if (one.row, one.message) not in known
    ]
    if fresh:
        connection.execute(insert(table), fresh)
    return len(rows - {row for row, _ in known})


def job_refusals(registry: Registry, job: int) -> tuple[RowRefusal, ...]:
    """In the order of the table."""
    table = tables.job_refusals
    statement = select(table.c.row, table.c.column_name, table.c.message)
    ordered = statement.where(table.c.job == job).order_by(table.c.row, table.c.seq)
    rows = read(registry.main, lambda connection: connection.execute(ordered).all())
    return tuple(RowRefusal(*row) for row in rows)
