"""Steps 1-12, each refusal with its words, and each boundary before, at and after."""

from dataclasses import replace

import cbor2
import pytest

from credential.cbor import decode, encode
from credential.checking import _genuine_claims, check_compromise, check_message, check_text
from credential.claims import Claims, encode_claims
from credential.cose import Ed25519Signer, open_sign1, sign1
from credential.grade import sign_grade
from credential.protocols import Record, RegistryUnavailable, StatusSnapshot
from credential.qr_text import write_digits, write_qr_text
from credential.standing import Credential, Standing, check_record, check_snapshot
from credential.status import Status, sign_status_list
from credential.trust import CLOCK_SKEW, TrustList
from credential.verdict import Axis, AxisName, Indication, SubIndication
from tests.samples import (
    AT,
    BASE_URL,
    COMPROMISED,
    COMPROMISED_AT,
    GRADE_STATEMENT,
    ISSUER,
    ISSUER_KEY,
    LABEL,
    PLEDGE,
    PRODUCER,
    STATUS_LIST,
    STRANGER,
    TRUST,
    signed,
)

PASSED = Axis(AxisName.CREDENTIAL, Indication.PASSED)


def refusal(axis: Axis) -> tuple[int | None, Indication, SubIndication | None, str]:
    assert axis.name is AxisName.CREDENTIAL
    (finding,) = axis.findings
    return finding.step, axis.indication, axis.sub_indication, finding.message


@pytest.mark.parametrize("claims", [PRODUCER, LABEL, PLEDGE], ids=["document", "label", "pledge"])
def test_a_good_credential_passes_from_text_and_from_bytes(claims: Claims) -> None:
    message = signed(claims)
    credential = Credential(message, claims, ISSUER_KEY)
    assert check_text(write_qr_text(message, BASE_URL), TRUST, AT) == (PASSED, credential)
    assert check_message(message, TRUST, AT) == (PASSED, credential)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "二维码内容不是证信格式"),
        ("https://zx.example.cn/", "二维码内容不是证信格式"),
        ("https://zx.example.cn/2/123", "二维码内容不是证信格式"),
        ("https://zx.example.cn/1/12x", "二维码内容不是证信格式"),
        ("https://zx.example.cn/1/１２", "二维码内容不是证信格式"),
        ("https://zx.example.cn/1/12\n", "二维码内容不是证信格式"),
        ("https://zx.example.cn/1/12?a=1", "二维码内容不是证信格式"),
        ("https://zx.example.cn@evil.example/1/12", "二维码内容不是证信格式"),
        ("javascript://zx.example.cn/1/12", "二维码内容不是证信格式"),
        ("https://zx.example.cn/1/0", "二维码内容不完整"),
        ("https://zx.example.cn/1/0012", "二维码内容不完整"),
        ("https://zx.example.cn/1/" + "9" * 4096, "二维码内容过长"),
    ],
)
def test_step_1_the_text_has_our_form(text: str, words: str) -> None:
    axis, credential = check_text(text, TRUST, AT)
    assert refusal(axis) == (1, Indication.FAILED, SubIndication.FORMAT_FAILURE, words)
    assert axis.findings[0].code == "TEXT_FORM"
    assert credential is None


@pytest.mark.parametrize(
    "base",
    [
        "http://zx.example.cn",
        "https://zx.example.cn:444",
        "https://zx.example.cn.evil.example",
        "https://zx.examp1e.cn",
        "https://ZX.example.cn",
    ],
)
def test_step_2_the_link_leads_to_an_address_of_the_trust_list(base: str) -> None:
    axis, credential = check_text(write_qr_text(signed(PRODUCER), base), TRUST, AT)
    assert refusal(axis) == (
        2,
        Indication.FAILED,
        SubIndication.FOREIGN_LINK,
        "二维码的网址不属于签发单位，请勿打开",
    )
    (finding,) = axis.findings
    assert finding.expected == "https://zx.example.cn、https://zx.example.org:8443"
    assert finding.found == base
    assert credential is None


