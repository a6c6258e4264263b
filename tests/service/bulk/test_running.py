"""Where a chunk's first label stands, one runner a job, files whole or not at all."""

import fcntl
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import update

from certgen.label_drawing import LabelDrawer
from certgen.label_sheet import A4_SHEETS
from registry import tables
from registry.database import write
from registry.jobs import JobState, find_job
from registry.registry import Registry
from service.bulk import checking, running
from service.bulk.orders import Order, Paper, opened
from service.bulk.press import Press
from service.bulk.running import (
    JobStoppedError,
    chunk_place,
    failure_words,
    is_left,
    one_runner,
)
from service.errors import UserError
from tests.service.bulk.office import issue, make_home, manifest, order, row, table
from tests.service.bulk.test_issuing import LONG


def _press(made: Order, start: int) -> Press:
    style = made.press.pack.style("one-fruit-52x29")
    drawer = LabelDrawer.of(style, A4_SHEETS[40], start)
    return Press(made.press.pack, style, made.press.signer, bytes(32), made.press.base_url, drawer)


@pytest.mark.parametrize(("start", "later"), [(1, 0), (2, 39), (36, 5), (40, 1)])
def test_every_chunk_but_the_first_begins_a_sheet(made: Order, start: int, later: int) -> None:
    press = _press(made, start)
    assert chunk_place(press, 0) == 0
    assert chunk_place(press, 1) == chunk_place(press, 7) == later
    # that many labels fill the part-used sheet
    assert (start - 1 + later) % 40 == 0


@pytest.mark.parametrize("start", [1, 40])
def test_a_refused_row_never_moves_what_comes_in_later_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    monkeypatch.setattr(checking, "LABELS", 40)
    home = make_home(tmp_path)
    paper = order(home, "one-fruit-52x29", Paper("40", start))
    rows = [row(1, labels=30), row(2, labels=30, product=LONG), row(3, labels=60)]
    result = issue(home, table(rows), tmp_path / "out", paper, processes=1)
    assert [refusal.row for refusal in result.refused] == [3]
    pages = [int(line["page"]) for line in manifest(tmp_path / "out")]
    first = 40 - (start - 1)
    # of 120 places 30 are blank, at the end of the chunks that the refused row was in
    assert len(pages) == 90
    assert pages == sorted(pages)
    assert pages[-1] == -(-(120 + start - 1) // 40)
    assert pages.count(1) == min(30, first)


def test_one_process_runs_a_job(made: Order, tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / "7"
    with (
        one_runner(folder, 7),
        pytest.raises(UserError, match="任务 7 正由另一个进程执行"),
        one_runner(folder, 7),
    ):
        raise AssertionError("two runners")
    with one_runner(folder, 7):
        assert folder.stat().st_mode & 0o077 == 0
        assert not is_left(folder), "it runs"
    assert is_left(folder)
    assert not is_left(folder.with_name("8")), "nobody here ran it"


def test_the_lock_goes_with_the_job_and_a_removed_one_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, flock = tmp_path / "jobs" / "7", fcntl.flock
    lock_file = folder.with_suffix(".lock")
    removed: list[int] = []

    def late(handle: IO[bytes], how: int) -> None:
        # the one before ends between our opening of its file and our locking
        if not removed:
            removed.append(lock_file.stat().st_ino)
            lock_file.unlink()
        flock(handle, how)

    monkeypatch.setattr(running.fcntl, "flock", late)
    with (
        one_runner(folder, 7),
        pytest.raises(UserError) as error,
        one_runner(folder, 7, then="，完成后再交一次即可重印"),
    ):
        raise AssertionError("two runners")
    assert str(error.value) == "任务 7 正由另一个进程执行，完成后再交一次即可重印"
    assert lock_file.exists()
    with one_runner(folder, 7):
        folder.rmdir()
    assert not lock_file.exists()


def test_half_a_file_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, out = make_home(tmp_path), tmp_path / "out"
    data = table([row(n) for n in range(5)])
    issue(home, data, out, processes=1)
    before = (out / "labels.pdf").read_bytes(), (out / "manifest.csv").read_bytes()
    made = order(home)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    again = "，腾出空间后运行 zhengxin jobs resume 2"
    for place, name, where in (
        (running.os, "fsync", home.path / "jobs/2"),
        (running, "join_parts", out),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, full)
            with pytest.raises(UserError) as error:
                issue(home, table([row(9)]), out, made, processes=1)
        assert str(error.value) == f"磁盘已满（{where}）{again}"
        with opened(made.registry_url) as registry:
            job = find_job(registry, 2)
            assert job is not None
            assert (job.state, job.reason) == (JobState.FAILED, str(error.value))
        assert not list(out.glob(".*"))
    assert ((out / "labels.pdf").read_bytes(), (out / "manifest.csv").read_bytes()) == before
    # and the job goes on once there is room
    result = issue(home, table([row(9)]), out, processes=1)
    assert result.resumed
    assert len(manifest(out)) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied", "x"), "没有读写的权限（x）"),
        (OSError(9999, "No such thing"), "系统报告错误 9999"),
        (KeyError("id"), "程序出错（KeyError），请联系管理员"),
    ],
)
def test_why_a_job_failed_is_in_chinese(error: Exception, reason: str) -> None:
    assert failure_words(error) == reason


@pytest.mark.parametrize(
    ("state", "reason", "message"),
    [
        (JobState.FAILED, "甲机出错", "任务 1 失败：甲机出错；已登记的部分有效，继续："),
        (JobState.CANCELLED, "取消", "任务 1 已取消；已登记的部分有效，继续："),
        (JobState.DONE, "", "任务 1 已由另一个进程完成"),
    ],
)
def test_a_job_that_somebody_else_ended_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: JobState, reason: str, message: str
) -> None:
    home = make_home(tmp_path)
    made = order(home)

    def ended(registry: Registry, job: int, *_: object, **__: object) -> None:
        values = {"state": state.value, "reason": reason}
        write(registry.main, lambda c: c.execute(update(tables.jobs).values(values)))

    monkeypatch.setattr(running, "take_chunk", ended)
    with pytest.raises(JobStoppedError) as error:
        issue(home, table([row(1)]), tmp_path / "out", made, processes=1)
    assert str(error.value).startswith(message)
    with opened(made.registry_url) as registry:
        job = find_job(registry, 1)
        # as whoever ended it left it
        assert job is not None and (job.state, job.reason) == (state, reason)
