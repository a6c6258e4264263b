"""``zhengxin keys seal``: the certificates that seal this office's PDFs."""

from datetime import datetime
from pathlib import Path

import click

from certgen.seal_key import SealKey
from credential.fields import SHANGHAI, format_date, format_time
from credential.trust import SealCertificate
from service.commands.given import WORDS
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.office import Office, open_office
from service.sealing import YEARS, add_seal, certificate_file, end_seal, new_seal, read_seal
from service.signing import root_signer
from service.trust import newest_trust_list

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def seal() -> None:
    """电子签章证书：自签、导入、停用、失密。"""


@seal.command("list")
@click.pass_obj
def list_seals(session: Session) -> None:
    """列出信任列表中的签章证书。"""
    with open_office(session.home, session.settings()) as office:
        for item in newest_trust_list(office)[0].seals:
            lost = f"  失密于 {format_time(item.compromised_at)}" if item.compromised_at else ""
            say(
                f"{item.digest.hex()[:16]}  {item.issuer}  "
                f"{format_date(item.valid_from)}至{format_date(item.valid_until)}{lost}"
            )


@seal.command()
@click.option("--scheme", required=True, help="为哪个方案的机关")
@click.option("--years", type=click.IntRange(1, 10), default=YEARS, show_default=True)
@click.pass_obj
def create(session: Session, scheme: str, years: int) -> None:
    """新建一张自签的签章证书，并发布新的信任列表。"""
    with open_office(session.home, session.settings()) as office:
        issuer = office.pack(scheme).authority
        _add(session, office, issuer, new_seal(issuer, at=session.at, years=years))


@seal.command("import")
@click.argument("source", type=_FILE)
@click.option("--scheme", required=True, help="为哪个方案的机关")
@click.option("--password", help="PKCS#12 文件的口令；不给出则询问")
@click.pass_obj
def import_seal(session: Session, source: Path, scheme: str, password: str | None) -> None:
    """导入证书机构发给的 PKCS#12 文件（.p12、.pfx），并发布新的信任列表。"""
    with open_office(session.home, session.settings()) as office:
        issuer = office.pack(scheme).authority
        if password is None:
            password = click.prompt("PKCS#12 文件的口令", hide_input=True, default="")
        _add(session, office, issuer, read_seal(source, password, session.at))


def _add(session: Session, office: Office, issuer: str, key: SealKey) -> None:
    passphrase = ask_passphrase()
    root = root_signer(office, passphrase)
    added = add_seal(office, issuer, key, root, passphrase, at=session.at, who=session.who)
    say(
        f"签章证书 {added.digest.hex()[:16]}（{issuer}），有效至 {format_date(added.valid_until)}，"
        f"已发布信任列表；供 PDF 阅读器信任的证书：{certificate_file(office, added.digest)}"
    )


@seal.command()
@click.argument("digest")
@click.option("--reason", type=WORDS, required=True)
@click.pass_obj
def retire(session: Session, digest: str, reason: str) -> None:
    """停用：从现在起不再签章，此前所签的仍然有效；私钥即时删除。"""
    ended = _end(session, digest, reason, None)
    say(f"{ended.digest.hex()[:16]} 已停用，已发布信任列表")


@seal.command()
@click.argument("digest")
@click.option("--since", required=True, help="失密时间，如 2026-03-05T08:00:00+08:00")
@click.option("--reason", type=WORDS, required=True)
@click.pass_obj
def compromise(session: Session, digest: str, since: str, reason: str) -> None:
    """失密：没有可信时间戳证明在此之前所签的，一律不再有效；私钥即时删除。"""
    moment = read_moment(since)
    ended = _end(session, digest, reason, moment)
    say(f"{ended.digest.hex()[:16]} 自 {format_time(moment)} 起失密，已发布信任列表")


def _end(session: Session, digest: str, why: str, lost: int | None) -> SealCertificate:
    if lost is not None and lost > session.at:
        raise UserError("失密时间不能在将来")
    with open_office(session.home, session.settings()) as office:
        root = root_signer(office, ask_passphrase())
        return end_seal(
            office, digest, root, at=session.at, who=session.who, why=why, compromised_at=lost
        )


def read_moment(text: str) -> int:
    """Unix seconds of a time with its zone. Raises UserError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"时间应如 2026-03-05T08:00:00+08:00，得到 “{text}”") from None
    if moment.tzinfo is None:
        raise UserError(f"时间应写明时区，如 2026-03-05T08:00:00+08:00，得到 “{text}”")
    try:
        # as it will be told
        return int(moment.astimezone(SHANGHAI).timestamp())
    except OverflowError:
        raise UserError(f"时间“{text}”超出公历 1 年至 9999 年") from None
