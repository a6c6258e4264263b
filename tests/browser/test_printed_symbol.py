"""From paper to phone: the symbol read from the printed page, and exactly that text opened."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from starlette.types import ASGIApp, Receive, Scope, Send

from credential.subjects import SubjectType
from service.commands.serve import running_app
from service.office import open_office
from service.printing import PDF
from service.settings import load_settings
from tests.browser.conftest import sideways
from tests.flows.office import ISSUED, PASSPHRASE, Place, copied, manifest, printed
from tests.flows.test_verifying import altered

Serve = Callable[[ASGIApp], str]
Phone = Callable[..., Page]
LATER = ISSUED + 3600
SIZES = (450, 600, 400)
"""Dots an inch."""


@dataclass(slots=True)
class Late:
    """An application whose address is known before it is made: symbols hold the address."""

    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            assert self.app is not None
            await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Served:
    """The office as it runs at the address that its symbols lead to."""

    place: Place
    base: str

    def printed(self, folder: str, number: str) -> Path:
        return self.place.folder / folder / f"{number}.pdf"


@pytest.fixture(scope="module")
def served(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    late = Late()
    base = serve(late)
    place = copied(tmp_path_factory.mktemp("browser") / "office")
    here = {"ZHENGXIN_BASE_URL": base}
    place.done("keys", "publish", at=ISSUED + 60, **here)
    for style, folder in (("a5", "a5"), ("label-80x60", "labels")):
        options = ("--scheme", "jiande", "--style", style, "--input", place.batches)
        place.done("issue", *options, "--out", place.folder / folder, at=ISSUED + 60, **here)
    with contextlib.ExitStack() as running:
        office = running.enter_context(open_office(place.home, load_settings(place.home, here)))
        late.app = running.enter_context(running_app(office, PASSPHRASE))
        yield Served(place, base)


def picture(pdf: Path, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        image: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("L")
        return image
    finally:
        document.close()


def by_zxing(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [barcode.text for barcode in found]


def by_opencv(image: Image.Image) -> list[str]:
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(np.asarray(image))
    return [text] if text else []


def read_symbol(pdf: Path) -> str:
    """Read by two decoders that have nothing in common; both must say the same.

    OpenCV's finds about one symbol in fifty at no size but another: like a telephone, it may look
    more than once.
    """
    other = next((found for dpi in SIZES if (found := by_opencv(picture(pdf, dpi)))), None)
    assert other is not None, "OpenCV reads no symbol"
    assert by_zxing(picture(pdf, SIZES[0])) == other
    [text] = other
    return text


def banner(page: Page) -> str:
    return page.get_by_role("status").get_by_role("heading").inner_text()


def grades(page: Page) -> tuple[str, str]:
    """As issued, and now."""
    boxes = page.locator(".grades strong").all_inner_texts()
    assert len(boxes) == 2
    return boxes[0], boxes[1]


def organisations(served: Served, grade: str) -> list[str]:
    kinds = {SubjectType.ENTERPRISE, SubjectType.COOPERATIVE, SubjectType.SELF_EMPLOYED}
    return [
        one.number
        for one in printed(served.place)
        if one.producer.type in kinds and one.producer.grade == grade
    ]


@pytest.mark.parametrize("folder", ["a5", "labels"])
def test_the_printed_symbol_opens_a_valid_page(served: Served, phone: Phone, folder: str) -> None:
    number = organisations(served, "B")[0]
    text = read_symbol(served.printed(folder, number))
    assert text.startswith(f"{served.base}/1/")
    line = next(line for line in manifest(served.place.folder / folder) if line["id"] == number)
    assert line["qr_text"] == text
    page = phone()
    response = page.goto(text)
    assert response is not None and response.status == 200
    assert banner(page) == "有效"
    assert page.get_by_text(number, exact=True).is_visible()
    assert grades(page) == ("B级", "B级")
    assert sideways(page) == 0


def test_a_fallen_grade_stands_beside_the_grade_as_issued(served: Served, phone: Phone) -> None:
    one = next(o for o in printed(served.place) if o.number == organisations(served, "B")[1])
    text = read_symbol(served.printed("a5", one.number))
    page = phone()
    page.goto(text)
    before = grades(page)
    code = one.producer.uscc
    grade = ("grade", "set", "--scheme", "jiande", "--reason", "抽查不符", code, "c")
    served.place.done(*grade, at=LATER)
    page.goto(text)
    assert banner(page) == "有效"
    assert (before, grades(page)) == (("B级", "B级"), ("B级", "c级"))
    assert page.get_by_text("等级已变动", exact=True).is_visible()


@pytest.mark.parametrize("folder", ["a5", "labels"])
def test_after_withdrawal_the_same_paper_leads_to_a_void_page(
    served: Served, phone: Phone, folder: str
) -> None:
    number = organisations(served, "c")[0 if folder == "a5" else 1]
    text = read_symbol(served.printed(folder, number))
    page = phone()
    page.goto(text)
    assert banner(page) == "有效"
    served.place.done("revoke", number, "--reason", "产品抽检不合格", at=LATER)
    page.goto(text)
    assert banner(page) == "已作废"
    assert page.get_by_text("产品抽检不合格").is_visible()


def test_one_altered_digit_shows_a_page_that_nobody_takes_for_valid(
    served: Served, phone: Phone
) -> None:
    text = read_symbol(served.printed("a5", organisations(served, "B")[0]))
    page = phone()
    for place in (-1, -60, -150):
        digit = str((int(text[place]) + 1) % 10)
        changed = text[:place] + digit + (text[place + 1 :] if place != -1 else "")
        response = page.goto(changed)
        assert response is not None and response.status == 400
        assert banner(page) == "假冒或被改动"
        assert page.get_by_text("草莓").count() == page.locator(".grades").count() == 0


def test_an_upload_is_verified_and_an_altered_one_refused_with_the_field_named(
    served: Served, phone: Phone, tmp_path: Path
) -> None:
    genuine = served.printed("labels", organisations(served, "B")[0])
    forged = altered(served.place, tmp_path, "label-80x60", PDF, "quantity", base_url=served.base)
    page = phone()
    for path, words in ((genuine, "核验通过"), (forged, "核验不通过")):
        page.goto(f"{served.base}/verify")
        page.get_by_label("选择文件或拍照").set_input_files(path)
        page.get_by_role("button", name="开始核验").click()
        assert banner(page) == words
        assert page.get_by_role("link", name=path.stem).is_visible()
        assert sideways(page) == 0
    assert page.locator(".diff").count() == 1
    item = page.locator("li", has=page.locator(".diff"))
    assert "产品数量" in item.inner_text()
    expected, found = item.locator("dd").all_inner_texts()
    assert found == f"9{expected}"


def test_the_two_decoders_would_notice_a_spoilt_symbol(served: Served) -> None:
    """Otherwise reading it back proves nothing."""
    image = picture(served.printed("a5", organisations(served, "B")[0]), SIZES[0])
    [found] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    corner, across = found.position.top_left, found.position.bottom_right
    size = (across.x - corner.x) // 2
    image.paste(255, (corner.x, corner.y, corner.x + size, corner.y + size))
    assert by_zxing(image) == by_opencv(image) == []
