"""Revoked, superseded, suspended, restored, expired: before, at and after each boundary, with the
date and the reason; and a registry that does not answer or lies."""

from dataclasses import replace

import pytest

from credential.policy import ARCHIVE
from credential.protocols import Record, RegistryUnavailable, StatusSnapshot
from credential.status import Status, StatusList, sign_status_list, status_bits
from credential.verdict import Axis, AxisName, Indication, SubIndication, Verdict
from tests import samples
from tests.samples import AT, DAY
from tests.verifier import paper
from verifier.archive import Past
from verifier.verify import verify_text

PASSED, FAILED, UNSURE = Indication.PASSED, Indication.FAILED, Indication.INDETERMINATE
ISSUED = paper.producer()
PAGE = paper.pdf(ISSUED)
CHANGED = AT + 5 * DAY


def standing(verdict: Verdict) -> Axis:
    return paper.axis(verdict, AxisName.REGISTRY_STATUS)


def record(status: Status, reason: str) -> Record:
    return paper.record_of(ISSUED, status=status, status_at=CHANGED, reason=reason)


VALID = paper.record_of(ISSUED)
STATUSES = {
    Status.INVALID: (FAILED, SubIndication.REVOKED, "已作废（2026年3月10日 10:00:00）：登记有误"),
    Status.SUPERSEDED: (
        FAILED,
        SubIndication.SUPERSEDED,
        "已换开（2026年3月10日 10:00:00）：登记有误",
    ),
    Status.SUSPENDED: (
        UNSURE,
        SubIndication.SUSPENDED,
        "监管中，暂停使用（2026年3月10日 10:00:00）：登记有误",
    ),
}


@pytest.mark.parametrize("late", [-1, 0, 1])
@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_a_change_of_status_before_at_and_after_it(status: Status, late: int) -> None:
    """As of each second; the registry's own boundary is tests/registry/test_history.py."""
    indication, sub, words = STATUSES[status]
    changed = record(status, "登记有误")
    then = VALID if late < 0 else changed
    verdict = verify_text(
        ISSUED.qr_text,
        trust=samples.TRUST,
        at=CHANGED + DAY,
        records=paper.registry(changed),
        policy=ARCHIVE,
        past=Past(CHANGED + late, samples.TRUST, paper.registry(then)),
    )
    found = standing(verdict)
    if late < 0:
        assert found.indication is PASSED
    else:
        assert (found.indication, found.sub_indication) == (indication, sub)
        assert found.findings[0].message == words


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_the_status_now_decides_the_document(status: Status) -> None:
    indication, sub, words = STATUSES[status]
    verdict = paper.check(PAGE, paper.registry(record(status, "登记有误")), at=CHANGED)
    assert (verdict.indication, verdict.sub_indication) == (indication, sub)
    assert standing(verdict).findings[0].message == words


@pytest.mark.parametrize(
    ("reveal", "words"), [(False, "tel（号码不公开）"), (True, "tel13812345678")]
)
def test_a_number_in_the_reason_is_shown_to_staff_alone(reveal: bool, words: str) -> None:
    known = paper.registry(record(Status.INVALID, "tel13812345678"))
    past = Past(CHANGED, samples.TRUST, known)
    now = verify_text(ISSUED.qr_text, trust=samples.TRUST, at=CHANGED, records=known, reveal=reveal)
    then = verify_text(
        ISSUED.qr_text,
        trust=samples.TRUST, at=CHANGED + DAY, records=known, reveal=reveal, policy=ARCHIVE, past=past,
    )  # fmt: skip
    page = paper.check(PAGE, known, at=CHANGED, reveal=reveal)
    dated = f"已作废（2026年3月10日 10:00:00）：{words}"
    assert [[f.message for f in standing(one).findings] for one in (now, then, page)] == [
        [dated],
        [dated, f"现在：{dated}"],
        [dated],
    ]


