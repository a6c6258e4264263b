"""``zhengxin init``: make the home folder of a new office."""

import click

from service.commands.session import Session, ask_passphrase
from service.setting_up import make_office
from service.settings import Settings, check_base_url


@click.command()
@click.option("--scheme", "schemes", multiple=True, default=("jiande",), show_default=True)
@click.option(
    "--base-url", default="http://127.0.0.1:8000", show_default=True, help="二维码指向的网址"
)
@click.option("--registry-url", default="", help="PostgreSQL 登记库地址；不填为主目录中的 SQLite")
@click.pass_obj
def init(session: Session, schemes: tuple[str, ...], base_url: str, registry_url: str) -> None:
    """初始化：建立主目录、密钥、登记库和信任列表。"""
    settings = Settings(base_url=check_base_url(base_url), registry_url=registry_url)
    passphrase = ask_passphrase(new=True)
    make_office(session.home, settings, schemes, passphrase, at=session.at, who=session.who)
    click.echo(f"已初始化 {session.home.path}（方案：{'、'.join(schemes)}）")
    click.echo("请妥善保管口令：忘记口令，私钥无法找回。")
