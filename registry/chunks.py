"""One chunk of a job: taken by a worker, and committed once, whoever does it and dies.

Its certificates, its labels, its refused rows, its progress and that it is done are one transaction.
So there is nothing to repair: what is not done is done again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Select, func, insert, select, text

from credential.claims import Kind
from registry import tables
from registry.audit import AuditEntry, write_audit
from registry.database import RegistryError, read, write
from registry.issuing import CredentialRow, check_keys, record_rows
from registry.jobs import RowRefusal, open_chunks, refuse_rows
from registry.labels import LabelFields, NewLabel, label_style, record_labels
from registry.registry import Registry

_RECENT: Final = 60
"""Seconds."""
# as text: see registry/jobs.py
_NUMBERS: Final = text("SELECT chunk FROM job_chunks WHERE job = :job ORDER BY chunk")
_ROWS: Final = text("SELECT rows FROM job_chunks WHERE job = :job AND chunk = :chunk")
_TAKE: Final = text(
    "UPDATE job_chunks SET state = 'running', attempts = attempts + 1, worker = :worker, "
    "taken_at = :at WHERE job = :job AND chunk = :chunk AND state <> 'done' AND EXISTS "
    "(SELECT 1 FROM jobs WHERE id = :job AND state IN ('queued', 'running')) RETURNING rows"
)
_CLAIM: Final = text(
    "UPDATE job_chunks SET state = 'done' WHERE job = :job AND chunk = :chunk AND state <> 'done'"
)
_PROGRESS: Final = text(
    "UPDATE jobs SET done = done + :done, total = total - :lost, refused = refused + :refused, "
    "updated_at = :at WHERE id = :job"
)


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """What a chunk came to.

    ``credentials``: from registry.issuing.credential_row; ``label_key``, ``label_times``: kid that
    signed the labels, and the issue times (Unix seconds) that they say; ``style``: scheme, style and what it
    prints; ``lost``: labels of the rows refused only now; ``part``: its pages, where they are kept
    in the registry (PostgreSQL, for workers on other machines).
    """

    job: int
    chunk: int
    credentials: Sequence[CredentialRow]
    labels: Sequence[NewLabel]
    label_key: bytes
    label_times: frozenset[int]
    style: tuple[str, str, LabelFields]
    refused: Sequence[RowRefusal] = ()
    lost: int = 0
    part: bytes | None = None


def chunk_numbers(registry: Registry, job: int) -> tuple[int, ...]:
    """Of all chunks, in the order of the table."""
    return tuple(read(registry.main, lambda c: c.execute(_NUMBERS, {"job": job}).scalars().all()))


def recent_labels(registry: Registry, job: int) -> tuple[int, int] | None:
    """Labels of the chunks done of late (_RECENT), and when the first of these was taken up (Unix
    seconds); None where none is done. An earlier run of a job that was gone on with does not count.
    """
    table = tables.job_chunks
    done = (table.c.job == job, table.c.state == "done")

    def work(connection: Connection) -> tuple[int, int] | None:
        newest = connection.execute(select(func.max(table.c.taken_at)).where(*done)).scalar()
        if newest is None:
            return None
        taken = select(func.sum(table.c.labels), func.min(table.c.taken_at)).where(
            *done, table.c.taken_at >= newest - _RECENT
        )
        labels, since = connection.execute(taken).one()
        return int(labels), int(since)

    return read(registry.main, work)


def waiting_chunks(registry: Registry, job: int) -> tuple[int, ...]:
    return read(registry.main, lambda connection: tuple(open_chunks(connection, job)))


def chunk_rows(registry: Registry, job: int, chunk: int) -> bytes:
    """Raises RegistryError where there is no such chunk, or its job is done."""
    place = {"job": job, "chunk": chunk}
    rows = read(registry.main, lambda connection: connection.execute(_ROWS, place).scalar())
    if rows is None:
        raise RegistryError(f"任务 {job} 没有第 {chunk} 段，或已经完成")
    return bytes(rows)


def take_chunk(registry: Registry, job: int, chunk: int, *, worker: str, at: int) -> bytes | None:
    """Its rows, and a note of who works on it; None where it is done or the job is not to go on.

    Nobody is kept from working on it too: the second to record it finds it done.
    """
    said = {"job": job, "chunk": chunk, "worker": worker, "at": at}

    def work(connection: Connection) -> bytes | None:
        rows = connection.execute(_TAKE, said).scalar()
        return None if rows is None else bytes(rows)

    return write(registry.main, work)


def record_chunk(registry: Registry, record: ChunkRecord, *, at: int, who: str) -> bool:
    """Commit a chunk; False where somebody else has done it already, and then nothing is written.

    Raises:
        RowTakenError, LabelConflictError: nothing is written; look up again, and prepare it anew.
        RegistryError: nothing is written, and never will be.
    """
    place = {"job": record.job, "chunk": record.chunk}

    def work(connection: Connection) -> bool:
        # takes the row's lock: whoever else does this chunk waits here and then finds it done
        if connection.execute(_CLAIM, place).rowcount != 1:
            return False
        if record.credentials:
            record_rows(connection, record.credentials, at)
        if record.labels:
            check_keys(connection, _signed(record), at)
            style = label_style(connection, *record.style)
            record_labels(connection, record.labels, style, job=record.job, at=at)
        refused = refuse_rows(connection, record.job, record.refused)
        if record.part is not None:
            part = {"job": record.job, "chunk": record.chunk, "data": record.part}
            connection.execute(insert(tables.job_parts), part)
        progress = {"done": len(record.labels), "lost": record.lost, "refused": refused, "at": at}
        connection.execute(_PROGRESS, {"job": record.job, **progress})
        why = f"签发 {len(record.credentials)} 份，标签 {len(record.labels)} 枚"
        object = f"job:{record.job}/{record.chunk}"
        write_audit(connection, [AuditEntry(at, who, "label.record", object, why)])
        return True

    return write(registry.main, work)


def _signed(record: ChunkRecord) -> list[dict[str, Any]]:
    """For check_keys: a label's key is its certificate's concern as much as a certificate's."""
    return [
        {
            "kid": record.label_key,
            "kind": Kind.CERTIFICATE.value,
            "scheme": record.style[0],
            "issued_at": moment,
        }
        for moment in record.label_times
    ]


def job_parts(registry: Registry, job: int) -> Iterator[bytes]:
    """The pages of all chunks in their order, one chunk in memory at a time."""
    table = tables.job_parts
    for chunk in chunk_numbers(registry, job):
        statement = select(table.c.data).where(table.c.job == job, table.c.chunk == chunk)
        data = read(registry.main, partial(_scalar, statement))
        if data is None:
            raise RegistryError(f"任务 {job} 第 {chunk} 段的版面不在登记库中")
        yield bytes(data)


def _scalar(statement: Select[Any], connection: Connection) -> bytes | None:
    found: bytes | None = connection.execute(statement).scalar()
    return found
