"""How an answer leaves: headers on everything, HTML or JSON by what was asked for, errors in Chinese."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from credential.protocols import RegistryUnavailable
from service.web.templating import CONTENT_SECURITY_POLICY, TEMPLATES

RETRY_AFTER: Final = "10"
"""Seconds; RFC 9110 §10.2.3."""
_HEADERS: Final = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        # the address of a scan page is the credential: it goes to no other site
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
    }.items()
)
_WORDS: Final = {
    400: "请求有误",
    404: "没有这个页面",
    405: "不支持这种请求方式",
    408: "上传用时过长",
    413: "文件过大",
    415: "不支持的内容类型",
    422: "请求内容有误",
    500: "系统内部出错，已记录，请稍后再试",
    503: "暂时无法提供服务，请稍后再试",
}


class SecurityHeaders:
    """Pure ASGI: Starlette's BaseHTTPMiddleware would cost the scan page more than half its speed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                headers.extend(_HEADERS)
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def wants_json(request: Request) -> bool:
    """A browser names text/html; ``*/*`` alone gets the page."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def html(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    return HTMLResponse(page, status, {"vary": "Accept", **(headers or {})})


def error_answer(
    request: Request, status: int, message: str, headers: Mapping[str, str] | None = None
) -> Response:
    """``{"error": {"status", "message"}}``, or a page that says the same."""
    if wants_json(request) or request.url.path.startswith("/api/"):
        content = {"error": {"status": status, "message": message}}
        return JSONResponse(content, status, {"vary": "Accept", **(headers or {})})
    page = TEMPLATES.get_template("message.html").render(status=status, message=message)
    return html(page, status, headers)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    detail = error.detail if isinstance(error, HTTPException) else ""
    # Starlette's own detail is an English phrase; what we raise is Chinese and for the reader
    words = _WORDS.get(status, "请求无法处理")
    message = words if detail.isascii() else detail
    headers = error.headers if isinstance(error, HTTPException) else None
    return error_answer(request, status, message, headers)


def _unavailable(request: Request, _error: Exception) -> Response:
    message = "登记库暂时无法查询，请稍后再试"
    return error_answer(request, 503, message, {"retry-after": RETRY_AFTER})


def _crashed(request: Request, _error: Exception) -> Response:
    return error_answer(request, 500, _WORDS[500])


def install_errors(app: FastAPI) -> None:
    """No exception of a library reaches a reader; uvicorn still logs the trace, without the path."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _http_error)
    app.add_exception_handler(RegistryUnavailable, _unavailable)
    app.add_exception_handler(Exception, _crashed)
