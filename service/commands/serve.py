"""``zhengxin serve``: the running office."""

import contextlib
import signal
from collections.abc import Iterator

import click
import uvicorn
from fastapi import FastAPI

from service.authorities import read_authorities
from service.bulk.orders import jobs_folder
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.job_desk import OfficeJobs
from service.office import Office, open_office
from service.report_desk import report_desk
from service.running import start_office
from service.web.app import UVICORN, create_app
from verifier.isolation import Isolation


@click.command()
@click.option("--host", help="监听地址；默认取设置中的 host")
@click.option("--port", type=click.IntRange(0, 65535), help="端口；默认取设置中的 port")
@click.pass_obj
def serve(session: Session, host: str | None, port: int | None) -> None:
    """运行扫码页面、核验页面和接口。"""
    settings = session.settings()
    with (
        open_office(session.home, settings) as office,
        running_app(office, ask_passphrase()) as app,
    ):
        say(f"服务地址：{settings.base_url}")
        serve_app(app, host or settings.host, port or settings.port)


def serve_app(app: FastAPI, host: str, port: int, log_level: str = "info") -> None:
    """Serve until SIGINT or SIGTERM, and return."""
    # uvicorn raises the signal once more when it has shut down; the default action of SIGTERM would
    # end the process before the last second's counts are written
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(app, host=host, port=port, log_level=log_level, **UVICORN)  # type: ignore[arg-type]  # the options are uvicorn's own


@contextlib.contextmanager
def running_app(office: Office, passphrase: str) -> Iterator[FastAPI]:
    """The application over a running office; what was counted is written when it ends."""
    settings = office.settings
    isolation = Isolation(
        settings.limits,
        workers=settings.verify_workers,
        authorities=read_authorities(office.home.trust),
        warm=True,
    )
    running = start_office(office, passphrase, isolation)
    try:
        yield create_app(
            running,
            limits=settings.limits,
            verify_places=settings.verify_workers + settings.limits.queue,
            jobs=OfficeJobs(office.registry, jobs_folder(office.home)),
            reports=report_desk(office, running, passphrase),
            token_sha256=settings.api_token_sha256,
        )
    finally:
        running.counter.stop()
