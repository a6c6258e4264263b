"""``zhengxin issue`` with a label style, and ``zhengxin jobs``."""

import time
import zipfile
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import update

from certgen.calibration import calibration_pdf
from credential.fields import format_time
from registry import tables
from registry.database import write
from registry.jobs import create_job, list_jobs
from registry.keys import compromise_key, retire_key
from service.bulk.orders import Paper, opened, order_of
from service.bulk.source import given
from service.cli import main
from service.home import Home
from service.settings import load_settings
from tests.samples import AT
from tests.service.bulk.office import (
    HEAD,
    PASSPHRASE,
    chunks,
    make_home,
    manifest,
    order,
    recorded,
    row,
    table,
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    return make_home(tmp_path)


def said(capfd: pytest.CaptureFixture[str]) -> str:
    shown = capfd.readouterr()
    return shown.out + shown.err


def run(home: Home, *arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home.path), *map(str, arguments)])
    return int(ended.value.code or 0)


def issue(home: Home, source: Path, *arguments: object) -> int:
    common = ("--scheme", "jiande", "--style", "one-box-60x40", "--input", source)
    return run(home, "issue", *common, *arguments)


def test_issue_list_show_cancel_resume(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "table.csv", tmp_path / "out"
    source.write_bytes(table([row(1, labels=3), row(2, labels=0)]))
    assert issue(home, source, "--dry-run") == 1
    said = capfd.readouterr()
    assert "试运行：可以签发 3 枚，拒绝 1 行；什么也没有登记、没有输出" in said.out
    assert "第 3 行，列“标签张数”：应为 1 至 100000 的张数，得到 “0”" in said.err
    assert not out.exists()
    assert issue(home, source, "--out", out, "--processes", 1) == 0
    said = capfd.readouterr()
    assert "任务 1：标签 3 枚，拒绝 1 行" in said.out
    assert "3/3 枚 100%" in said.err
    assert run(home, "jobs", "list") == 0
    assert capfd.readouterr().out == "任务 1  完成  jiande/one-box-60x40  3/3 枚，拒绝 1 行\n"
    assert run(home, "jobs", "show", 1) == 0
    assert "第 3 行，列“标签张数”" in capfd.readouterr().out
    assert run(home, "jobs", "cancel", 1) == 1
    assert "任务 1 已经完成" in capfd.readouterr().err
    assert run(home, "jobs", "resume", 9) == 1
    assert "没有任务 9" in capfd.readouterr().err


def test_a_killed_job_is_shown_as_one_to_go_on_with(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "table.csv"
    source.write_bytes(table([row(1)]))
    assert issue(home, source, "--out", tmp_path / "out", "--processes", 1) == 0
    assert not list((home.path / "jobs").iterdir())
    running = {"state": "running", "updated_at": AT}
    with opened(order(home).registry_url) as registry:
        write(registry.main, lambda c: c.execute(update(tables.jobs).values(running)))
    since = "（最近进展 2026年3月5日 10:00:00）"
    for lock, words in ((False, "进行中"), (True, "已中断，可继续")):
        if lock:
            (home.path / "jobs" / "1.lock").touch()
        capfd.readouterr()
        assert run(home, "jobs", "list") == 0
        assert f"任务 1  {words}{since}  jiande/" in capfd.readouterr().out
        assert run(home, "jobs", "show", 1) == 0
        assert f"任务 1  {words}{since}  jiande/" in capfd.readouterr().out


@pytest.mark.parametrize("end", ["compromise", "retire"])
def test_a_job_whose_key_signs_no_more_may_be_abandoned(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str], end: str
) -> None:
    made, data = order(home), table([row(1)])
    source, kid = tmp_path / "table.csv", made.press.signer.public_key.kid
    source.write_bytes(data)
    with opened(made.registry_url) as registry:
        checked = chunks(registry, made, data)
        new = made.new_job(given(data), tmp_path / "out")
        create_job(registry, new, checked.chunks, checked.refused, at=int(time.time()))
        if end == "compromise":
            compromise_key(registry, kid, AT, at=AT, who="王科员", why="失窃")
        else:
            retire_key(registry, kid, at=AT + 60, who="王科员", why="轮换")
    assert run(home, "jobs", "resume", 1) == 1
    ended = "已失密" if end == "compromise" else f"已于 {format_time(AT + 60)} 停用或到期"
    assert capfd.readouterr().err.endswith(
        f"错误：任务 1 的签名密钥{ended}，不能继续；请放弃后重新提交表格：zhengxin jobs abandon 1\n"
    )
    assert run(home, "keys", "new", "--use", "certificate", "--scheme", "jiande") == 0
    assert issue(home, source, "--out", tmp_path / "out") == 1
    assert capfd.readouterr().err.endswith(
        "尚未完成，请先继续：zhengxin jobs resume 1；"
        "原签名密钥已不能用的，请放弃后重交：zhengxin jobs abandon 1\n"
    )
    assert run(home, "jobs", "abandon", 1) == 0
    assert issue(home, source, "--out", tmp_path / "out") == 0


def test_every_format_prints_the_same_labels_and_goes_on_as_it_began(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "table.csv"
    source.write_bytes(table([row(1, labels=2), row(2)]))
    assert issue(home, source, "--out", tmp_path / "pdf", "--sheet", "2x3,60x40", "--start", 6) == 0
    labels = manifest(tmp_path / "pdf")
    assert [line["page"] for line in labels] == ["1", "2", "2"]
    for format, name in (("zpl", "labels.zpl"), ("tspl", "labels.tspl")):
        out = tmp_path / format
        assert issue(home, source, "--out", out, "--format", format, "--dpi", 300) == 0
        assert f"标签 3 枚，拒绝 0 行；{out / name}" in said(capfd)
        lines = manifest(out)
        assert [(line["file"], line["page"]) for line in lines] == [(name, n) for n in "123"]
        assert [line["qr_text"] for line in lines] == [line["qr_text"] for line in labels]
        end = b"^XZ" if format == "zpl" else b"PRINT 1,1"
        assert (out / name).read_bytes().count(end) == 3
    for format in ("png", "svg"):
        out = tmp_path / format
        assert issue(home, source, "--out", out, "--format", format) == 0
        with zipfile.ZipFile(out / f"labels-{format}.zip") as archive:
            names = archive.namelist()
            first = archive.read(names[0])
        assert names == [line["file"] for line in manifest(out)]
        assert names == [f"{line['id']}.{format}" for line in labels]
        assert first.startswith(b"\x89PNG" if format == "png" else b"<svg")
    (out / "labels-svg.zip").unlink()
    with opened(order(home).registry_url) as registry:
        job = list_jobs(registry, 1)[0]
        # as a cancel before the last chunk leaves it
        write(
            registry.main,
            lambda connection: connection.execute(update(tables.jobs).values(state="cancelled")),
        )
    again = order_of(home, load_settings(home), job, PASSPHRASE)
    assert again.paper == Paper(format="svg")
    assert again.new_job(given(source.read_bytes()), out).input_sha256 == job.input_sha256


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--format", "gif"), "没有“gif”这种格式，可用：pdf、png、svg、zpl、tspl"),
        (("--format", "zpl", "--sheet", "24"), "ZPL 是单枚输出，不能与 --sheet、--start 同用"),
        (("--sheet", "65"), "样式“一箱一证（60×40 毫米）”为 60×40 mm，标签纸每格只有 38.1×21.2 mm"),
        (("--sheet", "4x2,60x40"), "标签纸排不下：4 列 2 行需要 240×188.5 mm，纸张只有 210×297 mm"),
        (("--sheet", "2x3,60x40", "--start", "7"), "起始位置应为 1 至 6，得到 7"),
        (("--docx",), "样式“一箱一证（60×40 毫米）”是标签，没有 DOCX；请去掉 --docx"),
        (("--style", "a5", "--format", "png"), "样式“A5 合格证”不是标签，只输出 PDF"),
        (
            ("--style", "one-fruit", "--format", "zpl"),
            "第 2 行：样式“一果一证（圆形 30 毫米）”在每英寸 203 点的打印机上印不下：每格须为 3 个整点",
        ),
    ],
)
def test_what_does_not_go_together_is_said_before_anything_is_issued(
    home: Home,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    message: str,
) -> None:
    source, out = tmp_path / "table.csv", tmp_path / "out"
    source.write_bytes(table([row(1)]))
    assert issue(home, source, "--out", out, *options) == 1
    assert message in said(capfd)
    assert not (out / "manifest.csv").exists()
    with opened(order(home).registry_url) as registry:
        assert recorded(registry) == []


