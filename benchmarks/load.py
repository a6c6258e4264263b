"""Load over loopback: a bounded number of GET requests on a few kept connections, within a time."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.measuring import BenchmarkError

CONNECTIONS: Final = 16
LONGEST: Final = 60.0
"""Seconds after which no further request is sent."""


@dataclass(frozen=True, slots=True)
class Load:
    """``latencies``: seconds, sorted. ``busy``: the part of the time in which this client computed."""

    seconds: float
    latencies: tuple[float, ...]
    busy: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        return self.latencies[(len(self.latencies) - 1) * percent // 100]


def load(port: int, paths: Sequence[str], *, connections: int = CONNECTIONS) -> Load:
    """Each path once. Raises BenchmarkError for any answer but 200."""
    return asyncio.run(_load(port, paths, connections))


async def _load(port: int, paths: Sequence[str], connections: int) -> Load:
    loop = asyncio.get_running_loop()
    began, worked = time.perf_counter(), time.process_time()
    queue = _Queue(iter(paths), began + LONGEST)
    clients = []
    for _ in range(min(connections, len(paths))):
        _, client = await loop.create_connection(
            lambda: _Client(queue, loop.create_future()), "127.0.0.1", port
        )
        clients.append(client)
    async with asyncio.timeout(max(LONGEST, 0) + 10):
        await asyncio.gather(*(client.done for client in clients))
    if queue.failure is not None:
        raise BenchmarkError(queue.failure)
    seconds = time.perf_counter() - began
    busy = (time.process_time() - worked) / seconds
    return Load(seconds, tuple(sorted(queue.latencies)), busy)


@dataclass(slots=True)
class _Queue:
    """What the connections share: the paths still to ask, how long answers took, what went wrong."""

    paths: Iterator[str]
    until: float
    latencies: list[float] = field(default_factory=list)
    failure: str | None = None


class _Client(asyncio.Protocol):
    """One connection, one request at a time. ``done`` when it is closed."""

    def __init__(self, queue: _Queue, done: "asyncio.Future[None]") -> None:
        self.queue, self.done = queue, done
        self._received = b""
        self._sent_at = 0.0
        self._finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        now = time.perf_counter()
        status = head[9:12]  # after HTTP/1.1
        if status != b"200":
            self._fail(f"HTTP {status.decode()}")
            return
        self.queue.latencies.append(now - self._sent_at)
        self._received = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._finished:
            self.queue.failure = f"connection lost: {error}"
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        going_on = self.queue.failure is None and time.perf_counter() < self.queue.until
        path = next(self.queue.paths, None) if going_on else None
        if path is None:
            self._finished = True
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def _fail(self, why: str) -> None:
        self.queue.failure = why
        self._finished = True
        self._transport.close()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise BenchmarkError("an answer without its length")
