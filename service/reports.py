"""Signed 核验报告: from a verdict or a pile's summary to a registered document with its own symbol."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from certgen.page import render_pdf
from certgen.report import STYLE, Report, prepare_report
from credential.cbor import encode
from credential.certificate_id import format_certificate_id
from credential.claims import encode_claims
from credential.cose import Signer, sign1
from credential.fields import format_time
from credential.identifiers import IdentifierError, check_uscc
from credential.subjects import SubjectFacts, SubjectType
from credential.verdict import Finding, Indication, Verdict
from registry.issuing import Allotment, IssueRequest, NewCredential, record_credentials
from registry.subjects import import_subjects
from scheme.model import Pack, claim_of
from service.certificates import draw_check_code, months_later
from service.errors import UserError
from service.office import Office
from service.printing import PrintedFile, stored_document
from service.sealing import Sealer, open_sealer
from service.settings import Settings
from service.signing import signer_for
from service.web.verdict_page import kind_words
from verifier.pile import Summary
from verifier.report import (
    axis_words,
    conclusion_words,
    finding_words,
    no_longer_words,
    policy_scope,
    report_words,
    scope_words,
)

RETENTION_MONTHS: Final = 24
MOST_FINDINGS: Final = 40
"""Printed; the annexed JSON has all."""
_KEY_DOMAIN: Final = "zhengxin-report/1"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: the office by whose rules and with whose key it signs."""

    office: Office
    pack: Pack
    signer: Signer
    at: int
    who: str
    seal: Sealer | None = None


def missing_setting(settings: Settings) -> str | None:
    """What has to be filled in before this office can sign a report, or None."""
    if not settings.reporter_code:
        return (
            "没有填写本单位的统一社会信用代码：settings.toml 中的 reporter_code，"
            "或环境变量 ZHENGXIN_REPORTER_CODE"
        )
    if not settings.reporter_scheme:
        return (
            "没有填写以哪个方案的机关名义出具：settings.toml 中的 reporter_scheme，"
            "或环境变量 ZHENGXIN_REPORTER_SCHEME"
        )
    return None


def find_reporter(office: Office, passphrase: str, *, at: int, who: str) -> Reporter:
    """Whatever was checked, an office reports in its own name.

    Raises:
        UserError: a setting is missing or wrong, or no key for reports is on this machine.
    """
    pack = _reporting_pack(office)
    signer = signer_for(office, "report", pack.id, at, passphrase)
    seal = open_sealer(office, pack.authority, at, passphrase)
    return Reporter(office, pack, signer, at, who, seal)


def find_serving_reporter(office: Office, passphrase: str, *, at: int, who: str) -> Reporter:
    """For a server: a key that signs reports and nothing else, and no seal.

    Raises:
        UserError: as find_reporter, or no such key is on this machine.
    """
    pack = _reporting_pack(office)
    signer = signer_for(office, "report", pack.id, at, passphrase, only=True)
    return Reporter(office, pack, signer, at, who)


def _reporting_pack(office: Office) -> Pack:
    settings = office.settings
    if (missing := missing_setting(settings)) is not None:
        raise UserError(f"不能出具签名的报告：{missing}")
    check_reporter_code(settings.reporter_code)
    return office.pack(settings.reporter_scheme)


def check_reporter_code(code: str) -> str:
    """Raises UserError: no 统一社会信用代码 (GB 32100)."""
    try:
        return check_uscc(code)
    except IdentifierError as error:
        raise UserError(f"本单位统一社会信用代码 reporter_code 有误：{error}") from error


def report_values(verdict: Verdict, annexes: Mapping[str, str]) -> dict[str, str]:
    """The printed fields of a report on one file. ``annexes``: files beside it, SHA-256 by name."""
    number = (verdict.credential or {}).get("id")
    values = {
        "verdict": f"{_head(verdict)}{_asked_words(verdict.as_of)}{_besides(verdict)}",
        "file": verdict.file if verdict.file.strip() else "（未命名）",
        "file_digest": verdict.sha256,
        "checked_at": format_time(verdict.checked_at or 0),
        "policy": f"{verdict.policy.title}，第 {verdict.policy.version} 版，{verdict.policy.sha256}",
        "axes": "\n".join(axis_words(axis, verdict.decides(axis)) for axis in verdict.axes),
        "findings": "\n".join(_finding_lines(verdict)) or "无",
        "annex": annex_lines(annexes),
    }
    if isinstance(number, str):
        # a genuine document under another's name is seen to be one
        kind = kind_words(verdict)
        values["checked"] = f"{number}（{kind}）" if kind else number
    return values


