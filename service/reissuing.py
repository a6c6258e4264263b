"""换开: a new certificate that supersedes an old one, recorded in the same transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from certgen.cells import CellError
from certgen.descriptions import place_name, product_name
from certgen.quantities import parse_quantity
from certgen.row_error import shown
from certgen.rows import BatchRow
from certgen.table import Cell
from credential.cbor import encode
from credential.certificate_id import format_certificate_id
from credential.claims import Claims, Kind, Profile
from credential.cose import Signer
from credential.fields import SHANGHAI
from registry.credentials import StoredCredential
from registry.issuing import IssueRequest
from registry.subjects import find_subject
from service.certificates import ready_row, refused_by_rules
from service.errors import UserError
from service.issuing import Issued, Run, WithdrawnError, issue_row
from service.printing import PRINT_ERRORS

_KEY_DOMAIN: Final = "zhengxin-reissue/1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """What the new certificate says otherwise; None keeps the old."""

    product: str | None = None
    quantity: str | None = None
    origin: str | None = None


def reissue_certificate(
    run: Run, old: StoredCredential, changes: Changes, reason: str, signer: Signer
) -> Issued:
    """The same call again gives the same new certificate.

    Raises:
        UserError: not a certificate, a change that is wrong or that the rules refuse.
        RegistryError: the old one is not valid any more.
    """
    number = format_certificate_id(old.id)
    claims = old.claims
    if claims.kind is not Kind.CERTIFICATE or claims.profile is not Profile.DOCUMENT:
        raise UserError(f"{number} 不是可以换开的合格证；请作废后重新签发")
    subject = find_subject(run.office.registry, claims.subject.packed, run.pack.id)
    if subject is None:
        raise UserError(f"{number} 的主体不在登记库中")
    row = _row(claims, old, changes)
    if (refusal := refused_by_rules(run.pack, row, subject)) is not None:
        raise UserError(refusal)
    said = [_KEY_DOMAIN, old.id, changes.product, changes.quantity, changes.origin]
    key = hashlib.sha256(encode(said)).digest()
    request = IssueRequest(key, replaces=old.id, reason=reason)
    try:
        return issue_row(run, ready_row(run, row, subject, request, signer))
    except (*PRINT_ERRORS, WithdrawnError) as error:
        raise UserError(str(error)) from error


def _row(claims: Claims, old: StoredCredential, changes: Changes) -> BatchRow:
    quantity, origin = claims.quantity, claims.origin
    assert claims.product and quantity and origin and claims.role  # a document has them
    issued_on = datetime.fromtimestamp(claims.issued_at, UTC).astimezone(SHANGHAI).date()
    return BatchRow(
        number=1,
        producer=None,
        uscc=claims.subject.uscc,
        household=None,
        product=_typed("产品", product_name, changes.product) or claims.product,
        quantity=_typed("数量", parse_quantity, changes.quantity) or quantity,
        origin=_typed("产地", place_name, changes.origin) or origin.text,
        produced_on=issued_on,
        basis=claims.basis,
        role=claims.role,
        division=origin.division,
        contact=old.fields.get("contact"),
    )


def _typed(what: str, parse: Callable[[Cell], T], text: str | None) -> T | None:
    """A change as typed, read like the cell of a table."""
    if not text:
        return None
    try:
        return parse(text)
    except CellError as error:
        raise UserError(f"{what}应为 {error}，得到 “{shown(text)}”") from error
