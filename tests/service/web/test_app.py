import asyncio
import base64
import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import UploadFile

from credential.status import TYPE as STATUS_TYPE
from credential.trust import accept_trust_list
from credential.verdict import (
    SCHEMA,
    Axis,
    AxisName,
    Finding,
    Indication,
    SubIndication,
    Verdict,
)
from credential.verdict_schema import VERDICT_SCHEMA
from service.web.app import UVICORN, create_app
from service.web.piles import PILE_SCHEMA, WEB_PILE
from tests.published import problems, valid
from tests.samples import COMPROMISED, COMPROMISED_AT, ROOT
from tests.service.web import sample_office as office
from tests.service.web.asgi_client import AsgiClient
from tests.service.web.sample_office import NOW, SampleOffice
from tests.verifier.test_zip_pile import SYSTEM
from tests.verifier.test_zip_pile import packed as packed_pile
from verifier.limits import Limits
from verifier.pile import Item

UPLOAD = Limits().upload
PILE_COPY = Path(__file__).parents[3] / "docs" / "pile.schema.json"
JSON = {"accept": "application/json"}
STATUS = {
    "VALID": (200, "valid"),
    "VOID": (200, "void"),
    "SUPERSEDED": (200, "superseded"),
    "EXPIRED": (200, "expired"),
    "SUSPENDED": (200, "suspended"),
    "UNKNOWN": (404, "unknown"),
    "FORGED": (400, "forged"),
    "OFFLINE": (503, "cannot-check"),
}


@pytest.fixture
def sample() -> SampleOffice:
    return SampleOffice()


@pytest.fixture
def client(sample: SampleOffice) -> AsgiClient:
    return AsgiClient(create_app(sample))


@pytest.mark.parametrize("name", STATUS)
def test_scan_of_each_state(client: AsgiClient, name: str) -> None:
    status, state = STATUS[name]
    digits = getattr(office, name).digits
    page = client.get(f"/1/{digits}")
    content = client.get(f"/1/{digits}", headers=JSON)
    assert (page.status_code, content.status_code) == (status, status)
    assert f'class="banner {state}"' in page.text
    assert content.json()["state"] == state
    assert content.json()["checked_at"] == NOW
    assert len(page.content) <= 15_000
    assert ("retry-after" in page.headers) == (status == 503)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["vary"] == content.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    "path",
    ["/", "/verify", "/nowhere", f"/1/{office.VALID.digits}", "/1/x", f"/subjects/{office.USCC}"],
)
def test_headers_and_policy(client: AsgiClient, path: str) -> None:
    answer = client.get(path)
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_printed_number_leads_to_the_same_page(client: AsgiClient) -> None:
    content = client.get(f"/c/{office.VALID.number}", headers=JSON).json()
    scanned = client.get(f"/1/{office.VALID.digits}", headers=JSON).json()
    assert content["fields"] == scanned["fields"]
    assert (content["by_number"], scanned["by_number"]) == (True, False)
    assert "未核验您手中的二维码" in client.get(f"/c/{office.VALID.number}").text
    assert client.get(f"/c/{office.VOID.number}").status_code == 200


def test_printed_number_unknown_or_not_answered(client: AsgiClient) -> None:
    unknown = client.get(f"/c/{office.UNKNOWN.number}")
    silent = client.get(f"/c/{office.OFFLINE.number}")
    assert (unknown.status_code, silent.status_code) == (404, 503)
    assert 'class="banner unknown"' in unknown.text
    assert 'class="banner cannot-check"' in silent.text
    assert office.UNKNOWN.number in unknown.text
    assert silent.headers["retry-after"] == "10"


def test_mistyped_number_is_named_before_any_look_up(client: AsgiClient) -> None:
    wrong = office.VALID.number[:-1] + ("A" if office.VALID.number[-1] != "A" else "B")
    page = client.get(f"/c/{wrong}")
    assert page.status_code == 400
    assert "编号校验位不符，请核对是否抄错" in page.text
    assert f'value="{wrong}"' in page.text
    assert client.get(f"/c/{wrong}", headers=JSON).json()["error"]["status"] == 400


