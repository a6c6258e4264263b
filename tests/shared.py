"""What a run of the tests makes once for all its processes: who needs it first makes it, others wait."""

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_VARIABLE: Final = "ZHENGXIN_TEST_SHARED"


@functools.cache
def run_folder() -> Path:
    """Of the process that began the run, which removes it at its end; its children inherit the name."""
    if inherited := os.environ.get(_VARIABLE):
        return Path(inherited)
    made = Path(tempfile.mkdtemp(prefix="zhengxin-tests-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    (made / "began").write_text(str(int(time.time())))
    os.environ[_VARIABLE] = str(made)
    return made


def run_began() -> int:
    """Unix seconds, the same in all processes of the run."""
    return int((run_folder() / "began").read_text())


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder that ``make`` makes at the path it is given. To be read only; it was moved since."""
    folder = run_folder() / name
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(folder)
    return folder
