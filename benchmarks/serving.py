"""Servers in processes of their own, as an office runs them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from benchmarks.measuring import BenchmarkError
from benchmarks.office import PASSPHRASE
from service.home import Home

_STARTING: Final = 60.0
"""Seconds within which a server listens."""
_PROGRAM: Final = "from service.cli import main; main()"


@contextmanager
def serving_office(home: Home) -> Iterator[int]:
    """``zhengxin serve`` over a home folder; its port."""
    port = _free_port()
    command = [sys.executable, "-c", _PROGRAM, "--home", str(home.path), "serve"]
    with _serving([*command, "--port", str(port)], port):
        yield port


@contextmanager
def serving_hello() -> Iterator[int]:
    port = _free_port()
    options = ["--no-access-log", "--no-server-header", "--port", str(port)]
    with _serving([sys.executable, "-m", "uvicorn", "benchmarks.hello:app", *options], port):
        yield port


@contextmanager
def _serving(command: Sequence[str], port: int) -> Iterator[None]:
    environment = os.environ | {"ZHENGXIN_PASSPHRASE": PASSPHRASE}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchmarkError("the server did not start")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
