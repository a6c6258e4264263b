"""Steps 13-16 and the grade now, each refusal with its words, before, at and after each boundary."""

from dataclasses import replace

import pytest

from credential.cose import Ed25519Signer, sign1
from credential.grade import GradeStatement, sign_grade
from credential.protocols import Record, RegistryUnavailable, StatusSnapshot
from credential.standing import (
    Credential,
    Standing,
    check_grade,
    check_record,
    check_snapshot,
    read_snapshot,
)
from credential.status import TYPE, Status, StatusList, sign_status_list
from credential.trust import CLOCK_SKEW, IssuerKey, TrustList
from credential.verdict import Axis, AxisName, Finding, Indication, SubIndication
from tests.samples import (
    AT,
    COMPROMISED,
    DAY,
    GRADE_STATEMENT,
    HOUSEHOLD,
    ISSUER,
    ISSUER_KEY,
    LABEL,
    PRODUCER,
    STATUS_LIST,
    STRANGER,
    TRUST,
    signed,
)

PASSED = Axis(AxisName.REGISTRY_STATUS, Indication.PASSED)
CREDENTIAL = Credential(signed(PRODUCER), PRODUCER, ISSUER_KEY)
EXPIRING = Credential(signed(HOUSEHOLD), HOUSEHOLD, ISSUER_KEY)
RECORD = Record(PRODUCER.id, CREDENTIAL.sha256, AT + 1, Status.VALID, {})


class Registry:
    def __init__(self, answer: Record | RegistryUnavailable | None) -> None:
        self.answer = answer

    def record(self, identifier: bytes) -> Record | None:
        assert identifier in {PRODUCER.id, HOUSEHOLD.id}
        if isinstance(self.answer, RegistryUnavailable):
            raise self.answer
        return self.answer


def refusal(standing: Standing) -> tuple[int | None, Indication, SubIndication | None, str, str]:
    axis = standing.axis
    assert axis.name is AxisName.REGISTRY_STATUS
    (finding,) = axis.findings
    return finding.step, axis.indication, axis.sub_indication, finding.code, finding.message


def test_a_recorded_valid_credential_passes() -> None:
    assert check_record(CREDENTIAL, Registry(RECORD), AT) == Standing(PASSED, RECORD, known=True)


@pytest.mark.parametrize(
    ("last_good", "words"),
    [
        (None, "登记库暂时无法查询，请稍后再试"),
        (AT, "登记库暂时无法查询，请稍后再试；最近一次成功查询：2026年3月5日 10:00:00"),
    ],
)
def test_step_13_the_registry_answered(last_good: int | None, words: str) -> None:
    down = Registry(RegistryUnavailable("connection refused", last_good))
    standing = check_record(CREDENTIAL, down, AT)
    assert refusal(standing) == (
        13,
        Indication.INDETERMINATE,
        SubIndication.TRY_LATER,
        "REGISTRY_UNAVAILABLE",
        words,
    )
    assert not standing.known


def test_step_14_the_registry_knows_the_number() -> None:
    standing = check_record(CREDENTIAL, Registry(None), AT)
    assert refusal(standing) == (
        14,
        Indication.INDETERMINATE,
        SubIndication.NO_POE,
        "NOT_REGISTERED",
        "登记库中没有这个编号",
    )
    assert standing.axis.findings[0].found == "D6ME-7800-0410-6105-8"
    assert standing.known


def test_step_14_with_these_very_bytes() -> None:
    standing = check_record(CREDENTIAL, Registry(replace(RECORD, message_sha256=bytes(32))), AT)
    assert refusal(standing) == (
        14,
        Indication.FAILED,
        SubIndication.HASH_FAILURE,
        "OTHER_CREDENTIAL",
        "登记库中此编号对应的是另一份凭证",
    )
    assert standing.known


EXPIRY = AT + 10 * DAY


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_step_15_it_has_not_expired(late: int) -> None:
    record = replace(RECORD, id=HOUSEHOLD.id, message_sha256=EXPIRING.sha256)
    standing = check_record(EXPIRING, Registry(record), EXPIRY + late)
    if late < 0:
        assert standing.axis == PASSED
        return
    assert refusal(standing) == (
        15,
        Indication.FAILED,
        SubIndication.EXPIRED,
        "EXPIRED",
        "已过期",
    )
    assert standing.axis.findings[0].expected == "早于 2026年3月15日 10:00:00"


