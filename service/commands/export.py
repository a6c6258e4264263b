"""``zhengxin export``: what a verifier needs without a network."""

from pathlib import Path

import click

from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.exporting import export_trust
from service.known_roots import fingerprint
from service.office import open_office
from service.trust import read_root


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="输出文件夹；不填为主目录的 trust",
)
@click.pass_obj
def export(session: Session, out: Path | None) -> None:
    """导出离线核验所需的根公钥、信任列表和状态列表。"""
    with open_office(session.home, session.settings()) as office:
        folder = out or office.home.trust
        count = export_trust(office, folder, ask_passphrase(), session.at)
    say(f"已导出到 {folder}：信任列表和 {count} 个状态列表")
    say(f"根公钥 root.cose 的 SHA-256：{fingerprint(read_root(folder))}")
