"""service/jwks.py: public keys as RFC 7517 wants them."""

import base64
from dataclasses import replace

from service.jwks import jwk_set
from tests import samples


def test_a_key_says_who_may_sign_what_and_when() -> None:
    assert jwk_set([samples.ISSUER_KEY]) == {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": base64.urlsafe_b64encode(samples.ISSUER.public_key.x).decode().rstrip("="),
                "kid": samples.ISSUER.public_key.kid.hex(),
                "alg": "Ed25519",
                "use": "sig",
                "zhengxin_issuer": "建德市农业农村局",
                "zhengxin_valid_from": "2025-12-05T02:00:00Z",
                "zhengxin_valid_until": "2027-12-05T02:00:00Z",
                "zhengxin_signs": ["certificate", "grade", "pledge", "report", "status"],
                "zhengxin_schemes": ["gaoping", "jiande"],
            }
        ]
    }


def test_only_a_compromised_key_says_since_when() -> None:
    [key] = jwk_set([samples.COMPROMISED_KEY])["keys"]  # type: ignore[misc]
    assert key["zhengxin_compromised_at"] == "2026-04-04T02:00:00Z"
    [healthy] = jwk_set([replace(samples.COMPROMISED_KEY, compromised_at=None)])["keys"]  # type: ignore[misc]
    assert "zhengxin_compromised_at" not in healthy


def test_no_keys_is_an_empty_set() -> None:
    assert jwk_set([]) == {"keys": []}
