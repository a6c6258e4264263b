"""What must hold for any input: round trips, and no changed bit, digit or value goes unnoticed."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from cbor2 import CBORTag
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import claim_map
from credential.cbor import FormatError, decode, encode
from credential.checking import check_message, check_text
from credential.claims import (
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
    decode_claims,
    encode_claims,
)
from credential.cose import sign1
from credential.fields import FIELDS, fields_digest
from credential.identifiers import (
    USCC_ALPHABET,
    organisation_check_character,
    uscc_check_character,
)
from credential.normal import canonical_text
from credential.qr_text import write_qr_text
from credential.signed_claims import read_signed, sign_claims
from credential.verdict import Axis, Indication, SubIndication
from tests.samples import AT, BASE_URL, CREDENTIALS, ISSUER, LABEL, PLEDGE, PRODUCER, TRUST, signed

# Round trip of any claims


@st.composite
def usccs(draw: st.DrawFn) -> str:
    letters = st.sampled_from(USCC_ALPHABET)
    head = draw(st.sampled_from("159ANY")) + "".join(draw(letters) for _ in range(7))
    body = "".join(draw(letters) for _ in range(8))
    organisation = organisation_check_character(body)
    first17 = head + body + organisation
    return first17 + uscc_check_character(first17)


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=longest)


TIMES: Final = st.integers(0, 2**32 - 1)
NAMED: Final = texts(60).flatmap(
    lambda name: (
        usccs().map(lambda code: Subject(uscc=code, name=name))
        | st.binary(min_size=16, max_size=16).map(lambda digest: Subject(digest=digest, name=name))
    )
)


def quantities() -> st.SearchStrategy[Quantity]:
    return st.builds(Quantity, st.integers(1, 10**12), st.integers(-6, 0), texts(8)).filter(
        lambda q: not q.exponent or q.mantissa % 10 != 0
    )


def bases() -> st.SearchStrategy[tuple[Basis, ...]]:
    return st.sets(st.sampled_from(Basis), min_size=1).map(lambda chosen: tuple(sorted(chosen)))


def documents() -> st.SearchStrategy[Claims]:
    common: dict[str, st.SearchStrategy[Any]] = {
        "id": st.binary(min_size=10, max_size=10),
        "issued_at": TIMES,
        "expires_at": st.none() | TIMES,
        "status": st.builds(StatusReference, st.integers(0, 2**32 - 1), st.integers(0, 2**24 - 1)),
    }
    document = common | {
        "profile": st.just(Profile.DOCUMENT),
        "subject": NAMED,
        "digest": st.binary(min_size=32, max_size=32),
        "pack": st.builds(Pack, texts(32), texts(16), st.binary(min_size=32, max_size=32)),
        "template": st.builds(Template, texts(32), st.integers(1, 9999)),
    }
    grade = st.none() | st.builds(Grade, texts(32), texts(8))
    return st.one_of(
        st.builds(
            Claims,
            kind=st.just(Kind.CERTIFICATE),
            product=texts(60),
            quantity=quantities(),
            origin=st.builds(Origin, st.integers(100000, 899999).map(str), texts(60)),
            basis=bases(),
            role=st.sampled_from(Role),
            grade=grade,
            **document,
        ),
        st.builds(Claims, kind=st.just(Kind.PLEDGE), matter=texts(60), grade=grade, **document),
        st.builds(Claims, kind=st.just(Kind.REPORT), matter=texts(60), **document),
        st.builds(
            Claims,
            kind=st.just(Kind.CERTIFICATE),
            profile=st.just(Profile.LABEL),
            product=texts(60),
            subject=NAMED.map(lambda subject: replace(subject, name=None)),
            digest=st.binary(min_size=12, max_size=12),
            **common,
        ),
    )


@given(documents())
def test_any_claims_are_read_as_they_were_written(claims: Claims) -> None:
    assert decode_claims(encode_claims(claims)) == claims


@given(documents())
def test_what_was_signed_is_what_is_read(claims: Claims) -> None:
    signed = sign_claims(claims, ISSUER)
    assert read_signed(signed.message) == signed
    assert signed.claims == claims and signed.kid == ISSUER.public_key.kid


@given(documents(), documents())
def test_claims_written_by_parts_are_those_written_whole(claims: Claims, other: Claims) -> None:
    first, again = encode_claims(claims), encode(claim_map.map_of(claims))
    assert first == again
    # forms that are kept, filled with another's values
    filled = replace(claims, id=other.id, status=other.status, grade=claims.grade and other.grade)
    if other.kind is claims.kind and other.profile is claims.profile:
        filled = replace(filled, subject=other.subject, product=other.product, basis=other.basis)
    assert encode_claims(filled) == encode(claim_map.map_of(filled))


WRONG: Final[dict[str, st.SearchStrategy[Any]]] = {
    "id": st.binary(max_size=12) | st.text(max_size=10) | st.none(),
    "digest": st.binary(max_size=40) | st.text(max_size=12) | st.none(),
    "issued_at": st.integers() | st.booleans() | st.floats() | st.none(),
    "status": st.builds(StatusReference, *[st.integers() | st.booleans() | st.floats()] * 2),
    "quantity": st.none()
    | st.builds(Quantity, st.integers() | st.floats(), st.integers(-8, 2), st.text(max_size=2000)),
    "product": st.none() | st.text(max_size=70) | st.integers(),
    "subject": st.builds(
        Subject, uscc=st.text(max_size=18), name=st.none() | st.text(max_size=70) | st.integers()
    )
    | st.builds(Subject, digest=st.binary(max_size=20), name=st.text(max_size=70)),
    "origin": st.none()
    | st.builds(Origin, st.integers(0, 999999).map(str) | st.text(), st.text(max_size=70)),
    "basis": st.lists(st.sampled_from(Basis), max_size=3).map(tuple),
    "grade": st.none() | st.builds(Grade, st.text(max_size=40), st.text(max_size=10)),
}


@given(documents(), st.data())
def test_wrong_claims_are_refused_in_the_same_words_whatever_was_written_before(
    claims: Claims, data: st.DataObject
) -> None:
    encode_claims(claims)
    name = data.draw(st.sampled_from(sorted(WRONG)))
    changed = replace(claims, **{name: data.draw(WRONG[name])})
    assert _written(encode_claims, changed) == _written(claim_map.write_checked, changed)


def _written(write: Callable[[Claims], bytes], claims: Claims) -> bytes | str:
    """The bytes, or the refusal's words."""
    try:
        return write(claims)
    except Exception as error:
        return f"{type(error).__name__} {error}"


