"""``zhengxin export``: what a verifier needs without a network."""

from pathlib import Path

import click

from registry.status import status_lists
from service.commands.session import Session, ask_passphrase
from service.home import write_file
from service.office import Office, open_office
from service.signing import signer_for
from service.status_lists import signed_status_list
from service.trust import LIST_FILE, current_trust_list, read_root, write_root


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
    click.echo(f"已导出到 {folder}：信任列表和 {count} 个状态列表")


def export_trust(office: Office, folder: Path, passphrase: str, at: int) -> int:
    """Write root.cose, trust-list.cose and status-N.cose; returns how many status lists."""
    _, message = current_trust_list(office, at)
    write_root(folder, read_root(office.home.trust))
    write_file(folder / LIST_FILE, message)
    signer = signer_for(office, "status", None, at, passphrase)
    numbers = status_lists(office.registry)
    for number in numbers:
        token = signed_status_list(office, number, signer, at)
        if token is not None:
            write_file(folder / f"status-{number}.cose", token)
    return len(numbers)