def test_box_leads_to_the_numbers_address(client: AsgiClient) -> None:
    typed = office.VALID.number.lower().replace("-", " ")
    answer = client.get(f"/c?number={typed}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/c/{office.VALID.number}"
    assert "编号应为 17 位字母或数字，得到 4 位" in client.get("/c?number=ABCD").text


@pytest.mark.parametrize("digits", ["x", "0", "00" + "1" * 50, "9" * 5000, "１２３", "123"])
def test_malformed_digits(client: AsgiClient, digits: str) -> None:
    page = client.get(f"/1/{digits}")
    assert page.status_code == 400
    assert "二维码内容不完整或被改动，请对准二维码重新扫描一次" in page.text
    assert client.get(f"/1/{digits}", headers=JSON).json()["state"] == "forged"


def test_any_changed_digit_is_refused(client: AsgiClient) -> None:
    digits = office.VALID.digits
    for place in range(0, len(digits), 37):
        changed = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        content = client.get(f"/1/{changed}", headers=JSON)
        assert content.status_code == 400
        assert content.json()["state"] == "forged"
        assert content.json()["fields"] == {}


def test_a_compromised_key_is_known_on_both_ways_in(
    client: AsgiClient, sample: SampleOffice
) -> None:
    late = office.certificate(
        12, signer=COMPROMISED, record={"recorded_at": COMPROMISED_AT}, product="蓝莓"
    )
    sample.at, sample.more = COMPROMISED_AT + 60, (late,)
    for path in (f"/1/{late.digits}", f"/c/{late.number}"):
        content = client.get(path, headers=JSON)
        assert (content.status_code, content.json()["state"]) == (400, "forged")
        assert content.json()["code"] == "KEY_COMPROMISED"
        assert "蓝莓" not in client.get(path).text


def test_look_ups_are_counted_once_each_and_only_those_on_record(
    client: AsgiClient, sample: SampleOffice
) -> None:
    path = f"/1/{office.VALID.digits}"
    client.head(path)
    client.get(f"/1/{office.UNKNOWN.digits}")
    client.get(f"/1/{office.FORGED.digits}")
    assert sample.counts == {}
    first = client.get(path, headers=JSON).json()["scans"]
    sample.at += 60
    second = client.get(f"/c/{office.VALID.number}", headers=JSON).json()["scans"]
    assert first == {"number": 1, "first_at": NOW}
    assert second == {"number": 2, "first_at": NOW}


def test_grade_statement_goes_along_with_a_published_grade(client: AsgiClient) -> None:
    shown = client.get(f"/1/{office.VALID.digits}", headers=JSON).json()
    hidden = client.get(f"/1/{office.HOUSEHOLD.digits}", headers=JSON).json()
    assert base64.b64decode(shown["grade_statement"]).startswith(b"statement of ")
    assert shown["grade"] == {
        "as_issued": "A",
        "now": "B",
        "since": NOW - 3 * 86400,
        "disputed": False,
    }
    assert (hidden["grade"], hidden["grade_statement"]) == (None, None)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/verify",
        "/healthz",
        "/status/1",
        "/.well-known/jwks.json",
        f"/1/{office.VALID.digits}",
    ],
)
def test_head(client: AsgiClient, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.head(path).content == b""


def test_subject_page(client: AsgiClient) -> None:
    page = client.get(f"/subjects/{office.USCC}")
    assert page.status_code == 200
    for words in ("建德市某某果蔬专业合作社", "B级", "巡查发现生产记录不全", "异议处理中"):
        assert words in page.text


@pytest.mark.parametrize("key", [office.PERSON.packed.hex(), "91330182MA2CC5TH26", "田大根"])
def test_natural_persons_and_strangers_get_one_and_the_same_answer(
    client: AsgiClient, key: str
) -> None:
    page = client.get(f"/subjects/{key}")
    assert page.status_code == 404
    assert "自然人的信用信息不公开" in page.text
    assert page.text == client.get("/subjects/93330182MA2CC5TH4W").text


def test_signed_lists_and_keys(client: AsgiClient, sample: SampleOffice) -> None:
    token = client.get("/status/1")
    assert (token.content, token.headers["content-type"]) == (b"token", STATUS_TYPE)
    assert client.get("/status/2").status_code == 404
    for number in ("x", "0", "-1", "١", "9223372036854775808", "9" * 5000, "1000000000"):
        answer = client.get(f"/status/{number}")
        assert (answer.status_code, "没有这个状态列表" in answer.text) == (404, True), number
    message = client.get("/.well-known/zhengxin/trust-list").content
    held = accept_trust_list(message, anchors=[ROOT.public_key], held=None, at=NOW)
    assert held == sample.trust
    assert client.get("/.well-known/jwks.json").json()["keys"][0]["kty"] == "OKP"


def test_health(client: AsgiClient, sample: SampleOffice) -> None:
    assert client.get("/readyz").status_code == 200
    sample.down = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").headers["retry-after"] == "10"


def test_verify_api_gives_the_verdict(client: AsgiClient, sample: SampleOffice) -> None:
    answer = client.post("/api/v1/verify", files={"file": ("../合格证.pdf", b"%PDF-")})
    content = answer.json()
    assert answer.status_code == 200
    assert (content["schema"], content["indication"]) == (SCHEMA, "TOTAL-FAILED")
    assert content["sub_indication"] == "CONTENT_MISMATCH"
    assert sample.uploads == [(b"%PDF-", "合格证.pdf")]


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"content": b"x"}, 415, "multipart/form-data"),
        ({"json": {}}, 415, "multipart/form-data"),
        ({"files": {"other": ("a.pdf", b"x")}}, 400, "没有收到文件"),
        ({"files": {"file": ("a.pdf", b"")}}, 400, "文件是空的"),
        ({"files": [("file", ("a", b"x")), ("file", ("b", b"x"))]}, 400, "应只含一个文件"),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            400,
            "表单内容有误",
        ),
        ({"files": {"file": ("a.pdf", bytes(UPLOAD + 1))}}, 413, "文件过大：最大 20 MB"),
        ({"files": {"file": ("a.pdf", bytes(UPLOAD + 10**6))}}, 413, "最大 20 MB"),
    ],
)
def test_uploads_refused(
    client: AsgiClient, request_: dict[str, object], status: int, words: str
) -> None:
    answer = client.post("/api/v1/verify", **request_)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
    page = client.post("/verify", **request_)  # type: ignore[arg-type]
    assert page.status_code == status
    assert words in page.text
    assert '<form action="/verify"' in page.text