def _besides(verdict: Verdict) -> str:
    """A report on a report is passed on as one on the file; so it says what that one concluded. One on
    a time in the past is passed on as one on today."""
    return "".join(f"；{one}" for one in (report_words(verdict), no_longer_words(verdict)) if one)


def _head(verdict: Verdict) -> str:
    return conclusion_words(verdict.indication, verdict.sub_indication) + scope_words(verdict)


def _finding_lines(verdict: Verdict) -> list[str]:
    every: list[Finding] = [finding for axis in verdict.axes for finding in axis.findings]
    return _first([f"{place}. {finding_words(f)}" for place, f in enumerate(every, 1)])


def annex_lines(annexes: Mapping[str, str]) -> str:
    return "\n".join(f"{name} {digest}" for name, digest in annexes.items())


def pile_values(summary: Summary, name: str, annexes: Mapping[str, str], at: int) -> dict[str, str]:
    """The printed fields of a report on a pile; ``annexes`` hold each file's verdict."""
    policy = summary.policy
    return {
        "verdict": _pile_conclusion(summary),
        "file": f"{name}，共 {len(summary.rows)} 个文件",
        "file_digest": summary.sha256,
        "checked_at": format_time(at),
        "policy": f"{policy.title}，第 {policy.version} 版，{policy.sha256}",
        "axes": "\n".join(summary.count_lines()),
        "findings": "\n".join(
            (
                *_first(summary.doubtful_lines()),
                *_first(summary.duplicate_lines() or ["没有重复的文件或凭证"]),
                *_first(summary.passed_over_lines()),
            )
        ),
        "annex": annex_lines(annexes),
    }


def _pile_conclusion(summary: Summary) -> str:
    """With all that a pass of the pile is no pass of: it is passed on without the annex."""
    passed = summary.indication is Indication.PASSED
    doubtful, over = len(summary.doubtful_lines()), len(summary.passed_over)
    return "".join(
        (
            conclusion_words(summary.indication),
            _asked_words(summary.as_of),
            policy_scope(summary.policy) if passed else "",
            f"；其中 {doubtful} 个须看说明" if doubtful else "",
            f"；另有 {over} 个系统文件未核验" if over else "",
        )
    )


def _asked_words(as_of: int | None) -> str:
    return "" if as_of is None else f"（截至 {format_time(as_of)}）"


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_FINDINGS
    return [*lines[:MOST_FINDINGS], *([f"其余 {more} 项见附件"] if more > 0 else [])]


def issue_report(reporter: Reporter, values: Mapping[str, str]) -> PrintedFile:
    """Signed, recorded and set on paper. The same findings at the same time are the same report.

    Raises:
        RegistryError: it could not be recorded.
        FieldError, GlyphError, SymbolError, PageError: it could not be set.
    """
    office, pack = reporter.office, reporter.pack
    report = Report(pack.authority, office.settings.reporter_code, values)
    facts = SubjectFacts(
        type=SubjectType.AUTHORITY,
        name=report.reporter,
        uscc=report.uscc,
        digest=None,
        division=pack.division,
        origin=pack.place,
        contact="",
    )

    def sign(_place: int, allotment: Allotment) -> NewCredential:
        claims, fields = prepare_report(
            report,
            claim_of(pack),
            identifier=allotment.id,
            status=allotment.status,
            check_code=draw_check_code(),
            at=reporter.at,
        )
        message = sign1(encode_claims(claims), reporter.signer)
        retain_until = months_later(reporter.at, RETENTION_MONTHS)
        return NewCredential(message, fields, claim_of(pack), retain_until)

    import_subjects(office.registry, [facts], at=reporter.at, who=reporter.who, why="出具核验报告")
    requests: Sequence[IssueRequest] = [IssueRequest(_issue_key(values, reporter.at))]
    (stored,) = record_credentials(
        office.registry, requests, sign, at=reporter.at, who=reporter.who
    )
    document = stored_document(stored, office.settings.base_url)
    data = render_pdf(document, STYLE, at=document.claims.issued_at)
    if reporter.seal is not None:
        data = reporter.seal(data, document.claims.issued_at)
    return PrintedFile(f"{format_certificate_id(stored.id)}.pdf", data)


def _issue_key(values: Mapping[str, str], at: int) -> bytes:
    return hashlib.sha256(encode([_KEY_DOMAIN, at, dict(values)])).digest()
