"""Claims: what one credential says. CWT claims (RFC 8392) and one nested map of our own.

docs/claims.cddl is the same in CDDL; the tests hold the two against each other.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Final, Self

from credential import certificate_id
from credential.cbor import (
    FormatError,
    as_bytes,
    as_int,
    as_list,
    as_map,
    as_text,
    as_time,
    decode,
    encode,
    read_back,
)
from credential.identifiers import (
    IdentifierError,
    check_division_code,
    pack_uscc,
    unpack_uscc,
)

LARGEST: Final = 1500
"""Bytes of an encoded claims set; a version 40 symbol holds fewer digits than this would need."""

# RFC 8392 §3.1 and §4: registered claim labels; private use is below -65536.
EXP: Final = 4
IAT: Final = 6
CTI: Final = 7
APP: Final = -65537


class Kind(StrEnum):
    """What a credential is; the words are those of the trust list."""

    CERTIFICATE = "certificate"
    """承诺达标合格证"""
    PLEDGE = "pledge"
    """信用承诺书"""
    REPORT = "report"
    """核验报告"""


class Profile(IntEnum):
    """How much the symbol carries: all that a stranger must read offline, or what fits 20 mm."""

    DOCUMENT = 1
    LABEL = 2


class Basis(IntEnum):
    """承诺依据 (农业农村部令 2025 年第 4 号 Art. 14)."""

    CONTROLLED = 1
    SELF_TESTED = 2
    TESTED_BY_OTHERS = 3


class Role(IntEnum):
    """Whose promise a certificate is: 样式一 producer, 样式二 collector (收购者)."""

    PRODUCER = 1
    COLLECTOR = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Who promises: the code of an organisation, or the keyed digest of a natural person's number.

    ``name`` is the full name of an organisation; a natural person's is masked (PIPL Art. 28).
    A label carries no name.
    """

    uscc: str | None = None
    digest: bytes | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if (self.uscc is None) == (self.digest is None):
            raise ValueError("subject: a code or a digest, one of the two")

    @property
    def is_natural_person(self) -> bool:
        return self.digest is not None

    @property
    def packed(self) -> bytes:
        """As signed: the code in 12 bytes, or the 16 bytes of the digest."""
        return pack_uscc(self.uscc) if self.uscc is not None else self.digest or b""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal number and its unit, as RFC 8949 §3.4.4 decimal fractions: mantissa · 10^exponent."""

    mantissa: int
    exponent: int
    unit: str

    @classmethod
    def of(cls, amount: Decimal, unit: str) -> Self:
        """The shortest form: 500 is (500, 0), 1.50 is (15, -1)."""
        sign, digits, exponent = amount.normalize().as_tuple()
        if sign or not isinstance(exponent, int) or not amount:
            raise ValueError("quantity: a positive number")
        mantissa = int("".join(map(str, digits)))
        return cls(mantissa * 10 ** max(exponent, 0), min(exponent, 0), unit)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.mantissa).scaleb(self.exponent)


@dataclass(frozen=True, slots=True)
class Origin:
    """产地: division code (GB/T 2260) and text, never a household's address."""

    division: str
    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of a scheme: ``id`` is unique after case-folding (c-lower), ``code`` is printed (c)."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Pack:
    """The scheme pack whose rules and texts were used."""

    scheme: str
    version: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Template:
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Place in a token status list: number of the list, index in it."""

    list: int
    index: int


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything one credential says. Times are Unix seconds.

    A label (``Profile.LABEL``) has id, kind, subject without a name, product, issue time, status
    reference and a 12-byte digest; a document has all that its kind needs and a 32-byte digest.
    """

    id: bytes
    kind: Kind
    profile: Profile
    issued_at: int
    subject: Subject
    status: StatusReference
    digest: bytes
    expires_at: int | None = None
    product: str | None = None
    pack: Pack | None = None
    template: Template | None = None
    quantity: Quantity | None = None
    origin: Origin | None = None
    basis: tuple[Basis, ...] = ()
    role: Role | None = None
    grade: Grade | None = None
    matter: str | None = None
    """事项: what the pledge is for."""


