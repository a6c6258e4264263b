"""What a signed report says of one file."""

from dataclasses import replace

from credential.policy import ARCHIVE, BUYER
from credential.verdict import Axis, AxisName, FieldText, Finding, Indication
from service.reports import report_values
from service.web.verdict_page import verdict_page
from tests.service.web.sample_office import GENUINE


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
