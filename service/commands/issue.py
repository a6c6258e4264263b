"""``zhengxin issue``, ``pledge``, ``revoke``, ``reissue``: documents and their status."""

from dataclasses import replace
from pathlib import Path

import click

from certgen.batch_template import batch_template
from certgen.calibration import calibration_pdf
from certgen.label_sheet import GRID_FORM
from credential.certificate_id import (
    CertificateIdError,
    format_certificate_id,
    parse_certificate_id,
)
from credential.claims import Kind
from credential.status import Status
from registry.credentials import StoredCredential, find_credential
from registry.records import scan_view
from registry.status import change_status
from scheme.model import Pack, Style
from service.bulk.orders import Paper
from service.bulk.source import read_input
from service.certificates import Batch, read_certificates
from service.commands.given import WORDS
from service.commands.jobs import issue_label_table, try_label_table
from service.commands.saying import say
from service.commands.session import Session, ask_passphrase
from service.errors import UserError
from service.home import write_file
from service.issuing import Report, Run, count_rows, issue_rows, try_rows, write_manifest
from service.office import Office, open_office
from service.pledges import read_pledge_applications
from service.printing import DOCX, PDF
from service.reissuing import Changes, reissue_certificate
from service.sealing import NOT_SEALED, Sealer, open_sealer
from service.signing import digest_key, signer_for

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--scheme", help="方案，如 jiande")
@click.option("--style", "style_id", help="样式，如 a5；可用的见 zhengxin scheme list")
@click.option("--input", "source", type=_FILE, help="批次表或申请表：XLSX、CSV")
@click.option("--out", type=_FOLDER, help="输出文件夹")
@click.option("--docx", is_flag=True, help="同时输出 DOCX")
@click.option("--all-or-nothing", is_flag=True, help="有一行被拒绝则一份也不签发")
@click.option("--dry-run", is_flag=True, help="标签：试运行，指出全部错误，什么也不签发")
@click.option("--template", type=_NEW_FILE, help="只把空白批次表（XLSX，附填写说明）写到这个文件")
@click.option("--calibration", type=_NEW_FILE, help="只把打印校准页（A4，PDF）写到这个文件")
@click.option(
    "--sheet",
    default="",
    help=f"标签：A4 标签纸每张格数 24、40、65，或自定的 {GRID_FORM}（毫米）；不填为单枚",
)
@click.option("--start", default=1, show_default=True, help="标签：从第一张的第几格开始")
@click.option(
    "--format",
    "format",
    default="pdf",
    show_default=True,
    help="标签：pdf；png、svg 为一枚一个文件，装在 ZIP 里；zpl、tspl 为打印机指令",
)
@click.option("--dpi", type=int, help="标签：png、zpl、tspl 每英寸点数，203、300 或 600")
@click.option("--processes", type=click.IntRange(1, 64), help="标签：进程数；不填为处理器数")
@click.option("--queue", is_flag=True, help="标签：交给各机器的 zhengxin worker 执行（PostgreSQL）")
@click.pass_obj
def issue(
    session: Session,
    scheme: str | None,
    style_id: str | None,
    source: Path | None,
    out: Path | None,
    *,
    docx: bool,
    all_or_nothing: bool,
    dry_run: bool,
    template: Path | None,
    calibration: Path | None,
    sheet: str,
    start: int,
    format: str,
    dpi: int | None,
    processes: int | None,
    queue: bool,
) -> None:
    """按表格签发：合格证、信用承诺书或标签，登记后输出文件。"""
    for path, made in ((template, batch_template), (calibration, calibration_pdf)):
        if path is not None:
            write_file(path, made())
            say(f"已写出 {path}")
    if template is not None or calibration is not None:
        return
    if scheme is None or style_id is None:
        raise click.UsageError("缺少 --scheme 或 --style")
    if source is None or (out is None and not dry_run):
        raise click.UsageError("缺少 --input 或 --out")
    with open_office(session.home, session.settings()) as office:
        style = find_style(office.pack(scheme), style_id)
    paper = Paper(sheet, start, format, dpi)
    if style.layout is not None:
        if docx:
            raise UserError(f"样式“{style.title}”是标签，没有 DOCX；请去掉 --docx")
        if dry_run:
            try_label_table(session, scheme, style_id, source=source, paper=paper)
            return
        assert out is not None
        issue_label_table(
            session,
            scheme,
            style_id,
            source=source,
            out=out,
            paper=paper,
            all_or_nothing=all_or_nothing,
            processes=processes,
            queue=queue,
        )
        return
    if paper != Paper():
        raise UserError(
            f"样式“{style.title}”不是标签，只输出 PDF（加 --docx 另有 DOCX）；"
            "--sheet、--start、--format、--dpi 只用于标签"
        )
    if dry_run or out is None:
        raise UserError(f"样式“{style.title}”不是标签，没有试运行；可用 --all-or-nothing")
    with open_office(session.home, session.settings()) as office:
        pack = office.pack(scheme)
        formats = (PDF, DOCX) if docx else (PDF,)
        run = Run(office, pack, style, formats, out, session.at, session.who)
        report = issue_table(run, read_input(source), all_or_nothing=all_or_nothing)
    for refusal in report.refused:
        say(refusal.message, err=True)
    again = sum(issued.again for issued in report.issued)
    say(
        f"签发 {len(report.issued) - again} 份，此前已签发 {again} 份，拒绝 {report.refused_rows} 行；"
        f"清单：{out / 'manifest.csv'}"
    )
    if not report.issued:
        raise UserError("没有一行可以签发")


