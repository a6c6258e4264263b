"""A small office in memory: one certificate for each state, and everything the pages ask for."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.claims import (
    Basis,
    Claims,
    Grade,
    Kind,
    Origin,
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
from credential.policy import NOTARY, Policy
from credential.protocols import Record, RegistryUnavailable
from credential.qr_text import write_digits
from credential.status import Status
from credential.trust import TrustList, sign_trust_list
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    GradeNow,
    Indication,
    Place,
    SubIndication,
    Verdict,
)
from service.piles import Pile
from service.web.context import (
    GradeChange,
    GradeFacts,
    PublicGrade,
    ScanCount,
    ScanFacts,
    SubjectPage,
    TestResult,
)
from tests.samples import AT, COOPERATIVE, DAY, ISSUER, JIANDE, PERSON, ROOT, STRANGER, TRUST
from verifier.pile import Item
from verifier.zip_pile import PileLimits, open_zip

NOW: Final = AT + 4 * DAY + 3 * 3600
"""2026年3月9日 13:00:00"""
USCC: Final = "93330182MA0TEXT040"
PHONE: Final = "13800001234"
PROMISE: Final = (
    "我承诺生产销售的食用农产品：未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。"
)


@dataclass(frozen=True)
class Certificate:
    message: bytes
    facts: ScanFacts

    @property
    def number(self) -> str:
        return format_certificate_id(self.facts.record.id)

    @property
    def digits(self) -> str:
        return write_digits(self.message)


def claims_of(serial: int, subject: Subject = COOPERATIVE, **changes: object) -> Claims:
    plain = Claims(
        id=new_certificate_id(AT, serial.to_bytes(6, "big")),
        kind=Kind.CERTIFICATE,
        profile=Profile.DOCUMENT,
        issued_at=AT,
        subject=subject,
        status=StatusReference(1, serial),
        digest=bytes(32),
        product="红颜草莓",
        pack=JIANDE,
        template=Template("one-box", 1),
        quantity=Quantity(500, 0, "公斤"),
        origin=Origin("330182", "浙江省杭州市建德市大洋镇"),
        basis=(Basis.CONTROLLED, Basis.SELF_TESTED),
        role=Role.PRODUCER,
        grade=None if subject.is_natural_person else Grade("a", "A"),
    )
    return replace(plain, **changes)


def certificate(
    serial: int,
    subject: Subject = COOPERATIVE,
    *,
    name: str = "建德市某某果蔬专业合作社",
    now: GradeFacts | None = None,
    tests: tuple[TestResult, ...] = (),
    signer: Ed25519Signer = ISSUER,
    record: Mapping[str, object] | None = None,
    more: Mapping[str, str] | None = None,
    **changes: object,
) -> Certificate:
    claims = claims_of(serial, subject, **changes)
    fields = {
        "title": "农产品质量安全承诺达标合格证",
        "promise": PROMISE,
        "contact": PHONE,
        **claimed_fields(claims),
        "subject": name,
        **(more or {}),
    }
    digest = fields_digest(fields, claims.id, 12 if claims.profile is Profile.LABEL else 32)
    message = sign1(encode_claims(replace(claims, digest=digest)), signer)
    plain = Record(
        id=claims.id,
        message_sha256=hashlib.sha256(message).digest(),
        recorded_at=AT,
        status=Status.VALID,
        fields=fields,
    )
    now = now or GradeFacts(Grade("a", "A"), AT - 40 * DAY)
    facts = ScanFacts(replace(plain, **(record or {})), message, name, now, tests)
    return Certificate(message, facts)


def report(serial: int, conclusion: str) -> Certificate:
    """An office's own, on a file of which it says ``conclusion``."""
    absent = dict.fromkeys(("product", "quantity", "origin", "role", "grade"))
    printed = {
        "verdict": conclusion,
        "checked_at": "2026年3月9日 10:00:00",
        "file_digest": "ab12" * 16,
        "policy": "公证、行政机关，第 1 版",
        "reporter": "建德市农业农村局",
        "reported_on": "2026年3月9日",
    }
    return certificate(
        serial,
        Subject(uscc=USCC, name="建德市农业农村局"),
        name="建德市农业农村局",
        now=GradeFacts(),
        more=printed,
        kind=Kind.REPORT,
        basis=(),
        matter="核验报告",
        **absent,
    )


def label(serial: int, subject: Subject, *, name: str = "建德市某某果蔬专业合作社") -> Certificate:
    """The label profile: no name, quantity, origin, basis or grade in the claims."""
    absent = dict.fromkeys(("pack", "template", "quantity", "origin", "role", "grade"))
    profile = Profile.LABEL
    return certificate(
        serial, subject, name=name, profile=profile, digest=bytes(12), basis=(), **absent
    )


QUICK = TestResult("农药残留（有机磷、氨基甲酸酯）", "合格", AT - 3600, "大洋镇农安站", True)
LABORATORY = TestResult("农药残留 68 项", "合格", AT - DAY, "杭州市农检中心", False)
CHANGED: Final = NOW - 7200
"""2026年3月9日 11:00:00"""

