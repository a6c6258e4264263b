"""The public pages as a buyer's phone shows them, with JavaScript off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from starlette.types import ASGIApp

from service.web.app import create_app
from service.web.scan_state import State
from tests.browser.conftest import sideways
from tests.service.web import sample_office as office
from tests.service.web.sample_office import SampleOffice

Serve = Callable[[ASGIApp], str]
Phone = Callable[..., Page]

EIGHT = {
    State.VALID: (office.VALID, 200, "有效"),
    State.VOID: (office.VOID, 200, "已作废"),
    State.SUPERSEDED: (office.SUPERSEDED, 200, "已换开"),
    State.EXPIRED: (office.EXPIRED, 200, "已过期"),
    State.SUSPENDED: (office.SUSPENDED, 200, "监管中"),
    State.UNKNOWN: (office.UNKNOWN, 404, "未查询到有效合格证"),
    State.FORGED: (office.FORGED, 400, "假冒或被改动"),
    State.CANNOT_CHECK: (office.OFFLINE, 503, "暂时无法核验"),
}


@pytest.fixture(scope="module")
def base(serve: Serve) -> str:
    return serve(create_app(SampleOffice()))


@pytest.mark.parametrize("state", EIGHT, ids=str)
def test_scan_page_on_a_phone(base: str, phone: Phone, state: State) -> None:
    certificate, status, words = EIGHT[state]
    page = phone()
    response = page.goto(f"{base}/1/{certificate.digits}")
    assert response is not None
    assert response.status == status
    for width in (360, 390, 414):
        # laid out anew: the page has no script and asks for nothing by its width
        page.set_viewport_size({"width": width, "height": 844})
        banner = page.get_by_role("status")
        box = banner.bounding_box()
        assert banner.get_by_role("heading").inner_text() == words
        assert box is not None
        assert box["y"] < 80
        assert sideways(page) == 0


def test_style_sheet_passes_the_policy(base: str, phone: Phone) -> None:
    page = phone(scripts=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    colours = set()
    for certificate, *_ in EIGHT.values():
        page.goto(f"{base}/1/{certificate.digits}")
        script = "getComputedStyle(document.querySelector('.banner')).backgroundColor"
        colours.add(page.evaluate(script))
    assert len(colours) == len(EIGHT)
    assert not [line for line in said if "Content Security Policy" in line]


def test_from_the_front_page_by_number(base: str, phone: Phone) -> None:
    page = phone()
    page.goto(base)
    page.get_by_label("输入证书编号").fill(office.VALID.number.lower())
    page.get_by_role("button", name="查询").click()
    assert page.get_by_role("status").get_by_role("heading").inner_text() == "有效"
    assert page.url.endswith(f"/c/{office.VALID.number}")
    page.get_by_role("link", name="查看信用公示").click()
    assert page.get_by_role("heading", level=1).inner_text() == "建德市某某果蔬专业合作社"
    assert sideways(page) == 0


def test_a_replaced_certificate_leads_to_the_new_one(base: str, phone: Phone) -> None:
    page = phone()
    page.goto(f"{base}/1/{office.SUPERSEDED.digits}")
    page.get_by_role("link", name=office.VALID.number).click()
    assert page.get_by_role("status").get_by_role("heading").inner_text() == "有效"


def test_an_upload_without_javascript(base: str, phone: Phone) -> None:
    page = phone()
    page.goto(f"{base}/verify")
    assert sideways(page) == 0
    file = {"name": "合格证.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("选择文件或拍照").set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="开始核验").click()
    assert page.get_by_role("status").get_by_role("heading").inner_text() == "核验不通过"
    assert page.get_by_text("800公斤").is_visible()
    assert sideways(page) == 0


def test_dark_phones_get_a_dark_page(base: str, phone: Phone) -> None:
    page = phone(scripts=True, dark=True)
    page.goto(f"{base}/1/{office.VALID.digits}")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 18)"
