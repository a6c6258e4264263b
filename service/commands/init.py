"""``zhengxin init``: make the home folder of a new office."""

import sys
from dataclasses import replace

import click

from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.reports import check_reporter_code, missing_setting
from service.setting_up import make_office
from service.settings import check_base_url, load_settings


@click.command()
@click.option("--scheme", "schemes", multiple=True, default=("jiande",), show_default=True)
@click.option("--base-url", help="二维码指向的网址；默认 http://127.0.0.1:8000")
@click.option("--registry-url", help="PostgreSQL 登记库地址；不填为主目录中的 SQLite")
@click.option(
    "--reporter-code",
    help="本单位统一社会信用代码，印在核验报告上；报告以第一个 --scheme 的机关名义出具",
)
@click.option("--seal/--no-seal", default=True, help="是否自签一张签章证书，为 PDF 加盖电子签章")
@click.pass_obj
def init(
    session: Session,
    schemes: tuple[str, ...],
    base_url: str | None,
    registry_url: str | None,
    reporter_code: str | None,
    *,
    seal: bool,
) -> None:
    """初始化：建立主目录、密钥、登记库和信任列表。"""
    settings = load_settings(session.home)
    if base_url is not None:
        settings = replace(settings, base_url=check_base_url(base_url))
    if registry_url is not None:
        settings = replace(settings, registry_url=registry_url)
    settings = replace(
        settings,
        reporter_code=_reporter_code(reporter_code or settings.reporter_code),
        reporter_scheme=settings.reporter_scheme or schemes[0],
    )
    passphrase = ask_passphrase(new=True)
    make_office(
        session.home, settings, schemes, passphrase, at=session.at, who=session.who, seal=seal
    )
    say(f"已初始化 {session.home.path}（方案：{'、'.join(schemes)}）")
    if not settings.reporter_code:
        say(f"以后要出具签名的核验报告：{missing_setting(settings)}")
    say("请妥善保管口令：忘记口令，私钥无法找回。")


def _reporter_code(known: str) -> str:
    """Asked for where nobody said it and somebody can answer; empty: this office signs no reports."""
    if not known and sys.stdin.isatty():
        known = click.prompt(
            "本单位统一社会信用代码（出具核验报告用，没有请直接回车）",
            default="",
            show_default=False,
        )
    return check_reporter_code(known) if known else ""
