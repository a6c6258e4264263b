"""A real Chromium at phone width, and any application served to it on 127.0.0.1."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.types import ASGIApp

from service.web.app import UVICORN

PHONE_WIDTH = 390


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for each module: Playwright's event loop must end before others use asyncio."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("没有 Chromium；安装：apt-get install -y chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        # no sandbox: in a container Chromium's own needs rights that a build does not have
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[ASGIApp], str]]:
    """``serve(app)`` runs an application on a free port and gives its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: ASGIApp) -> str:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, log_level="warning", lifespan="on", **UVICORN
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        until = time.monotonic() + 10
        while not server.started:
            assert time.monotonic() < until, "服务未能启动"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """``phone()`` is an empty page 390 pixels wide, without JavaScript unless it is asked for.

    A request to any other machine fails the test.
    """
    contexts: list[BrowserContext] = []
    outside: list[str] = []

    def open_page(*, width: int = PHONE_WIDTH, scripts: bool = False, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _note(request.url, outside))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []


def _note(url: str, outside: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
        outside.append(url)


def sideways(page: Page) -> float:
    """Pixels by which the page is wider than the phone, measured without the page's JavaScript."""
    size = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")
    return float(size["cssContentSize"]["width"] - size["cssLayoutViewport"]["clientWidth"])
