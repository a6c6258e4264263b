"""Scans counted in memory and written once a second: a look-up never waits for a commit."""

import threading
from collections.abc import Callable, Mapping
from typing import Final

from credential.protocols import RegistryUnavailable
from service.web.context import ScanCount

INTERVAL: Final = 1.0
"""Seconds between two writes; what a crash can lose."""
_REMEMBERED: Final = 100_000
"""Certificates whose count is kept in memory, written or not."""


class ScanCounter:
    """``stored``: count and first time as written so far; ``add``: writes what is new.

    With several servers on one registry each shows its own latest knowledge of the number.
    """

    def __init__(
        self,
        stored: Callable[[bytes], tuple[int, int] | None],
        add: Callable[[Mapping[bytes, tuple[int, int]]], None],
    ) -> None:
        self._stored, self._add = stored, add
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[int, int]] = {}
        self._new: dict[bytes, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scan-counter", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what is left and end."""
        self._stop.set()
        self._thread.join()
        self.flush()

    def count(self, identifier: bytes, at: int) -> ScanCount:
        """Count one look-up at ``at`` (Unix seconds)."""
        stored = None if identifier in self._known else self._look_up(identifier)
        with self._lock:
            new, first_new = self._new.get(identifier, (0, at))
            self._new[identifier] = new + 1, first_new
            count, first_at = self._known.get(identifier) or stored or (new, first_new)
            self._known[identifier] = count + 1, first_at
        return ScanCount(count + 1, first_at)

    def flush(self) -> None:
        with self._lock:
            new, self._new = self._new, {}
        if not new:
            return
        try:
            self._add(new)
        except RegistryUnavailable:
            self._put_back(new)
            return
        with self._lock:
            if len(self._known) > _REMEMBERED:
                # what is not written yet stays known: a look-up would not count it
                self._known = {one: self._known[one] for one in self._new}

    def _put_back(self, unwritten: Mapping[bytes, tuple[int, int]]) -> None:
        with self._lock:
            for identifier, (count, first_at) in unwritten.items():
                newer, _ = self._new.get(identifier, (0, first_at))
                self._new[identifier] = newer + count, first_at

    def _look_up(self, identifier: bytes) -> tuple[int, int] | None:
        try:
            return self._stored(identifier)
        except RegistryUnavailable:
            return None

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.flush()
