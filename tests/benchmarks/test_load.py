"""The load: each path once, nothing but 200 counts, and it ends."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks import load as loading
from benchmarks.load import Load, load
from benchmarks.measuring import BenchmarkError


@contextmanager
def server(head: bytes, asked: list[bytes]) -> Iterator[int]:
    """Answers every request in two pieces; without ``head`` it hangs up."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while head and (request := self.rfile.readline()):
                asked.append(request.split()[1])
                while self.rfile.readline() != b"\r\n":
                    pass
                self.wfile.write(head + b"\r\n\r\nhe")
                self.wfile.write(b"llo")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield listening.server_address[1]
        finally:
            listening.shutdown()
            thread.join()


GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 5"


def test_each_path_is_asked_once_whatever_the_pieces() -> None:
    asked: list[bytes] = []
    paths = [f"/{number}" for number in range(50)]
    with server(GOOD, asked) as port:
        answered = load(port, paths, connections=4)
    assert sorted(asked) == sorted(path.encode() for path in paths)
    assert len(answered.latencies) == 50
    assert answered.rate > 0
    assert list(answered.latencies) == sorted(answered.latencies)
    assert answered.percentile(50) <= answered.percentile(99)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 5", "HTTP 500"),
        (b"HTTP/1.1 404 No\r\nContent-Length: 5", "HTTP 404"),
    ],
)
def test_any_other_answer_ends_the_measurement(head: bytes, words: str) -> None:
    with server(head, []) as port, pytest.raises(BenchmarkError, match=words):
        load(port, ["/1", "/2"], connections=1)


def test_a_server_that_goes_away_is_not_a_short_measurement() -> None:
    with server(b"", []) as port, pytest.raises(BenchmarkError, match="connection lost"):
        load(port, ["/1"])


def test_no_request_is_sent_after_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LONGEST", -1.0)
    asked: list[bytes] = []
    with server(GOOD, asked) as port:
        assert load(port, ["/1", "/2"]).latencies == ()
    assert asked == []


def test_percentiles() -> None:
    answered = Load(2.0, tuple(float(n) for n in range(1, 101)), 0.5)
    assert (answered.rate, answered.percentile(50), answered.percentile(99)) == (50.0, 50.0, 99.0)
