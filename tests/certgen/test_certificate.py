"""The certificate: all fields of Art. 14 on paper, and claims that agree with the paper."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.certificate import (
    CertificateTexts,
    certificate_form,
    label_claims,
    label_form,
    prepare_certificate,
)
from certgen.printable import FieldError
from certgen.rows import BatchRow
from credential.cbor import FormatError
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
    Template,
    decode_claims,
    encode_claims,
)
from credential.fields import FIELDS, claimed_fields, fields_digest
from credential.normal import unsafe_character
from credential.subjects import SubjectFacts, SubjectType
from tests.certgen.test_rows import ROW
from tests.samples import AT, JIANDE

ID, LABEL_ID = bytes(range(10)), bytes(range(1, 11))
STATUS = StatusReference(1, 5)
TEXTS = CertificateTexts(
    "承诺达标合格证",
    "我承诺生产销售的食用农产品：\n未使用禁用农药、兽药及其他化合物；",
    "承诺达标合格证 扫码查验真伪和当前信用等级",
)
COOPERATIVE = SubjectFacts(
    SubjectType.COOPERATIVE,
    "建德市某某果蔬专业合作社",
    "93330182MA0TEXT040",
    None,
    "330182",
    "建德市梅城镇",
    "0571-00001234",
    Grade("c-lower", "c"),
    grade_public=True,
)
HOUSEHOLD = replace(
    COOPERATIVE,
    type=SubjectType.HOUSEHOLD,
    name="田大根",
    uscc=None,
    digest=b"d" * 16,
    grade_public=False,
)


def _prepare(
    row: BatchRow = ROW, subject: SubjectFacts = COOPERATIVE, texts: CertificateTexts = TEXTS
) -> tuple[Claims, dict[str, str]]:
    return prepare_certificate(
        row,
        subject,
        JIANDE,
        "建德市农业农村局",
        texts,
        template=Template("a5", 1),
        identifier=ID,
        status=STATUS,
        check_code="4821-0937-5562",
        at=AT,
    )


def test_the_fields_in_the_order_of_the_page() -> None:
    _, fields = _prepare()
    assert list(fields.items()) == [
        ("title", "承诺达标合格证"),
        ("product", "草莓"),
        ("quantity", "500斤"),
        ("origin", "建德市杨村桥镇"),
        ("issued_on", "2026年3月5日"),
        ("subject", "建德市某某果蔬专业合作社"),
        ("subject_code", "93330182MA0TEXT040"),
        ("contact", "0571-00001234"),
        ("basis", "□质量安全控制符合要求 ■自行检测合格 □委托检测合格"),
        ("promise", TEXTS.promise),
        ("grade", "c级"),
        ("check_code", "4821-0937-5562"),
        (
            "platform",
            "由建德市农业农村局平台签名，仅证明本文件未被改动，不代替承诺人签名（《电子签名法》第十三条）",
        ),
        ("caption", "承诺达标合格证 扫码查验真伪和当前信用等级"),
        ("number", "000G-40R4-0M30-E209-K"),
    ]


def test_the_claims() -> None:
    claims, fields = _prepare(replace(ROW, role=Role.COLLECTOR))
    assert claims == Claims(
        id=ID,
        kind=Kind.CERTIFICATE,
        profile=Profile.DOCUMENT,
        issued_at=AT,
        subject=COOPERATIVE.claim,
        status=STATUS,
        digest=fields_digest(fields, ID),
        product="草莓",
        pack=JIANDE,
        template=Template("a5", 1),
        quantity=Quantity(500, 0, "斤"),
        origin=Origin("330182", "建德市杨村桥镇"),
        basis=(Basis.SELF_TESTED,),
        role=Role.COLLECTOR,
        grade=Grade("c-lower", "c"),
    )


def test_the_rows_own_division_and_contact_go_first() -> None:
    claims, fields = _prepare(replace(ROW, division="330183", contact="0571-00009999"))
    assert claims.origin == Origin("330183", "建德市杨村桥镇")
    assert fields["contact"] == "0571-00009999"


def test_a_household_has_no_code_no_public_grade_and_a_masked_name_in_the_claims() -> None:
    claims, fields = _prepare(subject=HOUSEHOLD)
    assert fields["subject"] == "田大根"
    assert not {"subject_code", "grade"} & fields.keys()
    assert claims.grade is None
    assert claims.subject.name == "田某根"
    assert "田大根".encode() not in encode_claims(claims)


def test_a_household_that_agreed_shows_its_grade() -> None:
    claims, fields = _prepare(subject=replace(HOUSEHOLD, grade_public=True))
    assert fields["grade"] == "c级"
    assert claims.grade == Grade("c-lower", "c")


def test_no_telephone_number_is_signed_in_clear() -> None:
    claims, fields = _prepare()
    assert fields["contact"].encode() not in encode_claims(claims)


def test_the_label_has_its_own_number_and_status() -> None:
    claims, fields = _prepare()
    label, printed = label_claims(claims, fields, identifier=LABEL_ID, status=StatusReference(1, 6))
    assert label.profile is Profile.LABEL
    assert (label.id, label.status) == (LABEL_ID, StatusReference(1, 6))
    assert label.digest == fields_digest(printed, LABEL_ID, 12)
    assert label.subject.name is None
    assert list(printed) == list(fields)
    assert {name for name in fields if fields[name] != printed[name]} == {"number"}
    assert decode_claims(encode_claims(label)) == label
    assert claimed_fields(label).items() <= printed.items()


@pytest.mark.parametrize("subject", [COOPERATIVE, HOUSEHOLD])
def test_what_is_filled_in_is_what_is_prepared_whole(subject: SubjectFacts) -> None:
    form = certificate_form(*_prepare(subject=subject))
    other = replace(ROW, quantity=Quantity(1, 0, "枚"))
    status, code = StatusReference(7, 131_071), "0000-1111-2222"
    whole, printed = prepare_certificate(
        other,
        subject,
        JIANDE,
        "建德市农业农村局",
        TEXTS,
        template=Template("a5", 1),
        identifier=LABEL_ID,
        status=status,
        check_code=code,
        at=AT,
    )
    payload, own = form.fill(other.quantity, identifier=LABEL_ID, status=status, check_code=code)
    assert payload == encode_claims(whole)
    assert list({**form.fields, **own}.items()) == list(printed.items())


def test_a_value_filled_in_is_checked_as_any() -> None:
    form = certificate_form(*_prepare())
    with pytest.raises(FieldError, match="“校验码”含有不能印刷的上标"):
        form.fill(ROW.quantity, identifier=ID, status=STATUS, check_code="4821①")
    with pytest.raises(FieldError, match="“产品数量”含有不能印刷的上标"):
        form.fill(Quantity(15, -1, "①"), identifier=ID, status=STATUS, check_code="4821")
    with pytest.raises(FormatError, match="quantity"):
        form.fill(Quantity(10, -1, "公斤"), identifier=ID, status=STATUS, check_code="4821")


def test_a_label_filled_in_is_the_label_written_whole() -> None:
    claims, fields = _prepare()
    of = {"identifier": LABEL_ID, "status": StatusReference(1, 6)}
    label, printed = label_claims(claims, fields, **of)  # type: ignore[arg-type]
    form = label_form(*_prepare(replace(ROW, quantity=Quantity(1, 0, "枚"))))
    assert form.fields != fields
    for one in (form, form.settled(fields)):
        payload, filled = one.fill(fields, **of)  # type: ignore[arg-type]
        assert payload == encode_claims(label)
        assert list(filled.items()) == list(printed.items())


@pytest.mark.parametrize(
    ("row", "subject", "texts", "message"),
    [
        (replace(ROW, product="草莓①"), COOPERATIVE, TEXTS, "“产品名称”含有不能印刷的上标"),
        (replace(ROW, origin="建德市__村"), COOPERATIVE, TEXTS, "“产地”含有待填的空白“__”"),
        (replace(ROW, origin="编号：1"), COOPERATIVE, TEXTS, "“产地”中不得出现“编号：”"),
        (ROW, replace(COOPERATIVE, contact=""), TEXTS, "“联系方式”没有填写"),
        (ROW, COOPERATIVE, replace(TEXTS, promise=""), "“承诺事项”没有填写"),
        (ROW, COOPERATIVE, replace(TEXTS, caption="扫码"), "须写明“承诺达标合格证”"),
        (ROW, COOPERATIVE, replace(TEXTS, title="合格证"), "须写明“承诺达标合格证”"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(
    row: BatchRow, subject: SubjectFacts, texts: CertificateTexts, message: str
) -> None:
    with pytest.raises(FieldError, match=message):
        _prepare(row, subject, texts)


_WORDS = st.text(
    st.characters(exclude_categories=["Z", "C"]).filter(lambda c: unsafe_character(c) is None),
    min_size=1,
    max_size=20,
)


@given(
    product=_WORDS,
    origin=_WORDS,
    name=_WORDS,
    amount=st.decimals(Decimal("0.001"), Decimal(99_999_999), places=3),
    at=st.integers(1_600_000_000, 2**32 - 1),
    natural=st.booleans(),
    public=st.booleans(),
    basis=st.sets(st.sampled_from(Basis), min_size=1),
)
def test_whatever_is_printed_the_claims_agree_with_the_paper(
    *,
    product: str,
    origin: str,
    name: str,
    amount: Decimal,
    at: int,
    natural: bool,
    public: bool,
    basis: set[Basis],
) -> None:
    row = replace(
        ROW,
        product=product,
        origin=origin,
        quantity=Quantity.of(amount, "公斤"),
        produced_on=date(2020, 1, 1),
        basis=tuple(sorted(basis)),
    )
    subject = replace(HOUSEHOLD if natural else COOPERATIVE, name=name, grade_public=public)
    try:
        claims, fields = prepare_certificate(
            row,
            subject,
            JIANDE,
            "局",
            TEXTS,
            template=Template("a5", 1),
            identifier=ID,
            status=STATUS,
            check_code="4821-0937-5562",
            at=at,
        )
    except FieldError as error:
        assert error.field in FIELDS
        return
    assert claimed_fields(claims).items() <= fields.items()
    assert decode_claims(encode_claims(claims)) == claims
    assert claims.digest == fields_digest(fields, ID)
    label, printed = label_claims(claims, fields, identifier=LABEL_ID, status=STATUS)
    assert claimed_fields(label).items() <= printed.items()
    assert decode_claims(encode_claims(label)) == label
