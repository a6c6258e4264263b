"""Jobs that nobody goes on with: their rows, with names and telephone numbers, do not stay for ever.

PIPL art. 19: personal data are kept no longer than their purpose needs. A job that is done empties its
rows itself; one that never ends is abandoned here. Its labels in the registry stay.
"""

import shutil
from contextlib import suppress
from typing import Final

from registry.database import RegistryError
from registry.jobs import abandon_job, idle_jobs
from registry.registry import Registry
from service.bulk.orders import jobs_folder
from service.bulk.running import one_runner
from service.errors import UserError
from service.home import Home

IDLE_DAYS: Final = 30
_DAY: Final = 86_400


def abandon(registry: Registry, home: Home, job: int, *, at: int, reason: str) -> None:
    """Raises RegistryError: it is done or abandoned already. UserError: a process is at it."""
    folder = jobs_folder(home) / str(job)
    with one_runner(folder, job):
        abandon_job(registry, job, at=at, reason=reason)
        shutil.rmtree(folder, ignore_errors=True)


def abandon_idle_jobs(registry: Registry, home: Home, at: int) -> None:
    """Those that nothing has happened to for :data:`IDLE_DAYS`."""
    for job in idle_jobs(registry, at - IDLE_DAYS * _DAY):
        # somebody else was first, or goes on with it just now: no concern of whoever issues here
        with suppress(RegistryError, UserError):
            abandon(registry, home, job, at=at, reason=f"超过 {IDLE_DAYS} 天没有继续，已放弃")
