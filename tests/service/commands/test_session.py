"""service/commands/session.py and service/cli.py: who, where, the passphrase, the exit status."""

import errno
import getpass
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from credential.protocols import RegistryUnavailable
from registry.database import RegistryError
from service import cli
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.home import Home
from tests.flows.office import PASSPHRASE, Place, run


def test_a_run_is_of_someone_at_a_time() -> None:
    before = int(time.time())
    session = Session.start(Home(Path("x")), None)
    assert session.who == getpass.getuser()
    assert before <= session.at <= int(time.time())
    assert Session.start(Home(Path("x")), "李主任").who == "李主任"


def test_the_passphrase_comes_from_the_environment_or_is_typed_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, object]] = []

    def prompt(_: str, **options: object) -> str:
        asked.append(options)
        return "typed"

    monkeypatch.setattr(click, "prompt", prompt)
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    assert (ask_passphrase(), asked) == (PASSPHRASE, [])
    monkeypatch.delenv("ZHENGXIN_PASSPHRASE")
    assert (ask_passphrase(), ask_passphrase(new=True)) == ("typed", "typed")
    assert asked == [
        {"hide_input": True, "confirmation_prompt": False},
        {"hide_input": True, "confirmation_prompt": True},
    ]


@pytest.mark.parametrize("error", [UserError, RegistryError, RegistryUnavailable])
def test_what_goes_wrong_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise error("就是这样")

    monkeypatch.setattr(Session, "settings", fail)
    ran = run("keys", "list")
    assert (ran.status, ran.out, ran.err) == (1, "", "错误：就是这样\n")


def test_a_wrong_command_or_option_is_status_2(tmp_path: Path) -> None:
    for arguments in (("nonsense",), ("keys", "nonsense"), ("issue",), ("issue", "--scheme")):
        ran = run("--home", tmp_path, *arguments)
        assert ran.status == 2
        assert "用法：zhengxin" in ran.err or "错误：" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "没有命令 nonsense"),
        (("jobs", "resume"), "缺少 NUMBER"),
        (("jobs", "resume", "x"), "NUMBER：应为整数，得到 x"),
        (("jobs", "resume", "1", "--processes", "0"), "--processes：应在 1<=x<=64 之内，得到 0"),
        (("jobs", "list", "--limt", "1"), "没有选项 --limt，是不是 --limit"),
        (("jobs", "list", "--limit"), "选项 --limit 后面缺少内容"),
        (("jobs", "list", "more"), "多出了 more"),
        (("keys", "retire", "ab"), "缺少 --reason"),
        (("issue", "--input", "none.csv"), "--input：文件 none.csv 不存在"),
        (("issue", "--input", "."), "--input：. 是文件夹，应为文件"),
        (("bench", "x"), "NAME：可用的是 'bulk', "),
    ],
)
def test_wrong_usage_is_said_in_chinese(arguments: tuple[str, ...], message: str) -> None:
    ran = run(*arguments)
    assert ran.status == 2
    *usage, wrong = ran.err.splitlines()
    assert wrong.startswith(f"错误：{message}")
    # click does not say whose option it was that lacks its value
    assert bool(usage) is ("后面缺少内容" not in message)
    assert not usage or (usage[0].startswith("用法：zhengxin ") and usage[-1].endswith(" --help"))


def test_what_the_system_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x.csv")

    monkeypatch.setattr(Session, "settings", full)
    ran = run("keys", "list")
    assert (ran.status, ran.out, ran.err) == (1, "", "错误：磁盘已满（x.csv）\n")


@pytest.mark.parametrize(
    "command",
    [
        *cli.program.list_commands(click.Context(cli.program)),
        "keys rotate",
        "subject import",
        "grade set",
        "scheme list",
    ],
)
def test_every_command_has_help_in_chinese(command: str) -> None:
    ran = run(*command.split(), "--help")
    assert ran.status == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in ran.out)


def test_all_commands_of_the_design_that_exist_are_there() -> None:
    expected = {"demo", "init", "serve", "issue", "verify", "revoke", "reissue", "subject"}
    assert expected | {"grade", "scheme", "keys", "export"} <= set(
        cli.program.list_commands(click.Context(cli.program))
    )


def test_the_home_folder_and_who_come_from_the_environment(own: Place) -> None:
    home = str(own.home.path)
    number = next(own.a5.glob("*.pdf")).stem
    environment = {"ZHENGXIN_HOME": home, "ZHENGXIN_WHO": "李主任"}
    assert run("revoke", number, "--reason", "x", **environment).status == 0
    with own.office() as opened, opened.registry.main.engine.connect() as connection:
        who = connection.exec_driver_sql("SELECT who FROM status_changes").scalar_one()
    assert who == "李主任"


def test_as_a_program_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "scheme", "list"],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "jiande  建德市农产品质量安全" in done.stdout
