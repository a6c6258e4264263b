"""``zhengxin demo``: the whole way once, on made-up data, in a folder of its own."""

import os
import shutil
import socket
import time
from pathlib import Path
from typing import Final

import click

from service.commands.saying import say
from service.commands.serve import running_app, serve_app
from service.commands.session import Session
from service.demo import Step, run_demo
from service.errors import UserError
from service.office import open_office
from service.settings import Settings

PASSPHRASE: Final = "zhengxin-demo"
_MARK: Final = ".zhengxin-demo"
_PORTS: Final = range(8000, 8020)


@click.command()
@click.option("--serve/--no-serve", default=True, help="演示完毕后是否运行服务")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="演示目录，每次重新建立",
)
@click.pass_obj
def demo(session: Session, *, serve: bool, home: Path) -> None:
    """演示：导入名录、签发、核验、篡改、作废、降级，然后运行服务。"""
    _clear(home)
    passphrase = os.environ.get("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    port = _free_port()
    base_url = os.environ.get("ZHENGXIN_BASE_URL") or f"http://{_address()}:{port}"
    settings = Settings(base_url=base_url, port=port)
    began = time.monotonic()
    result = run_demo(home, settings, passphrase, at=session.at, who=session.who, tell=_tell)
    say(f"\n用时 {time.monotonic() - began:.1f} 秒。全部文件在 {home}/，数据均为虚构。")
    if not result.as_expected:
        raise UserError("演示的结果与预期不符，请查看上表")
    if not serve:
        return
    with (
        open_office(result.home, settings) as office,
        running_app(office, passphrase) as app,
    ):
        say("\n服务已运行，按 Ctrl-C 结束。请打开（手机须在同一网络）：")
        for words, link in result.links:
            say(f"  {words}  {link}")
        serve_app(app, "0.0.0.0", port, log_level="warning")


def _tell(step: Step) -> None:
    say(f"{step.title}：{step.result}")
    for file in step.files:
        say(f"    {file}")


def _clear(home: Path) -> None:
    """Only a folder that a demonstration made is removed."""
    if home.exists() and any(home.iterdir()):
        if not (home / _MARK).exists():
            raise UserError(f"文件夹 {home} 不是演示目录，里面有别的文件；请用 --home 另选一个")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / _MARK).touch()


def _free_port() -> int:
    for port in _PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
    raise UserError(f"端口 {_PORTS.start} 至 {_PORTS.stop - 1} 都被占用")


def _address() -> str:
    """This machine's address in its network, for a phone to reach; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: an address of documentation, never routed
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
        return address
