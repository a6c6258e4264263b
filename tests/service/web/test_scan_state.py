import pytest

from credential.claims import Kind
from credential.verdict import Axis, AxisName, Indication, SubIndication
from service.web.scan_state import (
    HTTP_STATUS,
    WORDS,
    State,
    banner_style,
    concluded_words,
    report_state,
    scan_state,
    state_words,
)


def axis(name: AxisName, indication: Indication, sub: SubIndication | None = None) -> Axis:
    return Axis(name, indication, sub)


GENUINE = axis(AxisName.CREDENTIAL, Indication.PASSED)
ON_RECORD = axis(AxisName.REGISTRY_STATUS, Indication.PASSED)


def test_only_two_completed_and_passed_checks_look_valid() -> None:
    valid = [
        (credential, standing)
        for credential in _axes(AxisName.CREDENTIAL)
        for standing in [None, *_axes(AxisName.REGISTRY_STATUS)]
        if scan_state(credential, standing) is State.VALID
    ]
    assert valid == [(GENUINE, ON_RECORD)]


def _axes(name: AxisName) -> list[Axis]:
    refused = [
        axis(name, indication, sub)
        for indication in (Indication.INDETERMINATE, Indication.FAILED)
        for sub in SubIndication
    ]
    return [axis(name, Indication.PASSED), *refused]


@pytest.mark.parametrize(
    ("sub", "state"),
    [
        (SubIndication.REVOKED, State.VOID),
        (SubIndication.SUPERSEDED, State.SUPERSEDED),
        (SubIndication.EXPIRED, State.EXPIRED),
        (SubIndication.SUSPENDED, State.SUSPENDED),
        (SubIndication.NO_POE, State.UNKNOWN),
        (SubIndication.HASH_FAILURE, State.FORGED),
        (SubIndication.TRY_LATER, State.CANNOT_CHECK),
        (SubIndication.PROCESSING_LIMIT, State.CANNOT_CHECK),
    ],
)
def test_standing_decides_once_the_signature_holds(sub: SubIndication, state: State) -> None:
    standing = axis(AxisName.REGISTRY_STATUS, Indication.INDETERMINATE, sub)
    assert scan_state(GENUINE, standing) is state


@pytest.mark.parametrize(
    ("sub", "state"),
    [
        (SubIndication.FORMAT_FAILURE, State.FORGED),
        (SubIndication.SIG_CRYPTO_FAILURE, State.FORGED),
        (SubIndication.NO_SIGNING_CERTIFICATE_FOUND, State.FORGED),
        (SubIndication.REVOKED, State.FORGED),
        (SubIndication.TRY_LATER, State.CANNOT_CHECK),
        (SubIndication.NOT_YET_VALID, State.CANNOT_CHECK),
        (SubIndication.REVOKED_NO_POE, State.CANNOT_CHECK),
    ],
)
def test_a_refused_credential_is_not_saved_by_its_standing(
    sub: SubIndication, state: State
) -> None:
    refused = axis(AxisName.CREDENTIAL, Indication.FAILED, sub)
    assert scan_state(refused, ON_RECORD) is state


def test_every_state_has_words_of_its_own_and_a_status() -> None:
    assert set(WORDS) == set(HTTP_STATUS) == set(State)
    assert len({words.banner for words in WORDS.values()}) == len(State)
    assert len({words.english for words in WORDS.values()}) == len(State)


def test_words_name_the_document() -> None:
    assert state_words(State.UNKNOWN, Kind.CERTIFICATE).banner == "未查询到有效合格证"
    assert state_words(State.UNKNOWN, Kind.PLEDGE).banner == "未查询到有效承诺书"
    assert state_words(State.VOID, Kind.PLEDGE).meaning == "本承诺书已作废，不能再作为凭证。"


def test_a_typed_number_does_not_vouch_for_the_paper() -> None:
    assert "未核验您手中的二维码" in state_words(State.VALID, Kind.CERTIFICATE, True).meaning
    assert "真实" not in state_words(State.VALID, Kind.CERTIFICATE, True).meaning
    assert "真实" in state_words(State.VALID, Kind.CERTIFICATE).meaning


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("通过（TOTAL-PASSED）", State.VALID),
        ("通过（TOTAL-PASSED），只指凭证和登记状态，不指内容", State.READ_CONCLUSION),
        ("通过（TOTAL-PASSED）（截至 2026年3月9日 10:00:00）；现在：已作废", State.READ_CONCLUSION),
        ("不通过（TOTAL-FAILED / CONTENT_MISMATCH）", State.READ_CONCLUSION),
        ("无法确定（INDETERMINATE / TRY_LATER）", State.READ_CONCLUSION),
        ("", State.READ_CONCLUSION),
    ],
)
def test_a_report_looks_valid_only_where_it_concluded_a_plain_pass(
    conclusion: str, state: State
) -> None:
    assert report_state(conclusion) is state
    assert (banner_style(state) == "valid") is (state is State.VALID)


def test_a_report_always_says_what_it_concluded() -> None:
    assert concluded_words("不通过").meaning.startswith("报告真实，结论是：“不通过”")
    typed = concluded_words("不通过", by_number=True)
    assert "结论是：“不通过”" in typed.meaning
    assert "未核验您手中的二维码" in typed.meaning
    assert "真实" not in typed.banner + typed.meaning