VALID = certificate(1, now=GradeFacts(Grade("b", "B"), NOW - 3 * DAY), tests=(QUICK,))
VOID = certificate(
    2, record={"status": Status.INVALID, "status_at": CHANGED, "reason": "数量填写错误，申请作废"}
)
SUPERSEDED = certificate(
    3,
    record={
        "status": Status.SUPERSEDED,
        "status_at": CHANGED,
        "reason": "分拣后重新包装",
        "replaced_by": VALID.facts.record.id,
    },
)
EXPIRED = certificate(4, expires_at=NOW - DAY)
SUSPENDED = certificate(
    5,
    record={"status": Status.SUSPENDED, "status_at": CHANGED, "reason": "抽检待出结果"},
    now=GradeFacts(Grade("a", "A"), AT - 40 * DAY, disputed=True),
)
UNKNOWN = certificate(6)
FORGED = certificate(7, signer=STRANGER)
HOUSEHOLD = certificate(
    8, PERSON, name="田大根", now=GradeFacts(Grade("a", "A"), AT, published=False)
)
OFFLINE = certificate(9)
REPORT_OF_PASS = report(13, "通过（TOTAL-PASSED）")
REPORT_OF_FAIL = report(14, "不通过（TOTAL-FAILED / CONTENT_MISMATCH）")
LABEL = label(10, Subject(uscc=USCC))
ON_RECORD = (
    *(VALID, VOID, SUPERSEDED, EXPIRED, SUSPENDED, HOUSEHOLD, LABEL),
    *(REPORT_OF_PASS, REPORT_OF_FAIL),
)


@dataclass
class SampleOffice:
    """A WebContext without a database. ``verdict`` is what every upload gets."""

    at: int = NOW
    trust: TrustList = TRUST
    down: bool = False
    more: tuple[Certificate, ...] = ()
    counts: dict[bytes, ScanCount] = field(default_factory=dict)
    uploads: list[tuple[bytes, str]] = field(default_factory=list)

    def now(self) -> int:
        return self.at

    def trust_list(self) -> TrustList:
        return self.trust

    async def scan(self, identifier: bytes) -> ScanFacts | None:
        if self.down or identifier == OFFLINE.facts.record.id:
            raise RegistryUnavailable("timeout", last_good=NOW - 600)
        return next(
            (c.facts for c in (*self.more, *ON_RECORD) if c.facts.record.id == identifier), None
        )

    async def check_ready(self) -> None:
        if self.down:
            raise RegistryUnavailable("timeout")

    def count_scan(self, identifier: bytes, at: int) -> ScanCount:
        before = self.counts.get(identifier, ScanCount(0, at))
        self.counts[identifier] = ScanCount(before.number + 1, before.first_at)
        return self.counts[identifier]

    def grade_statement(self, identifier: bytes, at: int) -> bytes | None:
        return b"statement of " + identifier + at.to_bytes(8, "big")

    def verify(self, item: Item, policy: Policy = NOTARY, as_of: int | None = None) -> Verdict:
        data = item.content if isinstance(item.content, bytes) else b""
        self.uploads.append((data, item.name))
        found = ALTERED if data.startswith(b"%PDF") else NOTHING_FOUND
        return replace(found, file=item.name, policy=policy, as_of=as_of)

    def unpack(self, data: bytes, bounds: PileLimits) -> Pile:
        archive = open_zip(io.BytesIO(data), bounds=bounds)
        return Pile(archive.count, archive.items(), archive.passed_over)

    def subject(self, uscc: str) -> SubjectPage | None:
        return PAGE if uscc == USCC else None

    def status_list(self, number: int) -> bytes | None:
        return b"token" if number == 1 else None

    def trust_list_message(self) -> bytes:
        return sign_trust_list(self.trust, ROOT)

    def jwk_set(self) -> Mapping[str, object]:
        return {"keys": [{"kty": "OKP", "kid": ISSUER.public_key.kid.hex()}]}


PAGE = SubjectPage(
    name="建德市某某果蔬专业合作社",
    uscc=USCC,
    type_words="合作社",
    grades=(PublicGrade("建德市农产品生产主体信用等级", Grade("b", "B"), NOW - 3 * DAY, True),),
    history=(
        GradeChange(NOW - 3 * DAY, "建德", Grade("b", "B"), "巡查发现生产记录不全，扣 5 分"),
        GradeChange(AT - 40 * DAY, "建德", Grade("a", "A"), "年度评定"),
    ),
)
ALTERED = Verdict(
    file="合格证.pdf",
    sha256="ab" * 32,
    axes=(
        Axis(AxisName.CONTAINER, Indication.PASSED),
        Axis(AxisName.CREDENTIAL, Indication.PASSED),
        Axis(AxisName.REGISTRY_STATUS, Indication.PASSED),
        Axis(
            AxisName.CONTENT_MATCH,
            Indication.FAILED,
            SubIndication.CONTENT_MISMATCH,
            (
                Finding(
                    "FIELD_CHANGED",
                    "与签发时不一致",
                    field="quantity",
                    expected="500公斤",
                    found="800公斤",
                    place=Place(1, (10, 20, 60, 26)),
                ),
            ),
        ),
        Axis(
            AxisName.VISIBILITY,
            Indication.INDETERMINATE,
            SubIndication.CONTENT_NOT_COMPARED,
            (Finding("NOT_CHECKED", "未核对是否有隐藏内容"),),
        ),
    ),
    credential={
        "id": VALID.number,
        "kind": "certificate",
        "issued_at": "2026-03-05T10:00:00+08:00",
    },
    grade=GradeNow("A", "B", NOW),
    checked_at=NOW,
)
GENUINE = replace(ALTERED, axes=tuple(Axis(axis.name, Indication.PASSED) for axis in ALTERED.axes))
NOTHING_FOUND = Verdict(
    file="照片.jpg",
    sha256="cd" * 32,
    axes=(
        Axis(
            AxisName.CREDENTIAL,
            Indication.INDETERMINATE,
            SubIndication.NO_SIGNATURE_FOUND,
            (Finding("NO_SYMBOL", "没有找到证信二维码"),),
        ),
    ),
    checked_at=NOW,
)
