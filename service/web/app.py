"""The office's web application: public pages and the HTTP interface."""

from typing import Final

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from service.web import public, scanning, verifying
from service.web.answers import SecurityHeaders, install_errors
from service.web.context import WebContext
from service.web.jobs import JobDesk, jobs_api
from service.web.reports import ReportDesk, reports_api
from service.web.verify_queue import VerifyQueue
from verifier.limits import Limits

UVICORN: Final = {"access_log": False, "server_header": False}
"""Options of every server that runs this application: a scan's path is the credential, and an
access log would collect them."""

_ROUTES: Final = (
    Route("/1/{digits}", scanning.scan_digits),
    Route("/c/{number}", scanning.scan_number),
    Route("/c", scanning.find_number),
    Route("/", public.landing),
    Route("/verify", verifying.verify_form),
    Route("/verify", verifying.verify_upload, methods=["POST"]),
    Route("/subjects/{key}", public.subject),
    Route("/status/{number}", public.status_list),
    Route("/.well-known/zhengxin/trust-list", public.trust_list),
    Route("/.well-known/jwks.json", public.jwks),
    Route("/healthz", public.healthz),
    Route("/readyz", public.readyz),
)


class _App(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """Around all of it: what Starlette answers when we crash has the headers too."""
        return SecurityHeaders(super().build_middleware_stack())


def create_app(
    context: WebContext,
    *,
    limits: Limits | None = None,
    verify_places: int = 8,
    pile_places: int = 2,
    jobs: JobDesk | None = None,
    reports: ReportDesk | None = None,
    token_sha256: str = "",
) -> FastAPI:
    """``limits``: the verifier's. ``verify_places``: uploads verified or waiting at one time; one more is answered 503;
    ``pile_places``: of ZIPs, which take minutes and must not stand before single files.
    ``jobs``, ``reports``: the office's, for who has the token with this digest (service.web.token)."""
    app = _App(
        title="证信 Zhengxin",
        routes=list(_ROUTES),
        openapi_url="/api/v1/openapi.json",
        # the built-in documentation pages load scripts from another site
        docs_url=None,
        redoc_url=None,
        # a redirect would repeat the path, and with it the credential, in a header
        redirect_slashes=False,
        # a span's path would be the credential, and spans cost the scan page 6-25 %
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.context = context
    app.state.limits = limits or Limits()
    app.state.verify_queue = VerifyQueue(verify_places)
    app.state.pile_queue = VerifyQueue(pile_places)
    app.state.uploads = VerifyQueue(verify_places + pile_places)
    app.include_router(verifying.api)
    if jobs is not None:
        app.include_router(jobs_api(jobs, token_sha256))
    if reports is not None:
        app.include_router(reports_api(reports, token_sha256))
    install_errors(app)
    return app
