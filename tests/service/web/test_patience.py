"""A pile holds the server for so long, and no longer than its sender waits for it."""

import asyncio
import io
import threading
import zipfile
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from credential.policy import NOTARY, Policy
from credential.verdict import Indication, Verdict
from service.web.app import create_app
from service.web.patience import patience
from service.web.piles import verify_upload_pile
from service.web.upload import Upload
from tests.service.web.asgi_client import AsgiClient
from tests.service.web.sample_office import SampleOffice
from verifier.evidence import Evidence
from verifier.pile import Item

Message = MutableMapping[str, Any]


def packed(count: int) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for place in range(1, count + 1):
            archive.writestr(f"{place}.pdf", b"%PDF-")
    return output.getvalue()


@dataclass
class Seen(SampleOffice):
    items: list[Item] = field(default_factory=list)

    def verify(self, item: Item, policy: Policy = NOTARY, as_of: int | None = None) -> Verdict:
        self.items.append(item)
        return super().verify(item, policy, as_of)


def test_once_time_is_over_the_others_are_not_read() -> None:
    seen = Seen()
    answers = iter([True, True, False, False])
    upload = Upload(packed(4), "a.zip", NOTARY, None)
    pile = verify_upload_pile(seen, upload, lambda: next(answers))
    names = [verdict.file for verdict in pile.verdicts]
    assert names == ["1.pdf", "2.pdf", "第 3 个文件", "第 4 个文件"]
    for item in seen.items[2:]:
        assert isinstance(item.content, Evidence)
        (flag,) = item.content.flags
        assert (flag.sub, flag.code) == ("PROCESSING_LIMIT", "PILE_TIME")
        assert flag.message.startswith("整个压缩包的核验超过 300 秒，这个文件没有核验")
    assert pile.summary.indication is not Indication.PASSED


def going_on(receive: Callable[[], Message], seconds: float) -> bool:
    async def answer() -> bool:
        async def received() -> Message:
            message = receive()
            if message["type"] == "nothing yet":
                await asyncio.Event().wait()
            return message

        async with patience(Request({"type": "http"}, received), seconds) as goes_on:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return goes_on()

    return asyncio.run(answer())


def test_as_long_as_there_is_time_and_somebody_waits() -> None:
    assert going_on(lambda: {"type": "nothing yet"}, 60)
    assert not going_on(lambda: {"type": "nothing yet"}, 0)
    assert not going_on(lambda: {"type": "http.disconnect"}, 60)


@dataclass
class Waiting(SampleOffice):
    """Verifies nothing until it is told to."""

    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def verify(self, item: Item, policy: Policy = NOTARY, as_of: int | None = None) -> Verdict:
        if item.name.startswith("1"):
            self.begun.set()
            assert self.go.wait(30)
        return super().verify(item, policy, as_of)


def test_piles_have_places_of_their_own() -> None:
    office = Waiting()
    client = AsgiClient(create_app(office, verify_places=1, pile_places=1))
    files = {"file": ("a.zip", packed(1))}
    first = threading.Thread(
        target=client.post, args=("/api/v1/verify-pile",), kwargs={"files": files}
    )
    first.start()
    try:
        assert office.begun.wait(30)
        second = client.post("/api/v1/verify-pile", files=files)
        assert (second.status_code, second.headers["retry-after"]) == (503, "10")
        assert client.post("/verify", files=files).status_code == 503
        single = client.post("/api/v1/verify", files={"file": ("x.pdf", b"%PDF-")})
        assert single.status_code == 200
    finally:
        office.go.set()
        first.join()


def test_who_hangs_up_stops_the_pile() -> None:
    """As a server tells it: the body, and then that the sender is gone."""
    office = Waiting()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
        + packed(3)
        + b"\r\n--x--\r\n"
    )

    async def hang_up() -> None:
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            if (message := next(messages, None)) is not None:
                return message
            await asyncio.to_thread(office.begun.wait, 30)
            asyncio.get_running_loop().call_soon(office.go.set)
            return {"type": "http.disconnect"}

        async def send(_message: Message) -> None:
            pass

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/v1/verify-pile",
            "query_string": b"",
            "headers": [(b"content-type", b"multipart/form-data; boundary=x")],
        }
        await create_app(office)(scope, receive, send)

    asyncio.run(hang_up())
    assert [name for data, name in office.uploads if data] == ["1.pdf"]
