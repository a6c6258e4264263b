"""``zhengxin worker``: makes labels for jobs of any machine on the same PostgreSQL registry."""

import click

from service.bulk.queueing import QUEUE, worker_app
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase


@click.command()
@click.option(
    "--heartbeat", default=5.0, show_default=True, help="每隔几秒报告一次仍在工作 (seconds)"
)
@click.option(
    "--stalled-after", default=20.0, show_default=True, help="几秒没有报告即视为已停止 (seconds)"
)
@click.option(
    "--look-every",
    type=click.IntRange(1, 59),
    default=10,
    show_default=True,
    help="每隔几秒查找一次停止者留下的工作 (seconds)",
)
@click.pass_obj
def worker(session: Session, *, heartbeat: float, stalled_after: float, look_every: int) -> None:
    """执行标签任务；可在多台机器上各开几个，需要 PostgreSQL 登记库和本机的私钥文件。"""
    settings = session.settings()
    app = worker_app(
        session.home,
        settings,
        ask_passphrase(),
        stalled_after=stalled_after,
        look_every=look_every,
    )
    say("等待任务；Ctrl-C 停止", err=True)
    app.run_worker(
        queues=[QUEUE],
        concurrency=1,
        update_heartbeat_interval=heartbeat,
        stalled_worker_timeout=stalled_after,
        # a chunk that is done says so in our own tables
        delete_jobs="successful",
    )