# Every bit of a message


def _regions(message: bytes, payload: bytes) -> list[str]:
    """For each byte of a message what it belongs to: its frame or one of its contents."""
    regions = ["frame"] * len(message)
    # d2 84 49 | a2 01 32 04 44 kid | a0 | 58.. payload | 58 40 signature
    regions[5] = "algorithm"
    regions[8:12] = ["kid"] * 4
    start = message.index(payload)
    regions[start : start + len(payload)] = ["payload"] * len(payload)
    regions[-64:] = ["signature"] * 64
    return regions


EXPECTED: Final = {
    "frame": {(3, Indication.FAILED, SubIndication.FORMAT_FAILURE)},
    # the last bits of the byte 0x32 keep it a small negative number; the first make it another type
    "algorithm": {
        (3, Indication.FAILED, SubIndication.FORMAT_FAILURE),
        (5, Indication.FAILED, SubIndication.SIG_CONSTRAINTS_FAILURE),
    },
    "kid": {(4, Indication.INDETERMINATE, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)},
    "payload": {(6, Indication.FAILED, SubIndication.SIG_CRYPTO_FAILURE)},
    "signature": {(6, Indication.FAILED, SubIndication.SIG_CRYPTO_FAILURE)},
}


def _refusal(axis: Axis) -> tuple[int | None, Indication, SubIndication | None]:
    assert axis.indication is not Indication.PASSED
    (finding,) = axis.findings
    return finding.step, axis.indication, axis.sub_indication


@pytest.mark.parametrize("claims", [PRODUCER, LABEL], ids=["document", "label"])
def test_every_changed_bit_of_a_message_is_refused_at_its_step(claims: Claims) -> None:
    message = signed(claims)
    regions = _regions(message, encode_claims(claims))
    seen: dict[str, set[object]] = {region: set() for region in EXPECTED}
    for place, region in enumerate(regions):
        for bit in range(8):
            changed = bytearray(message)
            changed[place] ^= 1 << bit
            axis, credential = check_message(bytes(changed), TRUST, AT)
            refusal = _refusal(axis)
            assert refusal in EXPECTED[region], (place, bit, region)
            assert credential is None
            seen[region].add(refusal)
    assert seen == EXPECTED
    assert check_message(message, TRUST, AT)[0].indication is Indication.PASSED


@pytest.mark.parametrize("claims", [PRODUCER, LABEL], ids=["document", "label"])
def test_every_changed_digit_of_the_text_is_refused(claims: Claims) -> None:
    text = write_qr_text(signed(claims), BASE_URL)
    start = text.index("/1/") + 3
    steps = set()
    for place in range(start, len(text)):
        for digit in "0123456789".replace(text[place], ""):
            axis, credential = check_text(text[:place] + digit + text[place + 1 :], TRUST, AT)
            step, indication, _ = _refusal(axis)
            assert credential is None
            assert indication is Indication.FAILED or step == 4
            steps.add(step)
    # a changed digit changes all bytes after it: mostly the signature, seldom the frame
    assert {3, 6} <= steps <= {1, 3, 4, 5, 6}


