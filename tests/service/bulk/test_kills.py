"""Killed with -9 at twenty random moments, each label is in the registry once and in the output once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.chunks import waiting_chunks
from registry.jobs import JobState, create_job, find_job
from registry.registry import Registry
from service.bulk import checking
from service.bulk.issuing import resume_job
from service.bulk.orders import opened, order_of
from service.bulk.queueing import install_queue, queue_job, queue_url
from service.bulk.source import given
from service.home import Home
from service.settings import load_settings
from tests.registry.conftest import postgres_url
from tests.service.bulk.office import (
    PASSPHRASE,
    assert_each_once,
    make_home,
    order,
    row,
    table,
)

__all__ = ["postgres_url"]

ROOT = Path(__file__).parents[3]
KILLS = 20


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LABELS", 25)


@pytest.fixture
def nursed() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _nursery(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.service.bulk.nursery", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_one_process_killed_twenty_times(
    tmp_path: Path, nursed: "list[subprocess.Popen[str]]"
) -> None:
    home, out = make_home(tmp_path), tmp_path / "out"
    source = tmp_path / "table.csv"
    source.write_bytes(table([row(n, labels=n % 7 + 1) for n in range(600)] + [row(9999, 4000)]))
    count = sum(n % 7 + 1 for n in range(600)) + 4000
    process = _nursery("job", home.path, source, out, KILLS, 7)
    nursed.append(process)
    said = process.communicate(timeout=120)[0].split()
    assert process.returncode == 0, said
    # a kill that comes after all is done is none
    assert said.count("killed") >= KILLS - 5, said
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, count)
        job = find_job(registry, 1)
        assert job is not None and job.state is JobState.DONE
    assert not list((home.path / "jobs").glob("*/part-*"))


def test_workers_killed_twenty_times(
    tmp_path: Path,
    postgres_url: str,  # the fixture
    small_chunks: None,
    nursed: "list[subprocess.Popen[str]]",
) -> None:
    home, out = make_home(tmp_path, postgres_url), tmp_path / "out"
    made = order(home)
    rows = [row(n, labels=n % 7 + 1) for n in range(600)] + [row(9999, 6000)]
    count = sum(n % 7 + 1 for n in range(600)) + 6000
    with opened(made.registry_url) as registry:
        job = _job(registry, home, rows, out)
        workers = [_nursery("worker", home.path, KILLS // 2, seed) for seed in (1, 2)]
        nursed += workers
        kills = 0
        for worker in workers:
            assert worker.stdout is not None
            for line in worker.stdout:
                if line == "last\n":
                    break
                kills += line == "killed\n"
        assert waiting_chunks(registry, job), "the job must outlive the kills"
        assert kills == KILLS
        deadline = time.monotonic() + 60
        while waiting_chunks(registry, job):
            assert time.monotonic() < deadline, "stalled work was not found"
            time.sleep(0.2)
        for worker in workers:
            _stop(worker)
        found = find_job(registry, job)
        assert found is not None and found.state is JobState.RUNNING and found.done == count
        resume = order_of(home, load_settings(home), found, PASSPHRASE)
    result = resume_job(resume, found, out, progress=lambda _job: None, processes=1)
    assert result.labels == count
    with opened(made.registry_url) as registry:
        assert_each_once(registry, out, count)


def _job(registry: Registry, home: Home, rows: list[list[str]], out: Path) -> int:
    made = order(home)
    data = table(rows)
    raw = checking.raw_rows(checking.open_rows(given(data)))
    some = (checking.check_rows(registry, made.rules, one) for one in raw)
    checked = checking.collect_chunks(some, made.press.drawer.sheet, 1)
    assert len(checked.chunks) > 100
    job = create_job(
        registry, made.new_job(given(data), out), checked.chunks, checked.refused, at=made.rules.at
    )
    url = queue_url(home, load_settings(home))
    install_queue(registry, url)
    queue_job(registry, url, job)
    return job.id


def _stop(worker: "subprocess.Popen[str]") -> None:
    """The nursery's last child with it."""
    for child in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGTERM)
    worker.wait(timeout=20)
