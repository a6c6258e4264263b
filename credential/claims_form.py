"""Claims written by parts: what many credentials say alike is encoded and checked once.

A map's head counts its entries, not their bytes (RFC 8949 §3), so another value of an entry changes
nothing else. Each value is read back as it will be; a map of the same entries is, once, as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from credential import certificate_id
from credential.cbor import FormatError, as_bytes, as_text, encode, read_back
from credential.claim_map import (
    APP,
    BASIS,
    CTI,
    DIGEST,
    DIGEST_SIZE,
    GRADE,
    LONGEST_TEXT,
    NAME,
    ORIGIN,
    PRODUCT,
    QUANTITY,
    STATUS,
    SUBJECT,
    check_status,
    map_of,
    read_basis,
    read_grade,
    read_origin,
    read_quantity,
    read_subject,
    write_checked,
)
from credential.claim_values import (
    Basis,
    Claims,
    Grade,
    Origin,
    Pack,
    Profile,
    Quantity,
    StatusReference,
    Subject,
    Template,
)
from credential.identifiers import check_division_code

_MARK: Final = bytes([0xFF]) * 40
"""Stands for a value left open: no text (UTF-8) has these bytes and no other byte string is so long."""
_SAID: Final = bytes([0xFE]) * 40
"""Likewise, for one that a subject's credentials have alike."""
_OWN: Final = frozenset({STATUS, DIGEST, QUANTITY})
_ALIKE: Final = frozenset({SUBJECT, PRODUCT, NAME, ORIGIN, BASIS, GRADE})
_CTI_HEAD: Final = encode(bytes(certificate_id.SIZE))[: -certificate_id.SIZE]
_DIGEST_HEAD: Final = {
    profile: encode(bytes(size))[:-size] for profile, size in DIGEST_SIZE.items()
}
_KEPT: Final = 4096


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
    subject, origin, grade = claims.subject, claims.origin, claims.grade
    pack, template = claims.pack, claims.template
    frame = _frame_of(
        claims.kind,
        claims.profile,
        claims.issued_at,
        claims.expires_at,
        claims.role,
        claims.matter,
        *((None,) * 3 if pack is None else (pack.scheme, pack.version, pack.sha256)),
        *((None,) * 2 if template is None else (template.id, template.version)),
        *(claims.product is not None, subject.name is not None, claims.quantity is not None),
        *(origin is not None, bool(claims.basis), grade is not None),
    )
    return frame.form(_said_by(claims))


def _said_by(claims: Claims) -> list[bytes]:
    """The values of _ALIKE that these have, in the order of the map."""
    subject, origin, grade = claims.subject, claims.origin, claims.grade
    said = [_written_subject(subject.uscc, subject.digest)]
    if claims.product is not None:
        said.append(_written_text(claims.product, "app.product"))
    if subject.name is not None:
        said.append(_written_text(subject.name, "app.name"))
    if origin is not None:
        said.append(_written_origin(origin.division, origin.text))
    if claims.basis:
        said.append(_written_basis(*claims.basis))
    if grade is not None:
        said.append(_written_grade(grade.id, grade.code))
    return said


@dataclass(frozen=True, slots=True)
class _Frame:
    """A payload but for what changes from credential to credential, and from subject to subject.
    ``parts``: around the former and the latter, in their order on the map."""

    profile: Profile
    parts: tuple[tuple[bytes, ...], ...]

    def form(self, said: list[bytes]) -> ClaimsForm:
        """``said``: the values of the latter."""
        values = iter(said)
        # a part of one piece has none in it
        joined = [
            b"".join((*(piece + next(values) for piece in pieces[:-1]), pieces[-1]))
            for pieces in self.parts
        ]
        return ClaimsForm(self.profile, tuple(joined))


@lru_cache(maxsize=1024, typed=True)
def _frame_of(*said: Any) -> _Frame:
    """The map of claims that say this, cut where the others stand.

    A sample is written and read back whole, and what the frame makes of it must be the same.
    """
    kind, profile, issued_at, expires_at, role, matter, *others = said
    scheme, version, sha256, template, edition, *others = others
    has_product, has_name, has_quantity, has_origin, has_basis, has_grade = others
    sample = Claims(
        id=bytes(certificate_id.SIZE),
        kind=kind,
        profile=profile,
        issued_at=issued_at,
        subject=Subject(digest=bytes(16), name="名" if has_name else None),
        status=StatusReference(0, 0),
        digest=bytes(DIGEST_SIZE[profile]),
        expires_at=expires_at,
        product="品" if has_product else None,
        pack=None if scheme is None else Pack(scheme, version, sha256),
        template=None if template is None else Template(template, edition),
        quantity=Quantity(1, 0, "枚") if has_quantity else None,
        origin=Origin("100000", "地") if has_origin else None,
        basis=(Basis.CONTROLLED,) if has_basis else (),
        role=role,
        grade=Grade("a", "A") if has_grade else None,
        matter=matter,
    )
    whole = write_checked(sample)
    cwt = map_of(sample)
    app = cwt[APP]
    assert isinstance(app, dict)
    app |= dict.fromkeys(_ALIKE & app.keys(), _SAID)
    app |= dict.fromkeys(_OWN & app.keys(), _MARK)
    cwt[CTI] = _MARK
    first, second, third, *others = encode(cwt).split(encode(_MARK))
    cut = first + _CTI_HEAD, second, third + _DIGEST_HEAD[profile], *others
    frame = _Frame(profile, tuple(tuple(part.split(encode(_SAID))) for part in cut))
    form = frame.form(_said_by(sample))
    if form.fill(sample.id, sample.status, sample.digest, sample.quantity) != whole:
        raise FormatError("", "声明无法分段")
    return frame


@lru_cache(maxsize=1024, typed=True)
def _written_status(number: int, index: int) -> bytes:
    check_status(number, index)
    return encode([number, index])


@lru_cache(maxsize=16384, typed=True)
def _written_quantity(mantissa: int, exponent: int, unit: str) -> bytes:
    read_quantity([mantissa, -exponent, unit])
    return encode([mantissa, -exponent, unit])


@lru_cache(maxsize=_KEPT, typed=True)
def _written_subject(uscc: str | None, digest: bytes | None) -> bytes:
    subject = Subject(uscc, digest)
    return _written(subject.packed, subject, lambda value: read_subject({SUBJECT: value}))


@lru_cache(maxsize=_KEPT, typed=True)
def _written_text(text: str, path: str) -> bytes:
    return _written(text, text, lambda value: as_text(value, path, LONGEST_TEXT))


@lru_cache(maxsize=_KEPT, typed=True)
def _written_origin(division: str, text: str) -> bytes:
    origin = Origin(division, text)
    return _written([int(check_division_code(division)), text], origin, read_origin)


@lru_cache(maxsize=_KEPT, typed=True)
def _written_basis(*basis: Basis) -> bytes:
    return _written([int(one) for one in basis], basis, read_basis)


@lru_cache(maxsize=_KEPT, typed=True)
def _written_grade(id: str, code: str) -> bytes:
    return _written([id, code], Grade(id, code), read_grade)


def _written(value: object, said: object, read: Callable[[object], object]) -> bytes:
    """Raises FormatError where the bytes do not read back as what is ``said``."""
    data = encode(value)
    if read(read_back(data)) != said:
        raise FormatError("", "声明无法原样还原")
    return data