@pytest.mark.parametrize("claims", [PRODUCER, LABEL], ids=["document", "label"])
def test_every_changed_character_before_the_digits_is_refused(claims: Claims) -> None:
    text = write_qr_text(signed(claims), BASE_URL)
    start = text.index("/1/") + 3
    others = "0123456789abcxyzAZ.-:/?#@%_ \n\u3002Ａ２"
    for place in range(start):
        for other in others.replace(text[place], ""):
            axis, credential = check_text(text[:place] + other + text[place + 1 :], TRUST, AT)
            refusal = _refusal(axis)
            assert refusal in {
                (1, Indication.FAILED, SubIndication.FORMAT_FAILURE),
                (2, Indication.FAILED, SubIndication.FOREIGN_LINK),
            }, (place, other)
            assert credential is None
    for place in range(len(text)):
        axis, _ = check_text(text[:place] + text[place + 1 :], TRUST, AT)
        assert axis.indication is not Indication.PASSED, "a character left out"


@given(st.sampled_from(sorted(CREDENTIALS)), st.data())
def test_any_changed_bytes_are_refused(name: str, data: st.DataObject) -> None:
    message = signed(CREDENTIALS[name][0])
    place = data.draw(st.integers(0, len(message) - 1))
    end = data.draw(st.integers(place, min(place + 8, len(message))))
    new = data.draw(st.binary(max_size=8))
    changed = message[:place] + new + message[end:]
    axis, credential = check_message(changed, TRUST, AT)
    if changed == message:
        assert axis.indication is Indication.PASSED
        return
    _refusal(axis)
    assert credential is None


@given(st.text() | st.binary().map(lambda data: f"{BASE_URL}/1/{int.from_bytes(data, 'big')}"))
def test_any_text_gets_a_refusal_and_no_exception(text: str) -> None:
    axis, credential = check_text(text, TRUST, AT)
    _refusal(axis)
    assert credential is None


# One value of the payload replaced


def _places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list | tuple):
        items = list(enumerate(value))
    return [path, *(place for key, item in items for place in _places(item, (*path, key)))]


def _with(value: Any, path: tuple[object, ...], new: object) -> object:
    if not path:
        return new
    if isinstance(value, dict):
        return value | {path[0]: _with(value[path[0]], path[1:], new)}
    return [_with(v, path[1:], new) if i == path[0] else v for i, v in enumerate(value)]


ANY: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=40)
    | texts(70),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.integers(-3, 20) | st.booleans() | st.floats(0, 20), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.sampled_from([PRODUCER, LABEL, PLEDGE]), st.data())
def test_a_payload_with_one_value_replaced_is_refused_or_read_as_it_stands(
    claims: Claims, data: st.DataObject
) -> None:
    payload = decode(encode_claims(claims), limit=2000)
    path = data.draw(st.sampled_from(_places(payload)))
    changed = encode(_with(payload, path, data.draw(ANY)))
    try:
        read = decode_claims(changed)
    except FormatError:
        return
    assert encode_claims(read) == changed, "nothing that was read was left out"


@settings(max_examples=300)
@given(st.sampled_from([PRODUCER, LABEL, PLEDGE]), st.data())
def test_a_payload_with_one_label_replaced_is_refused_or_read_as_it_stands(
    claims: Claims, data: st.DataObject
) -> None:
    payload: Any = decode(encode_claims(claims), limit=2000)
    inner = dict(payload[-65537])
    old = data.draw(st.sampled_from(sorted(inner)))
    new = data.draw(
        st.integers(-3, 20) | st.floats(0, 20).map(round).map(float) | st.booleans() | texts(3)
    )
    if new in inner and new != old:
        return
    value = inner.pop(old)
    changed = encode(payload | {-65537: inner | {new: value}})
    try:
        read = decode_claims(changed)
    except FormatError:
        return
    assert encode_claims(read) == changed


# What is put together from kept parts


@given(
    st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text("甲乙 A1-：１", max_size=9)),
    st.binary(),
)
def test_the_digest_is_over_the_deterministic_encoding_of_the_whole(
    fields: dict[str, str], identifier: bytes
) -> None:
    canonical = {name: canonical_text(value) for name, value in fields.items()}
    said = encode(["zhengxin-fields/1", identifier, canonical])
    assert fields_digest(fields, identifier) == hashlib.sha256(said).digest()


@given(st.binary(max_size=1500), st.none() | st.text(max_size=80))
def test_a_message_is_the_deterministic_encoding_of_the_whole(
    payload: bytes, kind: str | None
) -> None:
    message = sign1(payload, ISSUER, type=kind)
    tag = decode(message, limit=2000)
    assert isinstance(tag, CBORTag)
    assert tag.value[2] == payload
    protected = encode({1: -19, 4: ISSUER.public_key.kid} | ({} if kind is None else {16: kind}))
    signature = ISSUER.sign(encode(["Signature1", protected, b"", payload]))
    assert message == encode(CBORTag(18, [protected, {}, payload, signature]))
