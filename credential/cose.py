"""COSE_Sign1 (RFC 9052 §4.2) with fully specified algorithms (RFC 9864)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from credential.cbor import (
    FormatError,
    as_bytes,
    as_int,
    as_list,
    as_map,
    as_text,
    decode,
    encode,
    encode_bytes,
)

LARGEST: Final = 1700
"""Bytes of a credential: 4,095 digits, below Python's limit for ``int()``; lists have limits of their own."""
KID_SIZE: Final = 4
"""First bytes of the key's thumbprint. The trust list refuses two keys with the same."""

_COSE_SIGN1: Final = 18  # RFC 9052 §2, table 1
_ALG, _KID, _TYP = 1, 4, 16  # RFC 9052 §3.1, RFC 9596 §2
_HEADER: Final = frozenset({_ALG, _KID})
_HEADER_OPTIONAL: Final = frozenset({_TYP})
ED25519: Final = -19  # RFC 9864 §2.2
_KTY, _CRV, _X = 1, -1, -2  # RFC 9053 §7.2
_OKP, _CRV_ED25519 = 1, 6
_P: Final = 2**255 - 19
_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""y of the eight points of order 1, 2, 4 and 8 (RFC 7748 §4.1 cofactor): a key anyone can sign for."""


class AlgorithmError(ValueError):
    """The algorithm is not one that we verify."""


class SignatureError(ValueError):
    """The signature does not fit the key and the content."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verification key bound to one algorithm: the message cannot choose another."""

    algorithm: int
    x: bytes

    @property
    def cose_key(self) -> dict[int, object]:
        """RFC 9053 §7.2: an OKP key, only the members that the thumbprint needs."""
        return {_KTY: _OKP, _CRV: _CRV_ED25519, _X: self.x}

    @property
    def thumbprint(self) -> bytes:
        """RFC 9679 §3: SHA-256 over the deterministic encoding of the required members."""
        return _thumbprint(self)

    @property
    def kid(self) -> bytes:
        return self.thumbprint[:KID_SIZE]


@lru_cache(maxsize=8192)
def _thumbprint(key: PublicKey) -> bytes:
    """Kept, because every look-up in a trust list asks it of every key."""
    return hashlib.sha256(encode(key.cose_key)).digest()


class Signer(Protocol):
    """A private key, wherever it is kept."""

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A signer in memory. Its representation shows nothing of the private key."""

    _private: Ed25519PrivateKey
    public_key: PublicKey = field(init=False)

    def __post_init__(self) -> None:
        public = self._private.public_key().public_bytes_raw()
        object.__setattr__(self, "public_key", PublicKey(ED25519, public))

    @classmethod
    def from_seed(cls, seed: bytes) -> "Ed25519Signer":
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"Ed25519Signer(kid={self.public_key.kid.hex()})"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A COSE_Sign1 message taken apart; nothing in it is trusted yet."""

    algorithm: int
    kid: bytes
    type: str | None
    payload: bytes
    signature: bytes
    to_be_signed: bytes


def sign1(payload: bytes, signer: Signer, *, type: str | None = None) -> bytes:
    """A tagged COSE_Sign1 message; ``type`` keeps lists and statements apart from credentials."""
    before, signed_before = _heads(signer.public_key, type, len(payload))
    signature = signer.sign(signed_before + payload)
    return before + payload + encode_bytes(signature)


@lru_cache(maxsize=1024)
def _heads(key: PublicKey, type: str | None, size: int) -> tuple[bytes, bytes]:
    """What stands before a payload of ``size`` bytes: in the message and in what is signed.

    Kept, because a byte string is its head and its bytes (RFC 8949 §3.1): for another payload of
    this size nothing before it changes.
    """
    header: dict[int, object] = {_ALG: key.algorithm, _KID: key.kid}
    if type is not None:
        header[_TYP] = type
    protected, payload = encode(header), bytes(size)
    # the payload is last of what is signed, and here in the message too but for an empty signature
    message = encode(cbor2.CBORTag(_COSE_SIGN1, [protected, {}, payload, b""]))
    signed = _sig_structure(protected, payload)
    return message[: len(message) - size - len(encode(b""))], signed[: len(signed) - size]


def open_sign1(message: bytes, *, limit: int = LARGEST) -> Envelope:
    """Take a message apart.

    Raises:
        FormatError: not a tagged COSE_Sign1 with exactly the header fields that we write.
    """
    value = decode(message, limit=limit)
    if not isinstance(value, cbor2.CBORTag) or value.tag != _COSE_SIGN1:
        raise FormatError("", "不是 COSE_Sign1")
    protected, unprotected, payload, signature = as_list(value.value, "", 4)
    if not isinstance(unprotected, Mapping) or unprotected:
        raise FormatError("unprotected", "应为空")
    raw = as_bytes(protected, "protected")
    algorithm, kid, kind = _read_protected(raw)
    content = as_bytes(payload, "payload")
    return Envelope(
        algorithm=algorithm,
        kid=kid,
        type=kind,
        payload=content,
        signature=as_bytes(signature, "signature"),
        to_be_signed=_sig_structure(raw, content),
    )


@lru_cache(maxsize=256)
def _read_protected(raw: bytes) -> tuple[int, bytes, str | None]:
    """Algorithm, kid, type. Kept, because every message of one key has the same."""
    value = decode(raw, limit=200, path="protected")
    header = as_map(value, "protected", _HEADER, _HEADER_OPTIONAL)
    kind = as_text(header[_TYP], "protected.typ", 80) if _TYP in header else None
    algorithm = as_int(header[_ALG], "protected.alg", -(2**31), 2**31)
    return algorithm, as_bytes(header[_KID], "protected.kid", KID_SIZE), kind


def _sig_structure(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052 §4.4, without external data."""
    return encode(["Signature1", protected, b"", payload])


def verify_sign1(envelope: Envelope, key: PublicKey) -> None:
    """Check the signature with the key's own algorithm.

    Raises:
        AlgorithmError: the message or the key names an algorithm that we do not verify.
        SignatureError: the signature is wrong.
    """
    verify = _VERIFIERS.get(key.algorithm)
    if verify is None or envelope.algorithm != key.algorithm:
        raise AlgorithmError(f"签名算法 {envelope.algorithm} 不被接受")
    verify(key.x, envelope.signature, envelope.to_be_signed)


def _verify_ed25519(x: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(x).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("签名不符") from error


# ESP256 (RFC 9864, -9) and an SM2 suite take their place here.
_VERIFIERS: Final[dict[int, Callable[[bytes, bytes, bytes], None]]] = {ED25519: _verify_ed25519}


def read_cose_key(value: object, path: str) -> PublicKey:
    """A public key from a trust list.

    Raises:
        FormatError: not an Ed25519 key with exactly the required members.
    """
    key = as_map(value, path, frozenset({_KTY, _CRV, _X}), frozenset())
    as_int(key[_KTY], f"{path}.kty", _OKP, _OKP)
    as_int(key[_CRV], f"{path}.crv", _CRV_ED25519, _CRV_ED25519)
    x = as_bytes(key[_X], f"{path}.x", 32)
    if int.from_bytes(x, "little") % 2**255 % _P in _SMALL_ORDER:
        raise FormatError(f"{path}.x", "不安全的密钥（低阶点）")
    return PublicKey(ED25519, x)
