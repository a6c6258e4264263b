"""What OCR read never passes, and fails only where misreading can't explain it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from credential.certificate_id import format_certificate_id
from credential.confirmation import places_to_confirm
from credential.fields import FIELDS, fields_digest
from credential.verdict import Axis, Finding, Indication, SubIndication, Verdict
from tests import samples
from tests.verifier.test_scan_reading import line, scan
from verifier.comparison import field_words
from verifier.evidence import Evidence, Form, PageSize, ScannedPage, ScanState
from verifier.scan_comparison import compare_scan

UNSURE, FAILED = Indication.INDETERMINATE, Indication.FAILED
OTHER = {
    "product": "茶鲜叶",
    "quantity": "350千克",
    "origin": "山西省晋城市高平市马村镇大周村",
}


def page(fields: Mapping[str, str], **changed: str | None) -> Evidence:
    """Each field in a row of its own, the title first."""
    shown = {**fields, **changed}
    lines = [line(shown["title"] or "", 40, 10)]
    for number, (name, value) in enumerate(shown.items()):
        if FIELDS[name].label and value is not None:
            lines.append(
                line(f"{FIELDS[name].label}：{''.join(value.split())}", 10, 20 + 8 * number)
            )
    return scan(*lines)


def producer(**changed: str | None) -> Axis:
    fields = {name: text for name, text in samples.PRODUCER_FIELDS.items() if name != "caption"}
    return compare_scan(
        page(fields, **changed), samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True
    )


def found(axis: Axis, name: str) -> Finding:
    return next(finding for finding in axis.findings if finding.field == name)


def test_all_alike_is_still_not_compared():
    axis = producer()
    assert (axis.indication, axis.sub_indication) == (UNSURE, SubIndication.CONTENT_MISMATCH)
    assert found(axis, "caption").code == "OCR_MISSING"
    same = [finding for finding in axis.findings if finding.code == "OCR_SAME"]
    assert len(same) == len(samples.PRODUCER_FIELDS) - 1
    quantity = found(axis, "quantity")
    assert quantity.message == "“产品数量”OCR 读得一致，须人工确认（识别把握 0.90）"
    assert (quantity.expected, quantity.found) == ("1200公斤", "1200公斤")
    assert quantity.place is not None
    assert quantity.place.box is not None
    assert quantity.place.box[1] > 100


def test_a_name_says_that_ocr_does_not_settle_it():
    assert "姓名、名称不以 OCR 为准" in found(producer(), "subject").message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quantity", "9200公斤"),
        ("issued_on", "2026年3月8日"),
        ("product", "草苺"),
        ("contact", "1"),
    ],
)
def test_one_value_read_otherwise_is_for_a_person(name: str, value: str):
    axis = producer(**{name: value})
    assert (axis.indication, axis.sub_indication) == (UNSURE, SubIndication.CONTENT_MISMATCH)
    finding = found(axis, name)
    assert (finding.code, finding.found) == ("OCR_DIFFERS", value)
    assert finding.expected == samples.PRODUCER_FIELDS[name]
    assert finding.message.startswith(f"“{field_words(name)}”OCR 读得与签发时不同")


def test_differences_stand_first():
    codes = [finding.code for finding in producer(quantity="9200公斤").findings]
    assert codes == sorted(codes, key="OCR_SAME".__eq__)


def test_two_values_wholly_other_are_for_a_person():
    assert producer(product="茶鲜叶", quantity="350千克").indication is UNSURE


def test_several_values_wholly_other_are_another_document():
    axis = producer(**OTHER)
    assert (axis.indication, axis.sub_indication) == (FAILED, SubIndication.CONTENT_MISMATCH)
    assert {finding.field for finding in axis.findings} == set(OTHER)
    assert found(axis, "product").code == "OTHER_DOCUMENT"
    assert found(axis, "product").message == "“产品名称”与签发时完全不同，纸面上也没有签发时的内容"


def test_not_where_the_signed_values_stand_elsewhere_on_the_paper():
    signed = samples.PRODUCER_FIELDS
    beside = "".join(signed[name] for name in OTHER)
    assert producer(**OTHER, promise=signed["promise"] + beside).indication is UNSURE


def test_not_where_ocr_is_unsure():
    evidence = page(samples.PRODUCER_FIELDS, **OTHER)
    (one,) = evidence.scanned
    unsure = tuple(
        type(item)(item.text, item.box, item.flat, (0.7,) * len(item.text)) for item in one.lines
    )
    blurred = Evidence(
        evidence.form, evidence.pages, scanned=(ScannedPage(1, ScanState.READ, unsure),)
    )
    axis = compare_scan(blurred, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)
    assert axis.indication is UNSURE


def test_a_number_of_another_document():
    other = format_certificate_id(bytes.fromhex("6a1b2c3d4e5f60718293"))
    axis = producer(number=other)
    assert axis.indication is FAILED
    (finding,) = axis.findings
    assert (finding.code, finding.field, finding.found) == ("OTHER_DOCUMENT", "number", other)
    assert finding.message == "纸面上的“编号”校验位正确，却是另一份文件或另一主体的"


@pytest.mark.parametrize("check", "OIL01")
def test_a_check_character_that_looks_like_a_digit(check: str):
    """OCR reads them as digits or letters as it likes; the other sixteen have neither I, L nor O."""
    numbers = (bytes(6) + end.to_bytes(4) for end in range(1000))
    own = next(one for one in numbers if format_certificate_id(one)[-1] == check)
    number = format_certificate_id(own)
    fields = {**samples.PRODUCER_FIELDS, "number": number}
    digest = fields_digest(fields, own, len(samples.PRODUCER.digest))
    claims = replace(samples.PRODUCER, id=own, digest=digest)

    def code(read: str) -> str:
        return found(
            compare_scan(page(fields, number=read), claims, fields, reveal=True), "number"
        ).code

    for letters, digits in (("O", "0"), ("I", "1"), ("L", "1"), ("0", "O"), ("1", "I")):
        assert code(number.replace(letters, digits)) == "OCR_SAME"
    assert code(number[:-1] + "X") == "OCR_DIFFERS"
    assert code("8" + number[1:]) == "OCR_DIFFERS"


@pytest.mark.parametrize("place", range(3))
def test_a_number_misread_is_no_other_number(place: int):
    own = samples.number(samples.PRODUCER)
    assert producer(number=own[:place] + "8" + own[place + 1 :]).indication is UNSURE
    assert producer(number=own[:-1] + "0").indication is UNSURE


def test_a_code_of_another_subject():
    axis = producer(subject_code="32140581MD0TEXT48W")
    assert axis.indication is FAILED
    assert axis.findings[0].field == "subject_code"


@pytest.mark.parametrize(
    ("read", "code"),
    [
        ("■质量安全控制符合要求■自行检测合格□委托检测合格", "OCR_SAME"),
        ("质量安全控制符合要求自行检测合格口委托检测合格", "OCR_SAME"),
        ("◼质量安全控制符合要求自行检测合格☐委托检测合格", "OCR_SAME"),
        ("☐质量安全控制符合要求■自行检测合格☐委托检测合格", "OCR_DIFFERS"),
        ("□质量安全控制符合要求■自行检测合格□委托检测合格", "OCR_DIFFERS"),
        ("■质量安全控制符合要求■自行检测合格■委托检测合格", "OCR_DIFFERS"),
    ],
)
def test_a_box_that_is_read_must_be_the_one_signed(read: str, code: str):
    finding = found(producer(basis=read), "basis")
    assert finding.code == code
    if code == "OCR_SAME":
        assert "勾选须人工确认" in finding.message


def test_a_box_in_any_field_may_be_left_out_by_ocr():
    fields = samples.PLEDGE_FIELDS | {"acknowledged": "■本人已阅读"}
    claims = replace(samples.PLEDGE, digest=fields_digest(fields, samples.PLEDGE.id))
    axis = compare_scan(page(fields, acknowledged="本人已阅读"), claims, fields, reveal=True)
    assert found(axis, "acknowledged").code == "OCR_SAME"


def test_offline_a_person_is_compared_by_the_masked_name():
    evidence = page(samples.HOUSEHOLD_FIELDS)
    axis = compare_scan(evidence, samples.HOUSEHOLD, None, reveal=False)
    finding = found(axis, "subject")
    assert (finding.code, finding.expected, finding.found) == ("OCR_SAME", "田某根", "田大根")


def test_what_the_reader_may_not_see_is_not_told():
    evidence = page(samples.PLEDGE_FIELDS, promisor="王小二")
    axis = compare_scan(evidence, samples.PLEDGE, samples.PLEDGE_FIELDS, reveal=False)
    assert found(axis, "promisor").expected == "田某根"
    assert "田大根" not in str(axis)


@pytest.mark.parametrize("code", [None, "0000 0000 0000"])
def test_a_guessed_telephone_number_is_not_told_to_be_right(code: str | None):
    fields = samples.PRODUCER_FIELDS | {"check_code": "1234 5678 9012"}
    claims = samples.PRODUCER
    claims = replace(claims, digest=fields_digest(fields, claims.id, len(claims.digest)))
    axis = compare_scan(page(fields, check_code=code), claims, fields, reveal=False)
    told = [finding.field for finding in axis.findings]
    assert "contact" not in told
    finding = found(axis, "check_code")
    assert finding.message.startswith("OCR 没有读到签发时的“校验码”，未公开的各项因此未逐项比对")
    assert finding.expected is None
    with_code = compare_scan(page(fields), claims, fields, reveal=False)
    assert found(with_code, "contact").code == "OCR_SAME"


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (ScanState.NOT_INSTALLED, "OCR_NOT_INSTALLED", "未安装文字识别组件（ocr）"),
        (ScanState.OUT_OF_TIME, "OCR_OUT_OF_TIME", "文字识别超时"),
        (ScanState.READ, "OCR_NOTHING", "没有识别出文字"),
    ],
)
def test_pages_that_were_not_read_say_so(state: ScanState, code: str, words: str):
    evidence = Evidence(Form.PICTURE, pages=(PageSize(148, 210),), scanned=(ScannedPage(1, state),))
    axis = compare_scan(evidence, samples.PRODUCER, None, reveal=False)
    assert (axis.indication, axis.sub_indication) == (UNSURE, SubIndication.CONTENT_NOT_COMPARED)
    finding, *rest = axis.findings
    # each field that the symbol carries is for a person to look at
    assert {one.code for one in rest} == {"OCR_MISSING"}
    assert {"product", "subject", "number"} <= {one.field for one in rest}
    assert finding.code == code
    assert words in finding.message


def test_a_field_that_nobody_signed_is_found_and_closes_confirmation():
    assert "expires_on" not in samples.PRODUCER_FIELDS
    axis = producer(expires_on="2027年3月5日")
    finding = found(axis, "expires_on")
    assert (finding.code, finding.found, finding.expected) == ("OCR_ADDED", "2027年3月5日", None)
    assert finding.message == f"纸面上有“{field_words('expires_on')}”，签发的内容中没有这一项"
    assert axis.sub_indication is SubIndication.CONTENT_MISMATCH


@pytest.mark.parametrize("words", ["产品数量半", "承诺事项废", "产品数量："])
def test_words_that_were_taken_for_a_second_label_are_told(words: str):
    """Found: one character off a bare label, they were nowhere named and a person could confirm."""
    fields = {name: text for name, text in samples.PRODUCER_FIELDS.items() if name != "caption"}
    evidence = page(fields)
    (one,) = evidence.scanned
    lines = (*one.lines, line(words, 10, 180))
    changed = replace(evidence, scanned=(replace(one, lines=lines),))
    axis = compare_scan(changed, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)
    (added,) = (finding for finding in axis.findings if finding.code == "OCR_ADDED")
    assert added.message.startswith("纸面上不止一处像“")
    assert added.place is not None
    assert added.place.box is not None
    assert added.place.box[1] >= 170
    assert axis.sub_indication is SubIndication.CONTENT_MISMATCH


def nothing_read(state: ScanState) -> Axis:
    blank = replace(scan(), scanned=(ScannedPage(1, state=state),))
    return compare_scan(blank, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ScanState.READ, "OCR_NOTHING"),
        (ScanState.NOT_INSTALLED, "OCR_NOT_INSTALLED"),
        (ScanState.OUT_OF_TIME, "OCR_OUT_OF_TIME"),
    ],
)
def test_where_nothing_was_read_a_person_has_every_field_to_look_at(state: ScanState, code: str):
    axis = nothing_read(state)
    assert axis.sub_indication is SubIndication.CONTENT_NOT_COMPARED
    assert axis.findings[0].code == code
    rest = {finding.field: finding for finding in axis.findings[1:]}
    assert rest.keys() == samples.PRODUCER_FIELDS.keys()
    assert {finding.code for finding in rest.values()} == {"OCR_MISSING"}
    assert rest["quantity"].expected == samples.PRODUCER_FIELDS["quantity"]


def test_a_page_that_was_not_read_excuses_no_value_that_was_read_otherwise():
    fields = {name: text for name, text in samples.PRODUCER_FIELDS.items() if name != "caption"}
    one = page(fields, quantity="9200公斤")
    two = replace(
        one,
        pages=(*one.pages, one.pages[0]),
        scanned=(*one.scanned, ScannedPage(2, state=ScanState.OUT_OF_TIME)),
    )
    axis = compare_scan(two, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)
    assert found(axis, "quantity").code == "OCR_DIFFERS"
    assert axis.sub_indication is SubIndication.CONTENT_MISMATCH


def _moved(*said: str) -> Axis:
    """The product's row is gone; these lines stand elsewhere."""
    fields = {name: text for name, text in samples.PRODUCER_FIELDS.items() if name != "caption"}
    evidence = page(fields, quantity=None)
    (one,) = evidence.scanned
    lines = (*(line(text, 10, 150 + 8 * number) for number, text in enumerate(said)), *one.lines)
    changed = replace(evidence, scanned=(replace(one, lines=lines),))
    return compare_scan(changed, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("1200公斤",), "OCR_SAME"),
        (("数重：1200公斤",), "OCR_SAME"),
        (("1200公", "斤"), "OCR_SAME"),
        (("91200公斤",), "OCR_MISSING"),
        (("共计：91200公斤",), "OCR_MISSING"),
        (("1200公斤以上",), "OCR_MISSING"),
        (("不足1200公斤",), "OCR_MISSING"),
    ],
)
def test_a_value_found_elsewhere_stands_alone(said: tuple[str, ...], code: str):
    assert found(_moved(*said), "quantity").code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("田大根", "OCR_WRITTEN"),
        ("田大根2026年11月22日", "OCR_WRITTEN"),
        ("田大根撤回未再婚声明公证申请，又名王五一，另行承诺以此为准", "OCR_ADDED"),
    ],
)
def test_what_stands_beside_the_wet_signature_is_for_a_person_to_see(written: str, code: str):
    fields = {name: text for name, text in samples.PLEDGE_FIELDS.items() if name != "caption"}
    axis = compare_scan(
        page(fields, signature=written), samples.PLEDGE, samples.PLEDGE_FIELDS, reveal=True
    )
    seen = found(axis, "signature")
    assert (seen.code, seen.found) == (code, written)
    assert seen.place is not None


