"""A symbol whose signature is none: what is printed around it may be perfect, it never passes.

Wycheproof's 210 cases run against the signature check itself (tests/credential/test_cose.py).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cbor2
import pytest

from credential.cbor import decode, encode
from credential.claims import encode_claims
from credential.cose import sign1
from credential.qr_text import write_qr_text
from credential.trust import TrustList
from credential.verdict import Axis, AxisName, Indication, SubIndication
from tests import samples
from tests.verifier import paper
from verifier.verify import verify

FAILED, UNSURE = Indication.FAILED, Indication.INDETERMINATE
ISSUED = paper.producer()
EXAMPLES: Final[list[dict[str, str]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "cose-wg" / "sign1-fail.json").read_text("utf-8")
)
HEADER: Final = {1: -19, 4: samples.ISSUER.public_key.kid}


def judged(message: bytes, trust: TrustList = samples.TRUST) -> Axis:
    """The axis of a picture with the message's symbol; the verdict as a whole is no better."""
    text = write_qr_text(message, samples.BASE_URL)
    verdict = verify(
        paper.symbol_png(text),
        "symbol.png",
        trust=trust,
        at=paper.NOW,
        records=paper.known(ISSUED),
        isolation=paper.Direct(),
    )
    axis = paper.axis(verdict, AxisName.CREDENTIAL)
    assert axis.indication is not Indication.PASSED
    assert verdict.indication is axis.indication
    return axis


def test_every_failure_example_of_the_working_group_is_here() -> None:
    assert [case["title"][:12] for case in EXAMPLES] == [
        f"sign-fail-0{number}" for number in (1, 2, 3, 4, 6, 7)
    ]


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case["title"])
def test_the_failure_examples_of_the_working_group(case: Mapping[str, str]) -> None:
    """They name their key in the unprotected header, which is empty in ours."""
    axis = judged(bytes.fromhex(case["cbor"]))
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.FORMAT_FAILURE)


def signature_of(message: bytes) -> bytes:
    value: Any = decode(message, limit=2000)
    signature: bytes = value.value[3]
    return signature


def altered(**parts: object) -> bytes:
    value: Any = decode(ISSUED.message, limit=2000)
    names = ("protected", "unprotected", "payload", "signature")
    held = dict(zip(names, value.value, strict=True)) | parts
    return encode(cbor2.CBORTag(18, list(held.values())))


LIKE_THE_EXAMPLES = {
    "01 wrong tag": (b"\xd9\x03\xe6" + ISSUED.message[1:], SubIndication.FORMAT_FAILURE),
    "02 changed content": (
        altered(payload=encode_claims(replace(samples.PRODUCER, product="蓝莓"))),
        SubIndication.SIG_CRYPTO_FAILURE,
    ),
    "03 unknown algorithm": (
        altered(protected=encode(HEADER | {1: -999})),
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    ),
    "04 algorithm in words": (
        altered(protected=encode(HEADER | {1: "unknown"})),
        SubIndication.FORMAT_FAILURE,
    ),
    "06 one attribute more": (
        altered(protected=encode(HEADER | {3: 0})),
        SubIndication.FORMAT_FAILURE,
    ),
    "07 one attribute less": (
        altered(
            signature=signature_of(sign1(encode_claims(samples.PRODUCER), samples.ISSUER, type="x"))
        ),
        SubIndication.SIG_CRYPTO_FAILURE,
    ),
    "algorithm of another curve": (
        altered(protected=encode(HEADER | {1: -9})),
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    ),
    "algorithm by its old name": (
        altered(protected=encode(HEADER | {1: -8})),
        SubIndication.SIG_CONSTRAINTS_FAILURE,
    ),
    "zeros for a signature": (altered(signature=bytes(64)), SubIndication.SIG_CRYPTO_FAILURE),
    "no signature": (altered(signature=b""), SubIndication.SIG_CRYPTO_FAILURE),
    "another's signature": (
        altered(signature=signature_of(paper.household().message)),
        SubIndication.SIG_CRYPTO_FAILURE,
    ),
}


@pytest.mark.parametrize("way", LIKE_THE_EXAMPLES)
def test_the_same_done_to_a_credential_of_ours(way: str) -> None:
    message, sub = LIKE_THE_EXAMPLES[way]
    axis = judged(message)
    assert (axis.indication, axis.sub_indication) == (FAILED, sub)


def test_a_key_that_no_list_names() -> None:
    axis = judged(sign1(encode_claims(samples.PRODUCER), samples.STRANGER))
    assert (axis.indication, axis.sub_indication) == (
        UNSURE,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    )
    assert axis.findings[0].found == samples.STRANGER.public_key.kid.hex()


def test_a_strangers_signature_under_the_kid_of_ours() -> None:
    message = altered(signature=samples.STRANGER.sign(b"whatever"))
    axis = judged(message)
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)


@pytest.mark.parametrize(("first", "end"), [(1, 9), (-9, 0)], ids=["before it", "at its end"])
def test_a_key_outside_its_validity(first: int, end: int) -> None:
    """Its boundaries are at :func:`tests.credential.test_checking` step 9."""
    key = replace(samples.ISSUER_KEY, valid_from=samples.AT + first, valid_until=samples.AT + end)
    axis = judged(ISSUED.message, replace(samples.TRUST, keys=(key,)))
    assert (axis.indication, axis.sub_indication) == (
        FAILED,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    )