def issue_table(run: Run, data: bytes, *, all_or_nothing: bool = False) -> Report:
    """Read, judge and issue one table; writes the files and the manifest."""
    passphrase = ask_passphrase()
    signer = signer_for(run.office, run.style.kind, run.pack.id, run.at, passphrase)
    digest = digest_key(run.office, passphrase)
    run = replace(run, seal=_sealer(run.office, run.pack, run.at, passphrase))
    read = read_pledge_applications if run.style.kind is Kind.PLEDGE else read_certificates
    batch: Batch = read(run, data, signer, digest)
    if all_or_nothing:
        refusals = sorted(
            (*batch.refused, *try_rows(run, batch.ready)), key=lambda refusal: refusal.row
        )
        if refusals:
            reasons = "\n".join(refusal.message for refusal in refusals)
            raise UserError(f"有 {count_rows(refusals)} 行被拒绝，一份也没有签发：\n{reasons}")
    with click.progressbar(length=len(batch.ready), label="签发") as bar:
        done = issue_rows(run, batch.ready, lambda _done: bar.update(1))
    refused = sorted((*batch.refused, *done.refused), key=lambda refusal: refusal.row)
    report = Report(done.issued, tuple(refused))
    write_manifest(report, run.office.settings.base_url, run.out)
    return report


def _sealer(office: Office, pack: Pack, at: int, passphrase: str) -> Sealer | None:
    seal = open_sealer(office, pack.authority, at, passphrase)
    if seal is None:
        say(NOT_SEALED.format(scheme=pack.id), err=True)
    return seal


def find_style(pack: Pack, style_id: str) -> Style:
    """Raises UserError, naming the styles there are."""
    try:
        return pack.style(style_id)
    except KeyError:
        known = "、".join(style.id for style in pack.styles)
        raise UserError(f"方案“{pack.id}”没有样式“{style_id}”，可用：{known}") from None


@click.command()
@click.argument("number")
@click.option("--reason", type=WORDS, required=True, help="作废或暂停的原因，会显示在扫码页面上")
@click.option("--suspend", is_flag=True, help="监管中，暂停使用")
@click.option("--restore", is_flag=True, help="恢复暂停使用的")
@click.pass_obj
def revoke(session: Session, number: str, reason: str, *, suspend: bool, restore: bool) -> None:
    """作废一份文件（或用 --suspend 暂停、--restore 恢复）。"""
    if suspend and restore:
        raise click.UsageError("--suspend 和 --restore 只能用一个")
    chosen = Status.SUSPENDED if suspend else Status.VALID if restore else Status.INVALID
    with open_office(session.home, session.settings()) as office:
        stored = _find_document(office, number)
        change_status(office.registry, stored.id, chosen, reason, at=session.at, who=session.who)
    words = {Status.INVALID: "已作废", Status.SUSPENDED: "已暂停使用", Status.VALID: "已恢复"}
    say(f"{number} {words[chosen]}：{reason}")


@click.command()
@click.argument("number")
@click.option("--reason", type=WORDS, required=True, help="换开的原因")
@click.option("--style", "style_id", required=True)
@click.option("--out", type=_FOLDER, required=True)
@click.option("--product", help="改正后的产品名称")
@click.option("--quantity", help="改正后的数量，如 300公斤")
@click.option("--origin", help="改正后的产地")
@click.pass_obj
def reissue(
    session: Session,
    number: str,
    reason: str,
    style_id: str,
    out: Path,
    *,
    product: str | None,
    quantity: str | None,
    origin: str | None,
) -> None:
    """换开一份合格证：新证与旧证互相指明，旧证即时失效。"""
    with open_office(session.home, session.settings()) as office:
        stored = _find_document(office, number)
        pack = office.pack(stored.pack.scheme)
        style = _page_style(pack, style_id)
        passphrase = ask_passphrase()
        seal = _sealer(office, pack, session.at, passphrase)
        run = Run(office, pack, style, (PDF,), out, session.at, session.who, seal)
        signer = signer_for(office, style.kind, pack.id, session.at, passphrase)
        changes = Changes(product, quantity, origin)
        issued = reissue_certificate(run, stored, changes, reason, signer)
    say(f"已换开：{number} → {issued.files[0]}")


def _page_style(pack: Pack, style_id: str) -> Style:
    """Of a certificate that is printed by itself; labels are drawn by the batch. Raises UserError."""
    pages = {
        one.id: one for one in pack.styles if one.kind is Kind.CERTIFICATE and one.layout is None
    }
    if style_id not in pages:
        raise UserError(f"样式“{style_id}”不能用来换开一份合格证，可用：{'、'.join(pages)}")
    return pages[style_id]


def _find_document(office: Office, number: str) -> StoredCredential:
    """Raises UserError for a number that is mistyped, of nothing on record, or of a label: its status
    is its certificate's."""
    identifier = read_number(number)
    if (stored := find_credential(office.registry, identifier)) is not None:
        return stored
    said = format_certificate_id(identifier)
    view = scan_view(office.registry, identifier)
    if view is None or view.label_of is None:
        raise UserError(f"登记库中没有编号 {said}")
    certificate = format_certificate_id(view.label_of)
    raise UserError(
        f"{said} 是一枚标签的编号，它属于合格证 {certificate}。标签不能单独作废、暂停或换开："
        f"状态随合格证，作废 {certificate}，这张证和它的全部标签（包括已经贴出去的）都失效。"
        f"要这样做，请用合格证的编号：zhengxin revoke {certificate} --reason …"
        "（只是暂停，加 --suspend）；好的一批再用另一个“批次号”重新签发"
    )


def read_number(number: str) -> bytes:
    """Raises UserError for a number that is mistyped."""
    try:
        return parse_certificate_id(number)
    except CertificateIdError as error:
        raise UserError(str(error)) from error
