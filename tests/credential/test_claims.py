"""Claims: each vector to the byte, each rule of kind and profile, each wrong value named by its place."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from credential.cbor import FormatError, decode, encode
from credential.claims import (
    Basis,
    Claims,
    Grade,
    Kind,
    Origin,
    Profile,
    Quantity,
    Role,
    StatusReference,
    Subject,
    Template,
    decode_claims,
    encode_claims,
)
from tests.samples import CREDENTIALS, HOUSEHOLD, LABEL, PLEDGE, PRODUCER, REPORT

APP = -65537
ALL = [PRODUCER, HOUSEHOLD, LABEL, PLEDGE, REPORT]


def tree(claims: Claims) -> dict[int, Any]:
    """The payload as plain values, to be changed."""
    value = decode(encode_claims(claims), limit=2000)
    assert isinstance(value, dict)
    return value


def app(claims: Claims, change: dict[Any, object], *without: int) -> bytes:
    payload = tree(claims)
    inner = {label: v for label, v in payload[APP].items() if label not in without} | change
    return encode(payload | {APP: inner})


@pytest.mark.parametrize("claims", ALL, ids=list(CREDENTIALS))
def test_claims_are_read_as_they_were_written(claims: Claims) -> None:
    assert decode_claims(encode_claims(claims)) == claims


def test_a_label_is_small() -> None:
    assert len(encode_claims(LABEL)) <= 80


def test_a_natural_person_is_a_digest_and_a_masked_name() -> None:
    written = encode_claims(HOUSEHOLD)
    assert "田某根".encode() in written
    assert "田大根".encode() not in written
    assert HOUSEHOLD.subject.is_natural_person
    assert not PRODUCER.subject.is_natural_person


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (replace(PRODUCER, id=bytes(9)), "cti: 应为 10 字节"),
        (replace(PRODUCER, issued_at=-1), "iat: 应为 0 至 4294967295 的整数"),
        (replace(PRODUCER, issued_at=2**32), "iat: 应为 0 至 4294967295 的整数"),
        (replace(PRODUCER, expires_at=2**32), "exp: 应为 0 至 4294967295 的整数"),
        (replace(PRODUCER, digest=bytes(12)), "app.digest: 应为 32 字节"),
        (replace(LABEL, digest=bytes(32)), "app.digest: 应为 12 字节"),
        (replace(PRODUCER, product=None), "app: 缺少标签 [6]"),
        (replace(PRODUCER, product=""), "app.product: 应为 1 至 60 字的文字"),
        (replace(PRODUCER, product="草" * 61), "app.product: 应为 1 至 60 字的文字"),
        (replace(PRODUCER, pack=None), "app: 缺少标签 [8]"),
        (replace(PRODUCER, template=None), "app: 缺少标签 [9]"),
        (replace(PRODUCER, template=Template("x", 0)), "app.template.version: 应为 1 至 9999"),
        (replace(PRODUCER, quantity=None), "app: 缺少标签 [10]"),
        (replace(PRODUCER, quantity=Quantity(0, 0, "箱")), "app.quantity.mantissa: 应为 1 至"),
        (replace(PRODUCER, quantity=Quantity(10, -1, "箱")), "app.quantity: 不是最短形式"),
        (replace(PRODUCER, quantity=Quantity(1, -7, "箱")), "app.quantity.scale: 应为 0 至 6"),
        (replace(PRODUCER, quantity=Quantity(1, 1, "箱")), "app.quantity.scale: 应为 0 至 6"),
        (replace(PRODUCER, origin=None), "app: 缺少标签 [11]"),
        (replace(PRODUCER, origin=Origin("33018", "x")), "app: 行政区划代码应为 6 位数字"),
        (replace(PRODUCER, basis=()), "app: 缺少标签 [12]"),
        (
            replace(PRODUCER, basis=(Basis.SELF_TESTED, Basis.CONTROLLED)),
            "app.basis: 应为升序且不重复",
        ),
        (replace(PRODUCER, role=None), "app: 缺少标签 [13]"),
        (replace(PRODUCER, matter="x"), "app: 未知标签 ['15']"),
        (replace(PRODUCER, subject=replace(PRODUCER.subject, name=None)), "app: 缺少标签 [7]"),
        (
            replace(PRODUCER, subject=Subject(uscc="9", name="甲")),
            "app: 统一社会信用代码应为 18 位",
        ),
        (
            replace(PRODUCER, subject=Subject(digest=b"", name="甲")),
            "app.subject: 应为 12或16 字节",
        ),
        (replace(PRODUCER, status=StatusReference(-1, 0)), "app.status.list: 应为 0 至"),
        (replace(PRODUCER, status=StatusReference(0, 2**24)), "app.status.index: 应为 0 至"),
        (replace(PRODUCER, grade=Grade("", "A")), "app.grade.id: 应为 1 至 32"),
        (replace(LABEL, product=None), "app: 缺少标签 [6]"),
        (replace(LABEL, subject=PRODUCER.subject), "app: 未知标签 ['7']"),
        (replace(LABEL, grade=Grade("a", "A")), "app: 未知标签 ['14']"),
        (replace(PLEDGE, matter=None), "app: 缺少标签 [15]"),
        (replace(PLEDGE, product="草莓"), "app: 未知标签 ['6']"),
        (replace(PLEDGE, profile=Profile.LABEL), "app.profile: pledge 没有标签形式"),
        (replace(REPORT, profile=Profile.LABEL), "app.profile: report 没有标签形式"),
        (replace(REPORT, grade=Grade("a", "A")), "app: 未知标签 ['14']"),
    ],
)
def test_claims_that_are_not_whole_are_not_signed(claims: Claims, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        encode_claims(claims)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    "claims", [replace(PLEDGE, grade=Grade("a", "A")), replace(PRODUCER, grade=None)]
)
def test_a_grade_may_stand_or_not(claims: Claims) -> None:
    assert decode_claims(encode_claims(claims)) == claims


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (encode([]), "应为映射"),
        (encode(tree(PRODUCER) | {1: "x"}), "未知标签 ['1']"),
        (encode(tree(PRODUCER) | {APP: None}), "app: 缺少文件种类"),
        (encode(tree(PRODUCER) | {APP: {}}), "app: 缺少文件种类"),
        (encode(tree(PRODUCER) | {4: 1.5}), "exp: 应为 0 至"),
        (
            encode({label: v for label, v in tree(LABEL).items() if label != 6} | {6.0: 1}),
            "缺少标签",
        ),
        (app(PRODUCER, {1: 4}), "app.kind: 应为 1 至 3"),
        (app(PRODUCER, {1: True}), "app.kind: 应为 1 至 3"),
        (app(PRODUCER, {True: 1}, 1), "app: 缺少标签 [1]"),
        (app(PRODUCER, {2: 3}), "app.profile: 应为 1 至 2"),
        (app(PRODUCER, {16: 1}), "app: 未知标签 ['16']"),
        (app(PRODUCER, {"name": 1}), "app: 未知标签 [\"'name'\"]"),
        (app(PRODUCER, {3: b"\xff" * 12}), "app.subject: 不是压缩的统一社会信用代码"),
        (app(PRODUCER, {3: bytes(12)}), "app.subject: 统一社会信用代码第 1 位"),
        (app(PRODUCER, {3: "93330182MA0TEXT040"}), "app.subject: 应为 12或16 字节"),
        (app(PRODUCER, {4: [1]}), "app.status: 应为 2 项的数组"),
        (app(PRODUCER, {4: {1: 2}}), "app.status: 应为 2 项的数组"),
        (app(PRODUCER, {5: "x" * 32}), "app.digest: 应为 32 字节"),
        (app(PRODUCER, {8: ["jiande", "1", bytes(31)]}), "app.pack.sha256: 应为 32 字节"),
        (app(PRODUCER, {8: ["", "1", bytes(32)]}), "app.pack.scheme: 应为 1 至 32"),
        (app(PRODUCER, {9: ["x", 1, 2]}), "app.template: 应为 2 项的数组"),
        (app(PRODUCER, {10: [1.0, 0, "箱"]}), "app.quantity.mantissa: 应为 1 至"),
        (app(PRODUCER, {11: [99999, "x"]}), "app.origin.code: 应为 100000 至 899999"),
        (app(PRODUCER, {12: []}), "app.basis: 应为升序且不重复"),
        (app(PRODUCER, {12: [1, 1]}), "app.basis: 应为升序且不重复"),
        (app(PRODUCER, {12: [4]}), "app.basis: 应为 1 至 3"),
        (app(PRODUCER, {12: 1}), "app.basis: 应为数组"),
        (app(PRODUCER, {13: 3}), "app.role: 应为 1 至 2"),
        (app(PRODUCER, {14: ["a"]}), "app.grade: 应为 2 项的数组"),
    ],
)
def test_a_payload_of_another_form_is_refused_and_the_place_named(
    payload: bytes, words: str
) -> None:
    with pytest.raises(FormatError) as caught:
        decode_claims(payload)
    assert str(caught.value).startswith(words)


def test_a_payload_past_the_limit_is_refused_unread() -> None:
    with pytest.raises(FormatError, match=r"^超过 1500 字节$"):
        decode_claims(bytes(1501))


@pytest.mark.parametrize(
    ("amount", "mantissa", "exponent"),
    [("500", 500, 0), ("1.50", 15, -1), ("1E3", 1000, 0), ("0.000001", 1, -6), ("1200.0", 1200, 0)],
)
def test_a_quantity_has_one_shortest_form(amount: str, mantissa: int, exponent: int) -> None:
    quantity = Quantity.of(Decimal(amount), "公斤")
    assert (quantity.mantissa, quantity.exponent) == (mantissa, exponent)
    assert quantity.amount == Decimal(amount)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0E3"])
def test_a_quantity_is_positive(amount: str) -> None:
    with pytest.raises(ValueError, match="a positive number"):
        Quantity.of(Decimal(amount), "公斤")


def test_a_subject_is_a_code_or_a_digest() -> None:
    make: list[Callable[[], Subject]] = [
        lambda: Subject(name="甲"),
        lambda: Subject(uscc="93330182MA0TEXT040", digest=bytes(16)),
    ]
    for each in make:
        with pytest.raises(ValueError, match="one of the two"):
            each()


def test_the_words_of_kinds_and_the_numbers_of_the_rest() -> None:
    """Printed in trust lists and signed in symbols: never renumbered."""
    assert [str(kind) for kind in Kind] == ["certificate", "pledge", "report"]
    assert [int(profile) for profile in Profile] == [1, 2]
    assert [(int(basis), basis.name) for basis in Basis] == [
        (1, "CONTROLLED"),
        (2, "SELF_TESTED"),
        (3, "TESTED_BY_OTHERS"),
    ]
    assert [(int(role), role.name) for role in Role] == [(1, "PRODUCER"), (2, "COLLECTOR")]
