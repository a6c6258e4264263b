"""Work of native libraries done ahead of its use, in a thread of its own.

PDFium and the reader of symbols let Python run meanwhile: pages are drawn while the file is examined
and its text is read, and the next one while the one before it is looked at.
"""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

T = TypeVar("T")
_AHEAD: Final = 3
"""Items; a page drawn for letters has 9 MB at A4."""
_TURN: Final = 0.0002
"""Seconds after which a thread that computes lets the other one on: each call into a library waits
so long when it returns, and drawing a page makes some thirty."""


@contextmanager
def one_thread() -> Iterator[Executor]:
    """On leaving, it has ended: PDFium is used by one thread at a time, so by nobody else within."""
    turn = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    thread = ThreadPoolExecutor(1, "ahead")
    try:
        yield thread
    finally:
        thread.shutdown(cancel_futures=True)
        sys.setswitchinterval(turn)


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