def test_verify_pages(client: AsgiClient) -> None:
    assert 'enctype="multipart/form-data"' in client.get("/verify").text
    page = client.post("/verify", files={"file": ("合格证.pdf", b"%PDF-")})
    assert page.status_code == 200
    for words in ("核验不通过", "产品数量", "500公斤", "800公斤", "第 1 页", "未能确认"):
        assert words in page.text
    assert "核验通过" not in page.text


def test_a_policy_and_a_date_of_the_form(client: AsgiClient) -> None:
    file = {"file": ("a.pdf", b"%PDF-")}
    answer = client.post(
        "/api/v1/verify", files=file, data={"policy": "archive", "as_of": "2026-03-01"}
    ).json()
    assert (answer["policy"]["name"], answer["as_of"]) == ("archive", 1772380799)
    assert client.post("/api/v1/verify", files=file).json()["policy"]["name"] == "notary"
    for data, words in (
        ({"policy": "mine"}, "没有核验策略“mine”"),
        ({"as_of": "2026-03-01"}, "只看现在"),
        ({"policy": "archive", "as_of": "x"}, "时间应写作"),
    ):
        refused = client.post("/api/v1/verify", files=file, data=data)
        assert (refused.status_code, words in refused.json()["error"]["message"]) == (400, True)


