"""Was it valid at that time: each boundary of trust, status and grade, and what is known now."""

from dataclasses import replace

import pytest

from credential.claims import Grade
from credential.policy import ARCHIVE, BUYER
from credential.status import Status
from credential.verdict import AxisName, Indication, SubIndication, Verdict
from tests import samples
from tests.published import valid_verdict
from tests.samples import AT, DAY
from tests.verifier import paper
from verifier.archive import Past
from verifier.verify import verify, verify_text

PASSED, FAILED, UNSURE = Indication.PASSED, Indication.FAILED, Indication.INDETERMINATE
VOIDED = AT + 20 * DAY
TODAY = AT + 40 * DAY
ISSUED = paper.producer()
THEN = paper.record_of(ISSUED, grade=Grade("a", "A"))
NOW = replace(
    THEN,
    status=Status.INVALID,
    status_at=VOIDED,
    reason="登记有误",
    grade=Grade("b", "B"),
)


def asked(as_of: int, known: paper.Registry, trust=samples.TRUST, today=samples.TRUST) -> Verdict:
    verdict = verify(
        paper.pdf(ISSUED),
        "upload",
        trust=today,
        at=TODAY,
        records=paper.registry(NOW),
        isolation=paper.Direct(),
        policy=ARCHIVE,
        past=Past(as_of, trust, known),
    )
    return valid_verdict(verdict)


def test_valid_then_and_void_now():
    verdict = asked(VOIDED - 1, paper.registry(THEN))
    assert verdict.indication is PASSED, verdict.axes
    assert (verdict.policy.name, verdict.as_of, verdict.checked_at) == (
        "archive",
        VOIDED - 1,
        TODAY,
    )
    said = [finding.message for finding in paper.axis(verdict, AxisName.REGISTRY_STATUS).findings]
    assert said == [
        "2026年3月25日 09:59:59时有效",
        "现在：已作废（2026年3月25日 10:00:00）：登记有误",
    ]
    assert verdict.grade is not None
    assert (verdict.grade.as_issued, verdict.grade.then, verdict.grade.now) == ("A", "A", "B")


def test_void_then():
    verdict = asked(VOIDED, paper.registry(NOW))
    assert (verdict.indication, verdict.sub_indication) == (FAILED, SubIndication.REVOKED)


def test_not_recorded_yet():
    verdict = asked(AT - 1, paper.registry())
    assert (verdict.indication, verdict.sub_indication) == (UNSURE, SubIndication.NO_POE)
    codes = [finding.code for finding in paper.axis(verdict, AxisName.REGISTRY_STATUS).findings]
    assert codes == ["NOT_REGISTERED", "RECORDED_LATER", "STATUS_NOW"]


def test_issued_after_that_time():
    verdict = asked(AT - DAY, paper.registry())
    assert paper.axis(verdict, AxisName.CREDENTIAL).sub_indication is SubIndication.NOT_YET_VALID


def test_the_key_was_in_no_list_of_that_time():
    before = replace(samples.TRUST, keys=())
    verdict = asked(AT + DAY, paper.registry(THEN), trust=before)
    assert verdict.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND


@pytest.mark.parametrize(("stolen", "indication"), [(AT, FAILED), (AT + 1, PASSED)])
def test_a_theft_that_came_out_later_counts(stolen, indication):
    stolen_key = replace(samples.ISSUER_KEY, compromised_at=stolen)
    today = replace(samples.TRUST, keys=(stolen_key,))
    verdict = verify_text(
        ISSUED.qr_text,
        trust=today,
        at=TODAY,
        records=paper.registry(THEN),
        policy=ARCHIVE,
        past=Past(AT + DAY, samples.TRUST, paper.registry(THEN)),
    )
    assert paper.axis(verdict, AxisName.CREDENTIAL).indication is indication


def test_expired_now_but_not_then():
    issued = paper.household()
    expires = samples.HOUSEHOLD.expires_at or 0
    known = paper.known(issued)
    for as_of, indication in ((expires - 1, PASSED), (expires, FAILED)):
        verdict = verify(
            paper.pdf(issued),
            "upload",
            trust=samples.TRUST,
            at=TODAY,
            records=known,
            isolation=paper.Direct(),
            policy=ARCHIVE,
            past=Past(as_of, samples.TRUST, known),
        )
        assert verdict.indication is indication, verdict.axes
        assert (
            paper.axis(verdict, AxisName.REGISTRY_STATUS)
            .findings[-1]
            .message.startswith("现在：已过期")
        )


def test_a_buyers_scan_of_the_symbol_passes_and_says_what_was_not_compared():
    verdict = verify_text(
        ISSUED.qr_text,
        trust=samples.TRUST,
        at=paper.NOW,
        records=paper.registry(THEN),
        policy=BUYER,
    )
    assert verdict.indication is PASSED
    content = paper.axis(verdict, AxisName.CONTENT_MATCH)
    assert content.indication is UNSURE
    assert not verdict.decides(content)