def _edited(change: dict[str, object]) -> bytes:
    """The producer's message with parts of the COSE array replaced."""
    value = decode(signed(PRODUCER), limit=2000)
    assert isinstance(value, cbor2.CBORTag)
    parts = dict(
        zip(("protected", "unprotected", "payload", "signature"), value.value, strict=True)
    )
    return encode(cbor2.CBORTag(18, list((parts | change).values())))


HEADER = {1: -19, 4: ISSUER.public_key.kid}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"", "不是有效的 CBOR"),
        (b"\x00", "不是 COSE_Sign1"),
        (signed(PRODUCER)[1:], "不是 COSE_Sign1"),
        (b"\xd1" + signed(PRODUCER)[1:], "不是 COSE_Sign1"),
        (signed(PRODUCER) + b"\x00", "不是确定性编码（RFC 8949 §4.2.1）"),
        (signed(PRODUCER)[:-1], "不是有效的 CBOR"),
        (b"\xd2\x9f" + signed(PRODUCER)[2:] + b"\xff", "不是有效的 CBOR"),
        (b"\xd8\x12" + signed(PRODUCER)[1:], "不是确定性编码（RFC 8949 §4.2.1）"),
        (bytes(1701), "超过 1700 字节"),
        (_edited({"unprotected": {4: b"abcd"}}), "unprotected: 应为空"),
        (_edited({"unprotected": []}), "unprotected: 应为空"),
        (_edited({"payload": None}), "payload: 应为字节串"),
        (_edited({"signature": "x"}), "signature: 应为字节串"),
        (_edited({"protected": b""}), "protected: 不是有效的 CBOR"),
        (_edited({"protected": encode([])}), "protected: 应为映射"),
        (_edited({"protected": encode({1: -19})}), "protected: 缺少标签 [4]"),
        (_edited({"protected": encode({4: b"abcd"})}), "protected: 缺少标签 [1]"),
        (_edited({"protected": encode(HEADER | {2: [1]})}), "protected: 未知标签 ['2']"),
        (_edited({"protected": encode({True: -19, 4: b"abcd"})}), "protected: 缺少标签 [1]"),
        (_edited({"protected": encode(HEADER | {4: b"abc"})}), "protected.kid: 应为 4 字节"),
        (_edited({"protected": encode(HEADER | {1: "EdDSA"})}), "protected.alg: 应为"),
        (sign1(encode_claims(PRODUCER), ISSUER, type="other"), "protected.typ: 不是凭证"),
        (sign_grade(GRADE_STATEMENT, ISSUER), "protected.typ: 不是凭证"),
    ],
)
def test_step_3_the_message_is_a_cose_sign1_with_our_header(message: bytes, words: str) -> None:
    axis, credential = check_message(message, TRUST, AT)
    step, indication, sub, found = refusal(axis)
    assert (step, indication, sub) == (3, Indication.FAILED, SubIndication.FORMAT_FAILURE)
    assert found.startswith(f"凭证数据有误：{words}")
    assert axis.findings[0].code == "MESSAGE_FORM"
    assert credential is None


def test_step_3_is_said_of_digits_that_are_no_message() -> None:
    axis, _ = check_text(f"{BASE_URL}/1/{write_digits(b'hello')}", TRUST, AT)
    assert refusal(axis)[0] == 3


def test_step_4_the_key_is_in_the_trust_list() -> None:
    axis, credential = check_message(signed(PRODUCER, STRANGER), TRUST, AT)
    assert refusal(axis) == (
        4,
        Indication.INDETERMINATE,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        "签名密钥不在信任列表中，无法确认由谁签发",
    )
    assert axis.findings[0].found == STRANGER.public_key.kid.hex()
    assert credential is None


@pytest.mark.parametrize("algorithm", [-8, -7, -9, -50, -53, 0, 5])
def test_step_5_the_algorithm_is_the_keys_own(algorithm: int) -> None:
    message = _edited({"protected": encode(HEADER | {1: algorithm})})
    axis, credential = check_message(message, TRUST, AT)
    assert refusal(axis) == (
        5,
        Indication.FAILED,
        SubIndication.SIG_CONSTRAINTS_FAILURE,
        f"签名算法 {algorithm} 不被接受",
    )
    assert credential is None


