"""Children in which uploads are parsed: rlimits, a deadline, no secrets, no network, one file each.

A child never sees the registry, a key or another upload. It answers over a pipe of its own with
JSON of bounded size, never with a pickle, so that even a child that was taken over can say nothing
but evidence. A crash, a deadline or a limit becomes PROCESSING_LIMIT, and the next upload gets a
fresh child from the fork server, which has the parsers loaded.

A process of our own for each upload and no pool: Pebble's ProcessPool shares one pipe among its
workers, unpickles what they send, and stops for good when a worker dies before the pool has read
its receipt of the task.

Not closed yet: a child reads what its user may read on disk. Where the system forbids namespaces to
unprivileged users, a child keeps the network; run the service under a user of its own, in a
container without a way out.
"""

import ctypes
import multiprocessing
import os
import resource
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver, popen_forkserver, spawn
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.process import BaseProcess
from typing import Final, Protocol, Self

from credential.verdict import SubIndication
from verifier.evidence import Evidence, stopped
from verifier.evidence_json import EvidenceError, read_evidence
from verifier.extraction.page_pixels import page_pixels
from verifier.extraction.run import extract_json
from verifier.extraction.zip_members import HEAD, LISTING, zip_listing, zip_member
from verifier.limits import Limits
from verifier.place import Place
from verifier.zip_pile import PileLimits

_PRELOAD: Final = ["verifier.isolation", "verifier.extraction.pades", "rapidocr.main"]
"""The fork server passes over what is not installed. onnxruntime starts a thread when imported, and a
fork of two threads is not safe: a child that reads a scan imports it itself."""
_WARM: Final = "verifier.extraction.warm"
"""Draws common letters: about a second once, a tenth of a second less for each child."""
_KEPT: Final = frozenset({"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"})
"""Environment of a child. Everything else, ZHENGXIN_* passphrases and database URLs first, stays out."""
_LARGE_PAGES: Final = (
    "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:"
    "glibc.malloc.mmap_threshold=268435456:glibc.malloc.trim_threshold=1073741824"
)
"""Memory in large pages, and kept: a page's picture is 8 MB, three times over, and a child that gets it
4 kB at a time spends a fifth of its time on that. The second thread takes its own from the same place:
glibc's places for further threads have small pages. Another C library passes over it."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
_STARTING: Final = threading.Lock()
Task = Callable[..., bytes | None]
"""A function of verifier.extraction: the child finds it by its name."""


class VerifierBusy(Exception):
    """Too many uploads wait already; try again in a few seconds."""


class Extractor(Protocol):
    """Whoever turns an upload into evidence; hostile bytes never make it raise."""

    def extract(self, data: bytes) -> Evidence: ...


class Isolation:
    """Make one a process, at start-up, and share it among threads; leaving it ends its children.

    ``workers``: children that may run at once; as many processors as there are, if not given.
    ``warm``: many uploads are to come, so that letters are worth drawing beforehand.
    ``authorities``: certificates (DER) at which the chain of a foreign signature may end.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        workers: int | None = None,
        authorities: Sequence[bytes] = (),
        *,
        warm: bool = False,
    ) -> None:
        self.limits = limits or Limits()
        self._authorities = tuple(authorities)
        count = workers or os.cpu_count() or 1
        self._running = threading.BoundedSemaphore(count)
        self._aside = threading.BoundedSemaphore(self.limits.slow_children)
        self._waiting = threading.BoundedSemaphore(count + self.limits.queue)
        self._children: set[BaseProcess] = set()
        with _scrubbed_environment():
            multiprocessing.get_context("forkserver").set_forkserver_preload(
                [*_PRELOAD, _WARM] if warm else _PRELOAD
            )
            forkserver.ensure_running()

    def extract(self, data: bytes) -> Evidence:
        """Evidence of an upload; where its child failed, evidence that says so.

        Raises:
            VerifierBusy: the queue is full.
        """
        if len(data) > self.limits.upload:
            return _limit("UPLOAD_SIZE", f"文件超过 {self.limits.upload >> 20} MB")
        with self._place() as place:
            return _extract(data, self.limits, self._authorities, self._children, place)

    def page_pixels(self, data: bytes, page: int) -> bytes | None:
        """Width, height and pixels of one page of a PDF or picture (verifier/extraction/page_pixels.py);
        None where there is no such picture or the child failed.

        Raises:
            VerifierBusy: the queue is full.
        """
        return self._bytes(self.limits.result, page_pixels, data, page)

    def zip_listing(self, data: bytes, bounds: PileLimits) -> bytes | None:
        """See verifier/isolated_zip.py, as for :meth:`zip_member`. Raises VerifierBusy."""
        return self._bytes(LISTING, zip_listing, data, bounds)

    def zip_member(self, data: bytes, bounds: PileLimits, place: int, room: int) -> bytes | None:
        return self._bytes(self.limits.upload + HEAD, zip_member, data, bounds, place, room)

    def _bytes(self, largest: int, task: Task, *arguments: object) -> bytes | None:
        """What ``task(*arguments, limits)`` gives in a child; None where it gives nothing or fails."""
        with self._place() as place:
            try:
                whole = (task, arguments, self.limits)
                return _ask(_send, whole, self.limits, self._children, place, largest=largest)
            except (EOFError, OSError, ValueError):
                return None

    @contextmanager
    def _place(self) -> Iterator[Place]:
        if not self._waiting.acquire(blocking=False):
            raise VerifierBusy("排队的核验过多，请稍后再试")
        try:
            place = Place(self._running, self._aside)
            try:
                yield place
            finally:
                place.leave()
        finally:
            self._waiting.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """A server that stops does not wait for uploads; their verdict is PROCESSING_LIMIT."""
        for child in tuple(self._children):
            child.kill()


