"""The one file of a form and by what to judge it; nothing of it is parsed here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from credential.legible import legible_name
from credential.policy import NOTARY, POLICIES, Policy
from service.asking import read_policy
from service.errors import UserError
from service.web.context import WebContext
from service.web.verify_queue import VerifyQueue
from verifier.limits import Limits
from verifier.pile import Item
from verifier.zip_pile import is_zip

_AROUND: Final = 64 * 1024
"""Bytes that multipart puts around a file."""
_LONGEST_NAME: Final = 255
"""As long as any system lets it be. It is not cut: by its ending a program is chosen."""
UPLOAD_BODY: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "policy": {"type": "string", "enum": list(POLICIES), "default": NOTARY.name},
                    "as_of": {
                        "type": "string",
                        "description": "policy=archive: 2026-05-01 (end of day) or 2026-05-01T14:30",
                    },
                },
            }
        }
    },
}
"""For OpenAPI."""


@dataclass(frozen=True, slots=True)
class Upload:
    """``as_of``: Unix seconds."""

    data: bytes
    name: str
    policy: Policy
    as_of: int | None

    @property
    def item(self) -> Item:
        return Item(self.name, self.data)

    @property
    def is_pile(self) -> bool:
        return self.name.lower().endswith(".zip") and is_zip(self.data[:4])


@asynccontextmanager
async def read_upload(request: Request) -> AsyncIterator[Upload]:
    """What is uploaded lies on the disk until there is a place for it: as many as have one are in
    memory, however many are sent at a time.

    Raises HTTPException 400, 408, 413, 415 or 503.
    """
    content_type, options = parse_options_header(request.headers.get("content-type"))
    if content_type != b"multipart/form-data":
        raise HTTPException(415, "应以表单（multipart/form-data）上传，文件字段名为 file")
    # Starlette decodes the names by it, with whatever Python has a codec for
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise HTTPException(415, "表单的字符编码应为 UTF-8")
    limits: Limits = request.app.state.limits
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limits.upload + _AROUND:
        raise _too_large(limits)
    request = Request(request.scope, _limited(request.receive, limits))
    try:
        # a part that is a file only by its place would be kept in memory whole: it may be 1 kB
        async with asyncio.timeout(limits.upload_seconds):
            form = await request.form(max_files=1, max_fields=4, max_part_size=1024)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise HTTPException(400, "表单内容有误：应只含一个文件，字段名为 file") from error
    except TimeoutError as error:
        # RFC 9110 §15.5.9: the rest of the body is not read, so the connection ends with the answer
        said = f"上传用时超过 {limits.upload_seconds:g} 秒，请换一个网络再试"
        raise HTTPException(408, said, {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise HTTPException(400, "上传中断") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(400, "没有收到文件：请先选择文件（字段名为 file）")
        if (file.size or 0) > limits.upload:
            raise _too_large(limits)
        if not file.size:
            raise HTTPException(400, "文件是空的")
        policy, as_of = _asked(request, form)
        name = file.filename.replace("\\", "/").rpartition("/")[2]
        if len(name) > _LONGEST_NAME:
            raise HTTPException(400, f"文件名超过 {_LONGEST_NAME} 字，请改短后再上传")
        places: VerifyQueue = request.app.state.uploads
        with places.place():
            yield Upload(await file.read(), legible_name(name), policy, as_of)
    finally:
        await form.close()


def _asked(request: Request, form: FormData) -> tuple[Policy, int | None]:
    context: WebContext = request.app.state.context
    policy, as_of = (str(form.get(key) or "") for key in ("policy", "as_of"))
    try:
        return read_policy(policy or NOTARY.name, as_of, context.now())
    except UserError as error:
        raise HTTPException(400, str(error)) from error


def _limited(receive: Receive, limits: Limits) -> Receive:
    """Reads no further than the largest upload, whatever length was announced.

    Starlette's own limit would answer with an English line in the place of our page.
    """
    total = 0

    async def limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limits.upload + _AROUND:
            raise _too_large(limits)
        return message

    return limited


def _too_large(limits: Limits) -> HTTPException:
    return HTTPException(413, f"文件过大：最大 {limits.upload / (1 << 20):g} MB")
