"""``zhengxin verify``: read documents back."""

import json
from pathlib import Path

import click

from credential.protocols import RecordSource, RegistryUnavailable
from credential.verdict import Indication, Verdict, verdict_json, worst
from registry.database import RegistryError
from registry.records import RegistryRecords
from service.commands.session import Session
from service.errors import UserError
from service.office import open_office
from service.snapshots import Cached, read_cached
from service.trust import current_trust_list
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.report import report_lines
from verifier.verify import verify, verify_text

EXIT_STATUS = {Indication.PASSED: 0, Indication.FAILED: 1, Indication.INDETERMINATE: 2}


@click.command("verify")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", "texts", multiple=True, help="扫码得到的文字，代替文件")
@click.option("--json", "as_json", is_flag=True, help="每个文件一行 JSON")
@click.option("--offline", is_flag=True, help="不查登记库，只用缓存的信任列表和状态列表")
@click.option(
    "--trust",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="离线核验资料文件夹（zhengxin export 的输出）；默认为主目录的 trust",
)
@click.option("--reveal", is_flag=True, help="工作人员：显示签发时的姓名和联系方式全文")
@click.pass_context
def verify_files(
    context: click.Context,
    files: tuple[Path, ...],
    *,
    texts: tuple[str, ...],
    as_json: bool,
    offline: bool,
    folder: Path | None,
    reveal: bool,
) -> int:
    """核验 PDF、DOCX 或二维码图片。退出码：0 全部通过，1 有不通过，2 其余为无法确定。"""
    session: Session = context.obj
    if not files and not texts:
        raise click.UsageError("请给出要核验的文件，或 --text")
    try:
        if offline or folder is not None:
            cached = read_cached(folder or session.home.trust, session.at)
            return _verify_all(session, files, texts, cached, None, as_json=as_json, reveal=reveal)
        with open_office(session.home, session.settings()) as office:
            trust, _ = current_trust_list(office, session.at)
            source = RegistryRecords(office.registry)
            known = Cached(trust, ())
            return _verify_all(session, files, texts, known, source, as_json=as_json, reveal=reveal)
    except (UserError, RegistryError, RegistryUnavailable) as error:
        # not 1: that would say of a document that it was refused
        click.echo(f"错误：{error}", err=True)
        return EXIT_STATUS[Indication.INDETERMINATE]


def _verify_all(
    session: Session,
    files: tuple[Path, ...],
    texts: tuple[str, ...],
    known: Cached,
    source: RecordSource | None,
    *,
    as_json: bool,
    reveal: bool,
) -> int:
    found: list[Indication] = []

    def show(verdict: Verdict) -> None:
        found.append(verdict.indication)
        if as_json:
            click.echo(json.dumps(verdict_json(verdict), ensure_ascii=False))
        else:
            click.echo("\n".join(report_lines(verdict)))

    for text in texts:
        show(
            verify_text(
                text,
                trust=known.trust,
                at=session.at,
                records=source,
                snapshots=known.snapshots,
            )
        )
    if files:
        isolation = Isolation(Limits(), workers=1)
        for path in files:
            try:
                data = path.read_bytes()
            except OSError as error:
                click.echo(f"错误：无法读取文件 {path}：{error.strerror}", err=True)
                found.append(Indication.INDETERMINATE)
                continue
            show(
                verify(
                    data,
                    path.name,
                    trust=known.trust,
                    at=session.at,
                    records=source,
                    snapshots=known.snapshots,
                    isolation=isolation,
                    reveal=reveal,
                )
            )
    return EXIT_STATUS[worst(found)]
