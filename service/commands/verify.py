"""``zhengxin verify``: read documents back, one by one or a pile at once."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from credential.confirmation import Confirmation
from credential.legible import named
from credential.policy import NOTARY, POLICIES
from credential.protocols import RegistryUnavailable
from credential.verdict import Indication, Verdict, worst
from registry.database import RegistryError
from service.asking import Asking, ask_cached, ask_office, read_policy
from service.authorities import read_authorities
from service.commands.given import given_path, given_text
from service.commands.saying import say
from service.commands.session import Session
from service.confirming import Person, asking_words
from service.errors import UserError, system_words
from service.known_roots import first_words
from service.office import Office, open_office
from service.piles import Pile, check_pile, open_pile, verdict_line, written_name
from service.report_folder import ReportFolder
from service.settings import load_settings
from service.trust import current_trust_list
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.pile import Summary
from verifier.report import report_lines

EXIT_STATUS = {Indication.PASSED: 0, Indication.FAILED: 1, Indication.INDETERMINATE: 2}
_EVERY: Final = 0.5
"""Seconds between two lines of progress."""


@click.command("verify")
@click.argument("files", nargs=-1, type=given_path)
@click.option("--text", "texts", multiple=True, help="扫码得到的文字，代替文件")
@click.option("--json", "as_json", is_flag=True, help="每个文件一行 JSON")
@click.option("--offline", is_flag=True, help="不查登记库，只用缓存的信任列表和状态列表")
@click.option(
    "--trust",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="离线核验资料文件夹（zhengxin export 的输出）；默认为主目录的 trust",
)
@click.option("--reveal", is_flag=True, help="工作人员：显示签发时的姓名和联系方式全文")
@click.option(
    "--policy",
    "policy_name",
    type=click.Choice(list(POLICIES)),
    default=NOTARY.name,
    show_default=True,
    help="核验策略：notary 全部项目；buyer 凭证与登记状态；archive 某一时间是否有效",
)
@click.option(
    "--as-of", default="", help="archive：所问的时间，如 2026-05-01（当日终了；今天为现在）"
)
@click.option(
    "--report",
    "out",
    type=click.Path(path_type=Path, file_okay=False),
    help="把核验报告写到这个文件夹；有签发密钥的，另出签名的 PDF",
)
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    help="扫描件：经办人已对照画面确认的一处，如 promisor，整页写 page；可重复，记入登记库",
)
@click.option(
    "--seen",
    default="",
    metavar="SHA256",
    help="与 --confirm 同用：经办人看过的那个文件的 SHA-256，核验后列出",
)
@click.option("--workers", type=click.IntRange(1, 64), help="同时核验几个文件；不填为处理器数")
@click.pass_context
def verify_files(
    context: click.Context,
    files: tuple[Path, ...],
    *,
    texts: tuple[str, ...],
    as_json: bool,
    offline: bool,
    folder: Path | None,
    reveal: bool,
    policy_name: str,
    as_of: str,
    out: Path | None,
    confirmed: tuple[str, ...],
    seen: str,
    workers: int | None,
) -> int:
    """核验 PDF、DOCX 或图片，或整个文件夹、ZIP。退出码：0 全部通过，1 有不通过，2 其余为无法确定。"""
    session: Session = context.obj
    if not files and not texts:
        raise click.UsageError("请给出要核验的文件，或 --text")
    if texts and (files or out):
        raise click.UsageError("--text 不与文件或 --report 同用")

    def told(office: Office | None) -> _Told:
        report = None if out is None else ReportFolder(out, office, session.at, session.who)
        # not the folder's that was brought: its root does not vouch for them
        authorities = read_authorities(session.home.trust)
        person = None
        if confirmed or seen:
            if office is None or len(files) != 1 or _holds_many(files[0]):
                raise UserError("--confirm 只用于一个文件，并须能写入登记库")
            if not confirmed or not seen:
                raise UserError("--confirm 与 --seen 同用：先核验一次，看过画面，再照所列的写")
            said = Confirmation(session.who, session.at, frozenset(confirmed))
            person = Person(office, said, seen)
        limits = load_settings(session.home).limits
        return _Told(as_json, report, workers or os.cpu_count() or 1, authorities, limits, person)

    try:
        policy, moment = read_policy(policy_name, as_of, session.at)
        if offline or folder is not None:
            if moment is not None:
                raise UserError("离线没有历史记录，不能按某一时间核验；请去掉 --offline 和 --trust")
            lists = folder or session.home.trust
            first = first_words(lists, session.home)
            asking = ask_cached(lists, session.home, session.at, policy=policy, reveal=reveal)
            if first is not None:
                say(first, err=True)
            return _verify(asking, files, texts, told(None))
        with open_office(session.home, session.settings()) as office:
            trust, _ = current_trust_list(office, session.at)
            asking = ask_office(
                office, trust, session.at, policy=policy, as_of=moment, reveal=reveal
            )
            return _verify(asking, files, texts, told(office))
    except (UserError, RegistryError, RegistryUnavailable) as error:
        # not 1: that would say of a document that it was refused
        say(f"错误：{error}", err=True)
        return EXIT_STATUS[Indication.INDETERMINATE]
    except OSError as error:
        say(f"错误：{system_words(error)}", err=True)
        return EXIT_STATUS[Indication.INDETERMINATE]


@dataclass(frozen=True, slots=True)
class _Told:
    """How the findings are told, how many files are verified at a time and what each may cost, and what
    foreign seals lead to."""

    as_json: bool
    report: ReportFolder | None
    workers: int
    authorities: tuple[bytes, ...]
    limits: Limits
    person: Person | None = None

    def show(self, verdict: Verdict) -> None:
        say(verdict_line(verdict) if self.as_json else "\n".join(report_lines(verdict)))
        if not self.as_json and (words := asking_words(verdict)) is not None:
            say(words)

    def after_person(self, verdict: Verdict) -> Verdict:
        return verdict if self.person is None else self.person.confirm(verdict)


def _verify(asking: Asking, files: tuple[Path, ...], texts: tuple[str, ...], told: _Told) -> int:
    found: list[Indication] = []

    def show(verdict: Verdict) -> None:
        found.append(verdict.indication)
        told.show(verdict)

    for text in texts:
        show(asking.text(given_text(text)))
    there = [path for path in files if path.exists()]
    for path in files:
        if path not in there:
            say(f"错误：无法读取文件 {written_name(path)}：没有这个文件", err=True)
            found.append(Indication.INDETERMINATE)
    if not there:
        return EXIT_STATUS[worst(found)]
    report = told.report
    with (
        Isolation(told.limits, told.workers, told.authorities) as isolation,
        ExitStack() as stack,
    ):
        pile = open_pile(there, told.limits, stack)
        if any(map(_holds_many, there)) or (report is not None and len(there) > 1):
            summary = _verify_pile(pile, asking, isolation, told)
            found += [row.indication for row in summary.rows]
            if report is not None:
                report.write_summary(
                    summary, "、".join(written_name(Path(path.name)) for path in there[:3])
                )
        elif report is not None:
            (item,) = pile.items
            verdict = told.after_person(asking.item(item, isolation))
            show(verdict)
            report.write_one(verdict, item, isolation)
        else:
            check_pile(pile, asking, isolation, told.workers, lambda v: show(told.after_person(v)))
    for line in report.said if report is not None else ():
        say(line, err=told.as_json)
    return EXIT_STATUS[worst(found)]


def _holds_many(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() == ".zip"


def _verify_pile(pile: Pile, asking: Asking, isolation: Isolation, told: _Told) -> Summary:
    with _progress(pile.count) as step:

        def each(verdict: Verdict) -> None:
            if told.as_json:
                told.show(verdict)
            if told.report is not None:
                told.report.write_next(verdict)
            step()

        summary = check_pile(pile, asking, isolation, told.workers, each)
    if not told.as_json:
        said = (*_refused(summary), *summary.passed_over_lines(), *summary.count_lines())
        say("\n".join(said))
        say("\n".join(summary.duplicate_lines()) or "没有重复的文件或凭证")
    return summary


def _refused(summary: Summary) -> Iterator[str]:
    for row in summary.rows:
        if row.indication is not Indication.PASSED:
            yield f"{named(row.file)}：{row.indication} / {row.sub_indication}  {row.message}"
        elif row.is_doubtful:
            yield row.line


@contextmanager
def _progress(total: int) -> Iterator["_Step"]:
    """Files done, a second and the time left, on standard error."""
    step = _Step(total, time.monotonic())
    try:
        yield step
    finally:
        step.say()


class _Step:
    """On a terminal twice a second, elsewhere at each tenth."""

    def __init__(self, total: int, began: float) -> None:
        self.total, self.began, self.done, self.said = total, began, 0, began
        self.terminal = sys.stderr.isatty()

    def __call__(self) -> None:
        self.done += 1
        tenth = 10 * self.done // self.total > 10 * (self.done - 1) // self.total
        often = self.terminal and time.monotonic() - self.said >= _EVERY
        if (tenth or often) and self.done < self.total:
            self.say()

    def say(self) -> None:
        self.said = time.monotonic()
        rate = self.done / max(self.said - self.began, 1e-3)
        left = (self.total - self.done) / rate if rate else 0
        say(f"已核验 {self.done}/{self.total}，每秒 {rate:.1f} 个，约剩 {left:.0f} 秒", err=True)