def test_step_5_also_where_the_key_is_for_an_algorithm_not_known_yet() -> None:
    key = replace(ISSUER_KEY, key=replace(ISSUER.public_key, algorithm=-9))
    message = _edited({"protected": encode(HEADER | {1: -9})})
    axis, _ = check_message(message, replace(TRUST, keys=(key,)), AT)
    assert refusal(axis)[3] == "签名算法 -9 不被接受"


@pytest.mark.parametrize(
    "message",
    [
        _edited({"payload": encode_claims(replace(PRODUCER, product="蓝莓"))}),
        _edited({"payload": b""}),
        _edited({"signature": bytes(64)}),
        _edited({"signature": b""}),
        _edited({"signature": bytes(65)}),
    ],
)
def test_step_6_the_signature_fits(message: bytes) -> None:
    axis, credential = check_message(message, TRUST, AT)
    assert refusal(axis) == (
        6,
        Indication.FAILED,
        SubIndication.SIG_CRYPTO_FAILURE,
        "签名不符：不是签发时的内容",
    )
    assert credential is None


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "凭证内容有误：不是有效的 CBOR"),
        (encode({6: AT}), "凭证内容有误：缺少标签 [-65537, 7]"),
        (encode_claims(PRODUCER)[:-1] + b"\xff", "凭证内容有误：不是有效的 CBOR"),
    ],
)
def test_step_7_the_signed_claims_have_our_form(payload: bytes, words: str) -> None:
    axis, credential = check_message(sign1(payload, ISSUER), TRUST, AT)
    assert refusal(axis) == (7, Indication.FAILED, SubIndication.FORMAT_FAILURE, words)
    assert credential is None


@pytest.mark.parametrize(
    ("uses", "schemes", "claims", "found"),
    [
        ({"pledge"}, {"jiande"}, PRODUCER, "certificate jiande"),
        ({"certificate"}, {"gaoping"}, PRODUCER, "certificate jiande"),
        ({"certificate"}, {"gaoping"}, PLEDGE, "pledge gaoping"),
        ({"status", "grade"}, {"jiande"}, LABEL, "certificate"),
    ],
)
def test_step_8_the_key_may_sign_this_kind_and_scheme(
    uses: set[str], schemes: set[str], claims: Claims, found: str
) -> None:
    key = replace(ISSUER_KEY, uses=frozenset(uses), schemes=frozenset(schemes))
    axis, credential = check_message(signed(claims), replace(TRUST, keys=(key,)), AT)
    assert refusal(axis) == (
        8,
        Indication.FAILED,
        SubIndication.SIG_CONSTRAINTS_FAILURE,
        "建德市农业农村局的密钥无权签发此类文件",
    )
    assert (axis.findings[0].expected, axis.findings[0].found) == ("、".join(sorted(uses)), found)
    assert credential is not None, "the signature holds: the page may say what it says"


def _valid(first: int, end: int) -> TrustList:
    return replace(TRUST, keys=(replace(ISSUER_KEY, valid_from=first, valid_until=end),))


@pytest.mark.parametrize(
    ("first", "end", "passes"),
    [
        (AT + 1, AT + 9, False),
        (AT, AT + 9, True),
        (AT - 9, AT + 1, True),
        (AT - 9, AT, False),
        (AT - 9, AT - 1, False),
    ],
)
def test_step_9_the_issue_time_lies_within_the_keys_validity(
    first: int, end: int, passes: bool
) -> None:
    axis, _ = check_message(signed(PRODUCER), _valid(first, end), AT)
    if passes:
        assert axis == PASSED
        return
    assert refusal(axis) == (
        9,
        Indication.FAILED,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        "签发时间不在密钥的有效期内",
    )
    assert axis.findings[0].expected == "2026年3月5日至2026年3月5日"
    assert axis.findings[0].found == "2026年3月5日"


