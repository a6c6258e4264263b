"""``/verify`` and ``POST /api/v1/verify``: a file comes in, a verdict goes out.

Nothing of the upload is parsed here: the verifier does that in a child process.
"""

from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive

from credential.verdict import Verdict, verdict_json
from service.web.answers import RETRY_AFTER, html
from service.web.context import WebContext
from service.web.templating import TEMPLATES
from service.web.verdict_page import verdict_page

LARGEST_UPLOAD: Final = 20 * 1024 * 1024
"""Bytes of the file itself."""
LARGEST_BODY: Final = LARGEST_UPLOAD + 64 * 1024
"""Bytes of a request: the file and what multipart puts around it."""
_TOO_LARGE: Final = f"文件过大：最大 {LARGEST_UPLOAD // 1024 // 1024} MB"
api = APIRouter(prefix="/api/v1")


class VerifyQueue:
    """How many uploads are being verified or wait for it; lives on the event loop, so needs no lock."""

    def __init__(self, size: int) -> None:
        self._free = size

    async def verify(self, context: WebContext, data: bytes, name: str) -> Verdict:
        """Raises HTTPException 503 where all places are taken."""
        if self._free <= 0:
            raise HTTPException(503, "正在核验的文件较多，请稍后再试", {"retry-after": RETRY_AFTER})
        self._free -= 1
        try:
            return await run_in_threadpool(context.verify, data, name)
        finally:
            self._free += 1


async def _verify(request: Request) -> Verdict:
    data, name = await _upload(request)
    queue: VerifyQueue = request.app.state.verify_queue
    return await queue.verify(request.app.state.context, data, name)


async def _upload(request: Request) -> tuple[bytes, str]:
    """The one file of a form. Raises HTTPException 400, 413 or 415."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        raise HTTPException(415, "应以表单（multipart/form-data）上传，文件字段名为 file")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise HTTPException(413, _TOO_LARGE)
    request = Request(request.scope, _limited(request.receive))
    try:
        # a part that is a file only by its place would be kept in memory whole: it may be 1 kB
        form = await request.form(max_files=1, max_fields=4, max_part_size=1024)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise HTTPException(400, "表单内容有误：应只含一个文件，字段名为 file") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(400, "没有收到文件：请先选择文件（字段名为 file）")
        data = await file.read()
        name = file.filename
    finally:
        await form.close()
    if len(data) > LARGEST_UPLOAD:
        raise HTTPException(413, _TOO_LARGE)
    if not data:
        raise HTTPException(400, "文件是空的")
    return data, name.replace("\\", "/").rpartition("/")[2][:200]


def _limited(receive: Receive) -> Receive:
    """Reads no further than LARGEST_BODY, whatever length was announced.

    Starlette's own limit would answer with an English line in the place of our page.
    """
    total = 0

    async def limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return limited


async def verify_form(_request: Request) -> Response:
    return html(TEMPLATES.get_template("verify.html").render(mistake=None))


async def verify_upload(request: Request) -> Response:
    """``POST /verify``: a refused upload comes back as the form with what to do about it."""
    try:
        verdict = await _verify(request)
    except HTTPException as error:
        page = TEMPLATES.get_template("verify.html").render(mistake=error.detail)
        return html(page, error.status_code, error.headers)
    return html(verdict_page(verdict))


_BODY: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}


@api.post(
    "/verify",
    summary="核验一个文件 (verify a PDF, a DOCX or a picture)",
    openapi_extra={"requestBody": _BODY},
    responses={400: {}, 413: {}, 415: {}, 503: {}},
)
async def verify_api(request: Request) -> JSONResponse:
    """The verdict as JSON: separate axes, each with its indication and findings."""
    return JSONResponse(verdict_json(await _verify(request)))
