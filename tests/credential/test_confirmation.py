"""A person's confirmation: place by place, and only of what was not compared."""

from dataclasses import replace

import pytest

from credential.confirmation import Confirmation, confirm, places_to_confirm
from credential.policy import BUYER
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication, Verdict
from tests.samples import AT

PASSED, FAILED, UNSURE = Indication.PASSED, Indication.FAILED, Indication.INDETERMINATE
NOT_COMPARED = SubIndication.CONTENT_NOT_COMPARED
CONTENT = Axis(
    AxisName.CONTENT_MATCH,
    UNSURE,
    NOT_COMPARED,
    (
        Finding("OCR_SAME", "一致", field="promisor"),
        Finding("OCR_MISSING", "没有读到", field="matter"),
    ),
)
SEEN = Axis(AxisName.VISIBILITY, UNSURE, NOT_COMPARED, (Finding("TEXT_NOT_READ", "未读取"),))
GENUINE = Axis(AxisName.CREDENTIAL, PASSED)
SCAN = Verdict("扫描.jpg", "ab" * 32, (GENUINE, CONTENT, SEEN))


def by(*places: str) -> Confirmation:
    return Confirmation("王公证员", AT, frozenset(places))


def test_every_place_must_be_confirmed() -> None:
    assert places_to_confirm(SCAN) == ("promisor", "matter", "page")
    assert confirm(SCAN, by("promisor", "matter")).indication is UNSURE
    assert confirm(SCAN, by("promisor", "page")).indication is UNSURE
    whole = confirm(SCAN, by("promisor", "matter", "page"))
    assert whole.indication is PASSED
    said = whole.axes[1].findings[-1]
    assert (said.code, said.message) == (
        "CONFIRMED_BY_PERSON",
        "由 王公证员 于 2026年3月5日 10:00:00 对照画面逐处确认",
    )
    assert whole.axes[1].findings[:2] == CONTENT.findings
    assert places_to_confirm(whole) == ()


@pytest.mark.parametrize(
    "axis",
    [
        Axis(CONTENT.name, FAILED, SubIndication.CONTENT_MISMATCH, CONTENT.findings),
        Axis(AxisName.VISIBILITY, UNSURE, SubIndication.HIDDEN_CONTENT, SEEN.findings),
        Axis(AxisName.CREDENTIAL, UNSURE, NOT_COMPARED, CONTENT.findings),
        Axis(CONTENT.name, UNSURE, NOT_COMPARED, (Finding("NO_CREDENTIAL", "没有凭证"),)),
        Axis(CONTENT.name, UNSURE, NOT_COMPARED, (Finding("TEXT_ONLY", "只有二维码"),)),
        Axis(CONTENT.name, UNSURE, NOT_COMPARED, (Finding("PICTURE", "只有二维码"),)),
        Axis(CONTENT.name, UNSURE, NOT_COMPARED, ()),
    ],
)
def test_what_no_person_can_confirm(axis: Axis) -> None:
    verdict = replace(SCAN, axes=(axis,))
    assert places_to_confirm(verdict) == ()
    assert confirm(verdict, by("promisor", "matter", "page")) == verdict


def test_a_policy_without_a_person_asks_for_nothing() -> None:
    assert places_to_confirm(replace(SCAN, policy=BUYER)) == ()