def test_a_zip_comes_back_as_one_summary(client: AsgiClient, sample: SampleOffice) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in (("一.pdf", b"%PDF-"), ("二.jpg", b"x"), ("../三.pdf", b"%PDF-")):
            archive.writestr(name, data)
    page = client.post("/verify", files={"file": ("一批.zip", packed.getvalue())})
    assert page.status_code == 200
    for words in ("一批.zip：共 3 个文件", "一.pdf", "✕ 不通过", "二.jpg", "? 未能确认", "有重复"):
        assert words in page.text, words
    assert [name for _, name in sample.uploads] == ["一.pdf", "二.jpg", "../三.pdf"]
    assert sample.uploads[2][0] == b"", "refused by its name: not read"

    torn = client.post("/verify", files={"file": ("一批.zip", packed.getvalue()[:-9])})
    assert (torn.status_code, "不是完整的 ZIP" in torn.text) == (400, True)


def test_a_zip_over_the_interface_is_one_object(client: AsgiClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in (("一.pdf", b"%PDF-"), ("二.jpg", b"x"), ("内.zip", b"PK")):
            archive.writestr(name, data)
    files = {"file": ("一批.zip", packed.getvalue())}
    answer = client.post("/api/v1/verify-pile", files=files)
    content = answer.json()
    assert (answer.status_code, content["schema"]) == (200, "zhengxin-pile/1")
    assert [verdict["file"] for verdict in content["verdicts"]] == ["一.pdf", "二.jpg", "内.zip"]
    assert content["indication"] == "TOTAL-FAILED"
    assert content["counts"] == {"TOTAL-PASSED": 0, "INDETERMINATE": 2, "TOTAL-FAILED": 1}
    assert content["sha256"] == hashlib.sha256(packed.getvalue()).hexdigest()
    assert content["policy"] == content["verdicts"][0]["policy"]
    # to the sample office whatever is no PDF is one and the same file
    assert content["same_files"] == [{"sha256": "cd" * 32, "places": [2, 3]}]
    assert content["same_credentials"] == []


def test_system_files_in_a_zip_are_named_as_not_verified(client: AsgiClient) -> None:
    files = {"file": ("一批.zip", packed_pile({**SYSTEM, "一.pdf": b"%PDF-"}))}
    content = client.post("/api/v1/verify-pile", files=files).json()
    assert [verdict["file"] for verdict in content["verdicts"]] == ["一.pdf"]
    assert content["passed_over"] == list(SYSTEM)
    page = client.post("/verify", files=files).text
    assert [f"<li>{name}：系统文件，未核验</li>" in page for name in SYSTEM] == [True] * len(SYSTEM)


def test_what_is_no_zip_or_holds_too_much_is_refused_as_a_pile(client: AsgiClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for place in range(WEB_PILE.members + 1):
            archive.writestr(f"{place}.pdf", b"")
    for data, words in ((packed.getvalue(), "超过 50 个"), (b"%PDF-", "不是完整的 ZIP")):
        answer = client.post("/api/v1/verify-pile", files={"file": ("一批.zip", data)})
        assert (answer.status_code, words in answer.json()["error"]["message"]) == (400, True)


def test_a_verdict_can_be_kept_as_a_page_and_as_data(
    client: AsgiClient, sample: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding("REVOKED", f"已作废：填错，请拨 {office.PHONE}")
    axis = Axis(AxisName.REGISTRY_STATUS, Indication.FAILED, SubIndication.REVOKED, (finding,))
    claims = {**(office.ALTERED.credential or {}), "subject": {"name": "田大根"}}
    verdict = replace(office.ALTERED, axes=(*office.ALTERED.axes, axis), credential=claims)
    monkeypatch.setattr(SampleOffice, "verify", lambda *_: verdict)
    page = client.post("/verify", files={"file": ("合格证.pdf", b"%PDF-")}).text
    offered = re.findall(r'href="data:[^,"]*;base64,([^"]*)" download="([^"]+)"', page)
    kept = {name: base64.b64decode(data).decode() for data, name in offered}
    assert kept.keys() == {"report.html", "report.json"}
    assert valid(json.loads(kept["report.json"]))["sub_indication"] == "CONTENT_MISMATCH"
    assert f'href="{sample.trust.base_urls[0]}/c/{office.VALID.number}"' in kept["report.html"]
    assert "download=" not in kept["report.html"]
    for text in (page, *kept.values()):
        assert "号码不公开" in text
        assert office.PHONE not in text
        assert "田大根" not in text


def test_the_schema_is_served(client: AsgiClient) -> None:
    answer = client.get("/api/v1/verdict.schema.json")
    assert answer.json() == VERDICT_SCHEMA
    assert client.get("/api/v1/pile.schema.json").json() == PILE_SCHEMA
    assert json.loads(PILE_COPY.read_text("utf-8")) == PILE_SCHEMA
    verdict = client.post("/api/v1/verify", files={"file": ("a.pdf", b"%PDF-")}).json()
    assert problems(verdict) == []


def test_the_name_of_an_upload_turns_no_line_around(client: AsgiClient) -> None:
    name = "C:\\x\\a\u202efdp.exe"
    answer = client.post("/api/v1/verify", files={"file": (name, b"%PDF-")})
    assert answer.json()["file"] == r"a\u202efdp.exe"


def test_full_queue_answers_503(sample: SampleOffice) -> None:
    client = AsgiClient(create_app(sample, verify_places=0))
    answer = client.post("/api/v1/verify", files={"file": ("a.pdf", b"%PDF-")})
    page = client.post("/verify", files={"file": ("a.pdf", b"%PDF-")})
    assert answer.status_code == page.status_code == 503
    assert answer.headers["retry-after"] == page.headers["retry-after"] == "10"
    assert answer.json()["error"]["message"] == "正在核验的文件较多，请稍后再试"


def test_what_has_no_place_is_not_taken_into_memory(
    sample: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadFile, "read", lambda *_: pytest.fail("it was read"))
    client = AsgiClient(create_app(sample, verify_places=0, pile_places=0))
    for path in ("/api/v1/verify", "/api/v1/verify-pile", "/verify"):
        answer = client.post(path, files={"file": ("a.pdf", b"%PDF-")})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def test_a_name_is_judged_to_its_end(client: AsgiClient, sample: SampleOffice) -> None:
    """Found: cut at 200 letters, a PDF came without its ending .html, which is doubted."""
    longest = f"{'合' * 250}.html"
    for path in ("/verify", "/api/v1/verify"):
        client.post(path, files={"file": (longest, b"%PDF-")})
        assert sample.uploads.pop()[1] == longest
        answer = client.post(path, files={"file": (f"长{longest}", b"%PDF-")})
        assert answer.status_code == 400
        assert "文件名超过 255 字，请改短后再上传" in answer.text
    assert sample.uploads == []


def test_the_place_of_an_upload_is_given_back(sample: SampleOffice) -> None:
    client = AsgiClient(create_app(sample, verify_places=1, pile_places=0))
    for data, status in ((b"%PDF-", 200), (b"", 400), (b"%PDF-", 200)):
        assert client.post("/verify", files={"file": ("a.pdf", data)}).status_code == status


def test_a_body_without_a_length_is_cut_off(client: AsgiClient, sample: SampleOffice) -> None:
    async def endless() -> AsyncIterator[bytes]:
        head = 'Content-Disposition: form-data; name="file"; filename="a"'
        yield f"--x\r\n{head}\r\n\r\n".encode()
        for _ in range(30):
            yield bytes(1 << 20)

    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/verify", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert sample.uploads == []


def test_an_upload_that_never_ends_is_ended(sample: SampleOffice) -> None:
    async def dripping() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        await asyncio.Event().wait()

    headers = {"content-type": "multipart/form-data; boundary=x"}
    client = AsgiClient(create_app(sample, limits=Limits(upload_seconds=0.05)))
    for path in ("/api/v1/verify", "/api/v1/verify-pile", "/verify"):
        answer = client.post(path, content=dripping(), headers=headers)
        assert (answer.status_code, answer.headers["connection"]) == (408, "close")
        assert "上传用时超过 0.05 秒，请换一个网络再试" in answer.text
    assert sample.uploads == []


@pytest.mark.parametrize("charset", ["undefined", "punycode", "utf-16", "rot13", "gbk", ""])
def test_a_form_in_another_encoding_is_refused(client: AsgiClient, charset: str) -> None:
    """Starlette would decode with any codec that Python has, and some raise what it does not catch."""
    head = 'Content-Disposition: form-data; name="file"; filename="a"'
    for path in ("/verify", "/api/v1/verify", "/api/v1/verify-pile"):
        answer = client.post(
            path,
            content=f"--x\r\n{head}\r\n\r\n%PDF-\r\n--x--\r\n".encode(),
            headers={"content-type": f"multipart/form-data; charset={charset}; boundary=x"},
        )
        assert (answer.status_code, "表单的字符编码应为 UTF-8" in answer.text) == (415, True)


def test_a_sender_who_breaks_off_leaves_no_trace(sample: SampleOffice) -> None:
    messages = iter([{"type": "http.request", "body": b"--x", "more_body": True}])
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    for path in ("/verify", "/api/v1/verify"):
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", b"multipart/form-data; boundary=x")],
        }
        asyncio.run(create_app(sample)(scope, receive, send))
    assert [message["status"] for message in sent if "status" in message] == [400, 400]
    assert "上传中断" in sent[-1]["body"].decode()


@dataclass
class Crashing(SampleOffice):
    def verify(self, item: Item, *_: object) -> Verdict:
        raise ZeroDivisionError(f"secret detail of {item}")


def test_a_crash_is_an_error_without_a_trace_and_gives_its_place_back() -> None:
    client = AsgiClient(create_app(Crashing(), verify_places=1))
    for _ in range(2):
        answer = client.post("/api/v1/verify", files={"file": ("a.pdf", b"x")})
        assert answer.status_code == 500
        assert answer.json()["error"]["message"] == "系统内部出错，已记录，请稍后再试"
    page = client.post("/verify", files={"file": ("a.pdf", b"x")})
    assert page.status_code == 500
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
    for crashed in (answer, page):
        assert crashed.headers["content-security-policy"].startswith("default-src 'none'")
        assert crashed.headers["x-content-type-options"] == "nosniff"
        assert crashed.headers["referrer-policy"] == "no-referrer"
        assert crashed.headers["cache-control"] == "no-store"


def test_errors_are_chinese_pages_or_json(client: AsgiClient) -> None:
    assert "没有这个页面" in client.get("/nowhere").text
    assert client.get("/nowhere", headers=JSON).json()["error"]["message"] == "没有这个页面"
    assert "不支持这种请求方式" in client.post("/").text
    assert client.get("/api/v1/verify").json()["error"]["status"] == 405
    assert client.get("/1/123/").status_code == 404


def test_openapi_names_the_upload(client: AsgiClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    body = paths["/api/v1/verify"]["post"]["requestBody"]["content"]
    assert body["multipart/form-data"]["schema"]["required"] == ["file"]
    assert client.get("/docs").status_code == 404


def test_the_credential_reaches_no_log(
    client: AsgiClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert UVICORN["access_log"] is False
    with caplog.at_level(logging.DEBUG):
        client.get(f"/1/{office.VALID.digits}")
        client.get(f"/1/{office.OFFLINE.digits}")
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert not any(office.VALID.digits[:40] in line for line in ours)


def test_telemetry_is_off_whatever_the_environment_offers(sample: SampleOffice) -> None:
    config = create_app(sample)._telemetry
    assert not any(config[name] for name in ("tracing", "metrics", "logs", "auto_configure"))
