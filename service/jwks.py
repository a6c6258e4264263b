"""Public keys as a JWK Set (RFC 7517, RFC 8037 §2), with validity and what each may sign."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from credential.trust import IssuerKey


def jwk_set(keys: Iterable[IssuerKey]) -> dict[str, object]:
    """Members of our own are prefixed ``zhengxin_``; times are RFC 3339, in UTC."""
    return {"keys": [_jwk(key) for key in keys]}


def _jwk(key: IssuerKey) -> dict[str, object]:
    jwk: dict[str, object] = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64.urlsafe_b64encode(key.key.x).rstrip(b"=").decode(),
        "kid": key.key.kid.hex(),
        "alg": "Ed25519",  # RFC 9864 §2.2
        "use": "sig",
        "zhengxin_issuer": key.issuer,
        "zhengxin_valid_from": _time(key.valid_from),
        "zhengxin_valid_until": _time(key.valid_until),
        "zhengxin_signs": sorted(key.uses),
        "zhengxin_schemes": sorted(key.schemes),
    }
    if key.compromised_at is not None:
        jwk["zhengxin_compromised_at"] = _time(key.compromised_at)
    return jwk


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
