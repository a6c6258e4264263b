import re
from dataclasses import replace

import pytest

from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from service.web.verdict_page import AXIS_WORDS, SUB_WORDS, verdict_page
from tests.service.web.sample_office import ALTERED, GENUINE, NOTHING_FOUND, VALID


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
