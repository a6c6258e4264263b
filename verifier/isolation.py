"""Children in which uploads are parsed: rlimits, deadlines, no secrets, no network, one file each.

A child never sees the registry, a key or another upload; it answers with JSON of bounded size. A
crash, a deadline or a limit becomes PROCESSING_LIMIT, and the next upload gets a fresh child.

Not closed yet: a child reads what its user may read on disk, and Pebble's pipe carries pickles, so
a parser that is taken over (not merely crashed) could answer with more than JSON. Where the system
forbids namespaces to unprivileged users, a child keeps the network; run the service in a container
without one, or under a user of its own.
"""

import ctypes
import multiprocessing
import os
import resource
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from multiprocessing import popen_forkserver, spawn
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Final, Protocol, Self

from pebble import ProcessExpired, ProcessPool

from credential.verdict import SubIndication
from verifier.evidence import Evidence, stopped
from verifier.evidence_json import EvidenceError, read_evidence
from verifier.extraction.run import extract_json
from verifier.limits import Limits

_PRELOAD: Final = ["verifier.extraction.run"]
_KEPT: Final = frozenset({"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"})
"""Environment of a child. Everything else, ZHENGXIN_* passphrases and database URLs first, stays out."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
_SCRUBBING: Final = threading.Lock()


class VerifierBusy(Exception):
    """Too many uploads wait already; try again in a few seconds."""


class Extractor(Protocol):
    """Whoever turns an upload into evidence; hostile bytes never make it raise."""

    def extract(self, data: bytes) -> Evidence: ...


class _Popen(popen_forkserver.Popen):
    """Starts a child without importing the parent's main module into it.

    multiprocessing would run the command-line script or the web server's main again in every child,
    to find functions there; ours are found in this package, and a child must not hold the service.
    """

    def _launch(self, process_obj: BaseProcess) -> None:
        with _SCRUBBING:
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


class _Context(ForkServerContext):
    Process = _Child


class Isolation:
    """A pool of children; a context manager. Make one a process, at start-up, and share it."""

    def __init__(self, limits: Limits | None = None, workers: int | None = None) -> None:
        self.limits = limits or Limits()
        count = workers or max(1, min(4, os.cpu_count() or 1))
        self._places = threading.BoundedSemaphore(count + self.limits.queue)
        with _scrubbed_environment():
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(_PRELOAD)
            from multiprocessing.forkserver import ensure_running  # noqa: PLC0415  after preload

            ensure_running()
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=1,
            initializer=enter_child,
            initargs=(self.limits,),
            context=_Context(),
        )

    def extract(self, data: bytes) -> Evidence:
        """Evidence of an upload; where its child failed, evidence that says so.

        Raises:
            VerifierBusy: the queue is full.
        """
        if len(data) > self.limits.upload:
            return stopped(
                SubIndication.PROCESSING_LIMIT,
                "UPLOAD_SIZE",
                f"文件超过 {self.limits.upload >> 20} MB",
            )
        if not self._places.acquire(blocking=False):
            raise VerifierBusy("排队的核验过多，请稍后再试")
        try:
            return self._extract(data)
        finally:
            self._places.release()

    def _extract(self, data: bytes) -> Evidence:
        future = self._pool.schedule(
            extract_json, args=(data, self.limits), timeout=self.limits.total_seconds
        )
        try:
            answer = future.result()
            if not isinstance(answer, str) or len(answer) > self.limits.result:
                return _limit("RESULT_SIZE", "处理结果超出限制")
            return read_evidence(answer)
        except FutureTimeout:
            return _limit("DEADLINE", "处理超时")
        except ProcessExpired:
            return _limit("CHILD_ENDED", "处理进程异常终止（超时、超出内存或解析程序崩溃）")
        except EvidenceError as error:
            return _limit("RESULT_FORM", str(error))
        except Exception as error:  # whatever the child raised is a failure to read, never a pass
            return _limit("CHILD_FAILED", f"处理失败（{type(error).__name__}）")

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _limit(code: str, message: str) -> Evidence:
    return stopped(SubIndication.PROCESSING_LIMIT, code, message)


@contextmanager
def _scrubbed_environment() -> Iterator[None]:
    """The fork server copies the environment when it starts, and /proc would show it for ever."""
    with _SCRUBBING:
        kept = dict(os.environ)
        for name in kept.keys() - _KEPT:
            del os.environ[name]
        # numpy's threads would each take address space and time of a child that uses none of them
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(kept)


def enter_child(limits: Limits) -> None:
    """Bind this process before it reads anything."""
    for name in os.environ.keys() - _KEPT:
        del os.environ[name]
    seconds = int(limits.total_seconds) + 1
    bounds = (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_CPU, seconds),
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