@pytest.mark.parametrize(
    ("status", "indication", "sub", "words"),
    [
        (Status.INVALID, Indication.FAILED, SubIndication.REVOKED, "已作废"),
        (Status.SUPERSEDED, Indication.FAILED, SubIndication.SUPERSEDED, "已换开"),
        (Status.SUSPENDED, Indication.INDETERMINATE, SubIndication.SUSPENDED, "监管中，暂停使用"),
    ],
)
@pytest.mark.parametrize("at", [AT, EXPIRY + 1], ids=["current", "also expired"])
def test_step_16_its_status_is_valid(
    status: Status, indication: Indication, sub: SubIndication, words: str, at: int
) -> None:
    record = replace(RECORD, id=HOUSEHOLD.id, message_sha256=EXPIRING.sha256, status=status)
    bare = refusal(check_record(EXPIRING, Registry(record), at))
    assert bare == (16, indication, sub, sub.value, words)
    dated = replace(record, status_at=AT + 60, reason="农药残留超标")
    said = refusal(check_record(EXPIRING, Registry(dated), at))
    assert said[4] == f"{words}（2026年3月5日 10:01:00）：农药残留超标"


@pytest.mark.parametrize(
    ("reveal", "words"),
    [
        (False, "田某根虚假承诺，被继承人田某根，tel（号码不公开）"),
        (True, "田大根虚假承诺，被继承人田老根，tel13812345678"),
    ],
)
def test_a_reason_names_no_person_but_to_staff(reveal: bool, words: str) -> None:
    record = Record(
        *(HOUSEHOLD.id, EXPIRING.sha256, AT + 1, Status.INVALID),
        {"subject": "田大根", "decedent": "田老根"},
        reason="田大根虚假承诺，被继承人田老根，tel13812345678",
    )
    said = refusal(check_record(EXPIRING, Registry(record), AT, reveal=reveal))
    assert said[4] == f"已作废：{words}"
    assert refusal(check_record(EXPIRING, Registry(record), AT))[4].endswith("号码不公开）")


# Offline

FETCHED = STATUS_LIST.issued_at


def snapshot(
    statuses: StatusList = STATUS_LIST, signer: Ed25519Signer = ISSUER, number: int = 1
) -> StatusSnapshot:
    return StatusSnapshot(number, sign_status_list(statuses, signer))


@pytest.mark.parametrize(
    ("age", "words", "trust_words"),
    [
        (-200, "0 分钟", "1 天 23 小时"),
        (0, "0 分钟", "2 天 0 小时"),
        (59 * 60 + 59, "59 分钟", "2 天 0 小时"),
        (3600, "1 小时 0 分钟", "2 天 1 小时"),
        (86_399, "23 小时 59 分钟", "2 天 23 小时"),
    ],
)
def test_offline_a_valid_status_passes_and_says_how_old_the_lists_are(
    age: int, words: str, trust_words: str
) -> None:
    standing = check_snapshot(CREDENTIAL, [snapshot()], TRUST, FETCHED + age)
    assert standing.axis.indication is Indication.PASSED
    assert standing.axis.findings == (
        Finding(
            "STATUS_AS_OF",
            f"离线核对，状态列表签发于 2026年3月6日 10:00:00，距今 {words}；"
            f"信任列表第 7 版签发于 2026年3月4日 10:00:00，距今 {trust_words}；此后的变更未知",
            step=13,
        ),
    )
    assert standing.record is None
    assert not standing.known, "a status list can't say what the registry recorded, or when"


def test_offline_days_are_said_as_days() -> None:
    long = replace(STATUS_LIST, expires_at=FETCHED + 9 * DAY)
    standing = check_snapshot(CREDENTIAL, [snapshot(long)], TRUST, FETCHED + 2 * DAY + 3 * 3600)
    assert "距今 2 天 3 小时；" in standing.axis.findings[0].message


