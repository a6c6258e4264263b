"""Issuer keys: what they may sign and until when, and trust lists that never go back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from credential.protocols import RegistryUnavailable
from credential.trust import IssuerKey, accept_trust_list, sign_trust_list
from registry.audit import audit_trail, key_object
from registry.database import RegistryError
from registry.keys import (
    add_key,
    compromise_key,
    issuer_keys,
    latest_trust_list,
    publish_trust_list,
    retire_key,
)
from registry.registry import Registry
from tests import samples
from tests.registry.office import WHO
from tests.samples import AT, DAY

KEY = samples.ISSUER_KEY
KID = KEY.key.kid
NEXT = replace(KEY, key=samples.STRANGER.public_key, valid_from=AT, schemes=frozenset({"jiande"}))


def add(registry: Registry, key: IssuerKey) -> None:
    add_key(registry, key, at=AT, who=WHO, why="启用")


def test_added_as_given(registry: Registry) -> None:
    add(registry, NEXT)
    add(registry, KEY)
    assert issuer_keys(registry) == (KEY, NEXT)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (replace(KEY, uses=frozenset({"certificate", "cheque"})), "密钥用途未知：cheque"),
        (replace(KEY, valid_until=KEY.valid_from), "密钥有效期的开始应早于结束"),
        (samples.COMPROMISED_KEY, "已失密的密钥不能登记"),
    ],
)
def test_a_key_that_makes_no_sense(registry: Registry, key: IssuerKey, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        add(registry, key)


def test_a_key_is_added_once(registry: Registry) -> None:
    add(registry, KEY)
    with pytest.raises(RegistryError, match=f"密钥 {KID.hex()} 已登记"):
        add(registry, KEY)


def test_retired_from_now_on(registry: Registry) -> None:
    add(registry, KEY)
    retire_key(registry, KID, at=AT + DAY, who=WHO, why="例行更换")
    assert issuer_keys(registry) == (replace(KEY, valid_until=AT + DAY),)
    with pytest.raises(RegistryError, match=f"密钥 {KID.hex()} 已于 2026年3月6日 10:00:00 停用"):
        retire_key(registry, KID, at=AT + 2 * DAY, who=WHO, why="再次")
    actions = [entry.action for entry in audit_trail(registry, key_object(KID))]
    assert actions == ["key.added", "key.retired"]


def test_a_key_that_is_not_yet_valid_is_not_retired(registry: Registry) -> None:
    add(registry, KEY)
    with pytest.raises(RegistryError, match="自 2025年12月5日 10:00:00 起才生效"):
        retire_key(registry, KID, at=KEY.valid_from, who=WHO, why="x")


def test_the_earliest_compromise_counts(registry: Registry) -> None:
    add(registry, KEY)
    for moment in (AT + 5, AT + 3, AT + 4):
        compromise_key(registry, KID, moment, at=AT + DAY, who=WHO, why="外泄")
    assert issuer_keys(registry) == (replace(KEY, compromised_at=AT + 3),)


def test_refusals(registry: Registry) -> None:
    with pytest.raises(RegistryError, match=f"密钥 {KID.hex()} 未登记"):
        retire_key(registry, KID, at=AT, who=WHO, why="x")
    with pytest.raises(RegistryError, match=f"密钥 {KID.hex()} 未登记"):
        compromise_key(registry, KID, AT, at=AT, who=WHO, why="x")
    with pytest.raises(RegistryError, match="失密时间不能在将来"):
        compromise_key(registry, KID, AT + 1, at=AT, who=WHO, why="x")
    with pytest.raises(RegistryError, match="更改密钥应写明理由"):
        add_key(registry, KEY, at=AT, who=WHO, why="")
    assert issuer_keys(registry) == ()


def publish(registry: Registry, at: int = AT) -> bytes:
    def sign(version: int, keys: tuple[IssuerKey, ...]) -> bytes:
        trust = replace(samples.TRUST, version=version, issued_at=at, keys=keys)
        return sign_trust_list(trust, samples.ROOT)

    return publish_trust_list(registry, sign, at=at, who=WHO, why="更新")


def test_trust_lists_have_ascending_versions(registry: Registry) -> None:
    assert latest_trust_list(registry) is None
    add(registry, KEY)
    first = publish(registry)
    assert latest_trust_list(registry) == (1, first)
    add(registry, NEXT)
    compromise_key(registry, KID, AT, at=AT, who=WHO, why="外泄")
    second = publish(registry)
    assert latest_trust_list(registry) == (2, second)
    anchors = [samples.ROOT.public_key]
    held = accept_trust_list(first, anchors=anchors, held=None, at=AT)
    trust = accept_trust_list(second, anchors=anchors, held=held, at=AT)
    assert trust.keys == issuer_keys(registry) == (replace(KEY, compromised_at=AT), NEXT)


def test_lists_published_at_once_are_two_versions_or_one(registry: Registry) -> None:
    add(registry, KEY)

    def one(_: int) -> str:
        try:
            publish(registry)
        except (RegistryError, RegistryUnavailable) as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(one, range(4)))
    latest = latest_trust_list(registry)
    assert latest is not None
    assert latest[0] == results.count("done")
