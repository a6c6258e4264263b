"""Asking a registry that may be slow or silent: a bounded wait, and when it last answered."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from credential.protocols import Record, RecordSource, RegistryUnavailable

WAIT: Final = 5.0
"""Seconds; a healthy registry answers in a thousandth of that."""


@dataclass(slots=True)
class LastAnswer:
    """``at``: Unix seconds, None before the first answer. Shared by threads: one assignment."""

    at: int | None = None


@dataclass(frozen=True, slots=True)
class TimedRecords:
    """``source``, waited for at most WAIT seconds a question. ``at``: now, in Unix seconds."""

    source: RecordSource
    last: LastAnswer
    at: int

    def record(self, identifier: bytes) -> Record | None:
        """Raises RegistryUnavailable, with the time of the last answer."""
        answer: Future[Record | None] = Future()
        # a daemon: a database that hangs must not hold up the end of the process
        threading.Thread(target=_ask, args=(self.source, identifier, answer), daemon=True).start()
        try:
            found = answer.result(WAIT)
        except TimeoutError as error:
            raise RegistryUnavailable("登记库没有及时回答", self.last.at) from error
        except RegistryUnavailable as error:
            raise RegistryUnavailable(str(error), self.last.at) from error
        self.last.at = self.at
        return found


def _ask(source: RecordSource, identifier: bytes, answer: Future[Record | None]) -> None:
    try:
        answer.set_result(source.record(identifier))
    except Exception as error:  # whatever it is, whoever asked is told
        answer.set_exception(error)
