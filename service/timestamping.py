"""Time stamps from a time-stamping authority over HTTP (RFC 3161 §3.4)."""

import asyncio
from typing import Final

from asn1crypto import cms  # type: ignore[import-untyped]
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from certgen.seal import Stamp
from service.errors import UserError

_SECONDS: Final = 10


def http_stamp(url: str) -> Stamp:
    """A time stamp for each digest, asked of ``url``; it raises UserError where none is given."""
    client = RequestsHTTPTimeStamper(url, timeout=_SECONDS)  # type: ignore[no-untyped-call]

    def stamp(digest: bytes) -> bytes:
        try:
            token = asyncio.run(client.async_timestamp(digest, "sha256"))
            stamped = _stamped_digest(token)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                f"时间戳服务 {url} 没有给出时间戳（{type(error).__name__}）；"
                "已登记的不会丢失，恢复后请重新运行同一命令"
            ) from error
        if stamped != digest:
            raise UserError(f"时间戳服务 {url} 给出的时间戳不是针对本文件的")
        token_bytes: bytes = token.dump()
        return token_bytes

    return stamp


def _stamped_digest(token: cms.ContentInfo) -> bytes:
    imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
    digest: bytes = imprint["hashed_message"].native
    return digest
