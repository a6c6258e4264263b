"""A small office: subjects, a key, and certificates issued for rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from credential.claims import Claims, Grade
from credential.cose import Ed25519Signer
from credential.identifiers import (
    USCC_ALPHABET,
    organisation_check_character,
    uscc_check_character,
)
from credential.subjects import SubjectFacts, SubjectType
from registry.credentials import StoredCredential
from registry.grades import set_grade
from registry.issuing import Allotment, IssueRequest, NewCredential, record_credentials
from registry.keys import add_key
from registry.registry import Registry
from registry.subjects import import_subjects
from tests import samples
from tests.samples import AT, DAY

WHO = "王科员"
A, B, C = Grade("a", "A"), Grade("b", "B"), Grade("c-upper", "C")

COOPERATIVE = SubjectFacts(
    type=SubjectType.COOPERATIVE,
    name=samples.COOPERATIVE.name or "",
    uscc=samples.COOPERATIVE.uscc,
    digest=None,
    division="330182",
    origin="浙江省杭州市建德市杨村桥镇",
    contact="0571-00000000",
)
PERSON = SubjectFacts(
    type=SubjectType.HOUSEHOLD,
    name="田大根",
    uscc=None,
    digest=samples.PERSON.digest,
    division="330182",
    origin="浙江省杭州市建德市三都镇",
    contact="13800000000",
)


def uscc(number: int) -> str:
    """A synthetic cooperative's code with valid check characters."""
    base = len(USCC_ALPHABET)
    body = "".join(USCC_ALPHABET[number // base**i % base] for i in range(4))
    organisation = f"MA0T{body}"
    first17 = f"93330182{organisation}{organisation_check_character(organisation)}"
    return first17 + uscc_check_character(first17)


def cooperative(number: int) -> SubjectFacts:
    return replace(COOPERATIVE, name=f"建德市第{number}果蔬专业合作社", uscc=uscc(number))


def open_office(registry: Registry) -> None:
    """One cooperative with an A, one household with a B, and a key that may sign everything."""
    import_subjects(registry, [COOPERATIVE, PERSON], at=AT, who=WHO, why="初次导入")
    add_key(registry, samples.ISSUER_KEY, at=AT, who=WHO, why="启用")
    for facts, grade in ((COOPERATIVE, A), (PERSON, B)):
        set_grade(
            registry, facts.key, "jiande", grade, "年度评定", rule_version="2026.1", at=AT, who=WHO
        )


def issue_key(row: str) -> bytes:
    return hashlib.sha256(row.encode()).digest()


def signed_claims(
    claims: Claims, allotment: Allotment, signer: Ed25519Signer = samples.ISSUER
) -> NewCredential:
    final = replace(claims, id=allotment.id, status=allotment.status)
    return NewCredential(
        message=samples.signed(final, signer),
        fields=samples.PRODUCER_FIELDS,
        pack=samples.JIANDE,
        retain_until=AT + 730 * DAY,
    )


def issue(
    registry: Registry,
    rows: Sequence[str],
    *,
    at: int = AT,
    claims: Claims = samples.PRODUCER,
    signer: Ed25519Signer = samples.ISSUER,
) -> tuple[StoredCredential, ...]:
    requests = [IssueRequest(issue_key(row)) for row in rows]
    return record_credentials(
        registry,
        requests,
        lambda _, allotment: signed_claims(claims, allotment, signer),
        at=at,
        who=WHO,
    )
