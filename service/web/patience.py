"""How long a pile is worked on: while its sender waits for it, and no longer than so many seconds."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.requests import Request


@asynccontextmanager
async def patience(request: Request, seconds: float) -> AsyncIterator[Callable[[], bool]]:
    """Whether to go on, asked from any thread. The body of ``request`` has been read."""
    gone = threading.Event()
    ends = time.monotonic() + seconds

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watcher = asyncio.create_task(watch())
    try:
        yield lambda: not gone.is_set() and time.monotonic() < ends
    finally:
        watcher.cancel()
