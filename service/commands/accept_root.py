"""``zhengxin accept-root``: a root key that this machine did not go by."""

from pathlib import Path

import click

from service.commands.saying import say
from service.commands.session import Session
from service.known_roots import accept_root


@click.command("accept-root")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("sha256")
@click.pass_obj
def accept(session: Session, folder: Path, sha256: str) -> None:
    """离线核验：接受另一个根公钥。SHA256 请用电话、公函问签发单位，不要照抄文件夹里的。"""
    said = accept_root(folder, session.home, sha256)
    say(f"已接受根公钥 {said}；此后本机离线核验认得它")