# Labels of the nested map; docs/claims.cddl names the same.
_KIND, _PROFILE, _SUBJECT, _STATUS, _DIGEST = 1, 2, 3, 4, 5
_PRODUCT, _NAME, _PACK, _TEMPLATE = 6, 7, 8, 9
_QUANTITY, _ORIGIN, _BASIS, _ROLE, _GRADE, _MATTER = 10, 11, 12, 13, 14, 15

_CWT: Final = frozenset({IAT, CTI, APP})
_CWT_OPTIONAL: Final = frozenset({EXP})
_KINDS: Final = {Kind.CERTIFICATE: 1, Kind.PLEDGE: 2, Kind.REPORT: 3}
_KINDS_BACK: Final = {number: kind for kind, number in _KINDS.items()}

_COMMON: Final = frozenset({_KIND, _PROFILE, _SUBJECT, _STATUS, _DIGEST})
_DOCUMENT: Final = _COMMON | {_NAME, _PACK, _TEMPLATE}
_NEEDED: Final = {
    (Kind.CERTIFICATE, Profile.LABEL): _COMMON | {_PRODUCT},
    (Kind.CERTIFICATE, Profile.DOCUMENT): _DOCUMENT | {_PRODUCT, _QUANTITY, _ORIGIN, _BASIS, _ROLE},
    (Kind.PLEDGE, Profile.DOCUMENT): _DOCUMENT | {_MATTER},
    (Kind.REPORT, Profile.DOCUMENT): _DOCUMENT | {_MATTER},
}
_ALLOWED: Final = {
    (Kind.CERTIFICATE, Profile.LABEL): frozenset[int](),
    (Kind.CERTIFICATE, Profile.DOCUMENT): frozenset({_GRADE}),
    (Kind.PLEDGE, Profile.DOCUMENT): frozenset({_GRADE}),
    (Kind.REPORT, Profile.DOCUMENT): frozenset[int](),
}
DIGEST_SIZE: Final = {Profile.DOCUMENT: 32, Profile.LABEL: 12}


def encode_claims(claims: Claims) -> bytes:
    """The payload that is signed.

    Raises:
        FormatError: the claims are not complete or not valid for their kind and profile.
    """
    try:
        data = _write(claims)
    except IdentifierError as error:
        raise FormatError("app", str(error)) from error
    if len(data) > LARGEST:
        raise FormatError("", f"超过 {LARGEST} 字节")
    if _read(read_back(data)) != claims:
        raise FormatError("", "声明无法原样还原")
    return data


def _write(claims: Claims) -> bytes:
    subject = claims.subject
    app: dict[int, object] = {
        _KIND: _KINDS[claims.kind],
        _PROFILE: int(claims.profile),
        _SUBJECT: subject.packed,
        _STATUS: [claims.status.list, claims.status.index],
        _DIGEST: claims.digest,
    }
    if claims.product is not None:
        app[_PRODUCT] = claims.product
    if subject.name is not None:
        app[_NAME] = subject.name
    if (pack := claims.pack) is not None:
        app[_PACK] = [pack.scheme, pack.version, pack.sha256]
    if (template := claims.template) is not None:
        app[_TEMPLATE] = [template.id, template.version]
    if (quantity := claims.quantity) is not None:
        app[_QUANTITY] = [quantity.mantissa, -quantity.exponent, quantity.unit]
    if (origin := claims.origin) is not None:
        app[_ORIGIN] = [int(check_division_code(origin.division)), origin.text]
    if claims.basis:
        app[_BASIS] = [int(basis) for basis in claims.basis]
    if claims.role is not None:
        app[_ROLE] = int(claims.role)
    if (grade := claims.grade) is not None:
        app[_GRADE] = [grade.id, grade.code]
    if claims.matter is not None:
        app[_MATTER] = claims.matter
    cwt: dict[int, object] = {IAT: claims.issued_at, CTI: claims.id, APP: app}
    if claims.expires_at is not None:
        cwt[EXP] = claims.expires_at
    return encode(cwt)


def decode_claims(data: bytes) -> Claims:
    """Read a verified payload.

    Raises:
        FormatError: any label, type, size or combination outside docs/claims.cddl.
    """
    return _read(decode(data, limit=LARGEST))


