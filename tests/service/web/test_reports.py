"""``POST /api/v1/reports``: behind the token, through the same queue as any upload."""

import hashlib
from dataclasses import dataclass, field

import pytest

from service.errors import UserError
from service.web.app import create_app
from service.web.upload import Upload
from tests.service.web.asgi_client import AsgiClient
from tests.service.web.sample_office import SampleOffice

TOKEN = "a-token-drawn-at-random"
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
ALLOWED = {"authorization": f"Bearer {TOKEN}"}
FILE = {"file": ("甲.pdf", b"%PDF-")}


@dataclass
class SampleReports:
    asked: list[Upload] = field(default_factory=list)

    def report(self, upload: Upload) -> bytes:
        if upload.name == "乙.pdf":
            raise UserError("不能出具签名的报告：没有填写")
        self.asked.append(upload)
        return b"PK"


def client(desk: SampleReports, digest: str = DIGEST, places: int = 8) -> AsgiClient:
    app = create_app(SampleOffice(), reports=desk, token_sha256=digest, verify_places=places)
    return AsgiClient(app)


def test_a_report_is_an_archive() -> None:
    desk = SampleReports()
    data = {"policy": "buyer"}
    answer = client(desk).post("/api/v1/reports", files=FILE, data=data, headers=ALLOWED)
    assert (answer.status_code, answer.content) == (200, b"PK")
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="report.zip"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    (upload,) = desk.asked
    assert (upload.name, upload.data, upload.policy.name) == ("甲.pdf", b"%PDF-", "buyer")


@pytest.mark.parametrize("headers", [{}, {"authorization": f"Bearer {TOKEN}x"}])
@pytest.mark.parametrize("digest", [DIGEST, ""])
def test_nobody_else_gets_one(headers: dict[str, str], digest: str) -> None:
    desk = SampleReports()
    answer = client(desk, digest).post("/api/v1/reports", files=FILE, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert desk.asked == []


def test_without_a_digest_no_token_opens_it() -> None:
    answer = client(SampleReports(), "").post("/api/v1/reports", files=FILE, headers=ALLOWED)
    assert answer.status_code == 401


def test_what_is_missing_and_a_full_queue_are_said() -> None:
    other = {"file": ("乙.pdf", b"%PDF-")}
    refused = client(SampleReports()).post("/api/v1/reports", files=other, headers=ALLOWED)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "不能出具签名的报告：没有填写"
    full = client(SampleReports(), places=0).post("/api/v1/reports", files=FILE, headers=ALLOWED)
    assert (full.status_code, full.headers["retry-after"]) == (503, "10")


def test_an_office_without_a_desk_has_no_such_page() -> None:
    answer = AsgiClient(create_app(SampleOffice())).post("/api/v1/reports", headers=ALLOWED)
    assert answer.status_code == 404
