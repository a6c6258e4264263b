"""``zhengxin subject`` and ``zhengxin grade``: who is registered, and their grades."""

from pathlib import Path

import click

from certgen.household import check_household_code
from certgen.pledge import keyed_digest
from credential.fields import format_grade, format_time
from credential.identifiers import IdentifierError
from credential.subjects import SUBJECT_TYPE_WORDS, SubjectFacts
from registry.grades import grade_history, set_grade
from registry.subjects import find_subject, find_subjects, record_consent
from scheme.model import Pack
from service.bulk.source import read_input
from service.commands.given import WORDS
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.importing import Imported, import_subject_list
from service.office import Office, open_office
from service.signing import digest_key

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def subject() -> None:
    """主体：导入名录、查询、登记等级公开的同意。"""


@subject.command("import")
@click.option("--scheme", required=True)
@click.option("--input", "source", type=_FILE, required=True, help="主体名录：XLSX、CSV")
@click.option("--reason", type=WORDS, default="导入主体名录", show_default=True)
@click.option(
    "--override-grades",
    is_flag=True,
    help="等级一律以名录为准，包括此前用 grade set 单独调整过的",
)
@click.pass_obj
def import_list(
    session: Session, scheme: str, source: Path, reason: str, *, override_grades: bool
) -> None:
    """导入主体名录及其信用等级；已登记的只更新变化的内容。"""
    with open_office(session.home, session.settings()) as office:
        key = digest_key(office, ask_passphrase())
        imported = import_subject_list(
            office,
            scheme,
            read_input(source),
            key,
            at=session.at,
            who=session.who,
            why=reason,
            override=override_grades,
        )
    for error in imported.errors:
        say(error.message, err=True)
    for kept in imported.kept:
        say(kept, err=True)
    say(import_words(imported))


def import_words(imported: Imported) -> str:
    count = imported.count
    return (
        f"新增 {count.added} 户，更新 {count.changed} 户，未变 {count.unchanged} 户；"
        f"等级变动 {imported.grades} 户；有误 {len(imported.errors)} 处"
    ) + (
        f"；等级与单独调整的不符、未改动 {len(imported.kept)} 户，见上；"
        "确要以名录为准，加 --override-grades 再导入一次"
        if imported.kept
        else ""
    )


@subject.command()
@click.option("--scheme", required=True)
@click.argument("text")
@click.pass_obj
def show(session: Session, scheme: str, text: str) -> None:
    """按统一社会信用代码或名称查询主体。"""
    with open_office(session.home, session.settings()) as office:
        office.pack(scheme)
        found = find_subjects(office.registry, [text], scheme)[text]
    if not found:
        raise UserError(f"登记库中没有“{text}”")
    for facts in found:
        grade = format_grade(facts.grade) if facts.grade else "未评级"
        shown = "公开" if facts.grade_public else "不公开"
        code = facts.uscc or "（自然人）"
        kind = SUBJECT_TYPE_WORDS[facts.type]
        say(f"{facts.name}  {code}  {kind}  {grade}（{shown}）  {facts.origin}")


@subject.command()
@click.option("--scheme", required=True)
@click.option("--evidence", type=WORDS, required=True, help="同意书存放何处")
@click.option("--withdraw", is_flag=True, help="撤回同意")
@click.argument("text")
@click.pass_obj
def consent(session: Session, scheme: str, evidence: str, text: str, *, withdraw: bool) -> None:
    """登记自然人同意公开其信用等级（个人信息保护法第 25 条），或撤回。"""
    with open_office(session.home, session.settings()) as office:
        facts = one_subject(office, scheme, text)
        record_consent(
            office.registry, facts.key, not withdraw, evidence, at=session.at, who=session.who
        )
    say(f"{facts.name}：{'已撤回同意' if withdraw else '已登记同意'}")


@click.group()
def grade() -> None:
    """等级：调整和查看沿革。"""


@grade.command("set")
@click.option("--scheme", required=True)
@click.option("--reason", type=WORDS, required=True, help="调整的理由，记入沿革")
@click.argument("text")
@click.argument("code")
@click.pass_obj
def set_one(session: Session, scheme: str, reason: str, text: str, code: str) -> None:
    """调整一个主体的等级；CODE 区分大小写，如 C 与 c。"""
    with open_office(session.home, session.settings()) as office:
        pack = office.pack(scheme)
        facts = one_subject(office, scheme, text)
        change_grade(office, pack, facts, code, reason, at=session.at, who=session.who)
    before = format_grade(facts.grade) if facts.grade else "未评级"
    say(f"{facts.name}：{before} → {format_grade(pack.grade(code))}")


def change_grade(
    office: Office,
    pack: Pack,
    facts: SubjectFacts,
    code: str,
    reason: str,
    *,
    at: int,
    who: str,
) -> None:
    """Raises UserError for a code that the scheme does not have: case counts."""
    if not pack.grades:
        raise UserError(f"方案“{pack.id}”不评等级")
    try:
        chosen = pack.grade(code)
    except KeyError:
        known = "、".join(entry.code for entry in pack.grades)
        raise UserError(f"等级应为 {known} 之一（区分大小写），得到 “{code}”") from None
    version = f"{pack.id}@{pack.version}"
    set_grade(
        office.registry, facts.key, pack.id, chosen, reason, rule_version=version, at=at, who=who
    )


@grade.command()
@click.option("--scheme", required=True)
@click.argument("text")
@click.pass_obj
def history(session: Session, scheme: str, text: str) -> None:
    """列出等级沿革：何时、由谁、因何、按哪一版规则。"""
    with open_office(session.home, session.settings()) as office:
        facts = one_subject(office, scheme, text)
        for entry in grade_history(office.registry, facts.key, scheme):
            say(
                f"{format_time(entry.at)}  {format_grade(entry.grade)}  {entry.reason}  "
                f"{entry.who}  {entry.rule_version}"
            )


def one_subject(office: Office, scheme: str, text: str) -> SubjectFacts:
    """By code, 农户编号 or name. Raises UserError: none, or more than one of that name."""
    office.pack(scheme)
    found = (
        _households(office, scheme, text) or find_subjects(office.registry, [text], scheme)[text]
    )
    if len(found) != 1:
        codes = "统一社会信用代码或农户编号"
        what = f"有 {len(found)} 个同名主体，请用{codes}" if found else "没有登记"
        raise UserError(f"“{text}”：{what}")
    return found[0]


def _households(office: Office, scheme: str, text: str) -> tuple[SubjectFacts, ...]:
    """A household is kept under the keyed digest of its number, so the number needs the key."""
    try:
        number = check_household_code(text)
    except IdentifierError:
        return ()
    key = keyed_digest(number, digest_key(office, ask_passphrase()))
    facts = find_subject(office.registry, key, scheme)
    return () if facts is None else (facts,)
