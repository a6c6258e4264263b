"""Labels from the command line, and ``zhengxin jobs``: what runs, how far it is, to go on or to stop."""

from pathlib import Path
from typing import Final

import click

from credential.fields import format_time
from registry.jobs import Job, JobState, find_job, job_refusals, list_jobs, set_job_state
from service.bulk.files import output_name
from service.bulk.issuing import Result, Trial, issue_labels, resume_job, try_labels
from service.bulk.orders import Order, Paper, jobs_folder, new_order, order_of
from service.bulk.queueing import queue_url
from service.bulk.retention import IDLE_DAYS, abandon
from service.bulk.running import is_left
from service.bulk.source import handed_in
from service.commands.given import JOB
from service.commands.progress import shown_progress
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.office import open_office

STATES: Final = {
    JobState.QUEUED: "待继续",
    JobState.RUNNING: "进行中",
    JobState.CANCELLED: "已取消",
    JobState.FAILED: "失败",
    JobState.DONE: "完成",
}
_SHOWN: Final = 20
"""Refused rows shown; refused.csv has all."""


def issue_label_table(
    session: Session,
    scheme: str,
    style_id: str,
    *,
    source: Path,
    out: Path,
    paper: Paper,
    all_or_nothing: bool,
    processes: int | None,
    queue: bool,
) -> None:
    order = _new_order(session, scheme, style_id, paper)
    say("正在读取并检查表格……", err=True)
    with shown_progress() as progress:
        result = issue_labels(
            order,
            handed_in(source),
            out,
            progress=progress,
            all_or_nothing=all_or_nothing,
            processes=processes,
            queue=queue_url(session.home, session.settings()) if queue else None,
        )
    _report(result, order, out)


def try_label_table(
    session: Session, scheme: str, style_id: str, *, source: Path, paper: Paper
) -> None:
    order = _new_order(session, scheme, style_id, paper)
    show_trial(try_labels(order, handed_in(source)))


def _new_order(session: Session, scheme: str, style_id: str, paper: Paper) -> Order:
    return new_order(
        session.home,
        session.settings(),
        scheme,
        style_id,
        paper=paper,
        passphrase=ask_passphrase(),
        at=session.at,
        who=session.who,
    )


def show_trial(trial: Trial) -> None:
    for refusal in trial.refused:
        say(refusal.message, err=True)
    rows = len({refusal.row for refusal in trial.refused})
    say(f"试运行：可以签发 {trial.labels} 枚，拒绝 {rows} 行；什么也没有登记、没有输出")
    if trial.refused:
        raise UserError("请改正上面各行后再签发")


@click.group()
def jobs() -> None:
    """标签任务：查看、继续、取消、放弃。"""


@jobs.command("list")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="最多列出几个"
)
@click.pass_obj
def list_command(session: Session, limit: int) -> None:
    """列出任务，新的在前。"""
    with open_office(session.home, session.settings()) as office:
        for job in list_jobs(office.registry, limit):
            say(_line(session, job))


@jobs.command("show")
@click.argument("number", type=JOB)
@click.pass_obj
def show_command(session: Session, number: int) -> None:
    """一个任务的进度和被拒绝的行。"""
    with open_office(session.home, session.settings()) as office:
        job = _job(find_job(office.registry, number), number)
        say(_line(session, job))
        say(f"经办 {job.who}，建立于 {format_time(job.created_at)}")
        if job.reason:
            say(f"原因：{job.reason}")
        for refusal in job_refusals(office.registry, number):
            say(refusal.message)


@jobs.command("cancel")
@click.argument("number", type=JOB)
@click.pass_obj
def cancel_command(session: Session, number: int) -> None:
    """取消任务：正在进行的在当前一段之后停下；已登记的标签仍然有效。"""
    with open_office(session.home, session.settings()) as office:
        set_job_state(office.registry, number, JobState.CANCELLED, at=session.at, reason="取消")
    say(
        f"任务 {number} 已取消；继续：zhengxin jobs resume {number}；"
        f"{IDLE_DAYS} 天不继续即放弃，或现在放弃：zhengxin jobs abandon {number}"
    )


@jobs.command("abandon")
@click.argument("number", type=JOB)
@click.pass_obj
def abandon_command(session: Session, number: int) -> None:
    """放弃任务，不能再继续：删除其中的行（含姓名、电话）；已登记的标签仍然有效。"""
    with open_office(session.home, session.settings()) as office:
        abandon(office.registry, session.home, number, at=session.at, reason="放弃")
    say(f"任务 {number} 已放弃，其中的行已删除；已登记的标签仍然有效")


@jobs.command("resume")
@click.argument("number", type=JOB)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="输出文件夹；不填为原来的"
)
@click.option("--processes", type=click.IntRange(1, 64), help="进程数；不填为处理器数")
@click.option("--queue", is_flag=True, help="交给各机器的 zhengxin worker 执行（PostgreSQL）")
@click.pass_obj
def resume_command(
    session: Session, number: int, out: Path | None, *, processes: int | None, queue: bool
) -> None:
    """继续中断、取消或失败的任务：每枚标签只登记一次，只输出一次。"""
    settings = session.settings()
    with open_office(session.home, settings) as office:
        job = _job(find_job(office.registry, number), number)
    order = order_of(session.home, settings, job, ask_passphrase())
    folder = out or Path(str(job.options["out"]))
    with shown_progress() as progress:
        result = resume_job(
            order,
            job,
            folder,
            progress=progress,
            processes=processes,
            queue=queue_url(session.home, settings) if queue else None,
        )
    _report(result, order, folder)


def _job(found: Job | None, number: int) -> Job:
    if found is None:
        raise UserError(f"没有任务 {number}")
    return found


def _line(session: Session, job: Job) -> str:
    return (
        f"任务 {job.id}  {_state(session, job)}  {job.scheme}/{job.style}  "
        f"{job.done}/{job.total} 枚，拒绝 {job.refused} 行"
    )


def _state(session: Session, job: Job) -> str:
    if job.state is not JobState.RUNNING:
        return STATES[job.state]
    # a process that was killed could not say so in the registry
    left = is_left(jobs_folder(session.home) / str(job.id))
    words = "已中断，可继续" if left else STATES[job.state]
    return f"{words}（最近进展 {format_time(job.updated_at)}）"


def _report(result: Result, order: Order, out: Path) -> None:
    for refusal in result.refused[:_SHOWN]:
        say(refusal.message, err=True)
    if len(result.refused) > _SHOWN:
        say(f"…… 共 {len(result.refused)} 处，见 {out / 'refused.csv'}", err=True)
    if result.labels == 0:
        raise UserError("没有一行可以签发")
    went_on = "（接着上次）" if result.resumed else ""
    say(
        f"任务 {result.job.id}{went_on}：标签 {result.labels} 枚，拒绝 {result.job.refused} 行；"
        f"{out / output_name(order.press.drawer)}，清单：{out / 'manifest.csv'}"
    )
