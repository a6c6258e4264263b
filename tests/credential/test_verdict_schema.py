"""The published schema: its copy in docs, what it takes and what it refuses."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

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
)
from credential.verdict_schema import VERDICT_SCHEMA
from tests.published import problems

DOCS = Path(__file__).parents[2] / "docs" / "verdict.schema.json"
FINDING = Finding("X", "有误", 3, "quantity", "1", "2", Place(1, (0, 0, 1.5, 2)))
FULL = Verdict(
    "甲.pdf",
    "ab" * 32,
    (Axis(AxisName.CONTENT_MATCH, Indication.FAILED, SubIndication.CONTENT_MISMATCH, (FINDING,)),),
    {
        "id": "D6ME-7800-0410-6105-8",
        "kind": "certificate",
        "issued_at": "2026-03-05T10:00:00+08:00",
    },
    GradeNow("A", None, None),
    7,
    as_of=6,
)


def written(verdict: Verdict) -> Any:
    return json.loads(json.dumps(verdict_json(verdict)))


def test_the_copy_in_the_docs_is_the_schema() -> None:
    """Anew: json.dumps(VERDICT_SCHEMA, ensure_ascii=False, indent=1)."""
    assert json.loads(DOCS.read_text("utf-8")) == VERDICT_SCHEMA


@pytest.mark.parametrize("verdict", [FULL, Verdict("", "", ())], ids=["full", "nothing"])
def test_a_verdict_is_valid(verdict: Verdict) -> None:
    assert problems(written(verdict)) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda v: v.pop("policy"), "$: 'policy' is a required property"),
        (lambda v: v.update(schema="zhengxin-verdict/2"), "$.schema"),
        (lambda v: v.update(indication="PASSED"), "$.indication"),
        (lambda v: v.update(sub_indication="WHATEVER"), "$.sub_indication"),
        (lambda v: v.update(sha256="AB" * 32), "$.sha256"),
        (lambda v: v.update(checked_at=True), "$.checked_at: True is not valid"),
        (lambda v: v["policy"].update(name="mine"), "$.policy.name"),
        (lambda v: v["axes"][0].pop("decides"), "$.axes[0]: 'decides' is a required"),
        (lambda v: v["axes"][0]["findings"][0]["place"].update(page=0), ".place: "),
        (lambda v: v["axes"][0]["findings"][0]["place"]["box"].pop(), ".place: "),
        (lambda v: v["grade"].pop("then"), "$.grade: "),
        (lambda v: v["credential"].pop("id"), "$.credential: "),
    ],
)
def test_what_is_no_verdict_is_refused(change: Any, problem: str) -> None:
    value = deepcopy(written(FULL))
    change(value)
    (found,) = problems(value)
    assert problem in found
