"""Chunks for workers on any number of machines, by procrastinate on the registry's own PostgreSQL.

One procrastinate job a chunk. A worker killed with -9 leaves its job "doing" (retry= does not help):
a periodic task finds it by the worker's heartbeat that stopped and queues it again. That a chunk is
recorded once is not procrastinate's doing: registry/chunks.py sees to that.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import procrastinate
from procrastinate import JobContext
from procrastinate.types import JSONDict
from sqlalchemy import inspect

from credential.protocols import RegistryUnavailable
from registry.chunks import take_chunk, waiting_chunks
from registry.database import RegistryError, read, read_url
from registry.jobs import Job, JobState, find_job, set_job_state
from registry.registry import Registry, close_registry, open_registry
from service.bulk.desk import begin_chunk, commit_chunk
from service.bulk.orders import order_of, worker_name
from service.bulk.press import Press, make_chunk
from service.bulk.running import JobStoppedError, chunk_place, failure_words
from service.bulk.work import Work
from service.errors import UserError
from service.home import Home
from service.office import registry_url
from service.settings import Settings

QUEUE: Final = "labels"
MAKE: Final = "zhengxin.make_chunk"
_RETRY_STALLED: Final = "zhengxin.retry_stalled"
_URGENT: Final = 100
"""Before all chunks: what brings back lost work must not wait behind it."""
_POLL: Final = 0.5

Progress = Callable[[Job], None]


def queue_url(home: Home, settings: Settings) -> str:
    """libpq's address of the registry. Raises UserError on SQLite, which needs no queue."""
    url = read_url(registry_url(home, settings))
    if url.get_backend_name() != "postgresql":
        raise UserError("多机执行需要 PostgreSQL 登记库；SQLite 登记库由本机执行，不需要 worker")
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def install_queue(registry: Registry, url: str) -> None:
    """procrastinate's tables, beside ours, where they are not there yet."""
    if read(registry.main, lambda connection: inspect(connection).has_table("procrastinate_jobs")):
        return
    with procrastinate.App(
        connector=procrastinate.SyncPsycopgConnector(conninfo=url)
    ).open() as app:
        app.schema_manager.apply_schema()


def queue_job(registry: Registry, url: str, job: Job) -> int:
    """Give all chunks that are not done to the workers; how many. Twice does no harm but work."""
    set_job_state(registry, job.id, JobState.RUNNING, at=int(time.time()))
    chunks = waiting_chunks(registry, job.id)
    with procrastinate.App(
        connector=procrastinate.SyncPsycopgConnector(conninfo=url)
    ).open() as app:
        deferrer = app.configure_task(MAKE, queue=QUEUE)
        arguments: list[JSONDict] = [{"job": job.id, "chunk": chunk} for chunk in chunks]
        deferrer.batch_defer(*arguments)
    return len(chunks)


def wait_for_job(registry: Registry, job: Job, progress: Progress) -> Job:
    """Until all chunks are done.

    Raises:
        JobStoppedError: it failed or was cancelled, and its state says so.
    """
    while True:
        found = find_job(registry, job.id)
        assert found is not None
        progress(found)
        if found.state is JobState.FAILED:
            raise JobStoppedError(
                f"任务 {job.id} 失败：{found.reason}；继续：zhengxin jobs resume {job.id}"
            )
        if found.state is JobState.CANCELLED:
            raise JobStoppedError(f"任务 {job.id} 已取消；继续：zhengxin jobs resume {job.id}")
        if not waiting_chunks(registry, job.id):
            return found
        time.sleep(_POLL)


def worker_app(
    home: Home, settings: Settings, passphrase: str, *, stalled_after: float, look_every: int
) -> procrastinate.App:
    """``stalled_after``: seconds without a heartbeat after which a worker is held dead;
    ``look_every``: seconds between looks for its work, a divisor of 60."""
    url = queue_url(home, settings)
    registry = open_registry(registry_url(home, settings))
    install_queue(registry, url)
    close_registry(registry)
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1))
    desk = _Desk(home, settings, passphrase)

    # until the registry answers again; any other end is said in the job's state
    retry = procrastinate.RetryStrategy(wait=5, retry_exceptions={RegistryUnavailable})

    @app.task(name=MAKE, queue=QUEUE, retry=retry)
    def make(job: int, chunk: int) -> None:
        desk.do(job, chunk)

    @app.periodic(cron=f"*/{look_every} * * * * *")
    @app.task(name=_RETRY_STALLED, queue=QUEUE, priority=_URGENT, pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # passed by name
        manager = context.app.job_manager
        for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
            logging.getLogger(__name__).warning("任务段 %s 的进程已停止，重新排队", stalled.id)
            await manager.retry_job(stalled, retry_at=datetime.now(UTC))

    return app


class _Desk:
    """What one worker process keeps open between chunks."""

    def __init__(self, home: Home, settings: Settings, passphrase: str) -> None:
        self.registry: Registry | None = None
        self._url = registry_url(home, settings)

        def press(job: Job) -> Press:
            return order_of(home, settings, job, passphrase).press

        # keyed by the job as it was made: its progress is no part of what it is made by
        self._presses = lru_cache(maxsize=4)(lambda number: press(self._job(number)))

    def do(self, number: int, chunk: int) -> None:
        """One chunk, recorded with its pages; nothing where it is done or the job has stopped."""
        if self.registry is None:
            self.registry = open_registry(self._url)
        registry = self.registry
        job = self._job(number)
        rows = take_chunk(registry, number, chunk, worker=worker_name(), at=int(time.time()))
        if rows is None:
            return
        try:
            self._make(registry, job, chunk, rows)
        except RegistryUnavailable:
            raise  # procrastinate tries again
        except Exception as error:
            if not isinstance(error, RegistryError | UserError):
                logging.getLogger(__name__).exception("任务 %s 第 %s 段", number, chunk)
            # else whoever waits for the job would wait for ever
            reason = failure_words(error)
            set_job_state(registry, number, JobState.FAILED, at=int(time.time()), reason=reason)

    def _make(self, registry: Registry, job: Job, chunk: int, rows: bytes) -> None:
        press: Press = self._presses(job.id)

        def begin() -> Work:
            place = chunk_place(press, chunk)
            return begin_chunk(registry, press, job, chunk, rows, place=place, at=int(time.time()))

        work = begin()
        commit_chunk(
            registry,
            job,
            work,
            make_chunk(press, work),
            make=lambda again: make_chunk(press, again),
            begin=begin,
            keep_part=True,
            at=int(time.time()),
        )

    def _job(self, number: int) -> Job:
        assert self.registry is not None
        found = find_job(self.registry, number)
        if found is None:
            raise UserError(f"没有任务 {number}")
        return found
