"""Processes that check and make: as many as there are processors, parted before a database is open.

A connection that is carried over a fork is two owners of one conversation; so whoever opens a pool
has no registry open, and each process opens its own.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Final, ParamSpec, TypeVar

from registry.registry import Registry, open_registry
from service.bulk.checking import CheckedRows, RawRows, Rules, check_rows
from service.bulk.press import Press, make_chunk
from service.bulk.work import Made, Work
from service.errors import UserError

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")

_PR_SET_PDEATHSIG: Final = 1
_AHEAD: Final = 2
"""Chunks begun beyond one a process, so that none waits; more would only fill memory."""
_LOOK: Final = 0.5
"""Seconds of waiting for a result until the processes are looked at."""
_SELDOM: Final = (200_000, 10, 100)
"""Objects made between two searches for garbage, and searches between two longer ones. A chunk's
objects form no rings and go when it goes; looking through them took a quarter of the time."""


@dataclass(frozen=True, slots=True)
class Crew:
    """``most``: items begun before the first of them is handed on; ``hands``: the processes."""

    executor: Executor
    most: int
    hands: Sequence[BaseProcess] = ()

    def check(self, raw: RawRows) -> "Future[CheckedRows]":
        return self.executor.submit(_check, raw)

    def make(self, work: Work) -> "Future[Made]":
        return self.executor.submit(_make, work)

    def make_now(self, work: Work) -> Made:
        """Raises UserError: a process was killed."""
        with _killed_is_said():
            return self._result(self.make(work))

    def in_order(
        self, submit: "Callable[[T], Future[R]]", items: Iterable[T]
    ) -> Iterator[tuple[T, R]]:
        """Each item with its result, in the items' order, a few begun ahead.

        Raises:
            UserError: a process was killed.
        """
        begun: deque[tuple[T, Future[R]]] = deque()
        try:
            for item in items:
                with _killed_is_said():
                    begun.append((item, submit(item)))
                if len(begun) >= self.most:
                    yield self._next(begun)
            while begun:
                yield self._next(begun)
        finally:
            for _, future in begun:
                future.cancel()

    def _next(self, begun: "deque[tuple[T, Future[R]]]") -> tuple[T, R]:
        item, future = begun.popleft()
        with _killed_is_said():
            return item, self._result(future)

    def _result(self, future: "Future[R]") -> R:
        while not wait([future], _LOOK).done:
            self.end_if_one_has()
        return future.result()

    def end_if_one_has(self) -> None:
        """One that is killed while it hands over a result leaves half of it in the pipe, and whoever reads
        waits for the rest as long as others hold the pipe."""
        if any(not hand.is_alive() for hand in self.hands):
            for hand in self.hands:
                hand.kill()


@contextmanager
def _killed_is_said() -> Iterator[None]:
    # noticed by a result, or by the next to be begun
    try:
        yield
    except BrokenProcessPool as error:
        raise UserError(
            "一个工作进程被终止（可能内存不足），任务可以继续：zhengxin jobs resume"
        ) from error


def default_processes() -> int:
    return max(1, len(os.sched_getaffinity(0)))


@contextmanager
def open_crew(press: Press, rules: Rules, registry_url: str, processes: int) -> Iterator[Crew]:
    """The registry must not be open yet. Processes share what the press has read already."""
    executor = ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_start,
        initargs=(press, rules, registry_url),
    )
    crew: Crew | None = None
    try:
        before = {*multiprocessing.active_children()}
        # all of them part now
        executor.submit(os.getpid).result()
        hands = [one for one in multiprocessing.active_children() if one not in before]
        # what nobody can write to any more ends; this end is for those who have parted
        executor._result_queue._writer.close()  # type: ignore[attr-defined]  # a pipe's, in CPython
        crew = Crew(executor, processes + _AHEAD, hands)
        yield crew
    finally:
        if crew is not None:
            crew.end_if_one_has()
        executor.shutdown(cancel_futures=True)


@contextmanager
def no_crew(press: Press, rules: Rules, registry: Registry) -> Iterator[Crew]:
    """This process does it all: of a thousand labels, what others copy and say costs a third."""
    _place[:] = [_Place(press, rules, "", registry)]
    try:
        yield Crew(_Here(), 1)
    finally:
        _place.clear()


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Around all of a job. What it leaves are things kept for the next, and the process mostly ends now:
    to search them all once more took longer than the statements of a short job."""
    often = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*often)


class _Here(Executor):
    """Does it at once, and what goes wrong goes up from here."""

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        done: Future[T] = Future()
        done.set_result(work(*args, **kwargs))
        return done


@dataclass(slots=True)
class _Place:
    """What one process has."""

    press: Press
    rules: Rules
    registry_url: str
    registry: Registry | None = None


_place: list[_Place] = []


def _start(press: Press, rules: Rules, registry_url: str) -> None:
    # Ctrl-C is for the parent, which ends the others in good order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _place[:] = [_Place(press, rules, registry_url)]
    search_seldom()


def search_seldom() -> None:
    """In a process that has parted. What the parent has loaded stays: looking through it for garbage
    would also copy its memory."""
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def end_with_parent() -> None:
    """A parent killed with -9 says nothing to its children: Linux does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _check(raw: RawRows) -> CheckedRows:
    here = _place[0]
    if here.registry is None:
        here.registry = open_registry(here.registry_url, up_to_date=True)
    return check_rows(here.registry, here.rules, raw)


def _make(work: Work) -> Made:
    return make_chunk(_place[0].press, work)
