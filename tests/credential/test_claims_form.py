"""Claims by parts: what is filled in is what is written whole, and each value is checked by itself."""

from dataclasses import replace

import pytest

from credential.cbor import FormatError
from credential.claims import Basis, Claims, Grade, Origin, Quantity, claims_form, encode_claims
from tests.samples import CREDENTIALS, HOUSEHOLD, LABEL, PLEDGE, PRODUCER, REPORT

ALL = [PRODUCER, HOUSEHOLD, LABEL, PLEDGE, REPORT]


@pytest.mark.parametrize("claims", ALL, ids=list(CREDENTIALS))
def test_what_is_filled_in_is_what_is_written_whole(claims: Claims) -> None:
    other = replace(
        claims,
        id=bytes(range(10)),
        status=replace(claims.status, index=77),
        digest=bytes(reversed(claims.digest)),
        quantity=claims.quantity and Quantity(15, -1, "吨"),
    )
    filled = claims_form(claims).fill(other.id, other.status, other.digest, other.quantity)
    assert filled == encode_claims(other)


def test_a_quantity_is_filled_in_where_there_is_one() -> None:
    form = claims_form(PLEDGE)
    with pytest.raises(ValueError, match="not enough values to unpack"):
        form.fill(PLEDGE.id, PLEDGE.status, PLEDGE.digest, Quantity(1, 0, "箱"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(PRODUCER, product="草" * 61), "app.product: 应为 1 至 60 字的文字"),
        (replace(PRODUCER, subject=replace(PRODUCER.subject, name="")), "app.name: 应为 1 至 60"),
        (replace(PRODUCER, origin=Origin("330182", "")), "app.origin.text: 应为 1 至 60"),
        (replace(PRODUCER, basis=(Basis.SELF_TESTED, Basis.CONTROLLED)), "app.basis: 应为升序"),
        (replace(PRODUCER, grade=Grade("", "A")), "app.grade.id: 应为 1 至 32"),
    ],
)
def test_a_wrong_value_is_named_though_all_else_was_written_before(
    wrong: Claims, words: str
) -> None:
    claims_form(PRODUCER)
    with pytest.raises(FormatError, match=words):
        claims_form(wrong)
