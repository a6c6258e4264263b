"""Children that do a piece of a job and are killed: the program is loaded once, each child is a fork.

``job HOME TABLE OUT KILLS SEED``: each child runs the whole job in process until it is killed.
``worker HOME KILLS SEED``: each child is a procrastinate worker. The last one is left to end well.
A child is killed with -9, and all that it started, at a random moment of its work: of processor time,
as on a busy machine a second may pass before a child has begun.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from service.bulk import checking
from service.bulk.pool import end_with_parent
from service.bulk.queueing import QUEUE, worker_app
from service.home import Home
from service.settings import load_settings
from tests.service.bulk.office import PASSPHRASE, issue, order

_LONGEST = 0.3
"""Seconds of processor time that a child lives: into its start, its first chunks, its output."""
_PATIENCE = 3.0
"""Seconds after which one that only waits is killed."""


def child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    end_with_parent()
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def live(pid: int, seconds: float) -> None:
    clock = (~pid << 3) | 2  # clock_getcpuclockid(3): a child's own, also when it has ended
    until = time.monotonic() + _PATIENCE
    while time.clock_gettime(clock) < seconds and time.monotonic() < until:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.005)


def kill_again_and_again(work: Callable[[], object], kills: int, seed: int) -> None:
    moments = random.Random(seed)
    for _ in range(kills):
        pid = child(work)
        live(pid, moments.uniform(0.02, _LONGEST))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print("killed" if os.WIFSIGNALED(status) else "ended", flush=True)
    print("last", flush=True)
    _, status = os.waitpid(child(work), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


def main(kind: str, home: str, *rest: str) -> None:
    place = Home(Path(home))
    made = order(place)  # keys and pack: remembered, so that a worker is killed at its work
    if kind == "job":
        checking.LABELS = 25  # type: ignore[misc]  # many commits to be killed between
        source, out, kills, seed = rest
        data = Path(source).read_bytes()
        kill_again_and_again(lambda: issue(place, data, Path(out), made), int(kills), int(seed))
    kills, seed = rest

    def work() -> None:
        app = worker_app(place, load_settings(place), PASSPHRASE, stalled_after=2, look_every=1)
        app.run_worker(
            queues=[QUEUE], update_heartbeat_interval=0.5, stalled_worker_timeout=2, wait=True
        )

    kill_again_and_again(work, int(kills), int(seed))


if __name__ == "__main__":
    main(*sys.argv[1:])
