"""Work of native libraries done ahead of its use, in a thread of its own.

PDFium and the reader of symbols let Python run meanwhile: pages are drawn while the file is examined
and its text is read, and the next one while the one before it is looked at. Where no processor is idle
two threads only hinder each other, and all is done in turn.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_AHEAD: Final = 3
"""Items; a page drawn for letters has 9 MB at A4."""
_TURN: Final = 0.0005
"""Seconds after which Python is given to the thread that waits for it, to begin what is next; of a
hundred milliseconds in all, the usual five are too many."""


class _Here(Executor):
    """Does it at once."""

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        done: Future[R] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # raised where it is taken
            done.set_exception(error)
        return done


@contextmanager
def one_thread(*, idle: bool) -> Iterator[Executor]:
    """On leaving, it has ended: PDFium is used by one thread at a time, so by nobody else within.
    ``idle``: there is a processor for it; else what is asked of it is done by who asks."""
    thread = ThreadPoolExecutor(1, "ahead") if idle else _Here()
    usual = sys.getswitchinterval()
    if idle:
        sys.setswitchinterval(_TURN)
    try:
        yield thread
    finally:
        thread.shutdown(cancel_futures=True)
        sys.setswitchinterval(usual)


def ahead(thread: Executor, items: Iterable[T]) -> Iterator[T]:
    """The same items, made in ``thread``, which begins at once and stays some ahead.

    What making one raises is raised where it is taken.
    """
    source = iter(items)
    waiting = deque(thread.submit(next, source, None) for _ in range(_AHEAD))
    return _taken(thread, source, waiting)


def _taken(thread: Executor, source: Iterator[T], waiting: deque[Future[T | None]]) -> Iterator[T]:
    while (item := waiting.popleft().result()) is not None:
        waiting.append(thread.submit(next, source, None))
        yield item
