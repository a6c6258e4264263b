"""A worker that can't make a chunk: the job says why, and whoever waits for it is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from credential.protocols import RegistryUnavailable
from registry.database import RegistryError
from registry.jobs import JobState, create_job, find_job
from registry.registry import close_registry
from service.bulk import queueing
from service.bulk.orders import opened
from service.bulk.queueing import _Desk, wait_for_job
from service.bulk.running import JobStoppedError
from service.bulk.source import given
from service.settings import load_settings
from tests.service.bulk.office import PASSPHRASE, chunks, make_home, order, row, table


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (KeyError("id"), JobState.FAILED, "程序出错（KeyError），请联系管理员"),
        (MemoryError(), JobState.FAILED, "程序出错（MemoryError），请联系管理员"),
        (RegistryError("密钥无权"), JobState.FAILED, "密钥无权"),
        (RegistryUnavailable("稍后再试"), JobState.QUEUED, ""),
    ],
)
def test_whatever_ends_a_chunk_ends_the_waiting(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    state: JobState,
    reason: str,
) -> None:
    home = make_home(tmp_path)
    made, data = order(home), table([row(1)])

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(queueing, "make_chunk", fail)
    with opened(made.registry_url) as registry:
        checked = chunks(registry, made, data)
        new = made.new_job(given(data), tmp_path)
        job = create_job(registry, new, checked.chunks, (), at=made.rules.at)
        desk = _Desk(home, load_settings(home), PASSPHRASE)
        _ended(desk.do, job.id, unavailable=state is JobState.QUEUED)
        assert desk.registry is not None
        close_registry(desk.registry)
        found = find_job(registry, job.id)
        assert found is not None and (found.state, found.reason) == (state, reason)
        if state is JobState.FAILED:
            with pytest.raises(JobStoppedError) as stopped:
                wait_for_job(registry, job, lambda _job: None)
            assert str(stopped.value) == f"任务 1 失败：{reason}；继续：zhengxin jobs resume 1"


def _ended(do: Callable[[int, int], None], job: int, *, unavailable: bool) -> None:
    if not unavailable:
        do(job, 0)
        return
    # procrastinate's to try again
    with pytest.raises(RegistryUnavailable, match="稍后再试"):
        do(job, 0)
