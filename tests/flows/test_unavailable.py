"""The registry does not answer: clear words, 503, and never a page that looks valid."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from credential.protocols import RegistryUnavailable
from registry import database
from service import running, timed_records
from tests.flows.office import DAY, ISSUED, MADE, Place, printed
from tests.service.web.asgi_client import AsgiClient

DEAD = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def silent(*_: object) -> None:
    raise RegistryUnavailable("登记库没有回答")


def hanging(*_: object) -> None:
    time.sleep(1)


@pytest.fixture
def broken(own: Place) -> Iterator[AsgiClient]:
    """Running since the registry still answered; now it does not, and the trust list is due."""
    with own.pages() as pages:
        assert pages.get("/readyz").status_code == 200
        down = ("scan_view", "issuer_keys", "find_subject", "shown_grade", "newest_trust_list")
        with (
            mock.patch.multiple(running, **dict.fromkeys(down, silent)),
            mock.patch.object(running, "TRUST_AGE", -1),
        ):
            yield pages


def test_the_scan_page_says_that_it_cannot_check(own: Place, broken: AsgiClient) -> None:
    one = printed(own)[0]
    for path in (one.path, f"/c/{one.number}"):
        page = broken.get(path)
        assert page.status_code == 503
        assert page.headers["retry-after"]
        assert ">暂时无法核验</h1>" in page.text
        assert ">有效</h1>" not in page.text
        assert broken.get(path, {"accept": "application/json"}).json()["state"] == "cannot-check"


def test_a_forged_symbol_is_forged_even_then(own: Place, broken: AsgiClient) -> None:
    path = printed(own)[0].path
    altered = path[:-40] + str((int(path[-40]) + 1) % 10) + path[-39:]
    assert broken.get(altered).status_code == 400


@pytest.mark.parametrize("way", [silent, hanging], ids=["down", "slow"])
def test_an_upload_is_indeterminate_and_says_when_the_registry_last_answered(
    own: Place, monkeypatch: pytest.MonkeyPatch, way: Callable[..., None]
) -> None:
    one = printed(own)[0]
    data = (own.labels / one.file).read_bytes()
    monkeypatch.setattr(timed_records, "WAIT", 0.1)

    with own.pages() as pages:
        assert pages.get(one.path).status_code == 200
        with mock.patch("registry.records.scan_view", way):
            file = (one.file, data, "application/pdf")
            answer = pages.post("/api/v1/verify", files={"file": file})
    verdict = answer.json()
    standing = next(a for a in verdict["axes"] if a["name"] == "registry_status")
    assert answer.status_code == 200
    assert verdict["indication"] == "INDETERMINATE"
    assert (standing["indication"], standing["sub_indication"]) == ("INDETERMINATE", "TRY_LATER")
    assert re.fullmatch(
        r"登记库暂时无法查询，请稍后再试；最近一次成功查询：\d+年\d+月\d+日 \d\d:\d\d:\d\d",
        standing["findings"][0]["message"],
    )


def test_readiness_and_other_pages_say_503(broken: AsgiClient) -> None:
    assert broken.get("/healthz").status_code == 200, "the process itself is well"
    for path in ("/readyz", "/.well-known/jwks.json"):
        assert broken.get(path).status_code == 503
    assert broken.get("/.well-known/zhengxin/trust-list").status_code == 200, "the list held"


def test_an_expired_trust_list_is_no_crash(own: Place) -> None:
    path = printed(own)[0].path
    with own.pages() as pages, mock.patch.object(running.time, "time", lambda: MADE + 91 * DAY):
        page = pages.get(path)
    assert page.status_code == 503
    assert "信任列表已过有效期，请更新后再验" in page.text


@pytest.mark.parametrize(
    "arguments",
    [
        ("keys", "list"),
        ("subject", "show", "--scheme", "jiande", "x"),
        ("revoke", "NUMBER", "--reason", "x"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_says_so_in_one_sentence(office: Place, arguments: tuple[str, ...]) -> None:
    number = printed(office)[0].number
    real = [number if argument == "NUMBER" else argument for argument in arguments]
    ran = office.run(*real, ZHENGXIN_REGISTRY_URL=DEAD)
    assert ran.status == 1
    assert ran.err.startswith("错误：") and len(ran.err.splitlines()) == 1
    assert "登记库" in ran.err and "127.0.0.1:1" not in ran.err


def test_verify_says_indeterminate_and_not_failed(office: Place) -> None:
    text = printed(office)[0].text
    ran = office.run("verify", "--text", text, at=ISSUED, ZHENGXIN_REGISTRY_URL=DEAD)
    assert (ran.status, ran.err.startswith("错误：登记库")) == (2, True)


def test_issuing_waits_for_another_writer_and_then_says_so(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held by a process that died half-way, say."""
    monkeypatch.setattr(database, "WAIT", 0.2)
    lock = sqlite3.connect(own.home.registry_file, isolation_level=None)
    try:
        lock.execute("BEGIN IMMEDIATE")
        ran = own.run("revoke", printed(own)[0].number, "--reason", "x", at=ISSUED + 60)
    finally:
        lock.close()
    assert ran.status == 1
    assert ran.err.startswith("错误：") and "登记库" in ran.err
    assert own.run("revoke", printed(own)[0].number, "--reason", "x", at=ISSUED + 60).status == 0
