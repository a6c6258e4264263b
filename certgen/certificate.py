"""The 承诺达标合格证 of one batch: what is printed and what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from certgen.printable import FieldError, check_fields, platform_statement
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
    fields_digest,
    format_basis,
    format_date,
    format_grade,
    format_quantity,
)
from credential.subjects import SubjectFacts

WORDS: Final = "承诺达标合格证"
"""农业农村部令 2025 年第 4 号: a QR form bears these words prominently."""


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

    claims: Claims
    fields: Mapping[str, str]
    payload: ClaimsForm
    label: ClaimsForm

    def fill(
        self, quantity: Quantity, *, identifier: bytes, status: StatusReference, check_code: str
    ) -> tuple[Claims, dict[str, str], bytes]:
        """As :func:`prepare_certificate`, and the payload as encode_claims writes it.

        Raises:
            FieldError: as there. FormatError: a value that can't be signed.
        """
        own = {
            "quantity": format_quantity(quantity),
            "check_code": check_code,
            "number": format_certificate_id(identifier),
        }
        check_fields(own)
        fields = {**self.fields, **own}
        like = self.claims
        claims = Claims(
            identifier,
            like.kind,
            like.profile,
            like.issued_at,
            like.subject,
            status,
            fields_digest(fields, identifier, DIGEST_SIZE[Profile.DOCUMENT]),
            like.expires_at,
            like.product,
            like.pack,
            like.template,
            quantity,
            like.origin,
            like.basis,
            like.role,
            like.grade,
            like.matter,
        )
        return claims, fields, self.payload.fill(identifier, status, claims.digest, quantity)


def certificate_form(claims: Claims, fields: Mapping[str, str]) -> CertificateForm:
    """``claims``, ``fields``: from :func:`prepare_certificate`, and signed already."""
    return CertificateForm(claims, fields, claims_form(claims), label_payload(claims))


def label_claims(
    claims: Claims, fields: Mapping[str, str], *, identifier: bytes, status: StatusReference
) -> tuple[Claims, dict[str, str]]:
    """The label of a certificate: the same words under a number and a status of its own.

    ``claims`` and ``fields``: of the document profile, from :func:`prepare_certificate`.
    """
    own = {**fields, "number": format_certificate_id(identifier)}
    label = Claims(
        id=identifier,
        kind=claims.kind,
        profile=Profile.LABEL,
        issued_at=claims.issued_at,
        subject=_nameless(claims.subject),
        status=status,
        digest=fields_digest(own, identifier, DIGEST_SIZE[Profile.LABEL]),
        product=claims.product,
    )
    return label, own


def label_payload(claims: Claims) -> ClaimsForm:
    """Of all labels of this certificate, and of those that differ from it as a form's do."""
    label, _ = label_claims(claims, {}, identifier=claims.id, status=claims.status)
    return claims_form(label)


def fill_label(
    payload: ClaimsForm,
    fields: Mapping[str, str],
    *,
    identifier: bytes,
    status: StatusReference,
) -> tuple[bytes, dict[str, str]]:
    """As :func:`label_claims`, of which only the payload is wanted. ``fields``: of the label."""
    own = {**fields, "number": format_certificate_id(identifier)}
    digest = fields_digest(own, identifier, DIGEST_SIZE[Profile.LABEL])
    return payload.fill(identifier, status, digest), own


@lru_cache(maxsize=1024)
def _nameless(subject: Subject) -> Subject:
    return replace(subject, name=None)