@pytest.mark.parametrize("early", [CLOCK_SKEW - 1, CLOCK_SKEW, CLOCK_SKEW + 1])
def test_step_10_the_issue_time_is_not_in_the_future(early: int) -> None:
    axis, _ = check_message(signed(PRODUCER), TRUST, AT - early)
    if early <= CLOCK_SKEW:
        assert axis == PASSED
        return
    assert refusal(axis) == (
        10,
        Indication.INDETERMINATE,
        SubIndication.NOT_YET_VALID,
        "签发时间在将来",
    )
    assert axis.findings[0].found == "2026年3月5日 10:00:00"


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_step_11_the_trust_list_is_current(late: int) -> None:
    axis, credential = check_message(signed(PRODUCER), TRUST, TRUST.expires_at + late)
    if late < 0:
        assert axis == PASSED
        return
    assert refusal(axis) == (
        11,
        Indication.INDETERMINATE,
        SubIndication.TRY_LATER,
        "信任列表已过有效期，请更新后再验",
    )
    assert axis.findings[0].found == "2026年6月2日 10:00:00"
    assert credential is not None


def test_the_first_step_that_fails_is_the_one_that_is_said() -> None:
    late = TRUST.expires_at
    assert refusal(check_message(signed(PRODUCER, STRANGER), TRUST, late)[0])[0] == 4
    assert refusal(check_text("x", TRUST, late)[0])[0] == 1
    assert refusal(check_message(signed(PRODUCER), _valid(0, 1), late)[0])[0] == 9


# Step 12

MESSAGE = signed(PRODUCER, COMPROMISED)


class Registry:
    """Answers with one record, with none, or not at all."""

    def __init__(self, answer: Record | RegistryUnavailable | None) -> None:
        self.answer = answer

    def record(self, identifier: bytes) -> Record | None:
        assert identifier == PRODUCER.id
        if isinstance(self.answer, RegistryUnavailable):
            raise self.answer
        return self.answer


def _recorded(at: int, message: bytes = MESSAGE) -> Registry:
    credential = _credential(message)
    return Registry(Record(PRODUCER.id, credential.sha256, at, Status.VALID, {}))


def _credential(message: bytes = MESSAGE) -> Credential:
    axis, credential = check_message(message, TRUST, AT + 40 * 86_400)
    assert axis == PASSED
    assert credential is not None
    return credential


def _snapshot(signer: Ed25519Signer = ISSUER) -> StatusSnapshot:
    at = AT + 40 * 86_400
    fresh = replace(STATUS_LIST, issued_at=at, expires_at=at + 600)
    return StatusSnapshot(1, sign_status_list(fresh, signer))


LATER = AT + 40 * 86_400
NEVER = "签名密钥已失密，且登记库中没有这份凭证"
LATE = "签名密钥已失密，且登记时间不早于失密时间"
UNKNOWN = "签名密钥已失密，离线无法确认这份凭证在失密之前已登记"


@pytest.mark.parametrize(
    ("standing", "indication", "sub", "words"),
    [
        pytest.param(
            check_record(_credential(), _recorded(COMPROMISED_AT - 1), LATER),
            Indication.PASSED,
            None,
            None,
            id="recorded before",
        ),
        pytest.param(
            check_record(_credential(), _recorded(COMPROMISED_AT), LATER),
            Indication.FAILED,
            SubIndication.REVOKED,
            LATE,
            id="recorded at",
        ),
        pytest.param(
            check_record(_credential(), _recorded(COMPROMISED_AT + 1), LATER),
            Indication.FAILED,
            SubIndication.REVOKED,
            LATE,
            id="recorded after",
        ),
        pytest.param(
            check_record(_credential(), Registry(None), LATER),
            Indication.FAILED,
            SubIndication.REVOKED,
            NEVER,
            id="never recorded",
        ),
        pytest.param(
            check_record(
                _credential(),
                Registry(Record(PRODUCER.id, bytes(32), AT, Status.VALID, {})),
                LATER,
            ),
            Indication.FAILED,
            SubIndication.REVOKED,
            NEVER,
            id="other bytes recorded before",
        ),
        pytest.param(
            check_record(_credential(), Registry(RegistryUnavailable("down")), LATER),
            Indication.INDETERMINATE,
            SubIndication.REVOKED_NO_POE,
            UNKNOWN,
            id="registry down",
        ),
        pytest.param(
            check_snapshot(_credential(), [_snapshot()], TRUST, LATER),
            Indication.INDETERMINATE,
            SubIndication.REVOKED_NO_POE,
            UNKNOWN,
            id="offline with a good status list",
        ),
        pytest.param(
            check_snapshot(_credential(), [], TRUST, LATER),
            Indication.INDETERMINATE,
            SubIndication.REVOKED_NO_POE,
            UNKNOWN,
            id="offline",
        ),
    ],
)
def test_step_12_a_compromised_key(
    standing: Standing, indication: Indication, sub: SubIndication | None, words: str | None
) -> None:
    axis = check_compromise(PASSED, _credential(), standing)
    assert (axis.indication, axis.sub_indication) == (indication, sub)
    if words is None:
        assert axis == PASSED
        return
    assert refusal(axis) == (12, indication, sub, words)
    if words == LATE:
        assert axis.findings[0].expected == "早于 2026年4月4日 10:00:00"
        assert (axis.findings[0].found or "").startswith("2026年4月4日 10:00:0")


