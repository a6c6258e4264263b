"""The crew: in order, a few ahead, and a process that is killed."""

import gc
import multiprocessing
import os
import signal
import struct
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from types import FrameType

import pytest

from registry.jobs import Job, JobState, find_job
from service.bulk import checking, issuing
from service.bulk.issuing import resume_job
from service.bulk.orders import Order, opened, order_of
from service.bulk.pool import open_crew, seldom_searched
from service.errors import UserError
from service.settings import load_settings
from tests.service.bulk.office import (
    PASSPHRASE,
    assert_each_once,
    issue,
    make_home,
    order,
    row,
    table,
)

_KILLED = r"一个工作进程被终止（可能内存不足），任务可以继续：zhengxin jobs resume"


def _slow_first(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number * number


def _killed(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_order_and_only_a_few_are_begun(made: Order) -> None:
    begun: list[int] = []

    def submit(number: int) -> "Future[int]":
        begun.append(number)
        return crew.executor.submit(_slow_first, number)

    with open_crew(made.press, made.rules, made.registry_url, 2) as crew:
        found = crew.in_order(submit, range(50))
        assert next(found) == (0, 0)
        # two at work and two that wait: more would only fill memory
        assert begun == [0, 1, 2, 3]
        assert list(found) == [(number, number**2) for number in range(1, 50)]


def test_what_a_job_leaves_is_not_searched_and_then_all_is_as_before() -> None:
    often = gc.get_threshold()
    gc.unfreeze()
    with pytest.raises(KeyError), seldom_searched():
        assert gc.get_threshold() > often
        raise KeyError
    assert gc.get_threshold() == often
    assert gc.get_freeze_count() > 0
    gc.unfreeze()


def test_a_killed_process_is_said_as_the_clerk_needs_it(made: Order) -> None:
    with open_crew(made.press, made.rules, made.registry_url, 1) as crew:

        def submit(number: int) -> "Future[int]":
            return crew.executor.submit(_killed, number)

        with pytest.raises(UserError, match=_KILLED):
            list(crew.in_order(submit, range(6)))


def _half_a_result(number: int) -> int:
    """Begins a message as Connection does, and is gone."""
    if number == 2:
        frame: FrameType | None = sys._getframe()
        while frame is not None and "result_queue" not in frame.f_locals:
            frame = frame.f_back
        assert frame is not None
        os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 1000) + b"x")
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_process_killed_within_its_answer_is_said_too(made: Order) -> None:
    """The reader waited for the rest, for ever."""
    said: list[str] = []

    def run() -> None:
        with open_crew(made.press, made.rules, made.registry_url, 2) as crew:
            try:
                list(crew.in_order(lambda n: crew.executor.submit(_half_a_result, n), range(6)))
            except UserError as error:
                said.append(str(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(30)
    assert said == [_KILLED]


def test_a_job_goes_on_after_a_process_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "LABELS", 10)
    monkeypatch.setattr(issuing, "_FEW", 0)
    home, out = make_home(tmp_path), tmp_path / "out"

    def kill(_job: Job) -> None:
        # not every child: the tests' own resource tracker is one, and would be missed later
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(UserError, match=_KILLED):
        issue(home, table([row(n, labels=5) for n in range(40)]), out, progress=kill)
    with opened(order(home).registry_url) as registry:
        job = find_job(registry, 1)
        assert job is not None
        assert job.state is JobState.FAILED
        assert job.reason.startswith("一个工作进程被终止")
        assert 0 < job.done < 200
    again = order_of(home, load_settings(home), job, PASSPHRASE)
    result = resume_job(again, job, out, progress=lambda _job: None, processes=2)
    assert result.labels == 200
    with opened(order(home).registry_url) as registry:
        assert_each_once(registry, out, 200)
