"""The zhengxin program: one group of commands, errors in one sentence, no stack trace."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from credential.protocols import RegistryUnavailable
from registry.database import RegistryError
from service.commands.given import WORDS
from service.commands.saying import say
from service.commands.session import Session
from service.commands.usage import usage_words
from service.errors import UserError, system_words
from service.home import Home

_COMMANDS: Final[Mapping[str, str]] = {
    "accept-root": "accept_root:accept",
    "bench": "bench:bench",
    "demo": "demo:demo",
    "export": "export:export",
    "grade": "subjects:grade",
    "init": "init:init",
    "issue": "issue:issue",
    "jobs": "jobs:jobs",
    "keys": "keys:keys",
    "reissue": "issue:reissue",
    "revoke": "issue:revoke",
    "scheme": "scheme:scheme",
    "serve": "serve:serve",
    "subject": "subjects:subject",
    "verify": "verify:verify_files",
    "worker": "worker:worker",
}
"""Module in service/commands and the command's name in it. Each is imported when it is asked for:
all of them take seconds, and every process that is spawned would wait for them too."""


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"service.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ZHENGXIN_HOME",
    default=Path("zhengxin-home"),
    show_default=True,
    help="存放全部数据的目录 (home folder; ZHENGXIN_HOME)",
)
@click.option(
    "--who",
    type=WORDS,
    envvar="ZHENGXIN_WHO",
    default=None,
    help="经办人，写入登记库的操作记录；默认为系统用户名 (who acts)",
)
@click.pass_context
def program(context: click.Context, home: Path, who: str | None) -> None:
    """证信：承诺达标合格证与信用承诺书的签发、登记与核验。"""
    context.obj = Session.start(Home(home), who)


def main(arguments: list[str] | None = None) -> None:
    """Exit status: 0 done, 1 refused or failed, 2 wrong usage or not decided; see ``verify``."""
    try:
        status = program.main(arguments, prog_name="zhengxin", standalone_mode=False)
    except click.ClickException as error:
        say(usage_words(error), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        say("已取消", err=True)
        sys.exit(130)
    except (UserError, RegistryError, RegistryUnavailable) as error:
        say(f"错误：{error}", err=True)
        sys.exit(1)
    except OSError as error:
        # wherever it was not said better
        say(f"错误：{system_words(error)}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
