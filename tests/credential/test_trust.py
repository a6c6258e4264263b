"""The trust list: what is refused, with which words; rotation and roll-back."""

from dataclasses import replace
from typing import Any

import pytest

from credential.cbor import FormatError, decode, encode
from credential.cose import Ed25519Signer, PublicKey, open_sign1, sign1
from credential.trust import (
    CLOCK_SKEW,
    TYPE,
    IssuerKey,
    TrustError,
    TrustList,
    accept_trust_list,
    read_public_key,
    sign_trust_list,
)
from tests.samples import (
    AT,
    COMPROMISED_KEY,
    COMPROMISED_SEAL,
    ISSUER,
    ISSUER_KEY,
    NEXT_ROOT,
    ROOT,
    SEAL,
    SEALING_TRUST,
    STRANGER,
    TRUST,
)

ANCHORS = [ROOT.public_key]


def accept(
    message: bytes,
    *,
    held: TrustList | None = None,
    at: int = AT,
    anchors: list[PublicKey] = ANCHORS,
) -> TrustList:
    return accept_trust_list(message, anchors=anchors, held=held, at=at)


def test_a_first_list_is_accepted_by_its_anchor() -> None:
    assert accept(sign_trust_list(TRUST, ROOT)) == TRUST


def test_a_list_is_found_by_kid_and_says_who_may_sign_what() -> None:
    assert TRUST.find(ISSUER.public_key.kid) == ISSUER_KEY
    assert TRUST.find(b"\0\0\0\0") is None
    assert ISSUER_KEY.may_sign("certificate", "jiande")
    assert ISSUER_KEY.may_sign("status", None)
    assert not ISSUER_KEY.may_sign("certificate", "zouping")
    assert not replace(ISSUER_KEY, uses=frozenset({"pledge"})).may_sign("certificate", "jiande")


@pytest.mark.parametrize(
    ("offset", "covered"), [("before", False), ("first", True), ("last", True), ("end", False)]
)
def test_a_key_is_valid_from_its_first_second_up_to_its_end(offset: str, covered: bool) -> None:
    at = {
        "before": ISSUER_KEY.valid_from - 1,
        "first": ISSUER_KEY.valid_from,
        "last": ISSUER_KEY.valid_until - 1,
        "end": ISSUER_KEY.valid_until,
    }[offset]
    assert ISSUER_KEY.covers(at) is covered


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (TRUST.issued_at - CLOCK_SKEW - 1, "信任列表的签发时间在将来，请核对本机时钟"),
        (TRUST.issued_at - CLOCK_SKEW, None),
        (TRUST.expires_at - 1, None),
        (TRUST.expires_at, "信任列表已过有效期，请更新"),
        (TRUST.expires_at + 1, "信任列表已过有效期，请更新"),
    ],
)
def test_a_list_is_accepted_while_it_is_current(at: int, words: str | None) -> None:
    message = sign_trust_list(TRUST, ROOT)
    if words is None:
        assert accept(message, at=at) == TRUST
        return
    with pytest.raises(TrustError) as caught:
        accept(message, at=at)
    assert str(caught.value) == words


@pytest.mark.parametrize("signer", [STRANGER, NEXT_ROOT, ISSUER])
def test_a_first_list_of_another_key_is_refused(signer: Ed25519Signer) -> None:
    with pytest.raises(TrustError, match=r"^信任列表不是由已知的根密钥签发$"):
        accept(sign_trust_list(TRUST, signer))


def test_a_changed_list_is_refused() -> None:
    message = bytearray(sign_trust_list(TRUST, ROOT))
    place = message.index("建德市农业农村局".encode())
    message[place] ^= 1
    with pytest.raises(TrustError, match=r"^信任列表的根签名不符$"):
        accept(bytes(message))


