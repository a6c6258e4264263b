"""A child's place: its right to run, which it gives up when it takes long.

Without that, two bombs hold both places of a machine of two processors until their deadlines.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Final

_ASIDE: Final = 10
"""Niceness of a child that takes long: about a tenth of what one at 0 gets, so that a scan with OCR
still comes to its end beside others."""


class Place:
    """One of ``running`` until it steps aside, then one of ``aside``; both are held for the life of
    the child. ``late``: the child was ended because its time was over."""

    def __init__(
        self, running: threading.BoundedSemaphore, aside: threading.BoundedSemaphore
    ) -> None:
        running.acquire()
        self.late = False
        self._held: threading.BoundedSemaphore | None = running
        self._aside = aside
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def watch(self, child: BaseProcess, seconds: float) -> None:
        """Look every so many seconds, and step aside when the child has computed for as long. On a
        busy machine an upload may wait longer than that and be no bomb."""
        with self._lock:
            if self._held is None:
                return
            self._timer = threading.Timer(seconds, self._look, (child, seconds))
            self._timer.start()

    def _look(self, child: BaseProcess, seconds: float) -> None:
        if _computed(child) < seconds or not self._step_aside(child):
            self.watch(child, seconds)

    def _step_aside(self, child: BaseProcess) -> bool:
        """Where there is room aside; without room, the child keeps its place and its share."""
        with self._lock:
            if self._held is None or child.pid is None or not self._aside.acquire(blocking=False):
                return False
            with suppress(OSError):  # it has just ended
                os.setpriority(os.PRIO_PROCESS, child.pid, _ASIDE)
            self._held.release()
            self._held = self._aside
            return True

    def end(self, child: BaseProcess) -> None:
        self.late = True
        child.kill()

    def leave(self) -> None:
        with self._lock:
            if self._held is not None:
                self._held.release()
            self._held = None
            if self._timer is not None:
                self._timer.cancel()


def _computed(child: BaseProcess) -> float:
    """Seconds of processor time; 0 where the system does not say."""
    if sys.platform != "linux" or child.pid is None:
        return 0.0
    with suppress(OSError):  # it has just ended
        # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED), linux/posix-timers.h
        return time.clock_gettime(~child.pid << 3 | 2)
    return 0.0
