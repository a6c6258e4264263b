"""The office's label jobs as its interface shows them (service.web.jobs)."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.chunks import recent_labels
from registry.database import RegistryError
from registry.jobs import Job, JobState, find_job, list_jobs, set_job_state
from registry.registry import Registry
from service.bulk.running import is_left
from service.web.jobs import INTERRUPTED, JobEndedError, JobProgress


@dataclass(frozen=True, slots=True)
class OfficeJobs:
    """Implements service.web.jobs.JobDesk. ``folder``: where the jobs of this home are worked on;
    ``clock``: Unix seconds."""

    registry: Registry
    folder: Path
    clock: Callable[[], float] = time.time

    def jobs(self, limit: int) -> Sequence[JobProgress]:
        return [self._progress(job) for job in list_jobs(self.registry, limit)]

    def job(self, number: int) -> JobProgress | None:
        found = find_job(self.registry, number)
        return None if found is None else self._progress(found)

    def cancel(self, number: int) -> JobProgress | None:
        if find_job(self.registry, number) is None:
            return None
        try:
            set_job_state(
                self.registry,
                number,
                JobState.CANCELLED,
                at=int(self.clock()),
                reason="经接口取消",
            )
        except RegistryError as error:
            raise JobEndedError(str(error)) from error
        return self.job(number)

    def _progress(self, job: Job) -> JobProgress:
        running = job.state is JobState.RUNNING
        # a process that was killed could not say so in the registry
        left = running and is_left(self.folder / str(job.id))
        rate = self._rate(job) if running and not left else 0.0
        return JobProgress(
            id=job.id,
            scheme=job.scheme,
            style=job.style,
            format=str(job.options["format"]),
            state=INTERRUPTED if left else job.state.value,
            reason=job.reason,
            who=job.who,
            labels=job.total,
            done=job.done,
            refused=job.refused,
            rate=round(rate, 1) if rate else None,
            seconds_left=math.ceil((job.total - job.done) / rate) if rate else None,
            created_at=job.created_at,
            updated_at=job.updated_at,
        )

    def _rate(self, job: Job) -> float:
        """Labels a second; it sinks while nothing is made any more."""
        recent = recent_labels(self.registry, job.id)
        if recent is None:
            return 0.0
        labels, since = recent
        # whole seconds: a job that began just now has run for up to one
        return labels / max(self.clock() - since, 1.0)