def test_rotation_the_next_root_signs_the_next_list() -> None:
    following = replace(TRUST, version=8, roots=(NEXT_ROOT.public_key,))
    assert accept(sign_trust_list(following, NEXT_ROOT), held=TRUST) == following
    # and once it is held, the old root signs nothing more, though it was the anchor
    latest = replace(following, version=9)
    with pytest.raises(TrustError, match=r"^信任列表不是由已知的根密钥签发$"):
        accept(sign_trust_list(latest, ROOT), held=following)


def test_an_older_version_is_refused() -> None:
    older = replace(TRUST, version=6)
    with pytest.raises(TrustError) as caught:
        accept(sign_trust_list(older, ROOT), held=TRUST)
    assert str(caught.value) == "信任列表版本 6 旧于已见过的版本 7"
    assert accept(sign_trust_list(TRUST, ROOT), held=TRUST) == TRUST, "the same list again"


def test_two_lists_of_one_version_are_refused() -> None:
    other = replace(TRUST, keys=(ISSUER_KEY,))
    with pytest.raises(TrustError) as caught:
        accept(sign_trust_list(other, ROOT), held=TRUST)
    assert str(caught.value) == "两份内容不同的信任列表使用同一版本 7"


def test_a_list_held_is_no_longer_judged_by_its_anchor() -> None:
    stranger_list = replace(TRUST, version=99, roots=(STRANGER.public_key,))
    with pytest.raises(TrustError, match=r"^信任列表不是由已知的根密钥签发$"):
        accept(sign_trust_list(stranger_list, STRANGER), held=TRUST, anchors=[STRANGER.public_key])


@pytest.mark.parametrize(
    ("trust", "words"),
    [
        (replace(TRUST, roots=()), "app.roots: 至少一个根密钥"),
        (replace(TRUST, roots=(ROOT.public_key,) * 2), "app.roots: 密钥标识重复"),
        (replace(TRUST, keys=(ISSUER_KEY, ISSUER_KEY)), "app.keys: 密钥标识重复"),
        (
            replace(TRUST, keys=(replace(ISSUER_KEY, key=ROOT.public_key),)),
            "app.keys: 根密钥不得用于签发",
        ),
        (replace(TRUST, version=0), "app.version: 应为 1 至 9223372036854775807 的整数"),
        (replace(TRUST, expires_at=2**32), "exp: 应为 0 至 4294967295 的整数"),
        (replace(TRUST, issued_at=-1), "iat: 应为 0 至 4294967295 的整数"),
        (
            replace(TRUST, keys=(replace(ISSUER_KEY, uses=frozenset({"all"})),)),
            "app.keys[0].uses: 未知用途 ['all']",
        ),
        (
            replace(TRUST, keys=(replace(ISSUER_KEY, issuer=""),)),
            "app.keys[0].issuer: 应为 1 至 60 字的文字",
        ),
        (
            replace(TRUST, keys=(ISSUER_KEY, replace(COMPROMISED_KEY, compromised_at=-1))),
            "app.keys[1].compromised_at: 应为 0 至 4294967295 的整数",
        ),
    ],
)
def test_a_list_that_breaks_a_rule_is_neither_signed_nor_accepted(
    trust: TrustList, words: str
) -> None:
    with pytest.raises(FormatError) as refused:
        sign_trust_list(trust, ROOT)
    assert str(refused.value) == words


def _payload() -> dict[int, Any]:
    value = decode(open_sign1(sign_trust_list(TRUST, ROOT)).payload, limit=5000)
    assert isinstance(value, dict)
    return value


