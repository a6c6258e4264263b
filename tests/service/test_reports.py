"""What a signed report says of one file."""

from dataclasses import replace

from credential.policy import BUYER
from service.reports import report_values
from tests.service.web.sample_office import GENUINE


def test_a_pass_by_a_policy_without_the_content_says_so() -> None:
    assert report_values(GENUINE, {})["verdict"] == "通过（TOTAL-PASSED）"
    buyer = report_values(replace(GENUINE, policy=BUYER), {})
    assert buyer["verdict"] == "通过（TOTAL-PASSED），只指凭证和登记状态，不指内容"
