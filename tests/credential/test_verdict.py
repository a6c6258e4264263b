"""Verdicts: the worst axis decides, nothing checked is never a pass, and the JSON is as published."""

import json

import pytest

from credential.policy import NOTARY
from credential.verdict import (
    Axis,
    AxisName,
    Finding,
    GradeNow,
    Indication,
    Place,
    SubIndication,
    Verdict,
    verdict_json,
    worst,
)
from tests.samples import AT

PASSED = Axis(AxisName.CONTAINER, Indication.PASSED)
LATER = Axis(AxisName.REGISTRY_STATUS, Indication.INDETERMINATE, SubIndication.TRY_LATER)
HIDDEN = Axis(AxisName.VISIBILITY, Indication.INDETERMINATE, SubIndication.HIDDEN_CONTENT)
MISMATCH = Axis(
    AxisName.CONTENT_MATCH,
    Indication.FAILED,
    SubIndication.CONTENT_MISMATCH,
    (
        Finding(
            "FIELD_DIFFERS",
            "产品数量与签发时不一致",
            field="quantity",
            expected="500公斤",
            found="5000公斤",
            place=Place(1, (20.0, 31.5, 60.0, 36.0)),
        ),
        Finding("SEEN", "第二处", step=14, place=Place(2)),
    ),
)


@pytest.mark.parametrize(
    ("axes", "indication", "sub"),
    [
        ((PASSED,), "TOTAL-PASSED", None),
        ((PASSED, LATER), "INDETERMINATE", "TRY_LATER"),
        ((LATER, PASSED, HIDDEN), "INDETERMINATE", "TRY_LATER"),
        ((PASSED, LATER, MISMATCH), "TOTAL-FAILED", "CONTENT_MISMATCH"),
        ((MISMATCH, LATER), "TOTAL-FAILED", "CONTENT_MISMATCH"),
        ((), "INDETERMINATE", "NO_SIGNATURE_FOUND"),
    ],
)
def test_the_worst_axis_decides(axes: tuple[Axis, ...], indication: str, sub: str | None) -> None:
    verdict = Verdict("a.pdf", "00", axes)
    assert verdict.indication == indication
    written = verdict_json(verdict)
    assert (written["indication"], written["sub_indication"]) == (indication, sub)


def test_the_worst_of_some() -> None:
    assert worst([]) is Indication.INDETERMINATE
    assert worst([Indication.PASSED]) is Indication.PASSED
    assert worst([Indication.FAILED, Indication.PASSED]) is Indication.FAILED
    assert worst([Indication.PASSED, Indication.INDETERMINATE]) is Indication.INDETERMINATE


@pytest.mark.parametrize("indication", [Indication.FAILED, Indication.INDETERMINATE])
def test_an_axis_that_did_not_pass_says_why(indication: Indication) -> None:
    with pytest.raises(ValueError, match="an axis that did not pass says why"):
        Axis(AxisName.CONTAINER, indication)


def test_the_published_json() -> None:
    verdict = Verdict(
        "甲.pdf",
        "ab" * 32,
        (PASSED, MISMATCH),
        credential={"number": "D6ME-7800-0410-6105-8"},
        grade=GradeNow("A", "c", AT),
        checked_at=AT,
    )
    assert json.loads(json.dumps(verdict_json(verdict))) == {
        "schema": "zhengxin-verdict/1",
        "file": "甲.pdf",
        "sha256": "ab" * 32,
        "checked_at": AT,
        "indication": "TOTAL-FAILED",
        "sub_indication": "CONTENT_MISMATCH",
        "policy": {"name": "notary", "version": 1, "sha256": NOTARY.sha256},
        "as_of": None,
        "axes": [
            {
                "name": "container",
                "indication": "TOTAL-PASSED",
                "sub_indication": None,
                "findings": [],
                "decides": True,
            },
            {
                "name": "content_match",
                "indication": "TOTAL-FAILED",
                "sub_indication": "CONTENT_MISMATCH",
                "findings": [
                    {
                        "code": "FIELD_DIFFERS",
                        "message": "产品数量与签发时不一致",
                        "step": None,
                        "field": "quantity",
                        "expected": "500公斤",
                        "found": "5000公斤",
                        "place": {"page": 1, "box": [20.0, 31.5, 60.0, 36.0]},
                    },
                    {
                        "code": "SEEN",
                        "message": "第二处",
                        "step": 14,
                        "field": None,
                        "expected": None,
                        "found": None,
                        "place": {"page": 2, "box": None},
                    },
                ],
                "decides": True,
            },
        ],
        "credential": {"number": "D6ME-7800-0410-6105-8"},
        "grade": {"as_issued": "A", "now": "c", "at": AT, "then": None},
    }


def test_what_is_not_known_is_null_not_left_out() -> None:
    written = verdict_json(Verdict("a.pdf", "00", (PASSED,)))
    assert written["credential"] is None
    assert written["grade"] is None
    assert written["checked_at"] is None


def test_the_indications_are_those_of_the_standard() -> None:
    assert [str(indication) for indication in Indication] == [
        "TOTAL-PASSED",
        "INDETERMINATE",
        "TOTAL-FAILED",
    ]
    assert [str(name) for name in AxisName] == [
        "container",
        "credential",
        "pades",
        "registry_status",
        "content_match",
        "visibility",
    ]
