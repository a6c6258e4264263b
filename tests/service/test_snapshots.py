"""service/snapshots.py: what a verifier without a network holds, and what it must not accept."""

import shutil
from pathlib import Path

import pytest

from service.errors import UserError
from service.snapshots import SEEN_FILE, read_cached
from tests.flows.office import DAY, ISSUED, MADE, Place

LIST, ROOT = "trust-list.cose", "root.cose"


@pytest.fixture
def cached(own: Place) -> Path:
    own.done("export", at=ISSUED)
    return own.home.trust


def test_lists_are_read_and_the_newest_is_remembered(own: Place, cached: Path) -> None:
    (cached / "status-07x.cose").write_bytes(b"not a list of ours")
    found = read_cached(cached, ISSUED)
    assert (found.trust.version, [s.number for s in found.snapshots]) == (1, [1])
    assert (cached / SEEN_FILE).read_bytes() == (cached / LIST).read_bytes()
    old = (cached / LIST).read_bytes()
    own.done("keys", "publish", at=ISSUED + 60)
    assert read_cached(cached, ISSUED + 60).trust.version == 2
    (cached / LIST).write_bytes(old)
    with pytest.raises(UserError, match="版本 1 旧于已见过的版本 2"):
        read_cached(cached, ISSUED + 60)


def test_a_refused_list_is_not_remembered(own: Place, cached: Path) -> None:
    with pytest.raises(UserError, match="信任列表已过有效期"):
        read_cached(cached, MADE + 90 * DAY)
    assert not (cached / SEEN_FILE).exists()


def test_another_offices_list_is_refused_by_the_anchor(
    own: Place, cached: Path, tmp_path: Path
) -> None:
    other = Place(tmp_path / "other")
    other.done("init", at=MADE)
    shutil.copy(other.home.trust / LIST, cached / LIST)
    with pytest.raises(UserError, match="不是由已知的根密钥签发"):
        read_cached(cached, ISSUED)


@pytest.mark.parametrize(
    ("missing", "said"), [(LIST, "缺少信任列表文件"), (ROOT, "缺少根公钥文件")]
)
def test_what_is_missing_is_named(cached: Path, missing: str, said: str) -> None:
    (cached / missing).unlink()
    with pytest.raises(UserError, match=f"{said} .*{missing}"):
        read_cached(cached, ISSUED)


@pytest.mark.parametrize("content", [b"", b"\0", b"\xd2\x84"])
def test_a_damaged_list_is_refused_in_words(cached: Path, content: bytes) -> None:
    (cached / LIST).write_bytes(content)
    with pytest.raises(UserError, match="信任列表格式有误"):
        read_cached(cached, ISSUED)
