"""Claims as a CBOR map and back: CWT claims (RFC 8392) and one nested map of our own.

docs/claims.cddl is the same in CDDL; the tests hold the two against each other.
"""

from typing import Final

from credential import certificate_id
from credential.cbor import (
    FormatError,
    as_bytes,
    as_int,
    as_list,
    as_map,
    as_text,
    as_time,
    encode,
    read_back,
)
from credential.claim_values import (
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
)
from credential.identifiers import IdentifierError, check_division_code, unpack_uscc

LARGEST: Final = 1500
"""Bytes of an encoded claims set; a version 40 symbol holds fewer digits than this would need."""

# RFC 8392 §3.1 and §4: registered claim labels; private use is below -65536.
EXP: Final = 4
IAT: Final = 6
CTI: Final = 7
APP: Final = -65537


# Labels of the nested map; docs/claims.cddl names the same.
KIND, PROFILE, SUBJECT, STATUS, DIGEST = 1, 2, 3, 4, 5
PRODUCT, NAME, PACK, TEMPLATE = 6, 7, 8, 9
QUANTITY, ORIGIN, BASIS, ROLE, GRADE, MATTER = 10, 11, 12, 13, 14, 15

_CWT: Final = frozenset({IAT, CTI, APP})
_CWT_OPTIONAL: Final = frozenset({EXP})
_KINDS: Final = {Kind.CERTIFICATE: 1, Kind.PLEDGE: 2, Kind.REPORT: 3}
_KINDS_BACK: Final = {number: kind for kind, number in _KINDS.items()}

_COMMON: Final = frozenset({KIND, PROFILE, SUBJECT, STATUS, DIGEST})
_DOCUMENT: Final = _COMMON | {NAME, PACK, TEMPLATE}
_NEEDED: Final = {
    (Kind.CERTIFICATE, Profile.LABEL): _COMMON | {PRODUCT},
    (Kind.CERTIFICATE, Profile.DOCUMENT): _DOCUMENT | {PRODUCT, QUANTITY, ORIGIN, BASIS, ROLE},
    (Kind.PLEDGE, Profile.DOCUMENT): _DOCUMENT | {MATTER},
    (Kind.REPORT, Profile.DOCUMENT): _DOCUMENT | {MATTER},
}
_ALLOWED: Final = {
    (Kind.CERTIFICATE, Profile.LABEL): frozenset[int](),
    (Kind.CERTIFICATE, Profile.DOCUMENT): frozenset({GRADE}),
    (Kind.PLEDGE, Profile.DOCUMENT): frozenset({GRADE}),
    (Kind.REPORT, Profile.DOCUMENT): frozenset[int](),
}
LONGEST_TEXT: Final = 60
"""Characters of a product, a name, a place or a matter."""
DIGEST_SIZE: Final = {Profile.DOCUMENT: 32, Profile.LABEL: 12}


def write_checked(claims: Claims) -> bytes:
    """Raises FormatError where the bytes do not read back as the very same claims."""
    try:
        data = encode(map_of(claims))
    except IdentifierError as error:
        raise FormatError("app", str(error)) from error
    if len(data) > LARGEST:
        raise FormatError("", f"超过 {LARGEST} 字节")
    if read_map(read_back(data)) != claims:
        raise FormatError("", "声明无法原样还原")
    return data


def map_of(claims: Claims) -> dict[int, object]:
    subject = claims.subject
    app: dict[int, object] = {
        KIND: _KINDS[claims.kind],
        PROFILE: int(claims.profile),
        SUBJECT: subject.packed,
        STATUS: [claims.status.list, claims.status.index],
        DIGEST: claims.digest,
    }
    if claims.product is not None:
        app[PRODUCT] = claims.product
    if subject.name is not None:
        app[NAME] = subject.name
    if (pack := claims.pack) is not None:
        app[PACK] = [pack.scheme, pack.version, pack.sha256]
    if (template := claims.template) is not None:
        app[TEMPLATE] = [template.id, template.version]
    if (quantity := claims.quantity) is not None:
        app[QUANTITY] = [quantity.mantissa, -quantity.exponent, quantity.unit]
    if (origin := claims.origin) is not None:
        app[ORIGIN] = [int(check_division_code(origin.division)), origin.text]
    if claims.basis:
        app[BASIS] = [int(basis) for basis in claims.basis]
    if claims.role is not None:
        app[ROLE] = int(claims.role)
    if (grade := claims.grade) is not None:
        app[GRADE] = [grade.id, grade.code]
    if claims.matter is not None:
        app[MATTER] = claims.matter
    cwt: dict[int, object] = {IAT: claims.issued_at, CTI: claims.id, APP: app}
    if claims.expires_at is not None:
        cwt[EXP] = claims.expires_at
    return cwt


