"""Healthy verifications alone, and with one bomb a second beside them: what the bombs cost others."""

import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Self

from benchmarks.measuring import BenchmarkError, Figure, Result, milliseconds, ratio
from benchmarks.office import sample_office
from benchmarks.verify import issued_files
from verifier.evidence import UNREADABLE, Form
from verifier.isolation import Isolation, VerifierBusy
from verifier.limits import Limits

_TARGET: Final = 2.0


@dataclass(frozen=True, slots=True)
class Size:
    """``healthy``: verifications a round, one after the other."""

    rounds: int
    healthy: int


FULL: Final = Size(rounds=3, healthy=200)
QUICK: Final = Size(rounds=1, healthy=3)


def run(size: Size) -> Result:
    alone: list[float] = []
    beside: list[float] = []
    middle: dict[str, list[float]] = {"alone": [], "beside bombs": []}
    bombs = turned_away = 0
    kinds = _inflating(), _deep(), _looping()
    with sample_office(subjects=2) as office, Isolation(Limits(), workers=2, warm=True) as children:
        (data,) = issued_files(office.certificates, 1)
        one = _verifying(children, data)
        one()  # the fork server starts
        for _ in range(size.rounds):
            taken = _round(one, size.healthy, nullcontext())
            alone.append(_p99(taken))
            middle["alone"].append(_p50(taken))
            throwing = _Bombs(children, kinds)
            taken = _round(one, size.healthy, throwing)
            beside.append(_p99(taken))
            middle["beside bombs"].append(_p50(taken))
            bombs += throwing.thrown
            turned_away += throwing.turned_away
    floor = milliseconds("healthy alone, p99", alone)
    of = milliseconds("healthy beside one bomb a second, p99", beside)
    figures: list[Figure] = [
        *(milliseconds(f"healthy {name}, p50", values) for name, values in middle.items()),
        floor,
        of,
    ]
    goal = ratio("p99 beside bombs / alone", of, floor, target=_TARGET)
    notes = {
        "rounds": size.rounds,
        "healthy_a_round": size.healthy,
        "bombs": bombs,
        "bombs_turned_away": turned_away,
        "workers": 2,
    }
    return Result("isolation", tuple(figures), (goal,), notes)


def _verifying(children: Isolation, data: bytes) -> Callable[[], None]:
    def one() -> None:
        evidence = children.extract(data)
        if evidence.form is not Form.PDF or not evidence.glyphs:
            raise BenchmarkError("a healthy document was not read")

    return one


def _round(
    one: Callable[[], None], count: int, around: AbstractContextManager[object]
) -> list[float]:
    taken = []
    with around:
        for _ in range(count):
            began = time.perf_counter()
            one()
            taken.append(time.perf_counter() - began)
    return taken


class _Bombs:
    """One a second, of each kind in turn, from a thread; each must be refused and none read."""

    def __init__(self, children: Isolation, kinds: Sequence[bytes]) -> None:
        self._kinds = kinds
        self.thrown = self.turned_away = 0
        self._children = children
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._clock = threading.Thread(target=self._throw)

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in (self._clock, *self._threads):
            thread.join()

    def _throw(self) -> None:
        kinds = self._kinds
        while not self._over.wait(1.0):
            thread = threading.Thread(target=self._one, args=(kinds[self.thrown % len(kinds)],))
            self.thrown += 1
            self._threads.append(thread)
            thread.start()

    def _one(self, data: bytes) -> None:
        try:
            evidence = self._children.extract(data)
        except VerifierBusy:
            self.turned_away += 1
            return
        if not any(flag.sub in UNREADABLE for flag in evidence.flags) and evidence.glyphs:
            raise BenchmarkError("a bomb was read")


def _pdf(objects: list[bytes]) -> bytes:
    data = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


def _page(content: bytes, more: bytes = b"") -> list[bytes]:
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), more, content),
    ]


def _inflating() -> bytes:
    """A gigabyte of blanks in a megabyte."""
    packer = zlib.compressobj(9)
    block = b" " * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(1024)) + packer.flush()
    return _pdf(_page(packed, b"/Filter/FlateDecode"))


def _deep() -> bytes:
    """Arrays in arrays, half a million deep, that a parser's stack has to hold."""
    return _pdf(_page(b"[" * 500_000 + b"]" * 500_000))


def _looping() -> bytes:
    """Text shown ten million times: over the limit of characters, or of time."""
    shown = b"BT /F 1 Tf " + b"(xxxxxxxxxxxxxxxxxxxx) Tj " * 400_000 + b"ET"
    return _pdf(_page(zlib.compress(shown, 9), b"/Filter/FlateDecode"))


def _p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def _p50(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
