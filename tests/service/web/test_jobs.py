"""``/api/v1/jobs``: progress and cancel for the office's machines, nothing for anyone else."""

import hashlib
from dataclasses import dataclass, field, replace

import pytest

from service.web.app import create_app
from service.web.jobs import JobEndedError, JobProgress
from tests.samples import AT
from tests.service.web.asgi_client import AsgiClient
from tests.service.web.sample_office import SampleOffice

TOKEN = "a-token-drawn-at-random"
DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()
ALLOWED = {"authorization": f"Bearer {TOKEN}"}
JOB = JobProgress(
    id=7,
    scheme="jiande",
    style="one-box-60x40",
    format="pdf",
    state="running",
    reason="",
    who="王科员",
    labels=1000,
    done=400,
    refused=2,
    rate=200.0,
    seconds_left=3,
    created_at=AT,
    updated_at=AT + 2,
)


@dataclass
class SampleDesk:
    held: dict[int, JobProgress] = field(default_factory=lambda: {7: JOB})

    def jobs(self, limit: int) -> list[JobProgress]:
        return list(self.held.values())[:limit]

    def job(self, number: int) -> JobProgress | None:
        return self.held.get(number)

    def cancel(self, number: int) -> JobProgress | None:
        if number == 8:
            raise JobEndedError("任务 8 已经完成")
        if number in self.held:
            self.held[number] = replace(self.held[number], state="cancelled")
        return self.held.get(number)


@pytest.fixture
def client() -> AsgiClient:
    return AsgiClient(create_app(SampleOffice(), jobs=SampleDesk(), token_sha256=DIGEST))


def test_progress_and_cancel(client: AsgiClient) -> None:
    shown = client.get("/api/v1/jobs/7", ALLOWED)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert shown.json() == {
        "id": 7,
        "scheme": "jiande",
        "style": "one-box-60x40",
        "format": "pdf",
        "state": "running",
        "reason": "",
        "who": "王科员",
        "labels": 1000,
        "done": 400,
        "refused": 2,
        "rate": 200.0,
        "seconds_left": 3,
        "created_at": AT,
        "updated_at": AT + 2,
    }
    assert client.get("/api/v1/jobs", ALLOWED).json() == [shown.json()]
    cancelled = client.post("/api/v1/jobs/7/cancel", headers=ALLOWED)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/api/v1/jobs/9", 404, "没有任务 9"),
        ("POST", "/api/v1/jobs/9/cancel", 404, "没有任务 9"),
        ("POST", "/api/v1/jobs/8/cancel", 409, "任务 8 已经完成"),
        ("GET", "/api/v1/jobs/x", 422, "请求内容有误"),
        ("GET", "/api/v1/jobs/99999999999", 422, "请求内容有误"),
        ("GET", "/api/v1/jobs?limit=0", 422, "请求内容有误"),
    ],
)
def test_what_is_refused(
    client: AsgiClient, method: str, path: str, status: int, message: str
) -> None:
    answer = client.request(method, path, headers=ALLOWED)
    assert answer.status_code == status
    assert answer.json() == {"error": {"status": status, "message": message}}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/jobs"), ("GET", "/api/v1/jobs/7"), ("POST", "/api/v1/jobs/7/cancel")],
)
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {DIGEST}"])
def test_without_the_token_nothing_is_said(
    client: AsgiClient, method: str, path: str, given: str
) -> None:
    answer = client.request(method, path, headers={"authorization": given} if given else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {"error": {"status": 401, "message": "需要本单位的接口令牌"}}
    assert client.get("/api/v1/jobs/7", ALLOWED).json()["state"] == "running"


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer "}, ALLOWED])
def test_where_no_token_is_set_none_opens(given: dict[str, str]) -> None:
    client = AsgiClient(create_app(SampleOffice(), jobs=SampleDesk()))
    assert client.get("/api/v1/jobs", given).status_code == 401


def test_openapi_names_the_token_and_the_answer(client: AsgiClient) -> None:
    content = client.get("/api/v1/openapi.json").json()
    assert content["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    shown = content["paths"]["/api/v1/jobs/{id}"]["get"]
    assert shown["security"] == [{"HTTPBearer": []}]
    assert set(shown["responses"]) == {"200", "401", "404", "422"}
    assert "seconds_left" in content["components"]["schemas"]["JobProgress"]["properties"]
    assert "409" in content["paths"]["/api/v1/jobs/{id}/cancel"]["post"]["responses"]
