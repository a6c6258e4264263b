"""``/1/{digits}`` and ``/c/{id}``: the page behind a symbol, and behind the number printed under it.

Plain Starlette handlers on the event loop: this is the page that a market opens a thousand times.
"""

import base64
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from credential.certificate_id import (
    CertificateIdError,
    format_certificate_id,
    parse_certificate_id,
)
from credential.checking import check_compromise, check_message
from credential.protocols import Record, RegistryUnavailable
from credential.qr_text import QrTextError, read_digits
from credential.standing import Credential, Standing, check_record
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from service.web.answers import RETRY_AFTER, error_answer, html, wants_json
from service.web.context import ScanFacts, WebContext
from service.web.public import landing_page
from service.web.scan_page import (
    ScanView,
    number_view,
    render_scan_page,
    scan_json,
    scan_view,
)
from service.web.scan_state import HTTP_STATUS, State


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the registry answered, as the source that the standing is checked against."""

    facts: ScanFacts | None
    failure: RegistryUnavailable | None = None

    def record(self, _identifier: bytes) -> Record | None:
        if self.failure is not None:
            raise self.failure
        return self.facts.record if self.facts is not None else None


async def scan_digits(request: Request) -> Response:
    """``GET /1/{digits}``: the path is the credential."""
    context: WebContext = request.app.state.context
    at = context.now()
    try:
        message = read_digits(request.path_params["digits"])
    except QrTextError as error:
        return _answer(
            request, context, scan_view(_malformed(error), None, None, None, None, at=at)
        )
    axis, credential = check_message(message, context.trust_list(), at)
    if credential is None:
        return _answer(request, context, scan_view(axis, None, None, None, None, at=at))
    answer = await _ask(context, credential.claims.id)
    return _judge(request, axis, credential, answer, at=at)


async def scan_number(request: Request) -> Response:
    """``GET /c/{id}``: the same page from the registry; the symbol itself is not checked."""
    context: WebContext = request.app.state.context
    at = context.now()
    try:
        identifier = parse_certificate_id(request.path_params["number"])
    except CertificateIdError as error:
        return _wrong_number(request, request.path_params["number"], str(error))
    answer = await _ask(context, identifier)
    if answer.failure is not None:
        reason = "登记库暂时无法查询，请稍后再试"
        view = number_view(State.CANNOT_CHECK, identifier, reason, at)
        return _answer(request, context, view)
    if answer.facts is None:
        view = number_view(State.UNKNOWN, identifier, "登记库中没有这个编号", at)
        return _answer(request, context, view)
    axis, credential = check_message(answer.facts.message, context.trust_list(), at)
    if credential is None:
        view = scan_view(axis, None, None, None, None, at=at, by_number=True)
        return _answer(request, context, view)
    if answer.facts.is_label:
        credential, answer = _as_label(credential, answer.facts, identifier)
    return _judge(request, axis, credential, answer, at=at, by_number=True)


def _as_label(
    certificate: Credential, facts: ScanFacts, identifier: bytes
) -> tuple[Credential, _Answer]:
    """A label's number alone leads to its certificate, which is what is checked; the number shown
    is the one that was typed."""
    named = replace(certificate, claims=replace(certificate.claims, id=identifier))
    record = replace(facts.record, message_sha256=certificate.sha256)
    return named, _Answer(replace(facts, record=record))


async def find_number(request: Request) -> Response:
    """``GET /c?number=…``: the box on the front page leads to the number's own address."""
    typed = request.query_params.get("number", "")
    try:
        number = format_certificate_id(parse_certificate_id(typed))
    except CertificateIdError as error:
        return _wrong_number(request, typed, str(error))
    return RedirectResponse(f"/c/{number}", 303)


async def _ask(context: WebContext, identifier: bytes) -> _Answer:
    try:
        return _Answer(await context.scan(identifier))
    except RegistryUnavailable as failure:
        return _Answer(None, failure)


def _judge(
    request: Request,
    axis: Axis,
    credential: Credential,
    answer: _Answer,
    *,
    at: int,
    by_number: bool = False,
) -> Response:
    context: WebContext = request.app.state.context
    standing: Standing = check_record(credential, answer, at)
    axis = check_compromise(axis, credential, standing)
    # a look-up counts where the number is on record with these bytes, and a HEAD is not one
    counts = (
        request.method == "GET"
        and answer.facts is not None
        and answer.facts.record.message_sha256 == credential.sha256
    )
    scans = context.count_scan(credential.claims.id, at) if counts else None
    facts = answer.facts
    view = scan_view(axis, credential, standing, facts, scans, at=at, by_number=by_number)
    return _answer(request, context, view, credential.claims.id)


def _answer(
    request: Request, context: WebContext, view: ScanView, identifier: bytes | None = None
) -> Response:
    status = HTTP_STATUS[view.state]
    headers = {"retry-after": RETRY_AFTER} if view.state is State.CANNOT_CHECK else None
    if not wants_json(request):
        return html(render_scan_page(view), status, headers)
    statement = (
        context.grade_statement(identifier, view.checked_at)
        if identifier is not None and view.grade is not None
        else None
    )
    content = scan_json(view)
    # signed and short-lived, so that who passes the grade on can't change it
    content["grade_statement"] = base64.b64encode(statement).decode() if statement else None
    return JSONResponse(content, status, {"vary": "Accept", **(headers or {})})


def _malformed(error: QrTextError) -> Axis:
    finding = Finding("TEXT_FORM", str(error), step=1)
    return Axis(AxisName.CREDENTIAL, Indication.FAILED, SubIndication.FORMAT_FAILURE, (finding,))


def _wrong_number(request: Request, typed: str, message: str) -> Response:
    if wants_json(request):
        return error_answer(request, 400, message)
    return html(landing_page(typed[:40], message), 400)
