"""A job in one process with its crew: begun, gone on with after any end, and its file written.

The parent alone writes to the registry (SQLite has one writer). A chunk is committed before its
pages are put away; where a crash comes between, they are drawn again, with the same bytes.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from certgen.label_files import LabelFiles
from credential.protocols import RegistryUnavailable
from registry.chunks import chunk_numbers, chunk_rows, job_parts, take_chunk, waiting_chunks
from registry.database import RegistryError
from registry.jobs import Job, JobState, find_job, job_refusals, set_job_state
from registry.registry import Registry
from service.bulk.desk import begin_chunk, commit_chunk
from service.bulk.files import join_files, output_name
from service.bulk.parts import Part, join_parts, part_file, read_part, save_part
from service.bulk.pool import Crew
from service.bulk.press import Press
from service.bulk.work import Work
from service.errors import UserError, is_full, system_words
from service.issuing import MANIFEST, write_refused

HEAD: Final = b"\xef\xbb\xbfid,file,page,qr_text,state\r\n"

Progress = Callable[[Job], None]


class JobStoppedError(UserError):
    """Somebody else ended it meanwhile: its state says so already."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Where a job runs. ``folder``: of this job, for parts, in the home folder."""

    registry: Registry
    press: Press
    folder: Path
    worker: str

    @property
    def keeps_parts(self) -> bool:
        """On PostgreSQL pages wait in the registry: other machines make some of them."""
        return self.registry.main.engine.dialect.name == "postgresql"


def run_job(shop: Shop, crew: Crew, job: Job, progress: Progress) -> None:
    """Make every chunk that is not done of a job whose state says that it runs. Killed at any point,
    calling it again goes on.

    Raises:
        JobStoppedError: somebody else ended it. UserError: the disk. RegistryError: it can't go on; the job has failed.
    """
    for work, made in crew.in_order(crew.make, _works(shop, job)):
        committed = commit_chunk(
            shop.registry,
            job,
            work,
            made,
            make=crew.make_now,
            begin=lambda chunk=work.chunk: _begin(shop, job, chunk),  # type: ignore[misc]
            keep_part=shop.keeps_parts,
            at=_now(),
        )
        if not shop.keeps_parts:
            _save(shop, job, work.chunk, committed.part)
        progress(_found(shop.registry, job.id))


def _works(shop: Shop, job: Job) -> Iterator[Work]:
    for chunk in waiting_chunks(shop.registry, job.id):
        rows = take_chunk(shop.registry, job.id, chunk, worker=shop.worker, at=_now())
        if rows is not None:
            yield _begin(shop, job, chunk, rows)
        else:
            _check_going_on(_found(shop.registry, job.id))


def _check_going_on(job: Job) -> None:
    """A chunk that was not to be had is done, or else the job has stopped. Raises JobStoppedError."""
    if job.state in {JobState.QUEUED, JobState.RUNNING}:
        return
    if job.state is JobState.DONE:
        raise JobStoppedError(f"任务 {job.id} 已由另一个进程完成")
    stopped = "已取消" if job.state is JobState.CANCELLED else f"失败：{job.reason}"
    raise JobStoppedError(
        f"任务 {job.id} {stopped}；已登记的部分有效，继续：zhengxin jobs resume {job.id}"
    )


def _begin(shop: Shop, job: Job, chunk: int, rows: bytes | None = None) -> Work:
    return begin_chunk(
        shop.registry,
        shop.press,
        job,
        chunk,
        chunk_rows(shop.registry, job.id, chunk) if rows is None else rows,
        place=chunk_place(shop.press, chunk),
        at=_now(),
    )


def chunk_place(press: Press, chunk: int) -> int:
    """Any place that begins a sheet does for a later chunk: all before it end one."""
    drawer = press.drawer
    return 0 if chunk == 0 else (1 - drawer.start) % drawer.sheet.labels


def finish_job(shop: Shop, crew: Crew, job: Job, out: Path) -> int:
    """Write labels.pdf (or as service.bulk.files says), manifest.csv and refused.csv, each whole or
    not at all; how many labels.

    Raises:
        UserError: they can't be written.
    """
    with _disk_is_said(job, out):
        count = _write_output(shop, crew, job, out)
    set_job_state(shop.registry, job.id, JobState.DONE, at=_now())
    shutil.rmtree(shop.folder, ignore_errors=True)
    return count


def _write_output(shop: Shop, crew: Crew, job: Job, out: Path) -> int:
    drawer = shop.press.drawer
    out.mkdir(parents=True, exist_ok=True)
    output, manifest = out / output_name(drawer), out / MANIFEST
    parts = _parts(shop, crew, job)
    with _written(output) as pages, _written(manifest) as lines:
        lines.write(HEAD)
        if isinstance(drawer, LabelFiles):
            count = join_files(parts, pages, lines, drawer)
        else:
            count = join_parts(
                parts,
                pages,
                lines,
                sheet=drawer.sheet,
                start=drawer.start,
            )
    if count == 0:
        # a PDF has at least one page
        output.unlink()
        manifest.unlink()
    write_refused(
        out,
        [(one.row, one.column, one.message) for one in job_refusals(shop.registry, job.id)],
    )
    return count


def _parts(shop: Shop, crew: Crew, job: Job) -> Iterator[Part]:
    if shop.keeps_parts:
        yield from map(read_part, job_parts(shop.registry, job.id))
        return
    for chunk in chunk_numbers(shop.registry, job.id):
        file = part_file(shop.folder, chunk)
        if not file.exists():
            # committed, and then the end came
            again = crew.make_now(_begin(shop, job, chunk))
            _save(shop, job, chunk, again.part)
        yield read_part(file.read_bytes())


def _save(shop: Shop, job: Job, chunk: int, part: bytes) -> None:
    with _disk_is_said(job, shop.folder):
        save_part(shop.folder, chunk, part)


@contextmanager
def _disk_is_said(job: Job, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        then = "腾出空间后" if is_full(error) else "排除后"
        raise UserError(
            f"{system_words(error, folder)}，{then}运行 zhengxin jobs resume {job.id}"
        ) from error


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Written beside and put in place at the end: half a file is never seen."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        # of a full disk: room for what is tried next
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def one_runner(folder: Path, job: int, *, then: str = "") -> Iterator[None]:
    """Raises UserError where another process runs this job; the system frees a dead one's lock.

    ``then``: what to do once the other is done. The lock file goes with the folder of a job that ended.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock_file = folder.with_suffix(".lock")
    while True:
        with lock_file.open("ab") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(f"任务 {job} 正由另一个进程执行{then}") from None
            if not _is_at(lock_file, handle):
                continue  # removed by whoever held it, between opening and locking
            try:
                yield
            finally:
                if not folder.exists():
                    # held still: the file that is removed is nobody else's
                    lock_file.unlink(missing_ok=True)
            return


def _is_at(path: Path, handle: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle.fileno()))
    except FileNotFoundError:
        return False


def is_left(folder: Path) -> bool:
    """A process with this home folder ran the job and is gone. False too where another machine runs it."""
    try:
        with folder.with_suffix(".lock").open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    return True


def failure_words(error: Exception) -> str:
    """Why a job failed, as ``zhengxin jobs show`` says it."""
    if isinstance(error, UserError | RegistryError | RegistryUnavailable):
        return str(error)
    if isinstance(error, OSError):
        return system_words(error)
    return f"程序出错（{type(error).__name__}），请联系管理员"


def _found(registry: Registry, job: int) -> Job:
    found = find_job(registry, job)
    assert found is not None
    return found


def _now() -> int:
    return int(time.time())