@pytest.mark.parametrize(
    ("index", "sub"),
    [(42, SubIndication.REVOKED), (43, SubIndication.SUSPENDED), (44, SubIndication.SUPERSEDED)],
)
def test_offline_a_changed_status_is_refused(index: int, sub: SubIndication) -> None:
    claims = replace(PRODUCER, status=replace(PRODUCER.status, index=index))
    credential = Credential(signed(claims), claims, ISSUER_KEY)
    axis = check_snapshot(credential, [snapshot()], TRUST, FETCHED).axis
    assert axis.indication is not Indication.PASSED
    assert axis.sub_indication is sub
    assert [finding.step for finding in axis.findings] == [16, 13]


def test_offline_expiry_counts() -> None:
    claims = replace(PRODUCER, expires_at=FETCHED)
    credential = Credential(signed(claims), claims, ISSUER_KEY)
    axis = check_snapshot(credential, [snapshot()], TRUST, FETCHED).axis
    assert (axis.sub_indication, axis.findings[0].message) == (SubIndication.EXPIRED, "已过期")


def test_offline_without_its_list_nothing_is_checked() -> None:
    for snapshots in ([], [snapshot(number=2)]):
        standing = check_snapshot(CREDENTIAL, snapshots, TRUST, FETCHED)
        assert refusal(standing) == (
            13,
            Indication.INDETERMINATE,
            SubIndication.TRY_LATER,
            "NO_STATUS_LIST",
            "离线，且本机没有该凭证的状态列表：未核对是否作废",
        )


@pytest.mark.parametrize(("index", "passes"), [(63, True), (64, False), (2**24 - 1, False)])
def test_offline_an_index_past_the_lists_end(index: int, passes: bool) -> None:
    claims = replace(PRODUCER, status=replace(PRODUCER.status, index=index))
    credential = Credential(signed(claims), claims, ISSUER_KEY)
    standing = check_snapshot(credential, [snapshot()], TRUST, FETCHED)
    if passes:
        assert standing.axis.indication is Indication.PASSED
        return
    assert refusal(standing)[3:] == ("STATUS_LIST_SHORT", "状态列表早于这份凭证，请更新后再验")


@pytest.mark.parametrize(("later", "passes"), [(0, True), (1, False)])
def test_offline_a_list_says_nothing_of_what_was_issued_after_it(later: int, passes: bool) -> None:
    """Its last byte has room for up to three more, and they read as valid."""
    claims = replace(PRODUCER, issued_at=FETCHED + later)
    credential = Credential(signed(claims), claims, ISSUER_KEY)
    standing = check_snapshot(credential, [snapshot()], TRUST, FETCHED + 60)
    if passes:
        assert standing.axis.indication is Indication.PASSED
        return
    assert refusal(standing)[3:] == ("STATUS_LIST_SHORT", "状态列表早于这份凭证，请更新后再验")


def _with(key: IssuerKey) -> TrustList:
    return replace(TRUST, keys=(key, *TRUST.keys[1:]))


BROKEN = bytearray(sign_status_list(STATUS_LIST, ISSUER))
BROKEN[-1] ^= 1
NOT_TRUSTED = ("STATUS_LIST_KEY", "状态列表的签名密钥不被信任")
NOT_VALID = ("STATUS_LIST_KEY", "状态列表的签名密钥不在有效期内或已失密")
BAD = ("STATUS_LIST_SIGNATURE", "状态列表的签名或格式有误")
OTHER = ("STATUS_LIST_OTHER", "不是该凭证所指的状态列表")


