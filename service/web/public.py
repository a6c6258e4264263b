"""The other public answers: front page, an organisation's credit page, signed lists, health."""

import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from credential import status, trust
from credential.identifiers import IdentifierError, check_uscc
from service.web.answers import html
from service.web.context import WebContext
from service.web.templating import TEMPLATES

_LIST_NUMBER: Final = re.compile("[1-9][0-9]{0,8}")


def landing_page(typed: str = "", mistake: str | None = None) -> str:
    """``mistake``: what is wrong with the number that was typed."""
    return TEMPLATES.get_template("landing.html").render(typed=typed, mistake=mistake)


async def landing(_request: Request) -> Response:
    return html(landing_page())


async def subject(request: Request) -> Response:
    """``GET /subjects/{uscc}``: organisations only; of a natural person nothing is published, not
    even whether there is such a subject (PIPL Art. 25)."""
    context: WebContext = request.app.state.context
    refused = HTTPException(
        404, "没有可公开的主体：代码有误、未登记，或不公开（自然人的信用信息不公开）"
    )
    try:
        uscc = check_uscc(request.path_params["key"])
    except IdentifierError as error:
        raise refused from error
    page = await run_in_threadpool(context.subject, uscc)
    if page is None:
        raise refused
    template = TEMPLATES.get_template("subject.html")
    return html(template.render(subject=page, at=context.now()))


async def status_list(request: Request) -> Response:
    """``GET /status/{n}``: Token Status List §8.1; the token itself is signed."""
    context: WebContext = request.app.state.context
    number = request.path_params["number"]
    # longer than any list's number, which a database or int() might not take
    known = _LIST_NUMBER.fullmatch(number) is not None
    token = await run_in_threadpool(context.status_list, int(number)) if known else None
    if token is None:
        raise HTTPException(404, "没有这个状态列表")
    return Response(token, headers=_public(60), media_type=status.TYPE)


async def trust_list(request: Request) -> Response:
    context: WebContext = request.app.state.context
    message = await run_in_threadpool(context.trust_list_message)
    return Response(message, headers=_public(300), media_type=trust.TYPE)


async def jwks(request: Request) -> Response:
    """RFC 7517 §8.5."""
    context: WebContext = request.app.state.context
    keys = await run_in_threadpool(context.jwk_set)
    return JSONResponse(dict(keys), headers=_public(300), media_type="application/jwk-set+json")


def _public(seconds: int) -> dict[str, str]:
    # signed, the same for everyone, and read by verifiers on other sites
    return {"cache-control": f"public, max-age={seconds}", "access-control-allow-origin": "*"}


async def healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    context: WebContext = request.app.state.context
    await context.check_ready()
    return PlainTextResponse("ok\n")
