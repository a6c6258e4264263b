"""The published vectors: how they are written from tests/samples.py, and how they are read.

``ZHENGXIN_REWRITE_VECTORS=1 pytest tests/credential/test_vectors.py`` writes them anew; what it
changes is then read and reviewed like code, because a changed byte breaks paper already printed.
"""

import json
import zlib
from pathlib import Path
from typing import Any, Final

from credential.cbor import decode
from credential.claims import encode_claims
from credential.cose import Ed25519Signer, open_sign1
from credential.grade import sign_grade
from credential.qr_text import write_qr_text
from credential.status import sign_status_list
from credential.trust import sign_trust_list
from tests import samples

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "credential"

# The names of docs/claims.cddl for the labels, written out once more on purpose.
_CWT: Final = {
    2: "sub",
    4: "exp",
    6: "iat",
    7: "cti",
    -65537: "app",
    65533: "status_list",
    65534: "ttl",
}
_CREDENTIAL: Final = {
    1: "kind",
    2: "profile",
    3: "subject",
    4: "status",
    5: "digest",
    6: "product",
    7: "name",
    8: "pack",
    9: "template",
    10: "quantity",
    11: "origin",
    12: "basis",
    13: "role",
    14: "grade",
    15: "matter",
}
_GRADE: Final = {1: "subject", 2: "scheme", 3: "id", 4: "code", 5: "since"}
_TRUST: Final = {1: "version", 2: "base_urls", 3: "roots", 4: "keys", 5: "seals"}
_TRUST_KEY: Final = {
    1: "key",
    2: "issuer",
    3: "valid_from",
    4: "valid_until",
    5: "uses",
    6: "schemes",
    7: "compromised_at",
}
_SEAL: Final = {1: "digest", 2: "issuer", 3: "valid_from", 4: "valid_until", 5: "compromised_at"}
_APP: Final = {"credential": _CREDENTIAL, "grade": _GRADE, "trust-list": _TRUST, "status-list": {}}


def plain(value: object) -> Any:
    """CBOR as JSON: byte strings in hex, integer labels of a map as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(label): plain(item) for label, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def named(payload: bytes, type: str) -> dict[str, Any]:
    """A payload with the names of docs/claims.cddl, for reading and for other implementations."""
    cwt = decode(payload, limit=1 << 20)
    assert isinstance(cwt, dict)
    result = {_CWT[label]: plain(value) for label, value in cwt.items()}
    if "app" in result:
        result["app"] = {_APP[type][int(label)]: value for label, value in result["app"].items()}
    if type == "trust-list":
        result["app"]["keys"] = [
            {_TRUST_KEY[int(label)]: value for label, value in key.items()}
            for key in result["app"]["keys"]
        ]
        if "seals" in result["app"]:
            result["app"]["seals"] = [
                {_SEAL[int(label)]: value for label, value in seal.items()}
                for seal in result["app"]["seals"]
            ]
    if type == "status-list":
        result["status_list"]["lst"] = zlib.decompress(
            bytes.fromhex(result["status_list"]["lst"])
        ).hex()
    return result


def make(name: str) -> dict[str, Any]:
    """One vector as JSON, from the samples."""
    if name == "status-list":
        return _vector(name, sign_status_list(samples.STATUS_LIST, samples.ISSUER), samples.ISSUER)
    if name == "grade":
        return _vector(name, sign_grade(samples.GRADE_STATEMENT, samples.ISSUER), samples.ISSUER)
    if name == "trust-list":
        return _vector(name, sign_trust_list(samples.TRUST, samples.ROOT), samples.ROOT)
    if name == "trust-list-seals":
        message = sign_trust_list(samples.SEALING_TRUST, samples.ROOT)
        return _vector("trust-list", message, samples.ROOT)
    claims, fields = samples.CREDENTIALS[name]
    message = samples.signed(claims)
    assert open_sign1(message).payload == encode_claims(claims)
    return _vector("credential", message, samples.ISSUER) | {
        "number": samples.number(claims),
        "qr_text": write_qr_text(message, samples.BASE_URL),
        "fields": fields,
    }


def _vector(type: str, message: bytes, signer: Ed25519Signer) -> dict[str, Any]:
    envelope = open_sign1(message, limit=1 << 20)
    key = signer.public_key
    return {
        "type": type,
        "seed": signer._private.private_bytes_raw().hex(),
        "public_key": key.x.hex(),
        "thumbprint": key.thumbprint.hex(),
        "kid": key.kid.hex(),
        "content_type": envelope.type,
        "claims": named(envelope.payload, type),
        "payload": envelope.payload.hex(),
        "to_be_signed": envelope.to_be_signed.hex(),
        "signature": envelope.signature.hex(),
        "message": message.hex(),
    }


NAMES: Final = (*samples.CREDENTIALS, "status-list", "grade", "trust-list", "trust-list-seals")


def path(name: str) -> Path:
    return FOLDER / f"{name}.json"


def load(name: str) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(path(name).read_text("utf-8"))
    return vector


def text(vector: dict[str, Any]) -> str:
    return json.dumps(vector, ensure_ascii=False, indent=1) + "\n"
