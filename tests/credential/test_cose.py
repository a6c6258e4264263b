"""COSE_Sign1: RFC examples, what signing writes, what verification refuses, and Wycheproof's cases."""

import contextlib
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from credential.cbor import FormatError, decode
from credential.cose import (
    ED25519,
    AlgorithmError,
    Ed25519Signer,
    Envelope,
    PublicKey,
    SignatureError,
    open_sign1,
    read_cose_key,
    sign1,
    verify_sign1,
)
from tests.samples import ISSUER, STRANGER

WYCHEPROOF: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "wycheproof" / "ed25519_test.json").read_text("utf-8")
)
CASES: Final = [
    (group["publicKey"]["pk"], case)
    for group in WYCHEPROOF["testGroups"]
    for case in group["tests"]
]


def _envelope(case: dict[str, Any]) -> Envelope:
    return Envelope(
        algorithm=ED25519,
        kid=b"",
        type=None,
        payload=b"",
        signature=bytes.fromhex(case["sig"]),
        to_be_signed=bytes.fromhex(case["msg"]),
    )


def _cases(result: str) -> list[Any]:
    return [
        pytest.param(key, case, id=f"tc{case['tcId']}")
        for key, case in CASES
        if case["result"] == result
    ]


def test_every_case_of_wycheproof_is_here() -> None:
    assert len(CASES) == WYCHEPROOF["numberOfTests"] == 210
    results = Counter(case["result"] for _, case in CASES)
    assert results == {"valid": 117, "invalid": 64, "acceptable": 29}


@pytest.mark.parametrize(("public_key", "case"), _cases("valid"))
def test_wycheproof_valid(public_key: str, case: dict[str, Any]) -> None:
    verify_sign1(_envelope(case), PublicKey(ED25519, bytes.fromhex(public_key)))


@pytest.mark.parametrize(("public_key", "case"), _cases("invalid"))
def test_wycheproof_invalid(public_key: str, case: dict[str, Any]) -> None:
    with pytest.raises(SignatureError, match=r"^签名不符$"):
        verify_sign1(_envelope(case), PublicKey(ED25519, bytes.fromhex(public_key)))


@pytest.mark.parametrize(("public_key", "case"), _cases("acceptable"))
def test_wycheproof_acceptable(public_key: str, case: dict[str, Any]) -> None:
    """Keys with a torsion part. A small-order key, for which anyone can sign, is never let in;
    a signature under a mixed-order key fits RFC 8032 §5.1.7 and may pass or not."""
    x = bytes.fromhex(public_key)
    cose_key = {1: 1, -1: 6, -2: x}
    if case["flags"] == ["SmallOrderPublicKey"]:
        with pytest.raises(FormatError, match=r"^key\.x: 不安全的密钥（低阶点）$"):
            read_cose_key(cose_key, "key")
        return
    with contextlib.suppress(SignatureError):
        verify_sign1(_envelope(case), read_cose_key(cose_key, "key"))


@pytest.mark.parametrize("y", [0, 1, 2**255 - 19, 2**255 - 18])
def test_a_small_order_key_is_refused_in_any_encoding(y: int) -> None:
    for sign in (0, 2**255):
        with pytest.raises(FormatError, match="低阶点"):
            read_cose_key({1: 1, -1: 6, -2: (y + sign).to_bytes(32, "little")}, "key")


@pytest.mark.parametrize("x", [b"", bytes(31), bytes(33), b"\xff" * 32])
def test_a_key_that_is_no_key_verifies_nothing(x: bytes) -> None:
    envelope = open_sign1(sign1(b"content", ISSUER))
    with pytest.raises(SignatureError, match=r"^签名不符$"):
        verify_sign1(envelope, PublicKey(ED25519, x))


def test_the_thumbprint_is_over_the_required_members_in_order() -> None:
    """RFC 9679 §3: {1: 1, -1: 6, -2: x} in deterministic encoding."""
    x = ISSUER.public_key.x
    assert (
        ISSUER.public_key.thumbprint
        == hashlib.sha256(bytes.fromhex("a3 01 01 20 06 21 5820") + x).digest()
    )
    assert ISSUER.public_key.kid == ISSUER.public_key.thumbprint[:4]


def test_what_is_signed_is_the_sig_structure() -> None:
    """RFC 9052 §4.4: ["Signature1", protected, external (empty), payload]."""
    envelope = open_sign1(sign1(b"content", ISSUER))
    protected = bytes.fromhex("a2 01 32 04 44") + ISSUER.public_key.kid
    assert envelope.to_be_signed == (
        b"\x84\x6aSignature1" + b"\x49" + protected + b"\x40" + b"\x47content"
    )
    assert decode(envelope.to_be_signed, limit=100) == ["Signature1", protected, b"", b"content"]


def test_a_message_is_taken_apart_as_it_was_put_together() -> None:
    message = sign1(b"content", ISSUER, type="application/example")
    assert message[:2] == b"\xd2\x84", "tagged, so that its number keeps its length"
    envelope = open_sign1(message)
    assert (envelope.algorithm, envelope.kid) == (-19, ISSUER.public_key.kid)
    assert (envelope.type, envelope.payload) == ("application/example", b"content")
    verify_sign1(envelope, ISSUER.public_key)


def test_signing_is_deterministic() -> None:
    assert sign1(b"content", ISSUER) == sign1(b"content", ISSUER)


def test_another_key_does_not_verify() -> None:
    envelope = open_sign1(sign1(b"content", ISSUER))
    with pytest.raises(SignatureError, match=r"^签名不符$"):
        verify_sign1(envelope, STRANGER.public_key)


@pytest.mark.parametrize(("named", "own"), [(-8, -19), (-19, -8), (-8, -8), (-9, -9), (-7, -19)])
def test_the_message_does_not_choose_the_algorithm(named: int, own: int) -> None:
    class Named:
        public_key = PublicKey(named, ISSUER.public_key.x)

        def sign(self, message: bytes) -> bytes:
            return ISSUER.sign(message)

    envelope = open_sign1(sign1(b"content", Named()))
    with pytest.raises(AlgorithmError) as caught:
        verify_sign1(envelope, PublicKey(own, ISSUER.public_key.x))
    assert str(caught.value) == f"签名算法 {named} 不被接受"


def test_a_longer_message_only_where_the_reader_allows_it() -> None:
    message = sign1(bytes(1700), ISSUER)
    with pytest.raises(FormatError, match=r"^超过 1700 字节$"):
        open_sign1(message)
    assert open_sign1(message, limit=2000).payload == bytes(1700)


def test_a_signer_shows_nothing_of_its_private_key() -> None:
    signer = Ed25519Signer.from_seed(bytes(range(32)))
    assert repr(signer) == f"Ed25519Signer(kid={signer.public_key.kid.hex()})"
    assert str(signer) == repr(signer)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "key: 应为映射"),
        ({1: 1, -1: 6}, "key: 缺少标签 [-2]"),
        ({1: 1, -1: 6, -2: bytes(32), -4: bytes(32)}, "key: 未知标签 ['-4']"),
        ({True: 1, -1: 6, -2: bytes(32)}, "key: 缺少标签 [1]"),
        ({1: True, -1: 6, -2: bytes(32)}, "key.kty: 应为 1"),
        ({1: 1, -1: 4, -2: bytes(32)}, "key.crv: 应为 6"),
        ({1: 1, -1: 6, -2: bytes(33)}, "key.x: 应为 32 字节"),
    ],
)
def test_a_public_key_of_another_form_is_refused(value: object, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_cose_key(value, "key")
    assert str(caught.value) == words