@pytest.mark.parametrize(
    ("found", "trust", "expected"),
    [
        (snapshot(signer=STRANGER), TRUST, NOT_TRUSTED),
        (snapshot(), _with(replace(ISSUER_KEY, uses=frozenset({"certificate"}))), NOT_TRUSTED),
        (snapshot(signer=COMPROMISED), TRUST, NOT_VALID),
        (snapshot(), _with(replace(ISSUER_KEY, valid_until=STATUS_LIST.issued_at)), NOT_VALID),
        (snapshot(), _with(replace(ISSUER_KEY, valid_from=STATUS_LIST.issued_at + 1)), NOT_VALID),
        (StatusSnapshot(1, bytes(BROKEN)), TRUST, BAD),
        (StatusSnapshot(1, b""), TRUST, BAD),
        (StatusSnapshot(1, signed(PRODUCER)), TRUST, BAD),
        (StatusSnapshot(1, sign1(b"\xa0", ISSUER, type=TYPE)), TRUST, BAD),
        (snapshot(replace(STATUS_LIST, uri="https://zx.example.cn/status/2")), TRUST, OTHER),
        (snapshot(replace(STATUS_LIST, uri="https://evil.example/status/1")), TRUST, OTHER),
    ],
)
def test_step_13_a_list_is_believed_only_from_a_key_that_may_sign_lists(
    found: StatusSnapshot, trust: TrustList, expected: tuple[str, str]
) -> None:
    code, words = expected
    assert read_snapshot(found, trust, FETCHED) == Finding(code, words, step=13)
    standing = check_snapshot(CREDENTIAL, [found], trust, FETCHED)
    assert refusal(standing) == (
        13,
        Indication.INDETERMINATE,
        SubIndication.TRY_LATER,
        code,
        words,
    )


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (STATUS_LIST.issued_at - CLOCK_SKEW - 1, False),
        (STATUS_LIST.issued_at - CLOCK_SKEW, True),
        (STATUS_LIST.expires_at - 1, True),
        (STATUS_LIST.expires_at, False),
        (STATUS_LIST.expires_at + 1, False),
    ],
)
def test_step_13_a_list_is_believed_while_it_is_current(at: int, believed: bool) -> None:
    found = read_snapshot(snapshot(), TRUST, at)
    if believed:
        assert found == STATUS_LIST
        return
    assert found == Finding(
        "STATUS_LIST_EXPIRED",
        "状态列表已过有效期（签发于 2026年3月6日 10:00:00），请更新后再验",
        step=13,
    )


# The grade now

NOW = GRADE_STATEMENT.issued_at


def test_a_grade_statement_about_this_subject_is_believed() -> None:
    message = sign_grade(GRADE_STATEMENT, ISSUER)
    assert check_grade(message, CREDENTIAL, TRUST, NOW) == GRADE_STATEMENT
    label = Credential(signed(LABEL), LABEL, ISSUER_KEY)
    assert check_grade(message, label, TRUST, NOW) == GRADE_STATEMENT


@pytest.mark.parametrize(
    ("at", "believed"),
    [
        (NOW - CLOCK_SKEW - 1, False),
        (NOW - CLOCK_SKEW, True),
        (GRADE_STATEMENT.expires_at - 1, True),
        (GRADE_STATEMENT.expires_at, False),
    ],
)
def test_a_grade_statement_is_short_lived(at: int, believed: bool) -> None:
    found = check_grade(sign_grade(GRADE_STATEMENT, ISSUER), CREDENTIAL, TRUST, at)
    assert (found is not None) is believed


@pytest.mark.parametrize(
    ("statement", "signer", "trust"),
    [
        (GRADE_STATEMENT, STRANGER, TRUST),
        (GRADE_STATEMENT, COMPROMISED, TRUST),
        (replace(GRADE_STATEMENT, subject=bytes(16)), ISSUER, TRUST),
        (replace(GRADE_STATEMENT, scheme="zouping"), ISSUER, TRUST),
        (GRADE_STATEMENT, ISSUER, _with(replace(ISSUER_KEY, uses=frozenset({"status"})))),
        (GRADE_STATEMENT, ISSUER, _with(replace(ISSUER_KEY, valid_until=NOW))),
    ],
)
def test_a_grade_statement_of_someone_else_is_not_believed(
    statement: GradeStatement, signer: Ed25519Signer, trust: TrustList
) -> None:
    assert check_grade(sign_grade(statement, signer), CREDENTIAL, trust, NOW) is None


@pytest.mark.parametrize("message", [b"", signed(PRODUCER), sign_status_list(STATUS_LIST, ISSUER)])
def test_what_is_no_grade_statement_is_not_believed(message: bytes) -> None:
    assert check_grade(message, CREDENTIAL, TRUST, NOW) is None


def test_a_grade_statement_changed_on_the_way_is_not_believed() -> None:
    message = bytearray(sign_grade(GRADE_STATEMENT, ISSUER))
    place = message.index(b"c-lower")
    message[place : place + 7] = b"a-upper"
    assert check_grade(bytes(message), CREDENTIAL, TRUST, NOW) is None
