"""Applications for a notarial pledge and the office's rules -> rows ready to be issued as 信用承诺书."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from certgen.pledge import PledgeApplication, PledgeTexts, prepare_pledge
from certgen.pledge_rows import PledgeRow, pledge_application, read_pledge_table, read_pledges
from certgen.table_header import TableError
from credential.cbor import encode
from credential.claims import encode_claims
from credential.cose import Signer, sign1
from credential.fields import SHANGHAI
from credential.normal import canonical_text
from credential.subjects import SubjectFacts, SubjectType
from registry.credentials import Acknowledgement
from registry.issuing import Allotment, IssueRequest, NewCredential
from scheme.admission import decide
from scheme.facts import FactValue
from scheme.model import PledgeKind, claim_of
from scheme.texts import TextError, render_text
from service.certificates import Batch, draw_check_code, months_later
from service.errors import UserError
from service.issuing import Ready, Refusal, Run

_KEY_DOMAIN = "zhengxin-pledge/1"


def read_pledge_applications(run: Run, data: bytes, signer: Signer, digest: bytes) -> Batch:
    """Every application either ready or refused with its reason; nothing is recorded yet.

    The promisor is registered when the pledge is issued, by the keyed digest of the number: the
    number itself stays outside, and nobody is registered for a refused application (PIPL Art. 6, 28).

    Raises:
        UserError: the file is no table of applications, or the scheme has no pledges.
    """
    if not run.pack.pledges:
        raise UserError(f"方案“{run.pack.id}”没有信用承诺书")
    kind = run.pack.pledges[0]
    try:
        table = read_pledge_table(data)
    except TableError as error:
        raise UserError(str(error)) from error
    rows, errors = read_pledges(table, run.at)
    ready: list[Ready] = []
    refused = [Refusal.of(error) for error in errors]
    for row in rows:
        application = pledge_application(row, authority=run.pack.authority, key=digest)
        facts = pledge_facts(kind, row, run.pack.authority)
        decision = decide(run.pack, kind.id, facts)
        if not decision.admitted:
            column = table.headers.get("proof")
            place = f"第 {row.number} 行，列“{column}”" if column else f"第 {row.number} 行"
            refused.append(Refusal(row.number, column, f"{place}：{decision.reason}"))
            continue
        try:
            ready.append(_ready(run, kind, row.number, application, facts, signer=signer))
        except TextError as error:
            refused.append(Refusal(row.number, None, f"第 {row.number} 行：{error}"))
    return Batch(tuple(ready), tuple(sorted(refused, key=lambda refusal: refusal.row)))


def pledge_facts(kind: PledgeKind, row: PledgeRow, authority: str) -> dict[str, FactValue]:
    """What the rules and the texts may use. The proof is named by its id where the pack has it."""
    proof = kind.find_proof(row.proof)
    moment = datetime.fromtimestamp(row.acknowledged_at, UTC).astimezone(SHANGHAI)
    facts: dict[str, FactValue | None] = {
        "subject_type": str(SubjectType.INDIVIDUAL),
        "proof": proof.id if proof is not None else row.proof,
        "proof_name": proof.name if proof is not None else row.proof,
        "matter": row.matter,
        "authority": authority,
        "decedent": row.decedent,
        "decedent_born": row.born,
        "decedent_died": row.died,
        "notice_acknowledged": True,
        "acknowledged_on": moment.date(),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _promisor(run: Run, application: PledgeApplication) -> SubjectFacts:
    return SubjectFacts(
        type=SubjectType.INDIVIDUAL,
        name=application.promisor,
        uscc=None,
        digest=application.digest,
        division=run.pack.division,
        origin=run.pack.place,
        contact="",
    )


def _ready(
    run: Run,
    kind: PledgeKind,
    row: int,
    application: PledgeApplication,
    facts: Mapping[str, FactValue],
    *,
    signer: Signer,
) -> Ready:
    pack = run.pack
    texts = PledgeTexts(
        title=kind.title,
        caption=render_text(pack, kind.texts["caption"], facts),
        notice=render_text(pack, kind.texts["notice"], facts),
        acknowledged=render_text(pack, kind.texts["acknowledged"], facts),
        pledge=render_text(pack, kind.texts["pledge"], facts),
        liability=render_text(pack, kind.texts["liability"], facts),
    )
    notice = hashlib.sha256(canonical_text(texts.notice).encode()).digest()
    acknowledgement = Acknowledgement(notice, application.acknowledged_at)
    request = IssueRequest(_issue_key(run, kind, application), acknowledgement=acknowledgement)

    def sign(allotment: Allotment) -> NewCredential:
        claims, fields = prepare_pledge(
            application,
            texts,
            claim_of(pack),
            template=run.style.claim,
            identifier=allotment.id,
            status=allotment.status,
            check_code=draw_check_code(),
            at=run.at,
        )
        message = sign1(encode_claims(claims), signer)
        retain_until = months_later(run.at, kind.retention_months)
        return NewCredential(message, fields, claim_of(pack), retain_until)

    return Ready(row, request, sign, _promisor(run, application), _said(application))


def _said(application: PledgeApplication) -> dict[str, str | None]:
    """What is printed and is no part of the key."""
    try:
        age = application.decedent_age
    except ValueError:
        age = None
    return {
        "promisor": application.promisor,
        "alias": application.alias,
        "decedent_age": None if age is None else f"{age}周岁",
    }


def _issue_key(run: Run, kind: PledgeKind, application: PledgeApplication) -> bytes:
    """The same application, acknowledged at the same moment, is the same pledge."""
    said = [
        _KEY_DOMAIN,
        run.pack.id,
        kind.id,
        application.digest,
        canonical_text(application.matter),
        canonical_text(application.proof),
        canonical_text(application.decedent or ""),
        application.acknowledged_at,
    ]
    return hashlib.sha256(encode(said)).digest()
