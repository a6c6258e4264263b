"""The bearer token of the office's own machines (docs/adr/0015-machine-token.md)."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

WRONG_TOKEN: Final[dict[int | str, dict[str, str]]] = {401: {"description": "没有令牌或令牌不对"}}


def token_guard(token_sha256: str) -> Callable[[HTTPAuthorizationCredentials | None], None]:
    """A dependency that answers 401 to all but who has the token with this digest, in hexadecimal;
    empty: to everyone."""
    bearer = HTTPBearer(auto_error=False, description="设置 api_token_sha256 所对应的令牌")

    def check_token(
        given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> None:
        token = "" if given is None else given.credentials
        # a token is drawn at random, so a plain digest is as good as a slow one
        digest = hashlib.sha256(token.encode()).hexdigest()
        if not token_sha256 or not hmac.compare_digest(digest, token_sha256):
            # RFC 6750 §3
            raise HTTPException(401, "需要本单位的接口令牌", {"WWW-Authenticate": "Bearer"})

    return check_token