def test_step_12_the_issue_time_claimed_counts_for_nothing() -> None:
    """Whoever holds the key can backdate: an early issue time with a late record is refused."""
    backdated = signed(replace(PRODUCER, issued_at=AT - 50 * 86_400), COMPROMISED)
    credential = _credential(backdated)
    standing = check_record(credential, _recorded(COMPROMISED_AT + 5, backdated), LATER)
    assert refusal(check_compromise(PASSED, credential, standing))[3] == LATE


def test_step_12_says_nothing_of_a_sound_key_or_of_what_was_refused_before() -> None:
    sound = _credential(signed(PRODUCER))
    assert check_compromise(PASSED, sound, check_record(sound, Registry(None), LATER)) is PASSED
    refused, _ = check_message(b"", TRUST, AT)
    assert check_compromise(refused, _credential(), Standing(PASSED)) is refused


def test_what_is_remembered_of_a_message_outlives_no_change_of_the_trust_list() -> None:
    message = signed(PRODUCER)
    credential = Credential(message, PRODUCER, ISSUER_KEY)

    def judged(trust: TrustList, at: int = AT) -> tuple[Axis, Credential | None]:
        assert check_message(message, TRUST, AT) == (PASSED, credential)
        return check_message(message, trust, at)

    assert refusal(judged(replace(TRUST, keys=()))[0])[0] == 4
    no_certificates = replace(ISSUER_KEY, uses=frozenset({"pledge"}))
    assert refusal(judged(replace(TRUST, keys=(no_certificates,)))[0])[0] == 8
    ended = replace(ISSUER_KEY, valid_until=AT)
    assert refusal(judged(replace(TRUST, keys=(ended,)))[0])[0] == 9
    assert refusal(judged(TRUST, AT - CLOCK_SKEW - 1)[0])[0] == 10
    assert refusal(judged(TRUST, TRUST.expires_at)[0])[0] == 11
    renamed = replace(ISSUER_KEY, issuer="别的单位", compromised_at=AT)
    axis, again = judged(replace(TRUST, keys=(renamed,)))
    assert (axis, again) == (PASSED, replace(credential, issuer_key=renamed))
    assert again is not None
    unknown = check_compromise(axis, again, Standing(PASSED))
    assert refusal(unknown)[0] == 12


def test_only_genuine_messages_are_remembered_each_for_its_key() -> None:
    _genuine_claims.cache_clear()
    message = signed(PRODUCER)
    forged = message[:-1] + bytes([message[-1] ^ 1])
    for _ in range(2):
        assert refusal(check_message(forged, TRUST, AT)[0])[0] == 6
    assert _genuine_claims.cache_info().currsize == 0
    for _ in range(2):
        assert check_message(message, TRUST, AT)[0] == PASSED
    # a key with the same first bytes is still another key
    other = replace(ISSUER_KEY, key=STRANGER.public_key)
    envelope = open_sign1(message)
    with pytest.raises(Exception, match="签名不符"):
        _genuine_claims(envelope, other.key)
    remembered = _genuine_claims.cache_info()
    assert (remembered.currsize, remembered.hits, remembered.maxsize) == (1, 1, 4096)
