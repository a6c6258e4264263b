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

from registry.chunks import chunk_numbers, chunk_rows, job_parts, take_chunk, waiting_chunks
from registry.jobs import Job, JobState, find_job, job_refusals, set_job_state
from registry.registry import Registry
from service.bulk.desk import begin_chunk, commit_chunk
from service.bulk.parts import PDF_NAME, Part, join_parts, part_file, read_part, save_part
from service.bulk.pool import Crew
from service.bulk.press import Made, Press, Work
from service.errors import UserError
from service.issuing import MANIFEST, write_refused

HEAD: Final = b"\xef\xbb\xbfid,file,page,qr_text,state\r\n"

Progress = Callable[[Job], None]


class JobStoppedError(UserError):
    """Somebody cancelled it meanwhile."""


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


def run_job(shop: Shop, crew: Crew, job: Job, progress: Progress) -> Job:
    """Make every chunk that is not done. Killed at any point, calling it again goes on.

    Raises:
        JobStoppedError: it was cancelled. RegistryError: it can't go on; the job has failed.
    """
    set_job_state(shop.registry, job.id, JobState.RUNNING, at=_now())
    for work, made in crew.in_order(crew.make, _works(shop, job)):
        committed = commit_chunk(
            shop.registry,
            job,
            work,
            made,
            make=lambda again: crew.make(again).result(),
            begin=lambda chunk=work.chunk: _begin(shop, job, chunk),  # type: ignore[misc]
            keep_part=shop.keeps_parts,
            at=_now(),
        )
        if not shop.keeps_parts:
            save_part(shop.folder, work.chunk, committed.part)
        progress(_found(shop.registry, job.id))
    return _found(shop.registry, job.id)


def _works(shop: Shop, job: Job) -> Iterator[Work]:
    for chunk in waiting_chunks(shop.registry, job.id):
        rows = take_chunk(shop.registry, job.id, chunk, worker=shop.worker, at=_now())
        if rows is not None:
            yield _begin(shop, job, chunk, rows)
        elif _found(shop.registry, job.id).state is JobState.CANCELLED:
            raise JobStoppedError(
                f"任务 {job.id} 已取消；已登记的部分有效，继续：zhengxin jobs resume {job.id}"
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
    """Write labels.pdf, manifest.csv and refused.csv, each whole or not at all; how many labels."""
    drawer = shop.press.drawer
    out.mkdir(parents=True, exist_ok=True)
    pdf, manifest = out / PDF_NAME, out / MANIFEST
    with _written(pdf) as pages, _written(manifest) as lines:
        lines.write(HEAD)
        count = join_parts(
            _parts(shop, crew, job),
            pages,
            lines,
            sheet=drawer.sheet,
            start=drawer.start,
            title=shop.press.style.title,
        )
    if count == 0:
        # a PDF has at least one page
        pdf.unlink()
        manifest.unlink()
    write_refused(
        out,
        [(one.row, one.column, one.message) for one in job_refusals(shop.registry, job.id)],
    )
    set_job_state(shop.registry, job.id, JobState.DONE, at=_now())
    shutil.rmtree(shop.folder, ignore_errors=True)
    return count


def _parts(shop: Shop, crew: Crew, job: Job) -> Iterator[Part]:
    if shop.keeps_parts:
        yield from map(read_part, job_parts(shop.registry, job.id))
        return
    for chunk in chunk_numbers(shop.registry, job.id):
        file = part_file(shop.folder, chunk)
        if not file.exists():
            # committed, and then the end came
            again: Made = crew.make(_begin(shop, job, chunk)).result()
            save_part(shop.folder, chunk, again.part)
        yield read_part(file.read_bytes())


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """Written beside and put in place at the end: half a file is never seen."""
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def one_runner(folder: Path, job: int) -> Iterator[None]:
    """Raises UserError where another process runs this job; the system frees a dead one's lock."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with folder.with_suffix(".lock").open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"任务 {job} 正由另一个进程执行") from None
        yield


def _found(registry: Registry, job: int) -> Job:
    found = find_job(registry, job)
    assert found is not None
    return found


def _now() -> int:
    return int(time.time())
