"""``zhengxin serve``: the running office."""

import contextlib
import errno
import signal
import socket
from collections.abc import Iterator

import click
import uvicorn
from fastapi import FastAPI

from service.authorities import read_authorities
from service.bulk.orders import jobs_folder
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.errors import UserError, system_reason
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
    address = host or settings.host, port or settings.port
    check_address(*address)
    with (
        open_office(session.home, settings) as office,
        running_app(office, ask_passphrase()) as app,
    ):
        say(f"服务地址：{settings.base_url}")
        serve_app(app, *address)


def check_address(host: str, port: int) -> None:
    """uvicorn says it in English, and after everything was started. Raises UserError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise UserError(f"没有主机“{host}”，请核对 --host 或设置中的 host") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = "端口已被占用，可能服务已在运行；请停下它，或用 --port 另选一个"
        elif error.errno == errno.EADDRNOTAVAIL:
            why = "本机没有这个地址"
        else:
            why = system_reason(error)
        raise UserError(f"无法在 {host} 的端口 {port} 上服务：{why}") from None


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
