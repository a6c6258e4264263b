"""What a signed report says of one file."""

from dataclasses import replace

import pytest

from credential.policy import ARCHIVE, BUYER, NOTARY
from credential.verdict import (
    Axis,
    AxisName,
    FieldText,
    Finding,
    Indication,
    SubIndication,
    Verdict,
)
from service.reports import MOST_FINDINGS, pile_values, report_values
from service.web.verdict_page import verdict_page
from tests.service.web.sample_office import GENUINE
from verifier.pile import Row, Summary
from verifier.report import is_plain_pass


def test_a_pass_by_a_policy_without_the_content_says_so() -> None:
    assert report_values(GENUINE, {})["verdict"] == "通过（TOTAL-PASSED）"
    buyer = report_values(replace(GENUINE, policy=BUYER), {})
    assert buyer["verdict"] == "通过（TOTAL-PASSED），只指凭证和登记状态，不指内容"


def test_a_report_on_a_report_says_what_that_one_concluded() -> None:
    """Passed on without the first, it would be a pass of the altered file."""
    texts = (
        FieldText("verdict", "不通过（TOTAL-FAILED）", None),
        FieldText("file_digest", "ab", None),
    )
    held = {"kind": "report", "matter": "核验报告", "id": "64R0-1"}
    values = report_values(replace(GENUINE, credential=held, texts=texts), {})
    words = "这是一份核验报告，真实与否只指报告本身；报告的结论：“不通过（TOTAL-FAILED）”（被核验文件的指纹 ab）"
    assert values["verdict"] == f"通过（TOTAL-PASSED）；{words}"
    assert values["checked"] == "64R0-1（核验报告）"


def test_a_report_says_of_what_kind_the_document_was() -> None:
    held = {"kind": "certificate", "product": "柑橘", "id": "64R0-1"}
    assert (
        report_values(replace(GENUINE, credential=held), {})["checked"]
        == "64R0-1（承诺达标合格证：柑橘）"
    )
    assert report_values(replace(GENUINE, credential={"id": "64R0-1"}), {})["checked"] == "64R0-1"


def test_a_report_on_the_past_says_what_is_known_today() -> None:
    said = Axis(
        AxisName.REGISTRY_STATUS, Indication.PASSED, None, (Finding("STATUS_NOW", "现在：已作废"),)
    )
    past = replace(GENUINE, axes=(*GENUINE.axes[:1], said), as_of=0, policy=ARCHIVE)
    words = "通过（TOTAL-PASSED）（截至 1970年1月1日 08:00:00）；现在：已作废"
    assert report_values(past, {})["verdict"] == words
    page = verdict_page(past, "")
    assert "1970年1月1日 08:00:00时有效，内容与签发时一致。现在：已作废" in page
    assert "Not so today." in page
    assert 'class="banner valid"' not in page


REVOKED = Axis(
    AxisName.REGISTRY_STATUS, Indication.PASSED, None, (Finding("STATUS_NOW", "现在：已作废"),)
)
PAST = replace(GENUINE, axes=(*GENUINE.axes[:1], REVOKED), as_of=0, policy=ARCHIVE)
DIFFERS = Axis(
    AxisName.CONTENT_MATCH,
    Indication.INDETERMINATE,
    SubIndication.CONTENT_MISMATCH,
    (Finding("OCR_DIFFERS", "“产品数量”与签发时不同", field="quantity"),),
)
SEEN = replace(
    GENUINE,
    policy=BUYER,
    axes=(*(one for one in GENUINE.axes if one.name is not AxisName.CONTENT_MATCH), DIFFERS),
)


@pytest.mark.parametrize("doubtful", [PAST, SEEN], ids=["withdrawn since", "seen to differ"])
def test_a_report_on_a_doubtful_pass_is_no_plain_pass(doubtful: Verdict) -> None:
    assert not is_plain_pass(doubtful)
    texts = tuple(FieldText(name, said, said) for name, said in report_values(doubtful, {}).items())
    report = replace(GENUINE, credential={"kind": "report", "id": "64R0-1"}, texts=texts)
    assert not is_plain_pass(report)
    assert Row.of(report).words == "通过，须看说明"
    assert 'class="banner valid"' not in verdict_page(report, "")
    plain = replace(report, texts=(FieldText("verdict", "通过（TOTAL-PASSED）", None),))
    assert is_plain_pass(plain)


def test_a_report_on_a_pile_says_what_its_pass_is_no_pass_of() -> None:
    other = replace(PAST, file="b.pdf", sha256="ab", credential={"id": "64R0-1"})
    rows = (Row.of(GENUINE), Row.of(other))
    values = pile_values(Summary(ARCHIVE, rows, ("._x",), 0), "pile", {}, 0)
    asked = "1970年1月1日 08:00:00"
    words = f"通过（TOTAL-PASSED）（截至 {asked}）；其中 1 个须看说明；另有 1 个系统文件未核验"
    assert values["verdict"] == words
    assert values["findings"].split("\n") == [
        f"b.pdf：通过，须看说明 {asked}时有效；现在：已作废",
        "没有重复的文件或凭证",
        "._x：系统文件，未核验",
    ]
    buyer = pile_values(Summary(BUYER, (rows[0],)), "pile", {}, 0)
    assert buyer["verdict"] == "通过（TOTAL-PASSED），只指凭证和登记状态，不指内容"
    plain = pile_values(Summary(NOTARY, (rows[0],)), "pile", {}, 0)
    assert plain["verdict"] == "通过（TOTAL-PASSED）"


def test_of_many_findings_the_first_are_printed() -> None:
    rows = (Row.of(replace(PAST, file="b.pdf")),) * (MOST_FINDINGS + 2)
    lines = pile_values(Summary(ARCHIVE, rows), "pile", {}, 0)["findings"].split("\n")
    assert lines[MOST_FINDINGS - 1 : MOST_FINDINGS + 1] == [rows[0].line, "其余 2 项见附件"]


@pytest.mark.parametrize("name", ["", "   ", "\u3000"])
def test_a_name_of_blanks_is_none(name: str) -> None:
    assert report_values(replace(GENUINE, file=name), {})["file"] == "（未命名）"
