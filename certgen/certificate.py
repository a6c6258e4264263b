"""The 承诺达标合格证 of one batch: what is printed and what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from certgen.printable import FieldError, check_fields, check_filled, platform_statement
from certgen.rows import BatchRow
from credential.certificate_id import format_certificate_id
from credential.claims import (
    DIGEST_SIZE,
    Claims,
    ClaimsForm,
    Kind,
    Origin,
    Pack,
    Profile,
    Quantity,
    StatusReference,
    Subject,
    Template,
    claims_form,
)
from credential.fields import (
    DigestForm,
    digest_form,
    fields_digest,
    format_basis,
    format_date,
    format_grade,
    format_quantity,
)
from credential.subjects import SubjectFacts

WORDS: Final = "承诺达标合格证"
"""农业农村部令 2025 年第 4 号: a QR form bears these words prominently."""

OF_ONE_ROW: Final = frozenset({"quantity", "check_code", "number"})
"""Fields in which certificates of one producer, product and harvest differ."""


@dataclass(frozen=True, slots=True)
class CertificateTexts:
    """The pack's texts, rendered for this batch: 栏目名 aside, all the words on the page.

    ``promise``: 承诺事项, a newline between paragraphs; ``caption``: beside the symbol.
    """

    title: str
    promise: str
    caption: str


def prepare_certificate(
    row: BatchRow,
    subject: SubjectFacts,
    pack: Pack,
    authority: str,
    texts: CertificateTexts,
    *,
    template: Template,
    identifier: bytes,
    status: StatusReference,
    check_code: str,
    at: int,
) -> tuple[Claims, dict[str, str]]:
    """The claims (document profile) and the printed fields in the order of the page.

    ``check_code``: see format_check_code; ``authority``: whose platform signs; ``at``: the time of issue (Unix seconds), which is
    开具时间. The contact is printed and never in the claims. A grade stands on paper only where it may be public (PIPL Art. 25).

    Raises:
        FieldError: a value is missing or cannot be printed; names the field.
    """
    grade = subject.grade if subject.grade_public else None
    printed = {
        "title": texts.title,
        # 农业农村部令 2025 年第 4 号 Art. 14
        "product": row.product,
        "quantity": format_quantity(row.quantity),
        "origin": row.origin,
        "issued_on": format_date(at),
        "subject": subject.name,
        "subject_code": subject.uscc,
        "contact": row.contact or subject.contact,
        "basis": format_basis(row.basis),
        "promise": texts.promise,
        "grade": None if grade is None else format_grade(grade),
        "check_code": check_code,
        "platform": platform_statement(authority),
        "caption": texts.caption,
        "number": format_certificate_id(identifier),
    }
    fields = {name: value for name, value in printed.items() if value is not None}
    check_fields(fields)
    check_filled(fields)
    for name in ("title", "caption"):
        if WORDS not in fields[name]:
            raise FieldError(name, f"须写明“{WORDS}”")
    claims = Claims(
        id=identifier,
        kind=Kind.CERTIFICATE,
        profile=Profile.DOCUMENT,
        issued_at=at,
        subject=subject.claim,
        status=status,
        digest=fields_digest(fields, identifier, DIGEST_SIZE[Profile.DOCUMENT]),
        product=row.product,
        pack=pack,
        template=template,
        quantity=row.quantity,
        origin=Origin(row.division or subject.division, row.origin),
        basis=row.basis,
        role=row.role,
        grade=grade,
    )
    return claims, fields


@dataclass(frozen=True, slots=True)
class CertificateForm:
    """A certificate, for those that differ from it in quantity, check code, number and place in the
    status list alone: rows of one producer, product and harvest."""

    fields: Mapping[str, str]
    payload: ClaimsForm
    digest: DigestForm

    def fill(
        self, quantity: Quantity, *, identifier: bytes, status: StatusReference, check_code: str
    ) -> tuple[bytes, dict[str, str]]:
        """The payload as encode_claims writes it, and the fields that differ: else as
        :func:`prepare_certificate`.

        Raises:
            FieldError: as there. FormatError: a value that can't be signed.
        """
        own = {
            "quantity": _quantity_words(quantity),
            "check_code": check_code,
            "number": format_certificate_id(identifier),
        }
        check_fields({"check_code": check_code})
        digest = self.digest.fill(own, identifier, DIGEST_SIZE[Profile.DOCUMENT])
        return self.payload.fill(identifier, status, digest, quantity), own


def _quantity_words(quantity: Quantity) -> str:
    _check_unit(quantity.unit)
    return format_quantity(quantity)


@lru_cache(maxsize=256)
def _check_unit(unit: str) -> None:
    """Kept: of a quantity nothing else can be wrong, for it is digits and a point but for that."""
    check_fields({"quantity": format_quantity(Quantity(1, 0, unit))})


def certificate_form(claims: Claims, fields: Mapping[str, str]) -> CertificateForm:
    """``claims``, ``fields``: from :func:`prepare_certificate`, and signed already."""
    return CertificateForm(fields, claims_form(claims), digest_form(fields, OF_ONE_ROW))


def label_claims(
    claims: Claims, fields: Mapping[str, str], *, identifier: bytes, status: StatusReference
) -> tuple[Claims, dict[str, str]]:
    """The label of a certificate: the same words under a number and a status of its own.

    ``claims`` and ``fields``: of the document profile, from :func:`prepare_certificate`.
    """
    own = {**fields, "number": format_certificate_id(identifier)}
    digest = fields_digest(own, identifier, DIGEST_SIZE[Profile.LABEL])
    return _label_claims(claims, identifier, status, digest), own


def _label_claims(
    claims: Claims, identifier: bytes, status: StatusReference, digest: bytes
) -> Claims:
    return Claims(
        id=identifier,
        kind=claims.kind,
        profile=Profile.LABEL,
        issued_at=claims.issued_at,
        subject=_nameless(claims.subject),
        status=status,
        digest=digest,
        product=claims.product,
    )


@dataclass(frozen=True, slots=True)
class LabelForm:
    """A label, for those that differ from it in number and in what :class:`CertificateForm` leaves
    open: pieces of one batch, and of batches that are alike."""

    fields: Mapping[str, str]
    payload: ClaimsForm
    digest: DigestForm

    def fill(
        self, own: Mapping[str, str], *, identifier: bytes, status: StatusReference
    ) -> tuple[bytes, dict[str, str]]:
        """The payload of :func:`label_claims`, and the fields. ``own``: of its certificate, those at
        least that differ."""
        fields = dict(self.fields)
        for name in self.digest.names:
            fields[name] = own[name]
        fields["number"] = format_certificate_id(identifier)
        digest = self.digest.fill(fields, identifier, DIGEST_SIZE[Profile.LABEL])
        return self.payload.fill(identifier, status, digest), fields

    def settled(self, own: Mapping[str, str]) -> "LabelForm":
        """For the pieces of one batch, which differ in number alone. ``own``: as for :meth:`fill`."""
        fields = {**self.fields, **{name: own[name] for name in self.digest.names}}
        return replace(self, fields=fields, digest=digest_form(fields, {"number"}))


def label_form(claims: Claims, fields: Mapping[str, str]) -> LabelForm:
    """``claims``: of the certificate; ``fields``: of the label."""
    # number and digest are left open
    label = _label_claims(claims, claims.id, claims.status, bytes(DIGEST_SIZE[Profile.LABEL]))
    printed = {**fields, "number": format_certificate_id(claims.id)}
    return LabelForm(printed, claims_form(label), digest_form(printed, OF_ONE_ROW))


@lru_cache(maxsize=1024)
def _nameless(subject: Subject) -> Subject:
    return replace(subject, name=None)