def _read(value: object) -> Claims:
    cwt = as_map(value, "", _CWT, _CWT_OPTIONAL)
    head = cwt[APP]
    if not isinstance(head, dict) or _KIND not in head or _PROFILE not in head:
        raise FormatError("app", "缺少文件种类")
    form = _form(head)
    app = as_map(head, "app", _NEEDED[form], _ALLOWED[form])
    kind, profile = form
    return Claims(
        id=as_bytes(cwt[CTI], "cti", certificate_id.SIZE),
        kind=kind,
        profile=profile,
        issued_at=as_time(cwt[IAT], "iat"),
        expires_at=as_time(cwt[EXP], "exp") if EXP in cwt else None,
        subject=_subject(app),
        status=_status(app[_STATUS]),
        digest=as_bytes(app[_DIGEST], "app.digest", DIGEST_SIZE[profile]),
        product=_optional_text(app, _PRODUCT, "app.product", 60),
        pack=_pack(app[_PACK]) if _PACK in app else None,
        template=_template(app[_TEMPLATE]) if _TEMPLATE in app else None,
        quantity=_quantity(app[_QUANTITY]) if _QUANTITY in app else None,
        origin=_origin(app[_ORIGIN]) if _ORIGIN in app else None,
        basis=_basis(app[_BASIS]) if _BASIS in app else (),
        role=Role(as_int(app[_ROLE], "app.role", 1, 2)) if _ROLE in app else None,
        grade=_grade(app[_GRADE]) if _GRADE in app else None,
        matter=_optional_text(app, _MATTER, "app.matter", 60),
    )


def _form(app: dict[object, object]) -> tuple[Kind, Profile]:
    kind = _KINDS_BACK[as_int(app[_KIND], "app.kind", 1, 3)]
    form = kind, Profile(as_int(app[_PROFILE], "app.profile", 1, 2))
    if form not in _NEEDED:
        raise FormatError("app.profile", f"{kind} 没有标签形式")
    return form


def _optional_text(app: dict[int, object], label: int, path: str, longest: int) -> str | None:
    return as_text(app[label], path, longest) if label in app else None


def _subject(app: dict[int, object]) -> Subject:
    packed = as_bytes(app[_SUBJECT], "app.subject", 12, 16)
    name = _optional_text(app, _NAME, "app.name", 60)
    if len(packed) == 16:
        return Subject(digest=packed, name=name)
    try:
        return Subject(uscc=unpack_uscc(packed), name=name)
    except IdentifierError as error:
        raise FormatError("app.subject", str(error)) from error


def _status(value: object) -> StatusReference:
    number, index = as_list(value, "app.status", 2)
    return StatusReference(
        as_int(number, "app.status.list", high=2**32 - 1),
        as_int(index, "app.status.index", high=2**24 - 1),
    )


def _pack(value: object) -> Pack:
    scheme, version, digest = as_list(value, "app.pack", 3)
    return Pack(
        as_text(scheme, "app.pack.scheme", 32),
        as_text(version, "app.pack.version", 16),
        as_bytes(digest, "app.pack.sha256", 32),
    )


def _template(value: object) -> Template:
    name, version = as_list(value, "app.template", 2)
    return Template(
        as_text(name, "app.template.id", 32), as_int(version, "app.template.version", 1, 9999)
    )


def _quantity(value: object) -> Quantity:
    mantissa, scale, unit = as_list(value, "app.quantity", 3)
    quantity = Quantity(
        as_int(mantissa, "app.quantity.mantissa", 1, 10**12),
        -as_int(scale, "app.quantity.scale", 0, 6),
        as_text(unit, "app.quantity.unit", 8),
    )
    if quantity.exponent and quantity.mantissa % 10 == 0:
        raise FormatError("app.quantity", "不是最短形式")
    return quantity


def _origin(value: object) -> Origin:
    code, text = as_list(value, "app.origin", 2)
    division = str(as_int(code, "app.origin.code", 100000, 899999))
    return Origin(division, as_text(text, "app.origin.text", 60))


def _basis(value: object) -> tuple[Basis, ...]:
    codes = [as_int(code, "app.basis", 1, 3) for code in as_list(value, "app.basis")]
    if not codes or codes != sorted(set(codes)):
        raise FormatError("app.basis", "应为升序且不重复")
    return tuple(Basis(code) for code in codes)


def _grade(value: object) -> Grade:
    name, code = as_list(value, "app.grade", 2)
    return Grade(as_text(name, "app.grade.id", 32), as_text(code, "app.grade.code", 8))
