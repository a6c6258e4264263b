"""How many uploads are worked on at one time; one more is answered 503."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from service.errors import UserError
from service.web.answers import RETRY_AFTER
from verifier.isolation import VerifierBusy
from verifier.zip_pile import PileError

T = TypeVar("T")
_FULL: Final = "正在核验的文件较多，请稍后再试"


class VerifyQueue:
    """Being verified or waiting for it; lives on the event loop, so needs no lock."""

    def __init__(self, size: int) -> None:
        self._free = size

    async def run(self, work: Callable[[], T]) -> T:
        """``work`` in a thread; a pile takes one place and goes file by file.

        Raises:
            HTTPException: 503 where all places are taken; 400 where the archive is refused or nothing
                is known of the time that is asked for.
        """
        with self.place():
            try:
                return await run_in_threadpool(work)
            except VerifierBusy as error:
                raise _full() from error
            except (UserError, PileError) as error:
                raise HTTPException(400, str(error)) from error

    @contextmanager
    def place(self) -> Iterator[None]:
        """Raises HTTPException 503 where all are taken."""
        if self._free <= 0:
            raise _full()
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


def _full() -> HTTPException:
    return HTTPException(503, _FULL, {"retry-after": RETRY_AFTER})