def read_map(value: object) -> Claims:
    cwt = as_map(value, "", _CWT, _CWT_OPTIONAL)
    head = cwt[APP]
    if not isinstance(head, dict) or KIND not in head or PROFILE not in head:
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
        subject=read_subject(app),
        status=_status(app[STATUS]),
        digest=as_bytes(app[DIGEST], "app.digest", DIGEST_SIZE[profile]),
        product=_optional_text(app, PRODUCT, "app.product", LONGEST_TEXT),
        pack=_pack(app[PACK]) if PACK in app else None,
        template=_template(app[TEMPLATE]) if TEMPLATE in app else None,
        quantity=read_quantity(app[QUANTITY]) if QUANTITY in app else None,
        origin=read_origin(app[ORIGIN]) if ORIGIN in app else None,
        basis=read_basis(app[BASIS]) if BASIS in app else (),
        role=Role(as_int(app[ROLE], "app.role", 1, 2)) if ROLE in app else None,
        grade=read_grade(app[GRADE]) if GRADE in app else None,
        matter=_optional_text(app, MATTER, "app.matter", LONGEST_TEXT),
    )


def _form(app: dict[object, object]) -> tuple[Kind, Profile]:
    kind = _KINDS_BACK[as_int(app[KIND], "app.kind", 1, 3)]
    form = kind, Profile(as_int(app[PROFILE], "app.profile", 1, 2))
    if form not in _NEEDED:
        raise FormatError("app.profile", f"{kind} 没有标签形式")
    return form


def _optional_text(app: dict[int, object], label: int, path: str, longest: int) -> str | None:
    return as_text(app[label], path, longest) if label in app else None


def read_subject(app: dict[int, object]) -> Subject:
    packed = as_bytes(app[SUBJECT], "app.subject", 12, 16)
    name = _optional_text(app, NAME, "app.name", LONGEST_TEXT)
    if len(packed) == 16:
        return Subject(digest=packed, name=name)
    try:
        return Subject(uscc=unpack_uscc(packed), name=name)
    except IdentifierError as error:
        raise FormatError("app.subject", str(error)) from error


def _status(value: object) -> StatusReference:
    return StatusReference(*check_status(*as_list(value, "app.status", 2)))


def check_status(number: object, index: object) -> tuple[int, int]:
    return (
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


def read_quantity(value: object) -> Quantity:
    mantissa, scale, unit = as_list(value, "app.quantity", 3)
    quantity = Quantity(
        as_int(mantissa, "app.quantity.mantissa", 1, 10**12),
        -as_int(scale, "app.quantity.scale", 0, 6),
        as_text(unit, "app.quantity.unit", 8),
    )
    if quantity.exponent and quantity.mantissa % 10 == 0:
        raise FormatError("app.quantity", "不是最短形式")
    return quantity


def read_origin(value: object) -> Origin:
    code, text = as_list(value, "app.origin", 2)
    division = str(as_int(code, "app.origin.code", 100000, 899999))
    return Origin(division, as_text(text, "app.origin.text", LONGEST_TEXT))


def read_basis(value: object) -> tuple[Basis, ...]:
    codes = [as_int(code, "app.basis", 1, 3) for code in as_list(value, "app.basis")]
    if not codes or codes != sorted(set(codes)):
        raise FormatError("app.basis", "应为升序且不重复")
    return tuple(Basis(code) for code in codes)


def read_grade(value: object) -> Grade:
    name, code = as_list(value, "app.grade", 2)
    return Grade(as_text(name, "app.grade.id", 32), as_text(code, "app.grade.code", 8))
