"""The notarial pledge: acknowledged first, names masked in the claims, room for the signature."""

from dataclasses import replace
from datetime import date

import pytest

from certgen.pledge import PledgeApplication, PledgeTexts, keyed_digest, prepare_pledge
from certgen.printable import FieldError
from credential.claims import (
    Claims,
    Kind,
    Profile,
    StatusReference,
    Subject,
    Template,
    decode_claims,
    encode_claims,
)
from credential.fields import claimed_fields, fields_digest
from tests.samples import AT, GAOPING

ID = bytes(range(10))
TEXTS = PledgeTexts(
    "信用承诺书",
    "信用承诺书 扫码查验真伪",
    "一、法律规定；\n二、虚假陈述的责任。",
    "承诺人已阅知以上告知内容（2026年3月5日 09:30:00）",
    "本人承诺上述情况真实，没有遗漏继承人。",
    "如有虚假或继承人有遗漏，愿意承担相应的法律责任。",
)
APPLICATION = PledgeApplication(
    promisor="田大根",
    code="110105********002X",
    digest=b"d" * 16,
    matter="继承权公证",
    proof="死亡时年满75周岁的被继承人其父母的死亡事实证明",
    authority="高平市公证处",
    acknowledged_at=AT - 1800,
    alias="田根",
    decedent="田老根",
    born=date(1950, 6, 30),
    died=date(2025, 6, 29),
)


def _prepare(
    application: PledgeApplication = APPLICATION, texts: PledgeTexts = TEXTS
) -> tuple[Claims, dict[str, str]]:
    return prepare_pledge(
        application,
        texts,
        GAOPING,
        template=Template("letter", 1),
        identifier=ID,
        status=StatusReference(2, 7),
        check_code="4821-0937-5562",
        at=AT,
    )


def test_the_fields_in_the_order_of_the_page() -> None:
    _, fields = _prepare()
    assert list(fields) == [
        "title", "promisor", "alias", "promisor_code", "matter", "proof", "decedent",
        "decedent_age", "authority", "notice", "acknowledged", "pledge", "liability",
        "pledged_on", "signature", "check_code", "platform", "caption", "number",
    ]  # fmt: skip
    assert fields["promisor"] == "田大根"
    assert fields["decedent_age"] == "74周岁"
    assert fields["pledged_on"] == "2026年3月5日"
    assert fields["signature"] == ""
    assert "不代替承诺人签名" in fields["platform"]


def test_the_claims_have_the_masked_name_only() -> None:
    claims, fields = _prepare()
    assert claims == Claims(
        id=ID,
        kind=Kind.PLEDGE,
        profile=Profile.DOCUMENT,
        issued_at=AT,
        subject=Subject(digest=b"d" * 16, name="田某根"),
        status=StatusReference(2, 7),
        digest=fields_digest(fields, ID),
        pack=GAOPING,
        template=Template("letter", 1),
        matter="继承权公证",
    )
    signed = encode_claims(claims)
    assert decode_claims(signed) == claims
    assert "田大根".encode() not in signed
    assert claimed_fields(claims).items() <= fields.items()


def test_a_pledge_without_a_decedent_or_alias_leaves_them_out() -> None:
    bare = replace(APPLICATION, alias=None, decedent=None, born=None, died=None)
    assert bare.decedent_age is None
    _, fields = _prepare(bare)
    assert not {"alias", "decedent", "decedent_age"} & fields.keys()


@pytest.mark.parametrize(
    ("died", "age"), [(date(2025, 6, 29), 74), (date(2025, 6, 30), 75), (date(2026, 6, 29), 75)]
)
def test_the_age_is_counted_from_birthday_to_birthday(died: date, age: int) -> None:
    assert replace(APPLICATION, died=died).decedent_age == age


def test_the_notice_is_acknowledged_before_the_pledge() -> None:
    _prepare(replace(APPLICATION, acknowledged_at=AT))
    with pytest.raises(FieldError, match="“告知确认”的时间晚于承诺时间") as error:
        _prepare(replace(APPLICATION, acknowledged_at=AT + 1))
    assert error.value.field == "acknowledged"


def test_nobody_dies_before_being_born() -> None:
    with pytest.raises(FieldError, match="“死亡时年龄”有误：死亡日期早于出生日期"):
        _prepare(replace(APPLICATION, died=date(1950, 6, 29)))


def test_what_cannot_be_printed_is_refused_by_field() -> None:
    with pytest.raises(FieldError, match="“承诺人”含有不能印刷的"):
        _prepare(replace(APPLICATION, promisor="田\u200b根"))
    with pytest.raises(FieldError, match="“告知内容”没有填写"):
        _prepare(texts=replace(TEXTS, notice=""))
    with pytest.raises(FieldError, match="“承诺内容”中不得出现“违诺责任：”"):
        _prepare(texts=replace(TEXTS, pledge="违诺责任：无"))
    with pytest.raises(FieldError, match="“承诺内容”含有待填的空白“____”，请填写完整"):
        _prepare(texts=replace(TEXTS, pledge="本人于____年承诺"))


def test_the_digest_does_not_show_when_an_application_is_logged() -> None:
    assert "digest" not in repr(APPLICATION)


def test_the_keyed_digest_is_hmac_sha_256_cut_to_16_bytes() -> None:
    # GB 11643-1999: worked example; value from: openssl dgst -sha256 -mac hmac
    key = bytes(range(32))
    digest = keyed_digest(" 11010519491231002x ", key)
    assert digest.hex() == "a66755453b106dcea0cfa264214ae59f"
    assert keyed_digest("11010519491231002X", bytes(32)) != digest


@pytest.mark.parametrize("key", [b"", bytes(16)])
def test_a_short_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="key: 32 bytes"):
        keyed_digest("11010519491231002X", key)
