"""The side of a bulk job that talks to the registry: what a chunk needs before it is made, and its record.

The same functions serve the one process of an office on SQLite and workers on many machines.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import StatusReference
from registry.chunks import record_chunk
from registry.credentials import StoredCredential, find_issued
from registry.database import RegistryError, write
from registry.issuing import (
    Allotment,
    IssueRequest,
    NewCredential,
    RowTakenError,
    allot,
    record_credentials,
)
from registry.jobs import Job
from registry.labels import LabelConflictError
from registry.registry import Registry
from registry.status import WORDS, withdrawn
from service.bulk.press import (
    LABEL_ERRORS,
    Press,
    check_row,
    sign_certificate,
)
from service.bulk.rows import LabelRow, read_keys, read_rows
from service.bulk.work import Known, Made, Work

_ATTEMPTS: Final = 5
"""Times that a chunk is prepared anew because somebody else was first with some of it."""


def begin_chunk(
    registry: Registry, press: Press, job: Job, chunk: int, rows: bytes, *, place: int, at: int
) -> Work:
    """Find what was issued before and draw numbers for the rest. ``place``: of its first label;
    ``at``: now (Unix seconds); what is signed says when the job was made.

    Raises:
        RegistryError: the key may not sign any more, or a subject is gone.
    """
    keys = read_keys(rows)
    issued = find_issued(registry, [key for key, _ in keys])
    if any(shared and key not in issued for key, shared in keys):
        # a certificate whose labels lie in several chunks belongs to none of them
        for row in read_rows(rows):
            if row.shared and row.issue_key not in issued:
                stored = _record_shared(registry, press, job, row, at)
                if stored is not None:
                    issued[row.issue_key] = stored
    fresh = sum(key not in issued for key, _ in keys)
    allotments: Sequence[Allotment] = ()
    if fresh:
        drawn_at = job.created_at
        allotments = write(registry.main, lambda connection: allot(connection, fresh, drawn_at))
    return Work(
        job=job.id,
        chunk=chunk,
        place=place,
        rows=rows,
        at=job.created_at,
        known=_known(registry, issued.values(), job.created_at),
        allotments=allotments,
        who=job.who,
    )


def trial_work(registry: Registry, rows: bytes, *, place: int, at: int, who: str) -> Work:
    """A chunk to be made and thrown away: nothing is written, and no number is used up."""
    keys = read_keys(rows)
    issued = find_issued(registry, [key for key, _ in keys])
    fresh = sum(key not in issued for key, _ in keys)
    allotments = [
        Allotment(new_certificate_id(at, number.to_bytes(6, "big")), StatusReference(1, 0))
        for number in range(fresh)
    ]
    return Work(0, 0, place, rows, at, _known(registry, issued.values(), at), allotments, who)


def commit_chunk(
    registry: Registry,
    job: Job,
    work: Work,
    made: Made,
    *,
    make: Callable[[Work], Made],
    begin: Callable[[], Work],
    keep_part: bool,
    at: int,
) -> Made:
    """Record what was made; what is printed in the end. Its pages may leave only now.

    ``begin``, ``make``: for making it anew where somebody else was first with a row or a number.
    ``keep_part``: in the registry, for whoever writes the file.
    """
    for _ in range(_ATTEMPTS):
        part = made.part if keep_part else None
        try:
            record_chunk(registry, replace(made.record, part=part), at=at, who=job.who)
        except RowTakenError:
            work = replace(begin(), taken=work.taken, differing=work.differing)
        except LabelConflictError as conflict:
            work = replace(
                work,
                taken=work.taken | conflict.taken,
                differing=work.differing | conflict.differing,
            )
        else:
            return made
        made = make(work)
    raise RegistryError(f"任务 {job.id} 第 {work.chunk} 段一再与其他任务冲突，请稍后继续")


def _record_shared(
    registry: Registry, press: Press, job: Job, row: LabelRow, at: int
) -> StoredCredential | None:
    """None where it can't be printed: the press then says so."""

    def sign(_place: int, allotment: Allotment) -> NewCredential:
        return sign_certificate(press, row, allotment, job.created_at)

    try:
        check_row(press, row, job.created_at)
        (stored,) = record_credentials(
            registry,
            [IssueRequest(row.issue_key)],
            sign,
            at=at,
            who=job.who,
        )
    except LABEL_ERRORS:
        return None
    return stored


def _known(
    registry: Registry, issued: Collection[StoredCredential], since: int
) -> dict[bytes, Known]:
    void = withdrawn(registry, [stored.id for stored in issued])
    known = {}
    for stored in issued:
        reason = None
        if (entry := void.get(stored.id)) is not None:
            new = f"，新证 {format_certificate_id(entry.replaced_by)}" if entry.replaced_by else ""
            reason = (
                f"此前签发的 {format_certificate_id(stored.id)} {WORDS[entry.status]}"
                f"（{entry.reason}{new}），不再打印；确属另一批的，请填写“批次号”加以区分"
            )
        known[stored.issue_key] = Known(
            stored.id, stored.message, stored.fields, stored.recorded_at < since, reason
        )
    return known
