"""``zhengxin demo`` as ``make demo`` calls it: the whole sample without serving, a small one served."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.demonstration import Demonstrated, demonstrated
from tests.flows.office import manifest, read_csv, run
from tests.flows.small_demo import write_few

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tests.flows.small_demo"]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHENGXIN_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True, slots=True)
class Serving:
    """What it said before it served, and the links."""

    said: str
    links: Mapping[str, str]


@pytest.fixture(scope="module")
def demo() -> Demonstrated:
    return demonstrated()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [*PROGRAM, "demo", "--home", "demo"],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        links: dict[str, str] = {}
        said = []
        for line in process.stdout:
            said.append(line)
            if match := re.fullmatch(r"  (\S+)\s+(http://\S+)\n", line):
                links[match[1]] = match[2]
            if len(links) == 4:
                break
        assert len(links) == 4, "".join(said)
        _wait(links["核验页面"])
        yield Serving("".join(said), links)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.stdout.close()


def test_it_says_that_it_went_otherwise_than_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the verifier let an altered page pass; what it says of the others is not looked at."""
    monkeypatch.setattr("service.demo.write_samples", write_few)
    monkeypatch.setattr("service.demo._verify_altered", lambda *_: False)
    for other in ("_verify_honest", "_verify_revoked"):
        monkeypatch.setattr(f"service.demo.{other}", lambda *_: True)
    ran = run("demo", "--no-serve", "--home", tmp_path / "demo")
    assert (ran.status, "演示的结果与预期不符" in ran.err) == (1, True)


def test_without_serving_it_ends_by_itself(demo: Demonstrated) -> None:
    assert demo.said.splitlines()[-1].endswith("数据均为虚构。")
    assert "http://" not in demo.said, "no link to what does not run"


def test_it_says_how_long_it_took(demo: Demonstrated, served: Serving) -> None:
    for said in (demo.said, served.said):
        assert re.search(r"用时 [\d.]+ 秒。全部文件在 demo/，数据均为虚构。", said)


def test_the_whole_sample_went_through(demo: Demonstrated) -> None:
    assert "导入主体名录：2706 户，等级 2706 户，有误 0 处" in demo.said
    assert "A5 合格证：签发 230 份，拒绝 10 行" in demo.said.replace("承诺达标", "")
    assert "重印 230 份" in demo.said
    assert "签发 6 份，拒绝 2 行" in demo.said
    home = demo.home
    assert len(manifest(home / "certificates")) == len(manifest(home / "labels")) == 230
    assert len(read_csv(home / "certificates" / "refused.csv")) == 10
    assert len(manifest(home / "pledges")) == 12
    assert len(re.findall(r"拒绝  第 \d+ 行", demo.said)) == 12


def test_every_file_that_it_names_is_there(demo: Demonstrated) -> None:
    named = re.findall(r"^    (demo/\S+)$", demo.said, re.MULTILINE)
    assert len(named) >= 12
    assert [name for name in named if not (demo.folder / name).exists()] == []


def test_the_altered_one_is_refused_with_the_quantity_named(demo: Demonstrated) -> None:
    _, _, after = demo.said.partition("核验改过的合格证：")
    assert after.startswith("不通过 TOTAL-FAILED / CONTENT_MISMATCH\n    demo/altered.pdf\n")
    assert re.search(r"“产品数量”与签发时不符：应为 (\S+)，得到 9\1\n", after)


def test_what_is_void_and_who_fell_are_told(demo: Demonstrated) -> None:
    assert "作废（产品抽检不合格）后核验：不通过 TOTAL-FAILED / REVOKED" in demo.said
    assert re.search(r"降级：\S+合作社 [AB]级 → C级", demo.said)


def test_a_folder_with_something_else_in_it_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    ran = run("demo", "--no-serve", "--home", "demo")
    assert ran.status == 1
    assert "文件夹 demo 不是演示目录，里面有别的文件" in ran.err
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["mine.txt"]


def _wait(link: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            _get(link)
            return
        time.sleep(0.1)
    raise AssertionError(f"{link} does not answer")


def _get(link: str) -> str:
    # this machine itself: no proxy that the environment may name
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(link, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def test_the_links_lead_where_they_say(served: Serving) -> None:
    assert ">有效</h1>" in _get(served.links["有效的合格证"])
    void = _get(served.links["已作废的合格证"])
    assert ">已作废</h1>" in void and "产品抽检不合格" in void
    lowered = _get(served.links["主体已降级的"])
    assert ">有效</h1>" in lowered and "等级已变动" in lowered and "当前 C级" in lowered
    assert "选择文件或拍照" in _get(served.links["核验页面"])
