"""Fixed keys, times and credentials for all tests. Never use these seeds for anything else."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import (
    DIGEST_SIZE,
    Basis,
    Claims,
    Grade,
    Kind,
    Origin,
    Pack,
    Profile,
    Quantity,
    Role,
    StatusReference,
    Subject,
    Template,
    encode_claims,
)
from credential.cose import Ed25519Signer, sign1
from credential.fields import claimed_fields, fields_digest
from credential.grade import GradeStatement
from credential.status import Status, StatusList, status_bits
from credential.trust import USES, IssuerKey, SealCertificate, TrustList

BASE_URL: Final = "https://zx.example.cn"
DAY: Final = 86_400
AT: Final = 1_772_676_000
"""2026-03-05 10:00:00 in Asia/Shanghai: when the samples were issued."""

ROOT: Final = Ed25519Signer.from_seed(bytes(range(32)))
NEXT_ROOT: Final = Ed25519Signer.from_seed(bytes(range(1, 33)))
ISSUER: Final = Ed25519Signer.from_seed(bytes(range(32, 64)))
COMPROMISED: Final = Ed25519Signer.from_seed(bytes(range(64, 96)))
STRANGER: Final = Ed25519Signer.from_seed(bytes(range(96, 128)))

COMPROMISED_AT: Final = AT + 30 * DAY

COOPERATIVE: Final = Subject(uscc="93330182MA0TEXT040", name="建德市某某果蔬专业合作社")
NOTARY: Final = Subject(uscc="32140581MD0TEXT48W", name="高平市公证处")
PERSON: Final = Subject(digest=bytes.fromhex("5b" * 16), name="田某根")

ISSUER_KEY: Final = IssuerKey(
    key=ISSUER.public_key,
    issuer="建德市农业农村局",
    valid_from=AT - 90 * DAY,
    valid_until=AT + 640 * DAY,
    uses=USES,
    schemes=frozenset({"jiande", "gaoping"}),
)
COMPROMISED_KEY: Final = replace(
    ISSUER_KEY,
    key=COMPROMISED.public_key,
    issuer="建德市某某镇",
    compromised_at=COMPROMISED_AT,
)
TRUST: Final = TrustList(
    version=7,
    issued_at=AT - DAY,
    expires_at=AT + 89 * DAY,
    base_urls=(BASE_URL, "https://zx.example.org:8443"),
    roots=(ROOT.public_key, NEXT_ROOT.public_key),
    keys=(ISSUER_KEY, COMPROMISED_KEY),
)
SEAL: Final = SealCertificate(
    digest=bytes.fromhex("c3" * 32),
    issuer="建德市农业农村局",
    valid_from=AT - 90 * DAY,
    valid_until=AT + 1000 * DAY,
)
COMPROMISED_SEAL: Final = replace(
    SEAL, digest=bytes.fromhex("d4" * 32), compromised_at=COMPROMISED_AT
)
SEALING_TRUST: Final = replace(TRUST, version=8, seals=(SEAL, COMPROMISED_SEAL))

JIANDE: Final = Pack("jiande", "2026.1", bytes.fromhex("a1" * 32))
GAOPING: Final = Pack("gaoping", "2026.1", bytes.fromhex("b2" * 32))


def _id(tail: int) -> bytes:
    return new_certificate_id(AT, tail.to_bytes(6, "big"))


def bound(claims: Claims, more: dict[str, str]) -> tuple[Claims, dict[str, str]]:
    """Claims with the digest over their own printed values and ``more``."""
    fields = claimed_fields(claims) | more
    digest = fields_digest(fields, claims.id, DIGEST_SIZE[claims.profile])
    return replace(claims, digest=digest), fields


_PROMISE = (
    "我承诺生产销售的食用农产品：未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。"
)
_CERTIFICATE_WORDS = {
    "title": "承诺达标合格证",
    "caption": "承诺达标合格证 扫码查验真伪和当前信用等级",
    "contact": "0571-00000000",
    "promise": _PROMISE,
}

PRODUCER, PRODUCER_FIELDS = bound(
    Claims(
        id=_id(0x0102030405),
        kind=Kind.CERTIFICATE,
        profile=Profile.DOCUMENT,
        issued_at=AT,
        subject=COOPERATIVE,
        status=StatusReference(1, 41),
        digest=b"",
        product="草莓",
        pack=JIANDE,
        template=Template("one-box", 1),
        quantity=Quantity.of(Decimal(1200), "公斤"),
        origin=Origin("330182", "浙江省杭州市建德市杨村桥镇"),
        basis=(Basis.CONTROLLED, Basis.SELF_TESTED),
        role=Role.PRODUCER,
        grade=Grade("a", "A"),
    ),
    _CERTIFICATE_WORDS,
)
HOUSEHOLD, HOUSEHOLD_FIELDS = bound(
    replace(
        PRODUCER,
        id=_id(0x0203040506),
        subject=PERSON,
        status=StatusReference(1, 42),
        expires_at=AT + 10 * DAY,
        product="茶鲜叶",
        quantity=Quantity.of(Decimal("0.5"), "吨"),
        basis=(Basis.TESTED_BY_OTHERS,),
        role=Role.COLLECTOR,
        grade=None,
    ),
    _CERTIFICATE_WORDS | {"subject": "田大根"},
)
LABEL, LABEL_FIELDS = bound(
    Claims(
        id=_id(0x0304050607),
        kind=Kind.CERTIFICATE,
        profile=Profile.LABEL,
        issued_at=AT,
        subject=replace(COOPERATIVE, name=None),
        status=StatusReference(1, 43),
        digest=b"",
        product="草莓",
    ),
    _CERTIFICATE_WORDS | {"subject": COOPERATIVE.name or ""},
)
PLEDGE, PLEDGE_FIELDS = bound(
    Claims(
        id=_id(0x0405060708),
        kind=Kind.PLEDGE,
        profile=Profile.DOCUMENT,
        issued_at=AT,
        expires_at=AT + 365 * DAY,
        subject=PERSON,
        status=StatusReference(2, 0),
        digest=b"",
        pack=GAOPING,
        template=Template("notary-letter", 3),
        matter="继承公证：亲属关系证明",
    ),
    {
        "title": "信用承诺书",
        "caption": "信用承诺书 扫码查验",
        "promisor": "田大根",
        "promisor_code": "140581********0014",
        "pledge": "本人提交的材料真实。\n本人无遗漏继承人。",
        "signature": "",
    },
)
REPORT, REPORT_FIELDS = bound(
    replace(
        PLEDGE,
        id=_id(0x0506070809),
        kind=Kind.REPORT,
        expires_at=None,
        subject=NOTARY,
        status=StatusReference(2, 1),
        template=Template("report", 1),
        matter="核验报告",
    ),
    {"title": "核验报告"},
)

CREDENTIALS: Final = {
    "certificate-document": (PRODUCER, PRODUCER_FIELDS),
    "certificate-document-household": (HOUSEHOLD, HOUSEHOLD_FIELDS),
    "certificate-label": (LABEL, LABEL_FIELDS),
    "pledge-natural-person": (PLEDGE, PLEDGE_FIELDS),
    "report": (REPORT, REPORT_FIELDS),
}
"""Claims and printed fields by the name of their vector."""

STATUS_LIST: Final = StatusList(
    uri=f"{BASE_URL}/status/1",
    issued_at=AT + DAY,
    expires_at=AT + 2 * DAY,
    bits=status_bits(
        64, [(41, Status.VALID), (42, Status.INVALID), (43, Status.SUSPENDED), (44, Status(3))]
    ),
)
GRADE_STATEMENT: Final = GradeStatement(
    subject=COOPERATIVE.packed,
    scheme="jiande",
    grade=Grade("c-lower", "c"),
    since=AT + DAY,
    issued_at=AT + 2 * DAY,
    expires_at=AT + 2 * DAY + 600,
)


def signed(claims: Claims, signer: Ed25519Signer = ISSUER) -> bytes:
    return sign1(encode_claims(claims), signer)


def number(claims: Claims) -> str:
    return format_certificate_id(claims.id)
