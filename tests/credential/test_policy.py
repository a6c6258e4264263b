"""Policies: what each demands, that its hash is of its rule, and that none lets a falsehood pass."""

from dataclasses import replace

import pytest

from credential.policy import ARCHIVE, BUYER, NOTARY, POLICIES
from credential.verdict import Axis, AxisName, Indication, SubIndication, Verdict, verdict_json

UNSURE = Axis(AxisName.CONTENT_MATCH, Indication.INDETERMINATE, SubIndication.CONTENT_NOT_COMPARED)
FALSE = Axis(AxisName.CONTENT_MATCH, Indication.FAILED, SubIndication.CONTENT_MISMATCH)
GENUINE = Axis(AxisName.CREDENTIAL, Indication.PASSED)
HELD = Axis(AxisName.REGISTRY_STATUS, Indication.PASSED)


def test_the_notary_demands_every_axis_and_the_buyer_two() -> None:
    assert NOTARY.demands == ARCHIVE.demands == set(AxisName)
    assert BUYER.demands == {AxisName.CREDENTIAL, AxisName.REGISTRY_STATUS}
    assert list(POLICIES) == ["notary", "buyer", "archive"]
    assert [policy.name for policy in POLICIES.values() if policy.as_of] == ["archive"]


def test_the_hash_is_of_the_rule_and_of_nothing_else() -> None:
    """A published version's hash never changes: a rule that changes gets a new version."""
    assert {name: policy.sha256 for name, policy in POLICIES.items()} == {
        "notary": "6a07ff90d4625c005a0f7eba03e8e2ec2fe97f8fe921b67ca7a7a4aebffc436f",
        "buyer": "153cb2b753e2b5cf7ae4b1eb29f673eb770d14b2f5ab9918caa3c1aa26c34048",
        "archive": "9d35251a54321232735159a4fd072392400998ddc2a855722e0ca95a9addeacc",
    }
    assert replace(BUYER, title="收货人", english="Buyer").sha256 == BUYER.sha256
    for changed in (
        replace(BUYER, version=2),
        replace(BUYER, demands=frozenset({"credential"})),
        replace(BUYER, person=True),
        replace(BUYER, as_of=True),
    ):
        assert changed.sha256 != BUYER.sha256


def test_a_buyer_may_do_without_the_content_but_not_without_the_status() -> None:
    axes = (GENUINE, HELD, UNSURE)
    assert Verdict("a", "00", axes).indication is Indication.INDETERMINATE
    assert Verdict("a", "00", axes, policy=BUYER).indication is Indication.PASSED
    held = replace(HELD, indication=Indication.INDETERMINATE, sub_indication=SubIndication.NO_POE)
    verdict = Verdict("a", "00", (GENUINE, held, UNSURE), policy=BUYER)
    assert (verdict.indication, verdict.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.NO_POE,
    )


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_what_is_proved_false_fails_under_every_policy(policy: object) -> None:
    verdict = Verdict("a", "00", (GENUINE, HELD, FALSE), policy=policy)  # type: ignore[arg-type]
    assert (verdict.indication, verdict.sub_indication) == (
        Indication.FAILED,
        SubIndication.CONTENT_MISMATCH,
    )


def test_an_axis_that_did_not_decide_is_reported_and_says_so() -> None:
    written = verdict_json(Verdict("a", "00", (GENUINE, HELD, UNSURE), policy=BUYER, as_of=7))
    axes = written["axes"]
    assert isinstance(axes, list)
    assert [(axis["name"], axis["decides"]) for axis in axes] == [
        ("credential", True),
        ("registry_status", True),
        ("content_match", False),
    ]
    assert written["policy"] == {"name": "buyer", "version": 1, "sha256": BUYER.sha256}
    assert written["as_of"] == 7


def test_a_policy_whose_axes_were_not_looked_at_passes_nothing() -> None:
    verdict = Verdict("a", "00", (replace(HELD, name=AxisName.CONTAINER),), policy=BUYER)
    assert (verdict.indication, verdict.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.NO_SIGNATURE_FOUND,
    )
