"""Claims: what one credential says. CWT claims (RFC 8392) and one nested map of our own
(credential/claim_map.py); what many say alike is written once (credential/claims_form.py)."""

from credential.cbor import decode
from credential.claim_map import DIGEST_SIZE, LARGEST, read_map, write_checked
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
from credential.claims_form import ClaimsForm, claims_form

__all__ = [
    "DIGEST_SIZE",
    "LARGEST",
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


def encode_claims(claims: Claims) -> bytes:
    """The payload that is signed.

    Raises:
        FormatError: the claims are not complete or not valid for their kind and profile.
    """
    try:
        return claims_form(claims).fill(claims.id, claims.status, claims.digest, claims.quantity)
    except (LookupError, TypeError, ValueError):
        # what is wrong is said by writing the whole
        return write_checked(claims)


def decode_claims(data: bytes) -> Claims:
    """Read a verified payload.

    Raises:
        FormatError: any label, type, size or combination outside docs/claims.cddl.
    """
    return read_map(decode(data, limit=LARGEST))
