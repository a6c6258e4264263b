"""Draw every picture of the documentation anew from one real demonstration.

``.venv/bin/python docs/pictures.py`` after ``make test`` (for the packages) on a machine with
Chromium. Numbers are drawn anew each time, so every picture changes: commit all of them together.
"""

import csv
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Final

import pypdfium2
import uvicorn
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from service.cli import program
from service.commands.demo import PASSPHRASE
from service.commands.serve import running_app
from service.demo import ALTERED, Demonstration, run_demo
from service.office import open_office
from service.settings import Settings
from service.web.app import UVICORN

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
VERDICT: Final = re.compile(r"^```text\n\$ zhengxin verify .*?^```$", re.MULTILINE | re.DOTALL)
# RFC 6761 §6.5: whoever scans a picture in the documentation comes to nobody's site
SETTINGS: Final = Settings(base_url="https://zhengxin.example")
PHONE: Final = {"width": 390, "height": 844}
LARGEST: Final = 150_000
"""Bytes of one picture."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = run_demo(
            Path(folder),
            SETTINGS,
            PASSPHRASE,
            at=int(time.time()),
            who="docs",
            tell=lambda step: print(step.title, step.result),
        )
        if not made.as_expected:
            sys.exit("the demonstration did not come out as expected: no picture was drawn")
        draw_papers(made)
        write_verdict(made)
        with serve(made) as address, browser() as chromium:
            draw_screens(made, address, chromium)


def draw_papers(made: Demonstration) -> None:
    home = made.home.path
    good = f"{number_of(made, 0)}.pdf"
    save("certificate-a5", pages(home / "certificates" / good, dpi=130))
    save("label-80x60", pages(home / "labels" / good, dpi=254))
    letter = sorted((home / "pledges").glob("*.pdf"))[0]
    save("letter", pages(letter, dpi=85))


def pages(path: Path, *, dpi: int) -> Image.Image:
    """All pages side by side on grey, each as its printer would set it."""
    with pypdfium2.PdfDocument(path) as document:
        sheets = [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    margin = 12
    width = sum(sheet.width + margin for sheet in sheets) + margin
    picture = Image.new("L", (width, max(sheet.height for sheet in sheets) + 2 * margin), 200)
    left = margin
    for sheet in sheets:
        picture.paste(sheet, (left, margin))
        left += sheet.width + margin
    return picture


def write_verdict(made: Demonstration) -> None:
    """Put what the terminal says of the altered file into both READMEs."""
    home = str(made.home.path)
    shown = CliRunner().invoke(program, ["--home", home, "verify", f"{home}/{ALTERED}"])
    block = f"$ zhengxin verify {ALTERED}\n{shown.output}"
    for page in (ROOT / "README.md", ROOT / "README.en.md"):
        text = page.read_text("utf-8")
        page.write_text(VERDICT.sub(lambda _: f"```text\n{block}```", text), "utf-8")


def draw_screens(made: Demonstration, address: str, chromium: Browser) -> None:
    context = chromium.new_context(
        viewport=PHONE,  # type: ignore[arg-type]  # a plain dict is what it wants
        device_scale_factor=1.5,
        java_script_enabled=False,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    for place, name in enumerate(("scan-valid", "scan-void", "scan-downgraded")):
        page.goto(address + symbol_path(made, number_of(made, place)))
        save(name, screen(page))
    page.goto(f"{address}/verify")
    page.get_by_label("选择文件或拍照").set_input_files(made.home.path / ALTERED)
    page.get_by_role("button", name="开始核验").click()
    save("verify-altered", screen(page))
    context.close()


def screen(page: Page) -> Image.Image:
    return Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")


def number_of(made: Demonstration, place: int) -> str:
    """The number at the end of a link: 0 valid, 1 void, 2 of a producer that was downgraded."""
    return made.links[place][1].rpartition("/")[2]


def symbol_path(made: Demonstration, number: str) -> str:
    """The path that the symbol of a certificate leads to, as its manifest has it."""
    manifest = made.home.path / "certificates" / "manifest.csv"
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        texts = {line["id"]: line["qr_text"] for line in csv.DictReader(file)}
    return texts[number].removeprefix(SETTINGS.base_url)


@contextmanager
def serve(made: Demonstration) -> Iterator[str]:
    with open_office(made.home, SETTINGS) as office, running_app(office, PASSPHRASE) as app:
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", **UVICORN))  # type: ignore[arg-type]  # the options are uvicorn's own
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


@contextmanager
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        sys.exit("no Chromium: apt-get install -y chromium fonts-noto-cjk")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


def save(name: str, picture: Image.Image) -> None:
    """As a PNG with 32 colours or grey levels, which text and line art don't miss."""
    path = PICTURES / f"{name}.png"
    picture.quantize(32, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path} has {path.stat().st_size} bytes, more than {LARGEST}")
    print(path.name, picture.size, path.stat().st_size)


if __name__ == "__main__":
    main()
