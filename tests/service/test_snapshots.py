"""service/snapshots.py: what a verifier without a network holds, and what it must not accept."""

import os
import shutil
from pathlib import Path

import pytest

from credential.standing import read_snapshot
from credential.status import StatusList
from service.errors import UserError
from service.snapshots import Cached, read_cached
from service.trust import read_root
from tests.flows.office import DAY, ISSUED, MADE, Place

LIST, ROOT = "trust-list.cose", "root.cose"


@pytest.fixture
def cached(own: Place) -> Path:
    own.done("export", at=ISSUED)
    return own.home.trust


def read(own: Place, at: int) -> Cached:
    return read_cached(own.home.trust, own.home, at)


def remembered(own: Place) -> Path:
    return own.home.seen / read_root(own.home.trust).thumbprint.hex()


def test_lists_are_read_and_the_newest_is_remembered(own: Place, cached: Path) -> None:
    for name in ("status-07x.cose", "status-01.cose"):
        (cached / name).write_bytes(b"not a list of ours")
    found = read(own, ISSUED)
    assert (found.trust.version, [s.number for s in found.snapshots]) == (1, [1])
    assert (remembered(own) / LIST).read_bytes() == (cached / LIST).read_bytes()
    old = (cached / LIST).read_bytes()
    own.done("keys", "publish", at=ISSUED + 60)
    assert read(own, ISSUED + 60).trust.version == 2
    (cached / LIST).write_bytes(old)
    with pytest.raises(UserError, match="版本 1 旧于已见过的版本 2"):
        read(own, ISSUED + 60)


def test_a_refused_list_is_not_remembered(own: Place, cached: Path) -> None:
    with pytest.raises(UserError, match="信任列表已过有效期"):
        read(own, MADE + 90 * DAY)
    assert not own.home.seen.exists()


def test_another_offices_list_is_refused_by_the_anchor(
    own: Place, cached: Path, tmp_path: Path
) -> None:
    other = Place(tmp_path / "other")
    other.done("init", at=MADE)
    shutil.copy(other.home.trust / LIST, cached / LIST)
    with pytest.raises(UserError, match="不是由已知的根密钥签发"):
        read(own, ISSUED)


@pytest.mark.parametrize(
    ("missing", "said"), [(LIST, "缺少信任列表文件"), (ROOT, "缺少根公钥文件")]
)
def test_what_is_missing_is_named(own: Place, cached: Path, missing: str, said: str) -> None:
    (cached / missing).unlink()
    with pytest.raises(UserError, match=f"{said} .*{missing}"):
        read(own, ISSUED)


@pytest.mark.parametrize("content", [b"", b"\0", b"\xd2\x84"])
def test_a_damaged_list_is_refused_in_words(own: Place, cached: Path, content: bytes) -> None:
    (cached / LIST).write_bytes(content)
    with pytest.raises(UserError, match="信任列表格式有误"):
        read(own, ISSUED)


def test_an_older_folder_brought_as_a_whole_turns_nothing_back(own: Place, tmp_path: Path) -> None:
    """Trust list and status lists of one time, genuine and not yet expired, but not the newest."""
    older, newer = tmp_path / "older", tmp_path / "newer"
    own.done("export", "--out", older, at=ISSUED)
    own.done("export", "--out", newer, at=ISSUED + DAY)
    after = ISSUED + DAY + 60
    for folder, at in ((older, ISSUED), (newer, after), (older, after)):
        (snapshot,) = read_cached(folder, own.home, at).snapshots
        statuses = read_snapshot(snapshot, read_cached(folder, own.home, at).trust, at)
        assert isinstance(statuses, StatusList)
        assert statuses.issued_at == (ISSUED if at == ISSUED else ISSUED + DAY)
    (older / "status-1.cose").unlink()
    assert [s.number for s in read_cached(older, own.home, after).snapshots] == [1]


def test_a_status_list_that_is_not_believed_is_not_remembered(own: Place, cached: Path) -> None:
    genuine = (cached / "status-1.cose").read_bytes()
    forged = genuine[:-1] + bytes([genuine[-1] ^ 1])
    (cached / "status-1.cose").write_bytes(forged)
    # it is asked, since there is no other, and the verdict says why it is not believed
    assert [s.message for s in read(own, ISSUED).snapshots] == [forged]
    assert not (remembered(own) / "status-1.cose").exists()
    (cached / "status-1.cose").write_bytes(genuine)
    read(own, ISSUED)
    (cached / "status-1.cose").write_bytes(forged)
    assert [s.message for s in read(own, ISSUED).snapshots] == [genuine]


def test_where_nothing_can_be_remembered_it_is_said(own: Place, cached: Path) -> None:
    own.home.seen.write_bytes(b"a file where the folder would be")
    with pytest.raises(UserError, match=r"无法记下见过的列表 .*：应为文件夹，却是文件"):
        read(own, ISSUED)


def test_a_status_list_that_cannot_be_read_is_said_in_words(own: Place, cached: Path) -> None:
    (cached / "status-1.cose").unlink()
    (cached / "status-1.cose").mkdir()
    with pytest.raises(
        UserError, match=r"^无法读取状态列表：应为文件，却是文件夹（.*status-1\.cose）"
    ):
        read(own, ISSUED)


@pytest.mark.parametrize("name", ["root.cose", LIST, "status-3.cose"])
def test_a_pipe_in_a_folder_that_was_brought_is_waited_for_by_nobody(
    own: Place, cached: Path, name: str
) -> None:
    (cached / name).unlink(missing_ok=True)
    os.mkfifo(cached / name)
    with pytest.raises(UserError, match="无法读取"):
        read(own, ISSUED)


def test_a_list_larger_than_any_is_not_read_to_its_end(own: Place, cached: Path) -> None:
    with (cached / "status-3.cose").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UserError, match="无法读取状态列表：文件过大"):
        read(own, ISSUED)
