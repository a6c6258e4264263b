"""The zhengxin program: one group of commands, errors in one sentence, no stack trace."""

import sys
from pathlib import Path

import click

from credential.protocols import RegistryUnavailable
from registry.database import RegistryError
from service.commands.bench import bench
from service.commands.demo import demo
from service.commands.export import export
from service.commands.init import init
from service.commands.issue import issue, reissue, revoke
from service.commands.jobs import jobs
from service.commands.keys import keys
from service.commands.scheme import scheme
from service.commands.serve import serve
from service.commands.session import Session
from service.commands.subjects import grade, subject
from service.commands.verify import verify_files
from service.commands.worker import worker
from service.errors import UserError
from service.home import Home


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    envvar="ZHENGXIN_WHO",
    default=None,
    help="经办人，写入登记库的操作记录；默认为系统用户名 (who acts)",
)
@click.pass_context
def program(context: click.Context, home: Path, who: str | None) -> None:
    """证信：承诺达标合格证与信用承诺书的签发、登记与核验。"""
    context.obj = Session.start(Home(home), who)


for command in (
    bench,
    demo,
    export,
    grade,
    init,
    issue,
    jobs,
    keys,
    reissue,
    revoke,
    scheme,
    serve,
    subject,
    verify_files,
    worker,
):
    program.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Exit status: 0 done, 1 refused or failed, 2 wrong usage or not decided; see ``verify``."""
    try:
        status = program.main(arguments, prog_name="zhengxin", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("已取消", err=True)
        sys.exit(130)
    except (UserError, RegistryError, RegistryUnavailable) as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