def _key_changed(change: dict[int, object]) -> dict[int, Any]:
    payload = _payload()
    app = payload[-65537]
    return payload | {-65537: app | {4: [app[4][0] | change]}}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ([], "应为映射"),
        ({4: 1, 6: 1}, "缺少标签 [-65537]"),
        (_payload() | {5: 1}, "未知标签 ['5']"),
        (_payload() | {-65537: 1}, "app: 应为映射"),
        (_key_changed({8: 1}), "app.keys[0]: 未知标签 ['8']"),
        (_key_changed({1: {1: 1, -1: 6}}), "app.keys[0].key: 缺少标签 [-2]"),
        (
            _key_changed({1: {1: 1, -1: 6, -2: bytes(32), 3: -19}}),
            "app.keys[0].key: 未知标签 ['3']",
        ),
        (_key_changed({1: {1: 1, -1: 6, -2: bytes(31)}}), "app.keys[0].key.x: 应为 32 字节"),
        (_key_changed({1: {1: 1, -1: 7, -2: bytes(32)}}), "app.keys[0].key.crv: 应为 6"),
        (_key_changed({1: {1: 2, -1: 6, -2: bytes(32)}}), "app.keys[0].key.kty: 应为 1"),
        (
            _key_changed({1: {True: 1, -1: 6, -2: bytes(32)}}),
            "app.keys[0].key: 缺少标签 [1]",
        ),
        (_key_changed({5: "certificate"}), "app.keys[0].uses: 应为数组"),
    ],
)
def test_a_signed_list_of_another_form_is_refused(payload: object, words: str) -> None:
    with pytest.raises(TrustError) as caught:
        accept(sign1(encode(payload), ROOT, type=TYPE))
    assert str(caught.value).startswith("信任列表格式有误：")
    assert words in str(caught.value)


def test_other_messages_of_a_root_are_no_trust_list() -> None:
    with pytest.raises(TrustError, match=r"^信任列表格式有误：protected\.typ: 不是信任列表$"):
        accept(sign1(encode(_payload()), ROOT))
    with pytest.raises(TrustError, match=r"^信任列表格式有误：不是有效的 CBOR$"):
        accept(b"")


def test_a_message_signed_with_another_algorithm_is_refused() -> None:
    class Other:
        public_key = PublicKey(-8, ROOT.public_key.x)

        def sign(self, message: bytes) -> bytes:
            return ROOT.sign(message)

    with pytest.raises(TrustError, match=r"^信任列表的根签名不符$"):
        accept(sign_trust_list(TRUST, Other()))


def test_a_root_key_as_a_file() -> None:
    assert read_public_key(encode(ROOT.public_key.cose_key)) == ROOT.public_key
    with pytest.raises(FormatError, match=r"^不是确定性编码"):
        read_public_key(b"-----BEGIN PUBLIC KEY-----")


def test_a_key_may_be_marked_compromised_and_stays_readable() -> None:
    marked: IssuerKey = replace(ISSUER_KEY, compromised_at=AT)
    following = replace(TRUST, version=8, keys=(marked,))
    found = accept(sign_trust_list(following, ROOT), held=TRUST).find(ISSUER.public_key.kid)
    assert found == marked


def test_a_list_names_the_certificates_that_seal() -> None:
    trust = accept(sign_trust_list(SEALING_TRUST, ROOT), held=TRUST)
    assert trust == SEALING_TRUST
    assert trust.find_seal(SEAL.digest) == SEAL
    assert trust.find_seal(COMPROMISED_SEAL.digest) == COMPROMISED_SEAL
    assert trust.find_seal(bytes(32)) is None
    assert SEAL.covers(SEAL.valid_from) and not SEAL.covers(SEAL.valid_until)


@pytest.mark.parametrize(
    ("seals", "words"),
    [
        ([], "app.seals: 没有签章证书时应省略"),
        ([{1: bytes(31), 2: "某局", 3: 1, 4: 2}], "app.seals[0].digest: 应为 32 字节"),
        ([{1: bytes(32), 2: "某局", 3: 1, 4: 2}] * 2, "app.seals: 签章证书重复"),
    ],
)
def test_wrong_seals_are_refused(seals: list[object], words: str) -> None:
    payload: Any = decode(
        open_sign1(sign_trust_list(TRUST, ROOT), limit=1 << 20).payload, limit=1 << 20
    )
    payload[-65537][5] = seals
    message = sign1(encode(payload), ROOT, type=TYPE)
    with pytest.raises(TrustError) as caught:
        accept(message)
    assert str(caught.value) == f"信任列表格式有误：{words}"
