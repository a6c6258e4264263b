"""Jobs: a table's labels as chunks of work, each of which is done once, whoever does it and dies.

registry/chunks.py has the chunks themselves. What every job asks is SQL as text: SQLAlchemy writes a
statement anew in each process, and for a short job that took longer than to make its labels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select, text

from registry import tables
from registry.database import RegistryError, read, read_json, write, write_json
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


_COLUMNS: Final = tuple(Job.__dataclass_fields__)
_JOBS: Final = f"SELECT {', '.join(_COLUMNS)} FROM jobs"
_HAS_ROWS: Final = (
    "EXISTS (SELECT 1 FROM job_chunks WHERE job_chunks.job = jobs.id AND rows IS NOT NULL)"
)
"""Not emptied: a job that is not done and has none was abandoned."""
_ONE: Final = text(f"{_JOBS} WHERE id = :job")
_LATEST: Final = text(f"{_JOBS} ORDER BY id DESC LIMIT :most")
_UNFINISHED: Final = text(
    f"{_JOBS} WHERE input_sha256 = :input AND state <> 'done' AND {_HAS_ROWS} ORDER BY id"
)
_IDLE: Final = text(
    f"SELECT id FROM jobs WHERE state <> 'done' AND updated_at < :before AND {_HAS_ROWS}"
)
_NEW: Final = text(
    f"INSERT INTO jobs ({', '.join(_COLUMNS[1:])}) "
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS[1:])}) RETURNING id"
)
_NEW_CHUNK: Final = text(
    "INSERT INTO job_chunks (job, chunk, labels, rows, state, attempts, worker) "
    "VALUES (:job, :chunk, :labels, :rows, 'waiting', 0, '')"
)
_HELD: Final = f"SELECT state, {_HAS_ROWS} FROM jobs WHERE id = :job"
_SET: Final = text(
    "UPDATE jobs SET state = :state, reason = :reason, updated_at = :at WHERE id = :job"
)
_OPEN: Final = text(
    "SELECT chunk FROM job_chunks WHERE job = :job AND state <> 'done' ORDER BY chunk"
)
_EMPTY: Final = (
    text("UPDATE job_chunks SET rows = NULL WHERE job = :job"),
    text("DELETE FROM job_parts WHERE job = :job"),
)
_REFUSALS: Final = text(
    'SELECT "row", column_name, message FROM job_refusals WHERE job = :job ORDER BY "row", seq'
)


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
        said = {**values, "options": write_json(values["options"])}
        job: int = connection.execute(_NEW, said).scalar_one()
        if chunks:
            connection.execute(
                _NEW_CHUNK,
                [
                    {"job": job, "chunk": number, "labels": chunk.labels, "rows": chunk.rows}
                    for number, chunk in enumerate(chunks)
                ],
            )
        refuse_rows(connection, job, refused)
        return job

    return _job({"id": write(registry.main, work), **values})


def find_job(registry: Registry, job: int) -> Job | None:
    row = read(registry.main, lambda connection: connection.execute(_ONE, {"job": job}).first())
    return None if row is None else _job(row._mapping)


def unfinished_job(registry: Registry, input_sha256: bytes) -> Job | None:
    """The newest job on the same table that is not done: to be gone on with, not begun again."""
    said = {"input": input_sha256}
    rows = read(registry.main, lambda connection: connection.execute(_UNFINISHED, said).all())
    return _job(rows[-1]._mapping) if rows else None


def idle_jobs(registry: Registry, before: int) -> tuple[int, ...]:
    """Numbers of those not done, with rows still, that nothing has happened to since ``before``."""
    return tuple(
        read(registry.main, lambda c: c.execute(_IDLE, {"before": before}).scalars().all())
    )


def list_jobs(registry: Registry, limit: int) -> tuple[Job, ...]:
    """The newest ``limit``, newest first."""
    rows = read(
        registry.main, lambda connection: connection.execute(_LATEST, {"most": limit}).all()
    )
    return tuple(_job(row._mapping) for row in rows)


def _job(row: Mapping[Any, Any]) -> Job:
    said = {"options": read_json(row["options"]), "state": JobState(row["state"])}
    return Job(**{**row, **said})


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
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    found = connection.execute(text(_HELD + lock), {"job": job}).first()
    if found is None:
        raise RegistryError(f"没有任务 {job}")
    state, has_rows = found
    if state == JobState.DONE:
        raise RegistryError(f"任务 {job} 已经完成")
    if not has_rows:
        raise RegistryError(f"任务 {job} 已放弃，其中的行已删除；请重新提交表格")


def _empty(connection: Connection, job: int) -> None:
    for statement in _EMPTY:
        connection.execute(statement, {"job": job})


def _set(connection: Connection, job: int, state: JobState, reason: str, at: int) -> None:
    said = {"state": state.value, "reason": reason, "at": at, "job": job}
    connection.execute(_SET, said)


def open_chunks(connection: Connection, job: int) -> Sequence[int]:
    """Those not done yet, in the order of the table."""
    return connection.execute(_OPEN, {"job": job}).scalars().all()


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
    rows = read(registry.main, lambda connection: connection.execute(_REFUSALS, {"job": job}).all())
    return tuple(RowRefusal(*row) for row in rows)
