"""Claims as JSON: what a verdict says of the credential it found."""

from datetime import UTC, datetime

from credential.certificate_id import format_certificate_id
from credential.fields import BASIS_WORDS, SHANGHAI, format_quantity
from credential.standing import Credential


def present_claims(credential: Credential) -> dict[str, object]:
    """Public parts only: a natural person's keyed digest and the digest over the fields stay out."""
    claims = credential.claims
    pack, origin, grade = claims.pack, claims.origin, claims.grade
    return {
        "id": format_certificate_id(claims.id),
        "kind": claims.kind,
        "profile": claims.profile.name.lower(),
        "issuer": credential.issuer_key.issuer,
        "kid": credential.issuer_key.key.kid.hex(),
        "issued_at": _iso(claims.issued_at),
        "expires_at": None if claims.expires_at is None else _iso(claims.expires_at),
        "subject": {"code": claims.subject.uscc, "name": claims.subject.name},
        "product": claims.product,
        "quantity": None if claims.quantity is None else format_quantity(claims.quantity),
        "origin": None if origin is None else {"division": origin.division, "text": origin.text},
        "basis": [BASIS_WORDS[basis] for basis in claims.basis],
        "role": None if claims.role is None else claims.role.name.lower(),
        "grade": None if grade is None else {"id": grade.id, "code": grade.code},
        "matter": claims.matter,
        "scheme": None if pack is None else {"id": pack.scheme, "version": pack.version},
        "status": {"list": claims.status.list, "index": claims.status.index},
    }


def _iso(at: int) -> str:
    """ISO 8601 with the offset, as in 2026-03-05T10:00:00+08:00."""
    return datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).isoformat()
