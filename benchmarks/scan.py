"""The scan page ``/1/{digits}`` of the running application, against a bare Starlette hello.

Over loopback: ``zhengxin serve`` in one process, the load from this one, on kept connections. In
process: both applications called as ASGI, without any server. Two kinds of scans: certificates that
this server has not seen yet, and the same hundred again and again, as a market does.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Scope

from benchmarks.hello import app as hello
from benchmarks.load import CONNECTIONS, Load, load
from benchmarks.measuring import (
    BenchmarkError,
    Figure,
    Prepare,
    Ratio,
    Result,
    Work,
    alternate,
    microseconds,
    milliseconds,
    ratio,
)
from benchmarks.office import PASSPHRASE, SampleOffice, record, sample_office
from benchmarks.serving import serving_hello, serving_office
from credential.qr_text import write_digits
from service.commands.serve import running_app

_AGAIN: Final = 100
"""Certificates of a market's morning."""


@dataclass(frozen=True, slots=True)
class Size:
    """``certificates`` in the registry; ``requests`` of each kind a round."""

    rounds: int
    certificates: int
    requests: int


FULL: Final = Size(rounds=7, certificates=20_000, requests=2_000)
QUICK: Final = Size(rounds=1, certificates=12, requests=4)


def run(size: Size) -> Result:
    with sample_office(subjects=1_000) as office:
        stored = record(office.certificates, size.certificates)
        paths = [f"/1/{write_digits(one.message)}" for one in stored]
        kinds = _kinds(paths, size)
        in_process = _in_process(office, kinds, size.rounds)
        with serving_office(office.office.home) as port, serving_hello() as hello_port:
            served = _served(port, hello_port, kinds, size.rounds)
    figures = (*in_process[0], *served[0])
    notes: dict[str, str | int | float] = {
        "certificates": size.certificates,
        "requests_a_round": size.requests,
        "rounds": size.rounds,
        "connections": CONNECTIONS,
        "client_busy": round(served[2], 2),
    }
    return Result("scan", figures, (*in_process[1], *served[1]), notes)


def _kinds(paths: Sequence[str], size: Size) -> dict[str, Callable[[int], Sequence[str]]]:
    """Which paths are asked in a round: none twice, or few and often."""
    if len(paths) < (size.rounds + 1) * size.requests:
        raise BenchmarkError("too few certificates for so many requests")

    def first(number: int) -> Sequence[str]:
        return paths[number * size.requests : (number + 1) * size.requests]

    def again(_number: int) -> Sequence[str]:
        few = paths[-_AGAIN:]
        return [few[place % len(few)] for place in range(size.requests)]

    return {"first scan": first, "scan again": again, "hello": lambda _: ["/"] * size.requests}


def _in_process(
    office: SampleOffice, kinds: dict[str, Callable[[int], Sequence[str]]], rounds: int
) -> tuple[list[Figure], list[Ratio]]:
    with running_app(office.office, PASSPHRASE) as app:
        cases: dict[str, Prepare] = {
            kind: _calling(hello if kind == "hello" else app, paths)
            for kind, paths in kinds.items()
        }
        taken = alternate(cases, rounds)
    figures = {kind: microseconds(f"in process: {kind}", taken[kind]) for kind in kinds}
    floor = figures["hello"]
    return list(figures.values()), [
        ratio(f"in process: {kind} / hello", figure, floor)
        for kind, figure in figures.items()
        if kind != "hello"
    ]


def _calling(app: ASGIApp, paths: Callable[[int], Sequence[str]]) -> Prepare:
    def prepare(number: int) -> Work:
        chosen = paths(number)

        def work() -> int:
            asyncio.run(_call_all(app, chosen))
            return len(chosen)

        return work

    return prepare


async def _call_all(app: ASGIApp, paths: Sequence[str]) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    for path in paths:
        await app(_scope(path), receive, send)
    if set(statuses) != {200} or len(statuses) != len(paths):
        raise BenchmarkError(f"HTTP {sorted(set(statuses))}")


def _scope(path: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


def _served(
    port: int, hello_port: int, kinds: dict[str, Callable[[int], Sequence[str]]], rounds: int
) -> tuple[list[Figure], list[Ratio], float]:
    """Figures, ratios, and how busy the client was at most: near 1 it would measure itself."""
    loads: dict[str, list[Load]] = {kind: [] for kind in kinds}

    def loading(kind: str) -> Prepare:
        def prepare(number: int) -> Work:
            paths = kinds[kind](number)

            def work() -> int:
                answered = load(hello_port if kind == "hello" else port, paths)
                loads[kind].append(answered)
                return len(answered.latencies)

            return work

        return prepare

    alternate({kind: loading(kind) for kind in kinds}, rounds)
    measured = {kind: every[1:] for kind, every in loads.items()}  # without the warm-up
    figures: list[Figure] = []
    rates = {}
    for kind, every in measured.items():
        rates[kind] = Figure(f"served: {kind}", "requests/s", tuple(one.rate for one in every))
        figures.append(rates[kind])
        for percent in (50, 99):
            name = f"served: {kind}, p{percent}"
            figures.append(milliseconds(name, [one.percentile(percent) for one in every]))
    ratios = [
        ratio(f"served: hello / {kind}", rate, rates["hello"], inverse=True)
        for kind, rate in rates.items()
        if kind != "hello"
    ]
    return figures, ratios, max(one.busy for every in measured.values() for one in every)
