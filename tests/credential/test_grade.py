from dataclasses import replace

import pytest

from credential.cbor import FormatError, decode, encode
from credential.claims import Grade
from credential.cose import open_sign1, verify_sign1
from credential.grade import LIFETIME, TYPE, GradeStatement, open_grade, read_grade, sign_grade
from tests.samples import GRADE_STATEMENT, HOUSEHOLD, ISSUER, PRODUCER, signed


@pytest.mark.parametrize(
    "statement",
    [
        GRADE_STATEMENT,
        replace(GRADE_STATEMENT, subject=HOUSEHOLD.subject.packed, grade=Grade("green", "绿码")),
    ],
)
def test_a_statement_is_read_as_it_was_signed(statement: GradeStatement) -> None:
    envelope = open_grade(sign_grade(statement, ISSUER))
    verify_sign1(envelope, ISSUER.public_key)
    assert envelope.type == TYPE
    assert read_grade(envelope.payload) == statement


def test_a_statement_lives_ten_minutes() -> None:
    assert LIFETIME == 600 == GRADE_STATEMENT.expires_at - GRADE_STATEMENT.issued_at


def test_a_credential_is_no_statement() -> None:
    with pytest.raises(FormatError, match=r"^protected\.typ: 不是等级声明$"):
        open_grade(signed(PRODUCER))


def _payload(change: dict[int, object], inner: dict[int, object]) -> bytes:
    value = decode(open_sign1(sign_grade(GRADE_STATEMENT, ISSUER)).payload, limit=500)
    assert isinstance(value, dict)
    return encode(value | {-65537: value[-65537] | inner} | change)


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (encode(1), "应为映射"),
        (_payload({7: b""}, {}), "未知标签 ['7']"),
        (_payload({4: "x"}, {}), "exp: 应为 0 至"),
        (_payload({6: 2**32}, {}), "iat: 应为 0 至"),
        (_payload({-65537: []}, {}), "app: 应为映射"),
        (_payload({}, {6: 1}), "app: 未知标签 ['6']"),
        (_payload({}, {1: bytes(13)}), "app.subject: 应为 12或16 字节"),
        (_payload({}, {2: ""}), "app.scheme: 应为 1 至 32"),
        (_payload({}, {3: 1}), "app.grade.id: 应为 1 至 32"),
        (_payload({}, {4: "九个字九个字九个字"}), "app.grade.code: 应为 1 至 8"),
        (_payload({}, {5: -1}), "app.since: 应为 0 至"),
    ],
)
def test_a_statement_of_another_form_is_refused(payload: bytes, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_grade(payload)
    assert str(caught.value).startswith(words)
