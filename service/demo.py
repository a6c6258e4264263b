"""The demonstration, step by step; each step says what came out and whether that was expected."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from certgen.document import Document
from certgen.symbol import make_symbol
from credential.certificate_id import format_certificate_id
from credential.fields import SHANGHAI, format_grade
from credential.status import Status
from credential.subjects import SubjectType
from credential.verdict import AxisName, Indication, Verdict
from registry.grades import set_grade
from registry.records import RegistryRecords
from registry.status import change_status
from registry.subjects import find_subject
from scheme.model import Pack
from service.certificates import read_certificates
from service.exporting import export_trust
from service.home import Home, write_file
from service.importing import import_subject_list
from service.issuing import Issued, Report, Run, issue_rows, write_manifest
from service.office import Office, open_office
from service.pledges import read_pledge_applications
from service.printing import DOCX, PDF, print_document, stored_document
from service.samples import write_samples
from service.sealing import open_sealer
from service.setting_up import make_office
from service.settings import Settings
from service.signing import digest_key, signer_for
from service.trust import current_trust_list
from verifier.isolation import Isolation
from verifier.report import INDICATION_WORDS
from verifier.verify import verify

SCHEME: Final = "jiande"
PLEDGE_SCHEME: Final = "gaoping"
ALTERED: Final = "altered.pdf"
NOTARY_CODE: Final = "32140581MD0TEXT48W"
"""Made up, with a right check character: no notary has it."""


@dataclass(frozen=True, slots=True)
class Step:
    """``files``: those to look at, as paths from where the demonstration runs."""

    title: str
    result: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demonstration:
    """``links``: words and addresses to open; ``as_expected``: every verdict was the right one."""

    home: Home
    links: tuple[tuple[str, str], ...]
    as_expected: bool


@dataclass(frozen=True, slots=True)
class _Demo:
    office: Office
    passphrase: str
    at: int
    who: str
    tell: Callable[[Step], None]

    @property
    def folder(self) -> Path:
        return self.office.home.path


def run_demo(
    folder: Path,
    settings: Settings,
    passphrase: str,
    *,
    at: int,
    who: str,
    tell: Callable[[Step], None],
) -> Demonstration:
    """Everything but serving. ``at``: Unix seconds; ``tell`` is given each step when it is done."""
    home = Home(folder)
    samples = folder / "samples"
    write_samples(samples, datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).date())
    schemes = (SCHEME, PLEDGE_SCHEME)
    settings = replace(settings, reporter_code=NOTARY_CODE, reporter_scheme=PLEDGE_SCHEME)
    make_office(home, settings, schemes, passphrase, at=at, who=who, seal=True)
    tell(Step("初始化", "根密钥、签发密钥、签章证书、登记库、信任列表", (str(home.trust),)))
    isolation = Isolation(settings.limits, workers=2)
    with open_office(home, settings) as office:
        demo = _Demo(office, passphrase, at, who, tell)
        _import(demo, samples)
        batches, applications = samples / "batches.xlsx", samples / "pledges.xlsx"
        report = _issue(demo, SCHEME, "a5", batches, folder / "certificates", PDF)
        _issue(demo, SCHEME, "label-80x60", batches, folder / "labels", PDF)
        pledges = _issue(
            demo, PLEDGE_SCHEME, "letter-a4", applications, folder / "pledges", PDF, DOCX
        )
        good, void, lowered = _choose(office, report)
        honest = _verify_honest(demo, isolation, good, pledges.issued[0])
        refused = _verify_altered(demo, isolation, good)
        revoked = _verify_revoked(demo, isolation, void)
        _downgrade(demo, lowered)
        export_trust(office, home.trust, passphrase, at)
    return Demonstration(
        home, _links(settings, good, void, lowered), honest and refused and revoked
    )


def _import(demo: _Demo, samples: Path) -> None:
    source = samples / "subjects.xlsx"
    key = digest_key(demo.office, demo.passphrase)
    imported = import_subject_list(
        demo.office, SCHEME, source.read_bytes(), key, at=demo.at, who=demo.who, why="首次导入"
    )
    result = f"{imported.count.added} 户，等级 {imported.grades} 户，有误 {len(imported.errors)} 处"
    demo.tell(Step("导入主体名录", result, (str(source),)))


def _issue(
    demo: _Demo, scheme: str, style_id: str, source: Path, out: Path, *formats: str
) -> Report:
    pack = demo.office.pack(scheme)
    style = pack.style(style_id)
    seal = open_sealer(demo.office, pack.authority, demo.at, demo.passphrase)
    run = Run(demo.office, pack, style, formats, out, demo.at, demo.who, seal)
    signer = signer_for(demo.office, style.kind, scheme, demo.at, demo.passphrase)
    digest = digest_key(demo.office, demo.passphrase)
    read = read_pledge_applications if scheme == PLEDGE_SCHEME else read_certificates
    batch = read(run, source.read_bytes(), signer, digest)
    done = issue_rows(run, batch.ready)
    report = Report(done.issued, (*batch.refused, *done.refused))
    write_manifest(report, demo.office.settings.base_url, out)
    again = sum(issued.again for issued in report.issued)
    words = f"签发 {len(report.issued) - again} 份" + (f"，重印 {again} 份" if again else "")
    first = str(out / report.issued[0].files[0])
    refused = tuple(f"拒绝  {refusal.message}" for refusal in report.refused)
    # the labels are of the same rows: their refusals were shown once
    shown = refused if not again else ()
    demo.tell(
        Step(
            f"{style.title}",
            f"{words}，拒绝 {report.refused_rows} 行",
            (first, f"{out}/manifest.csv", *shown),
        )
    )
    return report


def _choose(office: Office, report: Report) -> tuple[Issued, Issued, Issued]:
    """A certificate to show, one to void, one whose producer falls: of graded organisations."""
    chosen: list[Issued] = []
    subjects: set[bytes] = set()
    for issued in report.issued:
        key = issued.stored.claims.subject.packed
        facts = find_subject(office.registry, key, SCHEME)
        if facts is None or key in subjects or facts.type is not SubjectType.COOPERATIVE:
            continue
        if facts.grade is not None and facts.grade.code in {"A", "B"}:
            subjects.add(key)
            chosen.append(issued)
        if len(chosen) == 3:
            break
    good, void, lowered = chosen
    return good, void, lowered


def _verify(demo: _Demo, isolation: Isolation, name: str, data: bytes) -> Verdict:
    trust, _ = current_trust_list(demo.office, demo.at)
    records = RegistryRecords(demo.office.registry)
    return verify(data, name, trust=trust, at=demo.at, records=records, isolation=isolation)


def _words(verdict: Verdict) -> str:
    sub = verdict.worst.sub_indication
    return (
        f"{INDICATION_WORDS[verdict.indication]} {verdict.indication}{f' / {sub}' if sub else ''}"
    )


def _verify_honest(demo: _Demo, isolation: Isolation, good: Issued, pledge: Issued) -> bool:
    """What was printed, read back; of the symbol alone the paper's words can't be compared."""
    name = good.files[0]
    files = [
        demo.folder / "certificates" / name,
        demo.folder / "labels" / name,
        *(demo.folder / "pledges" / file for file in pledge.files),
    ]
    expected = True
    for file in files:
        verdict = _verify(demo, isolation, file.name, file.read_bytes())
        expected &= verdict.indication is Indication.PASSED
        demo.tell(Step("核验", _words(verdict), (str(file),)))
    picture = demo.folder / "symbol.png"
    document = stored_document(good.stored, demo.office.settings.base_url)
    write_file(picture, make_symbol(document.qr_text).png(6))
    verdict = _verify(demo, isolation, picture.name, picture.read_bytes())
    credential = {axis.name: axis.indication for axis in verdict.axes}[AxisName.CREDENTIAL]
    demo.tell(Step("核验二维码图片", _words(verdict), (str(picture),)))
    return expected and credential is Indication.PASSED


def _verify_altered(demo: _Demo, isolation: Isolation, good: Issued) -> bool:
    """A forger sets the same page again with ten times the quantity, and keeps the symbol."""
    stored = good.stored
    pack = demo.office.pack(SCHEME)
    document = stored_document(stored, demo.office.settings.base_url)
    quantity = document.fields["quantity"]
    altered: Document = replace(document, fields={**document.fields, "quantity": f"9{quantity}"})
    file = print_document(altered, pack, pack.style("a5"), PDF)
    path = demo.folder / ALTERED
    write_file(path, file.data)
    verdict = _verify(demo, isolation, path.name, file.data)
    findings = [
        finding for axis in verdict.axes for finding in axis.findings if finding.field is not None
    ]
    named = tuple(
        f"{finding.message}：应为 {finding.expected}，得到 {finding.found}" for finding in findings
    )
    demo.tell(Step("核验改过的合格证", _words(verdict), (str(path), *named)))
    caught = [finding.field for finding in findings] == ["quantity"]
    return verdict.indication is Indication.FAILED and caught


def _verify_revoked(demo: _Demo, isolation: Isolation, void: Issued) -> bool:
    reason = "产品抽检不合格"
    change_status(
        demo.office.registry, void.stored.id, Status.INVALID, reason, at=demo.at, who=demo.who
    )
    path = demo.folder / "certificates" / void.files[0]
    verdict = _verify(demo, isolation, path.name, path.read_bytes())
    demo.tell(Step(f"作废（{reason}）后核验", _words(verdict), (str(path),)))
    return verdict.indication is Indication.FAILED


def _downgrade(demo: _Demo, lowered: Issued) -> None:
    pack: Pack = demo.office.pack(SCHEME)
    key = lowered.stored.claims.subject.packed
    facts = find_subject(demo.office.registry, key, SCHEME)
    assert facts is not None and facts.grade is not None
    grade = pack.grade("C")
    set_grade(
        demo.office.registry,
        key,
        SCHEME,
        grade,
        "承诺内容与抽查结果不符",
        rule_version=f"{pack.id}@{pack.version}",
        at=demo.at,
        who=demo.who,
    )
    demo.tell(Step("降级", f"{facts.name} {format_grade(facts.grade)} → {format_grade(grade)}"))


def _links(
    settings: Settings, good: Issued, void: Issued, lowered: Issued
) -> tuple[tuple[str, str], ...]:
    def link(issued: Issued) -> str:
        return f"{settings.base_url}/c/{format_certificate_id(issued.stored.id)}"

    return (
        ("有效的合格证  ", link(good)),
        ("已作废的合格证", link(void)),
        ("主体已降级的  ", link(lowered)),
        ("核验页面      ", f"{settings.base_url}/verify"),
    )
