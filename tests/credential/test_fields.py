"""The printed fields: the digest covers all of them, and the claims settle some by themselves."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest

from credential.cbor import encode
from credential.claims import Basis, Claims, Grade, Quantity
from credential.fields import (
    FIELDS,
    _kept_entry,
    claimed_fields,
    digest_form,
    fields_digest,
    format_basis,
    format_date,
    format_grade,
    format_quantity,
    format_time,
)
from credential.normal import LONGEST_KEPT, NormalError
from tests.samples import AT, CREDENTIALS, HOUSEHOLD, PLEDGE, PRODUCER, PRODUCER_FIELDS

ID = PRODUCER.id


def test_labels_are_told_apart_on_paper() -> None:
    labels = [spec.label for spec in FIELDS.values() if spec.label]
    assert len(set(labels)) == len(labels)
    assert [name for name, spec in FIELDS.items() if not spec.label] == ["title", "caption"]
    assert all("：" not in label for label in labels)


def test_the_digest_is_what_the_format_says() -> None:
    canonical = {"product": "草莓", "quantity": "1200公斤"}
    whole = hashlib.sha256(encode(["zhengxin-fields/1", ID, canonical])).digest()
    fields = {"quantity": "１２００ 公斤", "product": " 草\n莓"}
    assert fields_digest(fields, ID) == whole
    assert fields_digest(fields, ID, 12) == whole[:12]


@pytest.mark.parametrize("own", [(), ("number",), ("check_code", "number", "quantity"), FIELDS])
def test_a_digest_filled_in_is_the_digest_of_the_whole(own: tuple[str, ...]) -> None:
    form = digest_form(
        {**PRODUCER_FIELDS, **dict.fromkeys(PRODUCER_FIELDS.keys() & own, "甲")}, own
    )
    assert set(form.names) == PRODUCER_FIELDS.keys() & own
    assert form.fill(PRODUCER_FIELDS, ID) == fields_digest(PRODUCER_FIELDS, ID)
    assert form.fill(PRODUCER_FIELDS, ID, 12) == fields_digest(PRODUCER_FIELDS, ID, 12)


@pytest.mark.parametrize("name", PRODUCER_FIELDS)
def test_every_field_is_covered_its_presence_and_its_value(name: str) -> None:
    whole = fields_digest(PRODUCER_FIELDS, ID)
    assert fields_digest(PRODUCER_FIELDS | {name: PRODUCER_FIELDS[name] + "不"}, ID) != whole
    without = {key: value for key, value in PRODUCER_FIELDS.items() if key != name}
    assert fields_digest(without, ID) != whole
    assert fields_digest(without | {name: ""}, ID) != whole


def test_a_value_moved_to_another_field_changes_the_digest() -> None:
    assert fields_digest({"product": "甲乙", "origin": ""}, ID) != fields_digest(
        {"product": "甲", "origin": "乙"}, ID
    )


def test_the_certificates_number_is_part_of_the_digest() -> None:
    assert fields_digest({"product": "草莓"}, ID) != fields_digest({"product": "草莓"}, bytes(10))


def test_the_digest_of_a_long_text_is_not_remembered() -> None:
    known = _kept_entry.cache_info().currsize
    fields_digest({"notice": "长" * (LONGEST_KEPT + 1)}, bytes(12))
    assert _kept_entry.cache_info().currsize == known


def test_an_unsafe_character_or_unknown_field_has_no_digest() -> None:
    with pytest.raises(NormalError, match="上标"):
        fields_digest({"quantity": "10²箱"}, ID)
    with pytest.raises(KeyError, match="colour"):
        fields_digest({"colour": "红"}, ID)


@pytest.mark.parametrize(
    ("at", "date", "time"),
    [
        (AT, "2026年3月5日", "2026年3月5日 10:00:00"),
        (1_772_639_999, "2026年3月4日", "2026年3月4日 23:59:59"),
        (1_772_640_000, "2026年3月5日", "2026年3月5日 00:00:00"),
        (0, "1970年1月1日", "1970年1月1日 08:00:00"),
        (2**32 - 1, "2106年2月7日", "2106年2月7日 14:28:15"),
        (253_402_300_799, "9999年12月31日", "9999年12月31日 23:59:59"),  # 99991231235959Z
        (2**80, "9999年12月31日", "9999年12月31日 23:59:59"),
        (-(2**80), "1年1月1日", "1年1月1日 08:00:00"),
    ],
)
def test_dates_are_those_of_shanghai(at: int, date: str, time: str) -> None:
    assert (format_date(at), format_time(at)) == (date, time)


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        ("1200", "公斤", "1200公斤"),
        ("0.50", "吨", "0.5吨"),
        ("1E+3", "箱", "1000箱"),
        ("0.000001", "吨", "0.000001吨"),
    ],
)
def test_a_quantity_in_plain_digits(amount: str, unit: str, words: str) -> None:
    assert format_quantity(Quantity.of(Decimal(amount), unit)) == words


def test_bases_and_grades() -> None:
    assert format_basis(()) == "□质量安全控制符合要求 □自行检测合格 □委托检测合格"
    assert (
        format_basis((Basis.CONTROLLED, Basis.TESTED_BY_OTHERS))
        == "■质量安全控制符合要求 □自行检测合格 ■委托检测合格"
    )
    assert format_grade(Grade("c-lower", "c")) == "c级"
    assert format_grade(Grade("green", "绿码")) == "绿码"


@pytest.mark.parametrize("name", CREDENTIALS)
def test_what_the_claims_settle_is_what_is_printed(name: str) -> None:
    claims, fields = CREDENTIALS[name]
    settled = claimed_fields(claims)
    assert settled.items() <= fields.items()
    assert settled["number"] == fields["number"]


def test_a_document_settles_its_own_fields() -> None:
    assert claimed_fields(PRODUCER) == {
        "number": "D6ME-7800-0410-6105-8",
        "issued_on": "2026年3月5日",
        "subject_code": "93330182MA0TEXT040",
        "subject": "建德市某某果蔬专业合作社",
        "product": "草莓",
        "quantity": "1200公斤",
        "origin": "浙江省杭州市建德市杨村桥镇",
        "basis": "■质量安全控制符合要求 ■自行检测合格 □委托检测合格",
        "grade": "A级",
    }


@pytest.mark.parametrize("claims", [HOUSEHOLD, PLEDGE])
def test_a_masked_name_is_never_taken_for_the_printed_one(claims: Claims) -> None:
    settled = claimed_fields(claims)
    assert not {"subject", "promisor", "subject_code"} & set(settled)
    assert "田某根" not in settled.values()
    assert settled["expires_on"] in {"2026年3月15日", "2027年3月5日"}


def test_a_pledge_settles_its_matter_and_dates() -> None:
    assert claimed_fields(PLEDGE)["matter"] == "继承公证：亲属关系证明"
    assert claimed_fields(PLEDGE)["pledged_on"] == "2026年3月5日"
    assert "expires_on" not in claimed_fields(replace(PLEDGE, expires_at=None))