def _extract(
    data: bytes,
    limits: Limits,
    authorities: Sequence[bytes],
    running: set[BaseProcess],
    place: Place,
) -> Evidence:
    try:
        idle = len(running) + 1 < (os.cpu_count() or 1)
        whole = (data, limits, authorities, idle)
        answer = _ask(_answer, whole, limits, running, place, largest=limits.result)
        return read_evidence(answer.decode("ascii"))
    except EvidenceError as error:
        return _limit("RESULT_FORM", str(error))
    except (EOFError, OSError, ValueError) as error:
        return _failure(error, place.late)


def _ask(
    target: Callable[..., None],
    arguments: tuple[object, ...],
    limits: Limits,
    running: set[BaseProcess],
    place: Place,
    *,
    largest: int,
) -> bytes:
    """What ``target(pipe, *arguments)`` sends from a child of its own, of at most ``largest`` bytes.

    Raises:
        EOFError, OSError: the child ended, failed or sent too much; ``place.late`` says whether it was late.
    """
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = _Child(target=target, args=(theirs, *arguments), daemon=True)
    try:
        child.start()
        running.add(child)
        theirs.close()
        place.watch(child, limits.brisk_seconds)
        watchdog = threading.Timer(limits.total_seconds, place.end, (child,))
        watchdog.start()
        try:
            return ours.recv_bytes(largest)
        finally:
            watchdog.cancel()
    finally:
        running.discard(child)
        _reap(child)
        ours.close()
        theirs.close()


def _failure(error: Exception, late: bool) -> Evidence:
    if late:
        return _limit("DEADLINE", "处理超时")
    if isinstance(error, EOFError):
        return _limit("CHILD_ENDED", "处理进程异常终止（超时、超出内存或解析程序崩溃）")
    return _limit("CHILD_FAILED", f"处理失败（{type(error).__name__}）")


def _reap(child: BaseProcess) -> None:
    """A child that has answered has no more to do, whatever it thinks."""
    if child.pid is not None:
        child.kill()
        child.join()


def _limit(code: str, message: str) -> Evidence:
    return stopped(SubIndication.PROCESSING_LIMIT, code, message)


def _answer(
    pipe: Connection, data: bytes, limits: Limits, authorities: Sequence[bytes], idle: bool
) -> None:
    """What a child does. ``idle``: as verifier.extraction.run.extract has it."""
    enter_child(limits)
    pipe.send_bytes(extract_json(data, limits, authorities, idle=idle).encode("ascii"))


def _send(pipe: Connection, task: Task, arguments: tuple[object, ...], limits: Limits) -> None:
    enter_child(limits)
    if (answer := task(*arguments, limits)) is not None:
        pipe.send_bytes(answer)


class _Popen(popen_forkserver.Popen):
    """Starts a child without importing the parent's main module into it.

    multiprocessing would run the command-line script or the web server's main again in every child,
    to find functions there; ours are found in this package, and a child must not hold the service.
    """

    def _launch(self, process_obj: BaseProcess) -> None:
        with _STARTING:
            original = spawn.get_preparation_data
            spawn.get_preparation_data = _preparation_without_main
            try:
                super()._launch(process_obj)  # type: ignore[misc]  # private in CPython
            finally:
                spawn.get_preparation_data = original


_get_preparation_data: Final = spawn.get_preparation_data


def _preparation_without_main(name: str) -> dict[str, object]:
    data = _get_preparation_data(name)
    return {key: data[key] for key in data if not key.startswith("init_main_")} | {"sys_argv": [""]}


class _Child(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> _Popen:
        return _Popen(process_obj)


@contextmanager
def _scrubbed_environment() -> Iterator[None]:
    """The fork server copies the environment when it starts, and /proc would show it for ever."""
    with _STARTING:
        kept = dict(os.environ)
        for name in kept.keys() - _KEPT:
            del os.environ[name]
        # numpy's threads would each take address space and time of a child that uses none of them
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.environ["GLIBC_TUNABLES"] = _LARGE_PAGES
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)


def enter_child(limits: Limits) -> None:
    """Bind this process before it reads anything."""
    for name in os.environ.keys() - _KEPT:
        del os.environ[name]
    bounds = (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_CPU, int(limits.total_seconds) + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, bound in bounds:
        _, hard = resource.getrlimit(kind)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))
    leave_network()


def leave_network() -> bool:
    """Move into an empty network namespace (Linux). False where the system does not permit it."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return not unshare(_CLONE_NEWNET) or not unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
