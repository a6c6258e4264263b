"""service/trust.py: the office's own list, its anchor, and what is refused."""

from pathlib import Path

import pytest

from credential.cose import Ed25519Signer
from credential.trust import accept_trust_list
from service.errors import UserError
from service.signing import root_signer
from service.trust import (
    current_trust_list,
    newest_trust_list,
    publish,
    read_root,
    write_root,
)
from tests import samples
from tests.flows.office import BASE_URL, DAY, MADE, PASSPHRASE, WHO, Place


def test_the_first_list_names_the_address_and_every_key(office: Place) -> None:
    with office.office() as opened:
        trust, message = current_trust_list(opened, MADE)
    assert (trust.version, trust.issued_at, trust.expires_at) == (1, MADE, MADE + 90 * DAY)
    assert trust.base_urls == (BASE_URL,)
    assert len(trust.keys) == 3
    root = read_root(office.home.trust)
    assert trust.roots == (root,)
    assert accept_trust_list(message, anchors=[root], held=None, at=MADE) == trust
    assert (office.home.trust / "trust-list.cose").read_bytes() == message


def test_publishing_raises_the_version_and_writes_the_file(own: Place) -> None:
    with own.office() as opened:
        root = root_signer(opened, PASSPHRASE)
        trust = publish(opened, root, at=MADE + DAY, who=WHO, why="定期发布")
        assert (trust.version, trust.issued_at) == (2, MADE + DAY)
        assert newest_trust_list(opened)[0] == trust
    assert (own.home.trust / "trust-list.cose").read_bytes() == newest(own)


def newest(place: Place) -> bytes:
    with place.office() as opened:
        return newest_trust_list(opened)[1]


def test_an_expired_list_is_refused_to_the_second_and_still_told(office: Place) -> None:
    with office.office() as opened:
        current_trust_list(opened, MADE + 90 * DAY - 1)
        with pytest.raises(
            UserError, match="信任列表已过有效期，请发布新的：zhengxin keys publish"
        ):
            current_trust_list(opened, MADE + 90 * DAY)
        assert newest_trust_list(opened)[0].version == 1


def test_a_list_that_our_root_did_not_sign_is_refused(own: Place) -> None:
    """As where the registry's address leads to another office's."""
    write_root(own.home.trust, samples.ROOT.public_key)
    with own.office() as opened, pytest.raises(UserError, match="不是由已知的根密钥签发"):
        newest_trust_list(opened)


def test_the_anchor_is_written_and_read_back(tmp_path: Path) -> None:
    root = Ed25519Signer.from_seed(bytes(range(32))).public_key
    write_root(tmp_path / "trust", root)
    assert read_root(tmp_path / "trust") == root


@pytest.mark.parametrize("content", [b"", b"\xa0", b"not cbor at all"])
def test_a_damaged_anchor_is_said_to_be(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "root.cose").write_bytes(content)
    with pytest.raises(UserError, match=r"根公钥文件 .*root\.cose 无法读取"):
        read_root(tmp_path)


def test_a_missing_anchor_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"缺少根公钥文件 .*root\.cose"):
        read_root(tmp_path)
