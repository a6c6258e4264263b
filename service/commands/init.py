"""``zhengxin init``: make the home folder of a new office."""

from dataclasses import replace

import click

from service.commands.session import Session, ask_passphrase
from service.setting_up import make_office
from service.settings import check_base_url, load_settings


@click.command()
@click.option("--scheme", "schemes", multiple=True, default=("jiande",), show_default=True)
@click.option("--base-url", help="二维码指向的网址；默认 http://127.0.0.1:8000")
@click.option("--registry-url", help="PostgreSQL 登记库地址；不填为主目录中的 SQLite")
@click.pass_obj
def init(
    session: Session, schemes: tuple[str, ...], base_url: str | None, registry_url: str | None
) -> None:
    """初始化：建立主目录、密钥、登记库和信任列表。"""
    settings = load_settings(session.home)
    if base_url is not None:
        settings = replace(settings, base_url=check_base_url(base_url))
    if registry_url is not None:
        settings = replace(settings, registry_url=registry_url)
    passphrase = ask_passphrase(new=True)
    make_office(session.home, settings, schemes, passphrase, at=session.at, who=session.who)
    click.echo(f"已初始化 {session.home.path}（方案：{'、'.join(schemes)}）")
    click.echo("请妥善保管口令：忘记口令，私钥无法找回。")
