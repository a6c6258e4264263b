"""A batch table and the office's rules -> rows ready to be issued as 承诺达标合格证."""

import calendar
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from certgen.certificate import CertificateTexts, label_claims, prepare_certificate
from certgen.pledge import keyed_digest
from certgen.row_error import RowError
from certgen.rows import BatchRow, duplicate_row, read_batch, read_batch_table, row_key
from certgen.table_header import TableError
from credential.certificate_id import format_check_code
from credential.claims import Kind, Profile, Role, encode_claims
from credential.cose import Signer, sign1
from credential.fields import SHANGHAI
from credential.normal import canonical_text
from credential.subjects import SubjectFacts
from registry.issuing import Allotment, IssueRequest, NewCredential
from registry.registry import Registry
from registry.subjects import find_subject, find_subjects
from scheme.admission import decide
from scheme.kinds import CERTIFICATE
from scheme.model import Pack, claim_of
from scheme.texts import render_text
from service.errors import UserError
from service.issuing import Ready, Refusal, Run

_ROLES: Final = {Role.PRODUCER: "producer", Role.COLLECTOR: "collector"}


@dataclass(frozen=True, slots=True)
class Batch:
    ready: tuple[Ready, ...]
    refused: tuple[Refusal, ...]


def read_certificates(run: Run, data: bytes, signer: Signer, digest: bytes) -> Batch:
    """Every row either ready or refused with its reason; nothing is recorded yet.

    ``digest``: the key of the personal digests, by which a 农户编号 finds its household.

    Raises:
        UserError: the file is no batch table, or the scheme has no certificates.
    """
    pack = run.pack
    if pack.certificate is None:
        raise UserError(f"方案“{pack.id}”不开具承诺达标合格证")
    try:
        table = read_batch_table(data)
    except TableError as error:
        raise UserError(str(error)) from error
    rows, errors = read_batch(table, run.at)
    subjects = find_row_subjects(run.office.registry, pack, rows, digest)
    ready: list[Ready] = []
    refused = [Refusal.of(error) for error in errors]
    first_rows: dict[bytes, int] = {}
    for row in rows:
        subject = one_subject(table.headers, row, subjects[row.number])
        if isinstance(subject, RowError):
            refused.append(Refusal.of(subject))
            continue
        key = row_key(f"{pack.id}/{run.style.profile}", Kind.CERTIFICATE, subject.key, row)
        first = first_rows.setdefault(key, row.number)
        if first != row.number:
            refused.append(Refusal.of(duplicate_row(row.number, first)))
        elif (reason := refused_by_rules(pack, row, subject)) is not None:
            column = table.headers.get("product")
            place = f"第 {row.number} 行，列“{column}”" if column else f"第 {row.number} 行"
            refused.append(Refusal(row.number, column, f"{place}：{reason}"))
        else:
            ready.append(ready_row(run, row, subject, IssueRequest(key), signer))
    return Batch(tuple(ready), tuple(sorted(refused, key=lambda refusal: refusal.row)))


def find_row_subjects(
    registry: Registry, pack: Pack, rows: Sequence[BatchRow], digest: bytes
) -> dict[int, tuple[SubjectFacts, ...]]:
    """Whom each row may mean, by its number in the sheet: none, one or more."""
    typed = {row.number: row.uscc or row.producer for row in rows if row.household is None}
    found = find_subjects(registry, {text for text in typed.values() if text}, pack.id)
    result = {number: found.get(text or "", ()) for number, text in typed.items()}
    for row in rows:
        if row.household is not None:
            known = find_subject(registry, keyed_digest(row.household, digest), pack.id)
            result[row.number] = () if known is None else (known,)
    return result


def one_subject(
    headers: Mapping[str, str], row: BatchRow, found: Sequence[SubjectFacts]
) -> SubjectFacts | RowError:
    """The one that a row means, or what is wrong with it. ``headers``: of the table."""
    typed = row.uscc or row.household or row.producer or ""
    name = "uscc" if row.uscc else "household" if row.household else "producer"
    column = headers.get(name)
    if not found:
        return RowError(row.number, column, "登记库中已登记的主体", typed)
    if len(found) > 1:
        return RowError(
            row.number, column, f"唯一的主体（同名的有 {len(found)} 个，请填代码）", typed
        )
    subject = found[0]
    if row.producer is not None and canonical_text(row.producer) != canonical_text(subject.name):
        # one of the two is a slip, and a certificate would vouch for the wrong producer
        return RowError(
            row.number,
            headers.get("producer"),
            f"{subject.name}（代码 {typed} 登记的名称）",
            row.producer,
        )
    return subject


def refused_by_rules(pack: Pack, row: BatchRow, subject: SubjectFacts) -> str | None:
    facts = {
        "subject_type": str(subject.type),
        "role": _ROLES[row.role],
        "product": row.product,
    }
    decision = decide(pack, CERTIFICATE, facts)
    return None if decision.admitted else decision.reason


def ready_row(
    run: Run, row: BatchRow, subject: SubjectFacts, request: IssueRequest, signer: Signer
) -> Ready:
    """A row that the rules admit. What is signed is settled here but for number and status."""
    pack, style, at = run.pack, run.style, run.at
    rules = pack.certificate
    assert rules is not None
    shown = subject.grade is not None and subject.grade_public
    texts = certificate_texts(pack, row.role, grade_shown=shown)
    retain_until = months_later(at, rules.retention_months)

    def sign(allotment: Allotment) -> NewCredential:
        claims, fields = prepare_certificate(
            row,
            subject,
            claim_of(pack),
            pack.authority,
            texts,
            template=style.claim,
            identifier=allotment.id,
            status=allotment.status,
            check_code=draw_check_code(),
            at=at,
        )
        if style.profile is Profile.LABEL:
            claims, fields = label_claims(
                claims, fields, identifier=allotment.id, status=allotment.status
            )
        message = sign1(encode_claims(claims), signer)
        return NewCredential(message, fields, claim_of(pack), retain_until)

    # a label has no room for it
    said = {"contact": row.contact} if row.contact and style.profile is Profile.DOCUMENT else {}
    return Ready(row.number, request, sign, said=said)


def draw_check_code() -> str:
    return format_check_code(secrets.token_bytes(5))


def certificate_texts(pack: Pack, role: Role, *, grade_shown: bool) -> CertificateTexts:
    rules = pack.certificate
    assert rules is not None
    promise = next(entry.promise for entry in rules.roles if entry.role is role)
    facts = {"grade_public": grade_shown}
    return CertificateTexts(
        title=rules.title,
        promise=render_text(pack, promise, facts),
        caption=render_text(pack, rules.texts["caption"], facts),
    )


def months_later(at: int, months: int) -> int:
    """The same day and time so many calendar months on, or the month's last day (Asia/Shanghai)."""
    moment = datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI)
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())
