"""The one file of a form and by what to judge it; nothing of it is parsed here."""

from dataclasses import dataclass
from typing import Final

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from credential.legible import legible_name
from credential.policy import NOTARY, POLICIES, Policy
from service.asking import read_policy
from service.errors import UserError
from service.web.context import WebContext
from verifier.limits import Limits
from verifier.pile import Item
from verifier.zip_pile import is_zip

_AROUND: Final = 64 * 1024
"""Bytes that multipart puts around a file."""
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


async def read_upload(request: Request) -> Upload:
    """Raises HTTPException 400, 413 or 415."""
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
        form = await request.form(max_files=1, max_fields=4, max_part_size=1024)
    except HTTPException as error:
        if error.status_code == 413:
            raise
        raise HTTPException(400, "表单内容有误：应只含一个文件，字段名为 file") from error
    except ClientDisconnect as error:
        raise HTTPException(400, "上传中断") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(400, "没有收到文件：请先选择文件（字段名为 file）")
        data = await file.read()
        name = file.filename
        said = [str(form.get(key) or "") for key in ("policy", "as_of")]
    finally:
        await form.close()
    if len(data) > limits.upload:
        raise _too_large(limits)
    if not data:
        raise HTTPException(400, "文件是空的")
    context: WebContext = request.app.state.context
    try:
        policy, as_of = read_policy(said[0] or NOTARY.name, said[1], context.now())
    except UserError as error:
        raise HTTPException(400, str(error)) from error
    name = legible_name(name.replace("\\", "/").rpartition("/")[2][:200])
    return Upload(data, name, policy, as_of)


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
