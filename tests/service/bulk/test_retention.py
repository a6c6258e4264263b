"""A job that nobody goes on with loses its rows; what it has recorded stays."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from registry import tables
from registry.database import RegistryError, read, write
from registry.jobs import Job, JobState, find_job, set_job_state
from registry.registry import Registry
from service.bulk import checking
from service.bulk.issuing import resume_job
from service.bulk.orders import jobs_folder, opened, order_of
from service.bulk.retention import IDLE_DAYS, abandon
from service.bulk.running import JobStoppedError, one_runner
from service.cli import main
from service.errors import UserError
from service.home import Home
from service.settings import load_settings
from tests.samples import AT, DAY
from tests.service.bulk.office import (
    PASSPHRASE,
    assert_each_once,
    issue,
    make_home,
    order,
    recorded,
    row,
    table,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(checking, "LABELS", 10)
    return make_home(tmp_path)


def _cancelled(home: Home, out: Path, rows: list[list[str]]) -> None:
    """Job 1: the first chunks recorded, the rest cancelled."""

    def cancel(job: Job) -> None:
        with opened(order(home).registry_url) as registry:
            set_job_state(registry, job.id, JobState.CANCELLED, at=AT)

    with pytest.raises(JobStoppedError):
        issue(home, table(rows), out, progress=cancel, processes=1)


def _kept(registry: Registry) -> list[bytes]:
    chunks = select(tables.job_chunks.c.rows).where(tables.job_chunks.c.rows.is_not(None))
    return list(read(registry.main, lambda connection: connection.execute(chunks).scalars()))


def test_an_abandoned_job_leaves_its_labels_and_nothing_else(home: Home, tmp_path: Path) -> None:
    rows = [row(n, labels=5) for n in range(10)]
    _cancelled(home, tmp_path / "a", rows)
    with opened(order(home).registry_url) as registry:
        before = len(recorded(registry))
        assert 0 < before < 50
        assert _kept(registry)
        job = find_job(registry, 1)
        assert job is not None
        made = order_of(home, load_settings(home), job, PASSPHRASE)
        abandon(registry, home, 1, at=AT, reason="放弃")
        assert _kept(registry) == []
        assert len(recorded(registry)) == before
        assert not (jobs_folder(home) / "1").exists()
    with pytest.raises(RegistryError, match="任务 1 已放弃，其中的行已删除；请重新提交表格"):
        resume_job(made, job, tmp_path / "a", progress=lambda _job: None, processes=1)
    # handed in again it is a new job, and what was recorded is not issued twice
    result = issue(home, table(rows), tmp_path / "b")
    assert (result.job.id, result.resumed) == (2, False)
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, tmp_path / "b", 50)
        assert _kept(registry) == []


@pytest.mark.parametrize(("days", "kept"), [(IDLE_DAYS - 1, True), (IDLE_DAYS + 1, False)])
def test_jobs_are_abandoned_when_nobody_goes_on_for_long(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, kept: bool
) -> None:
    _cancelled(home, tmp_path / "a", [row(n, labels=5) for n in range(10)])
    monkeypatch.setattr("service.bulk.issuing.time.time", lambda: AT + days * DAY)
    with opened(order(home).registry_url) as registry:
        idle = update(tables.jobs).values(updated_at=AT)
        write(registry.main, lambda connection: connection.execute(idle))
    issue(home, table([row(99)]), tmp_path / "b")
    with opened(order(home).registry_url) as registry:
        assert bool(_kept(registry)) is kept
        job = find_job(registry, 1)
        assert job is not None
        assert job.state is JobState.CANCELLED
        assert ("超过 30 天没有继续" in job.reason) is not kept


def test_a_running_job_is_not_abandoned(home: Home, tmp_path: Path) -> None:
    _cancelled(home, tmp_path / "a", [row(n, labels=5) for n in range(10)])
    with (
        opened(order(home).registry_url) as registry,
        one_runner(jobs_folder(home) / "1", 1),
        pytest.raises(UserError, match="任务 1 正由另一个进程执行"),
    ):
        abandon(registry, home, 1, at=AT, reason="放弃")


def test_cancel_resume_abandon_by_command(
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)

    def run(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home.path), *map(str, arguments)])
        said = capfd.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    out = tmp_path / "out"
    _cancelled(home, out, [row(n, labels=5) for n in range(10)])
    code, said = run("jobs", "cancel", 1)
    assert code == 0
    assert "30 天不继续即放弃，或现在放弃：zhengxin jobs abandon 1" in said
    code, said = run("jobs", "resume", 1, "--processes", 1)
    assert code == 0
    assert "任务 1（接着上次）：标签 50 枚，拒绝 0 行" in said
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 50)
    assert run("jobs", "abandon", 1) == (1, "错误：任务 1 已经完成\n")
    _cancelled(home, tmp_path / "more", [row(n, labels=5) for n in range(10, 20)])
    assert run("jobs", "abandon", 2) == (
        0,
        "任务 2 已放弃，其中的行已删除；已登记的标签仍然有效\n",
    )
    code, said = run("jobs", "resume", 2)
    assert code == 1
    assert said.endswith("错误：任务 2 已放弃，其中的行已删除；请重新提交表格\n")
    assert "Traceback" not in said
