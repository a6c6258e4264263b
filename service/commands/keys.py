"""``zhengxin keys``: the keys that sign, and the trust list that says so."""

import json

import click

from credential.fields import format_date, format_time
from credential.trust import IssuerKey
from registry.keys import compromise_key, issuer_keys, retire_key
from service.commands.given import WORDS
from service.commands.saying import say
from service.commands.seal import read_moment, seal
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.jwks import jwk_set
from service.office import Office, open_office
from service.setting_up import ISSUING, PLATFORM, SERVING, new_key
from service.signing import root_signer
from service.trust import publish

_USES = sorted(ISSUING | SERVING)


@click.group()
def keys() -> None:
    """密钥：新建、轮换、停用、失密、导出公钥。"""


keys.add_command(seal)


@keys.command("list")
@click.pass_obj
def list_keys(session: Session) -> None:
    """列出全部公钥及其有效期和用途。"""
    with open_office(session.home, session.settings()) as office:
        for key in issuer_keys(office.registry):
            lost = f"  失密于 {format_time(key.compromised_at)}" if key.compromised_at else ""
            say(
                f"{key.key.kid.hex()}  {key.issuer}  "
                f"{format_date(key.valid_from)}至{format_date(key.valid_until)}  "
                f"{','.join(sorted(key.uses))}  {','.join(sorted(key.schemes))}{lost}"
            )


@keys.command()
@click.pass_obj
def export(session: Session) -> None:
    """以 JWK Set（RFC 7517）导出公钥。"""
    with open_office(session.home, session.settings()) as office:
        document = jwk_set(issuer_keys(office.registry))
    say(json.dumps(document, ensure_ascii=False, indent=2))


@keys.command("new")
@click.option("--use", "uses", type=click.Choice(_USES), multiple=True, required=True)
@click.option("--scheme", "schemes", multiple=True, required=True)
@click.option("--years", type=click.IntRange(1, 10), default=2, show_default=True)
@click.pass_obj
def new(session: Session, uses: tuple[str, ...], schemes: tuple[str, ...], years: int) -> None:
    """新建一把密钥并发布新的信任列表。"""
    with open_office(session.home, session.settings()) as office:
        issuers = {office.pack(scheme).authority for scheme in schemes}
        issuer = issuers.pop() if len(issuers) == 1 and set(uses) <= ISSUING else PLATFORM
        passphrase = ask_passphrase()
        root = root_signer(office, passphrase)
        key = new_key(
            office,
            issuer,
            frozenset(uses),
            schemes,
            passphrase,
            at=session.at,
            who=session.who,
            years=years,
        )
        publish(office, root, at=session.at, who=session.who, why="新密钥")
    say(f"新密钥 {key.key.kid.hex()}，已发布信任列表")


@keys.command()
@click.argument("kid")
@click.option("--reason", type=WORDS, required=True)
@click.pass_obj
def rotate(session: Session, kid: str, reason: str) -> None:
    """以同样用途的新密钥接替旧密钥；旧密钥此前签发的仍然有效。"""
    with open_office(session.home, session.settings()) as office:
        old = _find(office, kid)
        passphrase = ask_passphrase()
        root = root_signer(office, passphrase)
        # first: where there is nothing to retire no new key is left behind
        retire_key(office.registry, old.key.kid, at=session.at, who=session.who, why=reason)
        key = new_key(
            office,
            old.issuer,
            old.uses,
            sorted(old.schemes),
            passphrase,
            at=session.at,
            who=session.who,
        )
        publish(office, root, at=session.at, who=session.who, why=reason)
    say(f"{kid} 已停用，新密钥 {key.key.kid.hex()}，已发布信任列表")


@keys.command()
@click.argument("kid")
@click.option("--reason", type=WORDS, required=True)
@click.pass_obj
def retire(session: Session, kid: str, reason: str) -> None:
    """停用：从现在起不再用于签发，此前签发的仍然有效。"""
    with open_office(session.home, session.settings()) as office:
        root = root_signer(office, ask_passphrase())
        retire_key(
            office.registry, _find(office, kid).key.kid, at=session.at, who=session.who, why=reason
        )
        publish(office, root, at=session.at, who=session.who, why=reason)
    say(f"{kid} 已停用，已发布信任列表")


@keys.command()
@click.argument("kid")
@click.option("--since", required=True, help="失密时间，如 2026-03-05T08:00:00+08:00")
@click.option("--reason", type=WORDS, required=True)
@click.pass_obj
def compromise(session: Session, kid: str, since: str, reason: str) -> None:
    """失密：此后登记的，以及从未登记的，一律不再有效。"""
    moment = read_moment(since)
    with open_office(session.home, session.settings()) as office:
        root = root_signer(office, ask_passphrase())
        compromise_key(
            office.registry,
            _find(office, kid).key.kid,
            compromised_at=moment,
            at=session.at,
            who=session.who,
            why=reason,
        )
        publish(office, root, at=session.at, who=session.who, why=reason)
    say(f"{kid} 自 {format_time(moment)} 起失密，已发布信任列表")


@keys.command("publish")
@click.pass_obj
def publish_list(session: Session) -> None:
    """重新签发信任列表（到期之前，或更改网址之后）。"""
    with open_office(session.home, session.settings()) as office:
        root = root_signer(office, ask_passphrase())
        trust = publish(office, root, at=session.at, who=session.who, why="定期发布")
    say(f"信任列表第 {trust.version} 版，有效至 {format_time(trust.expires_at)}")


def _find(office: Office, kid: str) -> IssuerKey:
    for key in issuer_keys(office.registry):
        if key.key.kid.hex() == kid:
            return key
    raise UserError(f"没有密钥“{kid}”，请用 zhengxin keys list 查看")
