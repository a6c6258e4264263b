"""``POST /api/v1/reports``: a file comes in, its verification report goes out, signed; behind a token.

A report is issued in the office's name, so it is not for the public.
"""

from functools import partial
from typing import Final, Protocol

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.web.token import WRONG_TOKEN, token_guard
from service.web.upload import UPLOAD_BODY, Upload, read_upload
from service.web.verify_queue import VerifyQueue

ZIP: Final = "application/zip"


class ReportDesk(Protocol):
    """Who verifies and signs, called in a thread."""

    def report(self, upload: Upload) -> bytes:
        """A ZIP of the files that ``zhengxin verify --report`` writes.

        Raises:
            UserError: this office can't sign reports; the message is for the operator.
            VerifierBusy: the queue for children is full.
        """
        ...


def reports_api(desk: ReportDesk, token_sha256: str) -> APIRouter:
    """``token_sha256``: see :func:`service.web.token.token_guard`."""
    api = APIRouter(prefix="/api/v1/reports", dependencies=[Depends(token_guard(token_sha256))])

    @api.post(
        "",
        summary="核验一个文件，出具签名的报告 (a signed report on one file, in a ZIP)",
        openapi_extra={"requestBody": UPLOAD_BODY},
        responses=WRONG_TOKEN
        | {200: {"content": {ZIP: {}}}, 400: {}, 408: {}, 413: {}, 415: {}, 503: {}},
        response_class=Response,
    )
    async def make_report(request: Request) -> Response:
        queue: VerifyQueue = request.app.state.verify_queue
        async with read_upload(request) as upload:
            packed = await queue.run(partial(desk.report, upload))
        name = {"content-disposition": 'attachment; filename="report.zip"'}
        return Response(packed, media_type=ZIP, headers=name)

    return api
