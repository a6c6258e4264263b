"""``/api/v1/jobs``: how far an office's label jobs are, for its own machines; behind a token.

A job says whose goods are labelled and when: nothing here is for the public.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from fastapi import APIRouter, Depends, Path, Query
from starlette.exceptions import HTTPException

from service.web.token import WRONG_TOKEN, token_guard

_LARGEST: Final = 2**31 - 1
"""Of a job's number, as the registry counts."""
INTERRUPTED: Final = "interrupted"
"""Its process was killed; ``zhengxin jobs resume`` goes on with it."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """``state``: queued, running, interrupted, done, failed or cancelled.

    ``labels``, ``done``: labels asked for and made; ``refused``: rows. Times are Unix seconds.

    ``rate``: labels a second of late, and ``seconds_left`` at that rate; null while none is made.
    """

    id: int
    scheme: str
    style: str
    format: str
    state: str
    reason: str
    who: str
    labels: int
    done: int
    refused: int
    rate: float | None
    seconds_left: int | None
    created_at: int
    updated_at: int


class JobEndedError(ValueError):
    """It can't be cancelled any more; the message is for the clerk."""


class JobDesk(Protocol):
    """The jobs of one office. All may raise RegistryUnavailable; all are called in a thread."""

    def jobs(self, limit: int) -> Sequence[JobProgress]:
        """Newest first."""
        ...

    def job(self, number: int) -> JobProgress | None: ...

    def cancel(self, number: int) -> JobProgress | None:
        """None where there is no such job. Raises JobEndedError."""
        ...


def jobs_api(desk: JobDesk, token_sha256: str) -> APIRouter:
    """``token_sha256``: see :func:`service.web.token.token_guard`."""
    api = APIRouter(prefix="/api/v1/jobs", dependencies=[Depends(token_guard(token_sha256))])
    number = Annotated[int, Path(ge=1, le=_LARGEST)]
    unknown = WRONG_TOKEN | {404: {"description": "没有这个任务"}}

    def found(job: JobProgress | None, asked: int) -> JobProgress:
        if job is None:
            raise HTTPException(404, f"没有任务 {asked}")
        return job

    @api.get("", summary="标签任务，新的在前 (label jobs, newest first)", responses=WRONG_TOKEN)
    def list_jobs(limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> Sequence[JobProgress]:
        return desk.jobs(limit)

    @api.get("/{id}", summary="一个任务的进度 (progress of one job)", responses=unknown)
    def show_job(id: number) -> JobProgress:
        return found(desk.job(id), id)

    @api.post(
        "/{id}/cancel",
        summary="取消任务：在当前一段之后停下，已登记的标签有效 (stop after the chunk at hand)",
        responses=unknown | {409: {"description": "任务已经结束"}},
    )
    def cancel_job(id: number) -> JobProgress:
        try:
            return found(desk.cancel(id), id)
        except JobEndedError as error:
            raise HTTPException(409, str(error)) from error

    return api