LONG: Final = "、".join(["大棚草莓"] * 12)
"""59 characters; 60 are the most that a product may have."""


@pytest.mark.parametrize(
    ("product", "message"),
    [
        (
            LONG,
            "第 2 行：样式“一箱一证（60×40 毫米）”放不下：“产品名称”有 59 个字，缩到最小字号 ",
        ),
        (
            "𪚥茶鲜叶",
            "第 2 行：“产品名称”中的“𪚥”（U+2A6A5）没有可用的字形，无法打印",
        ),
    ],
)
def test_a_name_that_can_not_be_printed_is_refused_and_the_others_are_printed(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str], product: str, message: str
) -> None:
    source, out = tmp_path / "table.csv", tmp_path / "out"
    # under the clerk's own header
    head = ["品名" if name == "产品名称" else name for name in HEAD]
    source.write_bytes(table([row(1, product=product), row(2)], head))
    assert issue(home, source, "--out", out) == 0
    shown = said(capfd)
    assert message in shown
    refused = (out / "refused.csv").read_text("utf-8-sig")
    assert f"2,品名,{message}" in refused.replace('"', "")
    assert len(manifest(out)) == 1


def test_a_worker_and_a_queue_need_postgresql(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "table.csv"
    source.write_bytes(table([row(1)]))
    assert run(home, "worker") == 1
    assert issue(home, source, "--out", tmp_path / "out", "--queue") == 1
    assert capfd.readouterr().err.count("多机执行需要 PostgreSQL 登记库") == 2


def test_the_template_and_wrong_usage(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "空表.xlsx"
    arguments = ("issue", "--scheme", "jiande", "--style", "one-box-60x40")
    assert run(home, *arguments, "--template", file) == 0
    assert file.read_bytes().startswith(b"PK")
    assert run(home, *arguments) == 2
    assert "缺少 --input 或 --out" in capfd.readouterr().err
    assert run(home, "issue", "--input", file) == 2
    assert "缺少 --scheme 或 --style" in capfd.readouterr().err


def test_the_calibration_page_needs_no_table(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "校准页.pdf"
    assert run(home, "issue", "--calibration", file) == 0
    assert file.read_bytes() == calibration_pdf()