def test_an_empty_signature_is_nothing_to_look_at():
    fields = {name: text for name, text in samples.PLEDGE_FIELDS.items() if name != "caption"}
    axis = compare_scan(page(fields), samples.PLEDGE, samples.PLEDGE_FIELDS, reveal=True)
    assert "signature" not in {finding.field for finding in axis.findings}


def test_a_label_that_is_read_otherwise_is_told():
    """不诺事项 for 承诺事项 was OCR's slip, and nobody was told to look."""
    fields = {name: text for name, text in samples.PRODUCER_FIELDS.items() if name != "caption"}
    evidence = page(fields)
    (one,) = evidence.scanned
    lines = tuple(
        replace(line, text=line.text.replace("产品数量：", "产品重量：")) for line in one.lines
    )
    changed = replace(evidence, scanned=(replace(one, lines=lines),))
    axis = compare_scan(changed, samples.PRODUCER, samples.PRODUCER_FIELDS, reveal=True)
    quantity = found(axis, "quantity")
    assert quantity.code == "OCR_SAME"
    assert "这一栏的名称读作“产品重量：”，请看清是不是“产品数量”" in quantity.message
    assert "读作" not in found(axis, "product").message


def test_without_its_check_code_nobody_confirms_what_is_not_shown():
    """Found: rubbed out, with one page that OCR had no time for, the altered fields were nowhere named."""
    fields = {**samples.PRODUCER_FIELDS, "check_code": "2544-5242-7832"}
    digest = fields_digest(fields, samples.PRODUCER.id, len(samples.PRODUCER.digest))
    claims = replace(samples.PRODUCER, digest=digest)
    read = page(fields, check_code=None, contact="0571-00009999")
    slow = ScannedPage(2, state=ScanState.OUT_OF_TIME)
    evidence = replace(read, scanned=(*read.scanned, slow))
    axis = compare_scan(evidence, claims, fields, reveal=False)
    finding = found(axis, "check_code")
    assert finding.code == "OCR_WITHHELD"
    assert finding.message == (
        "OCR 没有读到签发时的“校验码”，未公开的各项因此未逐项比对，不能由人工确认："
        "请重新扫描，使“校验码”清楚，或由签发单位公开后核验"
    )
    assert places_to_confirm(Verdict("scan", "ab" * 32, (axis,))) == ()
    revealed = compare_scan(evidence, claims, fields, reveal=True)
    assert found(revealed, "contact").found == "0571-00009999"
