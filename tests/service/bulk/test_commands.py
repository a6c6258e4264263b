"""``zhengxin issue`` with a label style, and ``zhengxin jobs``."""

from pathlib import Path

import pytest

from service.cli import main
from service.home import Home
from tests.service.bulk.office import PASSPHRASE, make_home, row, table


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    return make_home(tmp_path)


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
