"""service/commands/serve.py: the office as it runs on a port, and what it leaves when it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.flows.office import PASSPHRASE, Place, printed

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(url: str) -> str:
    # this machine itself: no proxy that the environment may name
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end_and_keeps_its_counts(
    own: Place, sent: signal.Signals
) -> None:
    one, port = printed(own)[0], free_port()
    command = [sys.executable, "-c", "from service.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "--home", str(own.home.path), "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"ZHENGXIN_PASSPHRASE": PASSPHRASE, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 30
        while True:
            try:
                get(f"{base}/readyz")
                break
            except OSError:
                assert time.monotonic() < until, "not serving"
                time.sleep(0.1)
        assert ">有效</h1>" in get(base + one.path)
    finally:
        process.send_signal(sent)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert "服务地址：https://zx.example.cn" in said
    assert one.path not in said, "the path is the credential: it is in no log"
    assert "Traceback" not in said
    with own.pages() as pages:
        answer = pages.get(one.path, {"accept": "application/json"}).json()
    assert answer["scans"]["number"] == 2


def test_without_its_passphrase_it_does_not_start(own: Place) -> None:
    ran = own.run("serve", "--port", free_port(), ZHENGXIN_PASSPHRASE="another passphrase")
    assert (ran.status, "口令不对" in ran.err) == (1, True)


def test_an_address_that_cannot_be_served_is_said_before_anything_starts(own: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = own.run(
            "serve", "--host", "127.0.0.1", "--port", port, ZHENGXIN_PASSPHRASE=PASSPHRASE
        )
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"错误：无法在 127.0.0.1 的端口 {port} 上服务："
        "端口已被占用，可能服务已在运行；请停下它，或用 --port 另选一个\n"
    )
    ran = own.run("serve", "--host", "192.0.2.1", ZHENGXIN_PASSPHRASE=PASSPHRASE)
    assert (ran.status, ran.err) == (
        *(1, "错误：无法在 192.0.2.1 的端口 8000 上服务：本机没有这个地址\n"),
    )
    ran = own.run("serve", "--host", "nosuch.invalid", ZHENGXIN_PASSPHRASE=PASSPHRASE)
    said = "错误：没有主机“nosuch.invalid”，请核对 --host 或设置中的 host\n"
    assert (ran.status, ran.err) == (1, said)
