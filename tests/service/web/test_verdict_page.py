import re
from dataclasses import replace

import pytest

from credential.policy import BUYER
from credential.verdict import (
    Axis,
    AxisName,
    FieldText,
    Finding,
    Indication,
    SubIndication,
    Verdict,
)
from service.web.verdict_page import AXIS_WORDS, SUB_WORDS, verdict_page
from tests.service.web.sample_office import ALTERED, GENUINE, NOTHING_FOUND, VALID
from verifier.report import report_lines


def test_every_axis_and_sub_indication_has_words() -> None:
    assert set(AXIS_WORDS) == set(AxisName)
    assert set(SUB_WORDS) == set(SubIndication)


def test_altered_file_names_the_field_and_both_values() -> None:
    page = verdict_page(ALTERED)
    text = re.sub(r"<[^>]+>|\s", "", page)
    assert "核验不通过" in page
    assert "产品数量：与签发时不一致（第1页）签发时应为500公斤文件上读到800公斤" in text
    assert f'href="/c/{VALID.number}"' in page
    assert "核验时间：2026年3月9日 13:00:00" in page


def test_what_failed_stands_first() -> None:
    page = verdict_page(ALTERED)
    assert page.index("内容与签发时一致") < page.index("无隐藏或遮盖内容") < page.index("防伪签名")


def test_genuine_file() -> None:
    page = verdict_page(GENUINE)
    assert 'class="banner valid"' in page
    assert "核验通过" in page
    assert "✕" not in page


@pytest.mark.parametrize("axes", [(), NOTHING_FOUND.axes], ids=["no axis", "no credential"])
def test_nothing_found_never_looks_passed(axes: tuple[Axis, ...]) -> None:
    page = verdict_page(replace(NOTHING_FOUND, axes=axes))
    assert 'class="banner cannot-check"' in page
    assert "没有找到证信凭证" in page
    assert "核验通过" not in page
    assert "mark valid" not in page


def test_a_file_name_is_text() -> None:
    assert "<img" not in verdict_page(replace(ALTERED, file="<img src=x>.pdf"))


def test_an_unknown_field_and_a_phone_number() -> None:
    finding = Finding("X", "来电 13800001234 作废", field="other", expected="", found="多出的字")
    axis = Axis(
        AxisName.CONTENT_MATCH,
        Indication.FAILED,
        SubIndication.CONTENT_MISMATCH,
        (finding,),
    )
    page = verdict_page(replace(ALTERED, axes=(axis,)))
    assert "13800001234" not in page
    assert "（号码不公开）" in page
    assert "（空）" in page
    assert "多出的字" in page


@pytest.mark.parametrize(
    ("concluded", "style"),
    [
        ("不通过（TOTAL-FAILED）", "cannot-check"),
        ("通过（TOTAL-PASSED）", "valid"),
        (None, "cannot-check"),
    ],
)
def test_a_genuine_report_is_not_the_file_that_it_is_about(
    concluded: str | None, style: str
) -> None:
    texts = (FieldText("verdict", concluded, concluded), FieldText("file_digest", "ab12", "ab12"))
    held = {**(GENUINE.credential or {}), "kind": "report", "product": None, "matter": "核验报告"}
    page = verdict_page(replace(GENUINE, file="altered.pdf", credential=held, texts=texts))
    assert f'class="banner {style}"' in page
    assert "核验通过" not in page
    assert "内容与签发时一致，登记有效" not in page
    assert "这是一份核验报告，真实与否只指报告本身；报告的结论：" in page
    assert (concluded or "见报告") in page
    assert "<dd>核验报告</dd>" in page


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"kind": "certificate", "product": "草莓"}, "承诺达标合格证：草莓"),
        ({"kind": "pledge", "matter": "继承公证"}, "信用承诺书：继承公证"),
        ({"kind": "pledge"}, "信用承诺书"),
    ],
)
def test_what_it_is_stands_beside_the_name_of_the_file(held: dict[str, str], words: str) -> None:
    assert f"<dd>{words}</dd>" in verdict_page(replace(GENUINE, credential=held))


def seen(sub: SubIndication, *codes: str) -> Verdict:
    findings = tuple(Finding(code, "见") for code in codes)
    axes = tuple(
        Axis(AxisName.CONTENT_MATCH, Indication.INDETERMINATE, sub, findings)
        if axis.name is AxisName.CONTENT_MATCH
        else axis
        for axis in GENUINE.axes
    )
    return replace(GENUINE, axes=axes, policy=BUYER)


def test_a_policy_that_does_without_the_content_does_not_say_that_the_file_passed() -> None:
    page = verdict_page(seen(SubIndication.CONTENT_NOT_COMPARED))
    assert 'class="banner valid"' in page
    assert "凭证有效" in page
    assert "核验通过" not in page
    assert "看到有不同之处" not in page
    missing = seen(SubIndication.CONTENT_MISMATCH, "OCR_SAME", "OCR_MISSING")
    assert 'class="banner valid"' in verdict_page(missing)


@pytest.mark.parametrize(
    "verdict",
    [
        seen(SubIndication.CONTENT_MISMATCH, "OCR_SAME", "OCR_DIFFERS"),
        seen(SubIndication.HIDDEN_CONTENT, "DRAWING"),
        seen(SubIndication.PARSER_DISAGREEMENT),
        seen(SubIndication.MULTIPLE_CREDENTIALS),
    ],
)
def test_what_it_saw_all_the_same_is_no_green_page(verdict: Verdict) -> None:
    assert verdict.indication is Indication.PASSED
    page = verdict_page(verdict)
    assert 'class="banner cannot-check"' in page
    assert "核验时看到有不同之处，见下。" in page
    words = "通过  TOTAL-PASSED，只指凭证和登记状态，不指内容；核验时看到有不同之处"
    assert report_lines(verdict)[0] == f"{verdict.file}：{words}"
