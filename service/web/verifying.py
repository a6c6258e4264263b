"""``/verify``, ``POST /api/v1/verify`` and ``…/verify-pile``: files come in, verdicts go out.

Nothing of an upload is parsed here: the verifier does that in child processes, a ZIP's too.
"""

from functools import partial

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from credential.verdict import Verdict, verdict_json
from credential.verdict_schema import VERDICT_SCHEMA
from service.web.answers import html
from service.web.context import WebContext
from service.web.patience import patience
from service.web.piles import (
    PILE_SCHEMA,
    PILE_SECONDS,
    WEB_PILE,
    VerifiedPile,
    pile_json,
    verify_upload_pile,
)
from service.web.report_page import pile_page
from service.web.templating import TEMPLATES
from service.web.upload import UPLOAD_BODY, Upload, read_upload
from service.web.verdict_page import offered_page
from service.web.verify_queue import VerifyQueue
from verifier.limits import Limits

_SCHEMA_TYPE = "application/schema+json"
api = APIRouter(prefix="/api/v1")


async def _verify(request: Request, upload: Upload) -> Verdict:
    """Raises HTTPException, as :meth:`VerifyQueue.run` does."""
    queue: VerifyQueue = request.app.state.verify_queue
    context: WebContext = request.app.state.context
    return await queue.run(partial(context.verify, upload.item, upload.policy, upload.as_of))


async def _verify_pile(request: Request, upload: Upload) -> VerifiedPile:
    """Raises HTTPException, as :meth:`VerifyQueue.run` does."""
    queue: VerifyQueue = request.app.state.pile_queue
    context: WebContext = request.app.state.context
    async with patience(request, PILE_SECONDS) as goes_on:
        return await queue.run(partial(verify_upload_pile, context, upload, goes_on))


async def verify_form(request: Request) -> Response:
    return html(_form(request, None))


async def verify_upload(request: Request) -> Response:
    """``POST /verify``: a refused upload comes back as the form with what to do about it."""
    context: WebContext = request.app.state.context
    try:
        async with read_upload(request) as upload:
            if upload.is_pile:
                pile = await _verify_pile(request, upload)
                return html(pile_page(pile.summary, upload.name, pile.checked_at))
            verdict = await _verify(request, upload)
    except HTTPException as error:
        return html(_form(request, error.detail), error.status_code, error.headers)
    # the newest address of this office comes first
    return html(offered_page(verdict, context.trust_list().base_urls[0]))


def _form(request: Request, mistake: str | None) -> str:
    limits: Limits = request.app.state.limits
    return TEMPLATES.get_template("verify.html").render(
        mistake=mistake, megabytes=f"{limits.upload / (1 << 20):g}", members=WEB_PILE.members
    )


@api.post(
    "/verify",
    summary="核验一个文件 (verify a PDF, a DOCX or a picture)",
    openapi_extra={"requestBody": UPLOAD_BODY},
    responses={400: {}, 408: {}, 413: {}, 415: {}, 503: {}},
)
async def verify_api(request: Request) -> JSONResponse:
    """The verdict as JSON (schema: /api/v1/verdict.schema.json). A ZIP is for /api/v1/verify-pile."""
    async with read_upload(request) as upload:
        return JSONResponse(verdict_json(await _verify(request, upload)))


@api.post(
    "/verify-pile",
    summary="核验一个 ZIP 里的每个文件 (verify each file of a ZIP)",
    openapi_extra={"requestBody": UPLOAD_BODY},
    responses={400: {}, 408: {}, 413: {}, 415: {}, 503: {}},
)
async def verify_pile_api(request: Request) -> JSONResponse:
    """All verdicts and a summary as one object (schema: /api/v1/pile.schema.json)."""
    async with read_upload(request) as upload:
        return JSONResponse(pile_json(await _verify_pile(request, upload), upload))


@api.get("/verdict.schema.json", summary="核验结论的 JSON Schema (2020-12)")
async def verdict_schema() -> JSONResponse:
    return JSONResponse(VERDICT_SCHEMA, media_type=_SCHEMA_TYPE)


@api.get("/pile.schema.json", summary="批量核验结论的 JSON Schema (2020-12)")
async def pile_schema() -> JSONResponse:
    return JSONResponse(PILE_SCHEMA, media_type=_SCHEMA_TYPE)
