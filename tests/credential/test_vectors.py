"""The vectors hold byte for byte: paper that is out there must be readable for ever."""

import os

import cbor2
import pytest

from credential.cbor import decode
from credential.claims import decode_claims, encode_claims
from credential.cose import Ed25519Signer, open_sign1, sign1, verify_sign1
from credential.fields import fields_digest
from credential.grade import read_grade
from credential.qr_text import read_qr_text, write_qr_text
from credential.status import read_status_list
from credential.trust import accept_trust_list
from tests import samples
from tests.credential import vectors


@pytest.mark.parametrize("name", vectors.NAMES)
def test_the_samples_give_the_published_bytes(name: str) -> None:
    made = vectors.make(name)
    if os.environ.get("ZHENGXIN_REWRITE_VECTORS") == "1":
        vectors.FOLDER.mkdir(parents=True, exist_ok=True)
        vectors.path(name).write_text(vectors.text(made), "utf-8")
    published = vectors.load(name)
    if name == "status-list":
        # zlib-ng and zlib compress differently; what is in the list is the same
        for part in ("payload", "to_be_signed", "signature", "message"):
            made.pop(part)
            published.pop(part)
    assert made == published


@pytest.mark.parametrize("name", vectors.NAMES)
def test_the_published_payload_signs_to_the_published_message(name: str) -> None:
    vector = vectors.load(name)
    signer = Ed25519Signer.from_seed(bytes.fromhex(vector["seed"]))
    assert signer.public_key.x.hex() == vector["public_key"]
    assert signer.public_key.thumbprint.hex() == vector["thumbprint"]
    assert signer.public_key.kid.hex() == vector["kid"] == vector["thumbprint"][:8]
    message = sign1(bytes.fromhex(vector["payload"]), signer, type=vector["content_type"])
    assert message.hex() == vector["message"]
    envelope = open_sign1(message)
    verify_sign1(envelope, signer.public_key)
    assert envelope.to_be_signed.hex() == vector["to_be_signed"]
    assert envelope.signature.hex() == vector["signature"]


@pytest.mark.parametrize("name", samples.CREDENTIALS)
def test_a_published_credential_reads_back_as_the_claims_it_was_made_of(name: str) -> None:
    vector = vectors.load(name)
    claims, _ = samples.CREDENTIALS[name]
    payload = bytes.fromhex(vector["payload"])
    assert decode_claims(payload) == claims
    assert encode_claims(claims) == payload
    message = bytes.fromhex(vector["message"])
    assert write_qr_text(message, samples.BASE_URL) == vector["qr_text"]
    assert read_qr_text(vector["qr_text"]) == (samples.BASE_URL, message)
    size = len(claims.digest)
    assert (
        fields_digest(vector["fields"], claims.id, size).hex() == vector["claims"]["app"]["digest"]
    )
    assert samples.number(claims) == vector["number"] == vector["fields"]["number"]


def test_the_published_lists_read_back() -> None:
    status = vectors.load("status-list")
    assert read_status_list(bytes.fromhex(status["payload"])) == samples.STATUS_LIST
    grade = vectors.load("grade")
    assert read_grade(bytes.fromhex(grade["payload"])) == samples.GRADE_STATEMENT
    trust = bytes.fromhex(vectors.load("trust-list")["message"])
    anchors = [samples.ROOT.public_key]
    assert accept_trust_list(trust, anchors=anchors, held=None, at=samples.AT) == samples.TRUST


def _maps(value: object) -> list[dict[object, object]]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in _maps(item))]
    if isinstance(value, list | tuple):
        return [found for item in value for found in _maps(item)]
    return []


@pytest.mark.parametrize("name", vectors.NAMES)
def test_every_map_is_ordered_by_both_rules(name: str) -> None:
    """RFC 8949 §4.2.1 orders labels bytewise, §4.2.3 by length first: ours satisfy both."""
    payload = bytes.fromhex(vectors.load(name)["payload"])
    found = _maps(decode(payload, limit=1 << 20))
    assert found
    for map_ in found:
        labels = [cbor2.dumps(label) for label in map_]
        assert labels == sorted(labels)
        assert labels == sorted(labels, key=lambda label: (len(label), label))