@pytest.mark.parametrize(
    ("late", "indication", "sub"),
    [(-1, PASSED, None), (0, FAILED, SubIndication.EXPIRED), (1, FAILED, SubIndication.EXPIRED)],
)
def test_expiry_before_at_and_after_it(
    late: int, indication: Indication, sub: SubIndication | None
) -> None:
    issued = paper.household()
    expires = samples.HOUSEHOLD.expires_at or 0
    verdict = verify_text(
        issued.qr_text, trust=samples.TRUST, at=expires + late, records=paper.known(issued)
    )
    found = standing(verdict)
    assert (found.indication, found.sub_indication) == (indication, sub)
    if sub is not None:
        assert (found.findings[0].message, found.findings[0].expected) == (
            "已过期",
            "早于 2026年3月15日 10:00:00",
        )


# A registry that does not answer, or lies


def test_a_registry_that_is_down_says_when_it_last_answered() -> None:
    """How the office knows the time, and a slow registry: tests/flows/test_unavailable.py."""
    down = paper.Registry(down=RegistryUnavailable("down", CHANGED))
    verdict = paper.check(PAGE, down)
    assert (verdict.indication, verdict.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    assert standing(verdict).findings[0].message == (
        "登记库暂时无法查询，请稍后再试；最近一次成功查询：2026年3月10日 10:00:00"
    )


LIST = samples.STATUS_LIST
LISTED = AT + DAY


def snapshot(message: bytes) -> StatusSnapshot:
    return StatusSnapshot(1, message)


def flipped(message: bytes) -> bytes:
    return message[:-1] + bytes([message[-1] ^ 1])


GOOD = sign_status_list(LIST, samples.ISSUER)
BAD = {
    "a bad signature": (flipped(GOOD), "STATUS_LIST_SIGNATURE", "状态列表的签名或格式有误"),
    "a stranger's signature": (
        sign_status_list(LIST, samples.STRANGER),
        "STATUS_LIST_KEY",
        "状态列表的签名密钥不被信任",
    ),
    "a stolen key's": (
        sign_status_list(LIST, samples.COMPROMISED),
        "STATUS_LIST_KEY",
        "状态列表的签名密钥不在有效期内或已失密",
    ),
    "another list's": (
        sign_status_list(replace(LIST, uri=f"{samples.BASE_URL}/status/2"), samples.ISSUER),
        "STATUS_LIST_OTHER",
        "不是该凭证所指的状态列表",
    ),
    "an old list": (
        sign_status_list(replace(LIST, expires_at=paper.NOW), samples.ISSUER),
        "STATUS_LIST_EXPIRED",
        "状态列表已过有效期（签发于 2026年3月6日 10:00:00），请更新后再验",
    ),
    "no list": (b"", "STATUS_LIST_SIGNATURE", "状态列表的签名或格式有误"),
}


@pytest.mark.parametrize("kind", BAD)
def test_an_answer_with_a_bad_signature_is_no_answer(kind: str) -> None:
    message, code, words = BAD[kind]
    verdict = paper.check(PAGE, None, snapshots=(snapshot(message),))
    assert (verdict.indication, verdict.sub_indication) == (UNSURE, SubIndication.TRY_LATER)
    (finding,) = standing(verdict).findings
    assert (finding.code, finding.message) == (code, words)


def test_a_good_list_says_of_when_it_is() -> None:
    verdict = paper.check(PAGE, None, snapshots=(snapshot(GOOD),))
    assert verdict.indication is PASSED
    (finding,) = standing(verdict).findings
    assert finding.code == "STATUS_AS_OF"
    assert finding.message.startswith("离线核对，状态列表签发于 2026年3月6日 10:00:00")


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_offline_the_list_decides(status: Status) -> None:
    indication, sub, _ = STATUSES[status]
    listed: StatusList = replace(LIST, bits=status_bits(64, [(41, status)]))
    message = sign_status_list(listed, samples.ISSUER)
    verdict = paper.check(PAGE, None, snapshots=(snapshot(message),))
    assert (verdict.indication, verdict.sub_indication) == (indication, sub)


def test_a_registry_with_other_bytes_under_the_number() -> None:
    other = paper.record_of(ISSUED, message_sha256=bytes(32))
    verdict = paper.check(PAGE, paper.registry(other))
    assert (verdict.indication, verdict.sub_indication) == (FAILED, SubIndication.HASH_FAILURE)
