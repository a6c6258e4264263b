"""Labels from a table: checked, made a job, run and written; the same table again goes on where it ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from credential.protocols import RegistryUnavailable
from registry.jobs import (
    Job,
    JobState,
    NewJob,
    RowRefusal,
    create_job,
    find_job,
    job_refusals,
    set_job_state,
    unfinished_job,
)
from registry.registry import Registry
from service.bulk.checking import MOST, CheckedTable, collect_chunks, open_rows, raw_rows
from service.bulk.desk import trial_work
from service.bulk.orders import Order, jobs_folder, opened
from service.bulk.pool import Crew, default_processes, no_crew, open_crew, seldom_searched
from service.bulk.queueing import install_queue, queue_job, wait_for_job
from service.bulk.retention import abandon_idle_jobs
from service.bulk.running import (
    JobStoppedError,
    chunk_place,
    failure_words,
    finish_job,
    one_runner,
    run_job,
)
from service.bulk.source import Source
from service.errors import UserError

Progress = Callable[[Job], None]
J = TypeVar("J", Job, Job | None, None)
_NOTHING: Final = "没有一行可以签发"
_FEW: Final = 2000
"""Labels that this process makes itself. Two others take 0.1 s of processor time to part from its
100 MB, write their statements anew and end: of 1,000 labels that is more than they save by the clock
(175 ms for 137), of 2,000 as much."""
_SHORT: Final = 128 << 10
"""Bytes of a table that it reads and checks itself."""


@dataclass(frozen=True, slots=True)
class Result:
    """``labels``: printed; ``resumed``: it went on with a job begun before."""

    job: Job
    labels: int
    refused: tuple[RowRefusal, ...]
    resumed: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """``labels``: that would be printed."""

    labels: int
    refused: tuple[RowRefusal, ...]


def issue_labels(
    order: Order,
    source: Source,
    out: Path,
    *,
    progress: Progress,
    all_or_nothing: bool = False,
    processes: int | None = None,
    queue: str | None = None,
) -> Result:
    """From the table to labels.pdf, manifest.csv and refused.csv in ``out``. ``queue``: address of
    the queue, where workers make the labels (service.bulk.queueing).

    Raises:
        UserError: the table is refused, nothing can be issued, or ``all_or_nothing`` and something
            is refused: nothing is recorded.
    """
    new = order.new_job(source, out)

    def look(registry: Registry) -> tuple[Job | None, CheckedTable | None]:
        abandon_idle_jobs(registry, order.home, int(time.time()))
        job = unfinished_job(registry, new.input_sha256)
        return job, _checked_here(order, registry, source) if job is None else None

    with _crew(order, processes, look) as (crew, registry, begun, read):
        job = begun
        if job is None:
            checked = read or _checked(order, crew, source)
            if all_or_nothing:
                _refuse_all(_tried(order, crew, registry, checked).refused)
            job = _created(registry, new, checked, order.rules.at)
            # in the registry now: of a million rows they are 60 MB
            del checked
        elif job.kid != new.kid:
            raise UserError(
                f"同一表格的任务 {job.id} 尚未完成，请先继续：zhengxin jobs resume {job.id}；"
                f"原签名密钥已不能用的，请放弃后重交：zhengxin jobs abandon {job.id}"
            )
        return _run(
            order,
            crew,
            registry,
            job,
            out=out,
            progress=progress,
            resumed=begun is not None,
            queue=queue,
        )


def resume_job(
    order: Order,
    job: Job,
    out: Path,
    *,
    progress: Progress,
    processes: int | None = None,
    queue: str | None = None,
) -> Result:
    """Go on with a job whatever ended it. ``order``: from service.bulk.orders.order_of."""
    if job.state is JobState.DONE:
        raise UserError(f"任务 {job.id} 已经完成")
    with _crew(order, processes, lambda _: (job, None)) as (crew, registry, _, _):
        return _run(
            order, crew, registry, job, out=out, progress=progress, resumed=True, queue=queue
        )


def try_labels(order: Order, source: Source, *, processes: int | None = None) -> Trial:
    """Everything but recording: all refusals that issuing would show. Nothing leaves this function."""

    def look(registry: Registry) -> tuple[None, CheckedTable | None]:
        return None, _checked_here(order, registry, source)

    with _crew(order, processes, look) as (crew, registry, _, checked):
        return _tried(order, crew, registry, checked or _checked(order, crew, source))


def _left(job: Job | None, checked: CheckedTable | None) -> int:
    """Labels to make; more than a few where nobody has counted them yet."""
    if job is not None:
        return job.total - job.done
    return MOST if checked is None else sum(chunk.labels for chunk in checked.chunks)


@contextmanager
def _crew(
    order: Order, processes: int | None, look: Callable[[Registry], tuple[J, CheckedTable | None]]
) -> Iterator[tuple[Crew, Registry, J, CheckedTable | None]]:
    """``look``: for the job there is and the table as far as it is checked, which tell whether this
    process does it all, with the registry that it has open, or parts with others, which needs it closed."""
    press, rules, url = order.press, order.rules, order.registry_url
    with seldom_searched(), opened(url) as registry:
        job, checked = look(registry)
        if _left(job, checked) <= _FEW:
            with no_crew(press, rules, registry) as crew:
                yield crew, registry, job, checked
            return
    count = processes or default_processes()
    with seldom_searched(), open_crew(press, rules, url, count) as crew, opened(url) as registry:
        yield crew, registry, job, checked


def _checked(order: Order, crew: Crew, source: Source) -> CheckedTable:
    drawer = order.press.drawer
    some = (result for _, result in crew.in_order(crew.check, raw_rows(open_rows(source))))
    checked = collect_chunks(some, drawer.sheet, drawer.start)
    source.check_same()
    return checked


def _checked_here(order: Order, registry: Registry, source: Source) -> CheckedTable | None:
    """None: the table is too long for one process."""
    if source.size > _SHORT:
        return None
    with no_crew(order.press, order.rules, registry) as crew:
        return _checked(order, crew, source)


def _tried(order: Order, crew: Crew, registry: Registry, checked: CheckedTable) -> Trial:
    works = (
        trial_work(
            registry,
            chunk.rows,
            place=chunk_place(order.press, number),
            at=order.rules.at,
            who=order.who,
        )
        for number, chunk in enumerate(checked.chunks)
    )
    found = dict.fromkeys(checked.refused)
    labels = 0
    for _, made in crew.in_order(crew.make, works):
        labels += len(made.record.labels)
        # a row whose labels lie in several chunks is refused in each
        found |= dict.fromkeys(made.record.refused)
    return Trial(labels, tuple(sorted(found, key=lambda one: one.row)))


def _refuse_all(refused: tuple[RowRefusal, ...]) -> None:
    if refused:
        reasons = "\n".join(one.message for one in refused)
        rows = len({one.row for one in refused})
        raise UserError(f"有 {rows} 行被拒绝，一份也没有签发：\n{reasons}")


def _created(registry: Registry, new: NewJob, checked: CheckedTable, at: int) -> Job:
    if not checked.chunks:
        reasons = "\n".join(one.message for one in checked.refused)
        raise UserError(f"{_NOTHING}\n{reasons}" if reasons else _NOTHING)
    # runs from here on: a write less than to say so once more
    now = int(time.time())
    return create_job(registry, new, checked.chunks, checked.refused, at=at, running=now)


def _run(
    order: Order,
    crew: Crew,
    registry: Registry,
    job: Job,
    *,
    out: Path,
    progress: Progress,
    resumed: bool,
    queue: str | None,
) -> Result:
    shop = order.shop(registry, job)
    folder = jobs_folder(order.home) / str(job.id)
    with one_runner(folder, job.id, then="，完成后再交一次即可重印"):
        try:
            if queue is None:
                if resumed:
                    set_job_state(registry, job.id, JobState.RUNNING, at=int(time.time()))
                run_job(shop, crew, job, progress)
            else:
                install_queue(registry, queue)
                queue_job(registry, queue, job)
                wait_for_job(registry, job, progress)
            labels = finish_job(shop, crew, job, out)
        except JobStoppedError:
            raise
        except KeyboardInterrupt:
            set_job_state(registry, job.id, JobState.QUEUED, at=int(time.time()), reason="中断")
            raise
        except Exception as error:
            # a registry that can't be written to either must not hide what went wrong
            with suppress(RegistryUnavailable):
                set_job_state(
                    registry,
                    job.id,
                    JobState.FAILED,
                    at=int(time.time()),
                    reason=failure_words(error),
                )
            raise
        done = find_job(registry, job.id)
        assert done is not None
        return Result(done, labels, job_refusals(registry, job.id), resumed)
