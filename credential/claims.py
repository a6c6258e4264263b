"""Claims: what one credential says. CWT claims (RFC 8392) and one nested map of our own.

docs/claims.cddl is the same in CDDL; the tests hold the two against each other.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

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

__all__ = [
    "DIGEST_SIZE",
    "Basis",
    "Claims",
    "ClaimsForm",
    "Grade",
    "Kind",
    "Origin",
    "Pack",
    "Profile",
    "Quantity",
    "Role",
    "StatusReference",
    "Subject",
    "Template",
    "claims_form",
    "decode_claims",
    "encode_claims",
]

LARGEST: Final = 1500
"""Bytes of an encoded claims set; a version 40 symbol holds fewer digits than this would need."""

# RFC 8392 §3.1 and §4: registered claim labels; private use is below -65536.
EXP: Final = 4
IAT: Final = 6
CTI: Final = 7
APP: Final = -65537


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


@dataclass(frozen=True, slots=True)
class ClaimsForm:
    """A payload but for id, status, digest and quantity. ``parts``: around these."""

    profile: Profile
    parts: tuple[bytes, ...]

    def fill(
        self,
        identifier: bytes,
        status: StatusReference,
        digest: bytes,
        quantity: Quantity | None = None,
    ) -> bytes:
        """The payload of claims that say these, as encode_claims writes it.

        Raises:
            FormatError: a value would not read back as the same.
            ValueError: a quantity, and the form has none, or the other way.
        """
        as_bytes(identifier, "cti", certificate_id.SIZE)
        as_bytes(digest, "app.digest", DIGEST_SIZE[self.profile])
        written = _written_status(status.list, status.index)
        if quantity is None:
            first, second, third, last = self.parts
            return b"".join((first, identifier, second, written, third, digest, last))
        first, second, third, fourth, last = self.parts
        measured = _written_quantity(quantity.mantissa, quantity.exponent, quantity.unit)
        return b"".join((first, identifier, second, written, third, digest, fourth, measured, last))


def claims_form(claims: Claims) -> ClaimsForm:
    """For claims that differ from these in id, status, digest and quantity alone.

    Raises:
        FormatError, LookupError, TypeError, ValueError: they are not complete or not valid.
    """
    subject, pack, template = claims.subject, claims.pack, claims.template
    origin, grade = claims.origin, claims.grade
    return _form_of(
        claims.kind,
        claims.profile,
        claims.issued_at,
        claims.expires_at,
        claims.product,
        claims.basis,
        claims.role,
        claims.matter,
        *(subject.uscc, subject.digest, subject.name),
        *((None,) * 3 if pack is None else (pack.scheme, pack.version, pack.sha256)),
        *((None,) * 2 if template is None else (template.id, template.version)),
        *((None,) * 2 if origin is None else (origin.division, origin.text)),
        *((None,) * 2 if grade is None else (grade.id, grade.code)),
        claims.quantity is not None,
    )


def encode_claims(claims: Claims) -> bytes:
    """The payload that is signed.

    Raises:
        FormatError: the claims are not complete or not valid for their kind and profile.
    """
    try:
        return claims_form(claims).fill(claims.id, claims.status, claims.digest, claims.quantity)
    except (LookupError, TypeError, ValueError):
        # what is wrong is said by writing the whole
        return _write_checked(claims)


def _write_checked(claims: Claims) -> bytes:
    """Raises FormatError where the bytes do not read back as the very same claims."""
    try:
        data = encode(_map_of(claims))
    except IdentifierError as error:
        raise FormatError("app", str(error)) from error
    if len(data) > LARGEST:
        raise FormatError("", f"超过 {LARGEST} 字节")
    if _read(read_back(data)) != claims:
        raise FormatError("", "声明无法原样还原")
    return data


def _map_of(claims: Claims) -> dict[int, object]:
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
    return cwt


_MARK: Final = bytes([0xFF]) * 40
"""Stands for a value left open: no text (UTF-8) has these bytes and no other byte string is so long."""
_CTI_HEAD: Final = encode(bytes(certificate_id.SIZE))[: -certificate_id.SIZE]
_DIGEST_HEAD: Final = {
    profile: encode(bytes(size))[:-size] for profile, size in DIGEST_SIZE.items()
}


@lru_cache(maxsize=4096, typed=True)
def _form_of(*said: Any) -> ClaimsForm:
    """The payload of claims that say this, cut where id, status, digest and quantity stand.

    Kept, because the certificates and labels of a job differ in these alone. A map's head counts its
    entries, not their bytes (RFC 8949 §3), so another value of an entry changes nothing else; a
    sample is written and read back whole, and what the form makes of it must be the same.
    """
    kind, profile, issued_at, expires_at, product, basis, role, matter, *others = said
    uscc, key, name, scheme, version, sha256, template, edition, *others = others
    division, place, grade, code, measured = others
    sample = Claims(
        id=bytes(certificate_id.SIZE),
        kind=kind,
        profile=profile,
        issued_at=issued_at,
        subject=Subject(uscc, key, name),
        status=StatusReference(0, 0),
        digest=bytes(DIGEST_SIZE[profile]),
        expires_at=expires_at,
        product=product,
        pack=None if scheme is None else Pack(scheme, version, sha256),
        template=None if template is None else Template(template, edition),
        quantity=Quantity(1, 0, "枚") if measured else None,
        origin=None if division is None else Origin(division, place),
        basis=basis,
        role=role,
        grade=None if grade is None else Grade(grade, code),
        matter=matter,
    )
    whole = _write_checked(sample)
    cwt = _map_of(sample)
    app = cwt[APP]
    assert isinstance(app, dict)
    cwt[CTI] = app[_STATUS] = app[_DIGEST] = _MARK
    if measured:
        app[_QUANTITY] = _MARK
    first, second, third, *others = encode(cwt).split(encode(_MARK))
    parts = first + _CTI_HEAD, second, third + _DIGEST_HEAD[profile], *others
    form = ClaimsForm(profile, parts)
    if form.fill(sample.id, sample.status, sample.digest, sample.quantity) != whole:
        raise FormatError("", "声明无法分段")
    return form


@lru_cache(maxsize=1024, typed=True)
def _written_status(number: int, index: int) -> bytes:
    _check_status(number, index)
    return encode([number, index])


@lru_cache(maxsize=16384, typed=True)
def _written_quantity(mantissa: int, exponent: int, unit: str) -> bytes:
    _quantity([mantissa, -exponent, unit])
    return encode([mantissa, -exponent, unit])


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
    return StatusReference(*_check_status(*as_list(value, "app.status", 2)))


def _check_status(number: object, index: object) -> tuple[int, int]:
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
