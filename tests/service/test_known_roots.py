"""service/known_roots.py: a folder of another root is not let in without a word."""

import hashlib
import shutil
from pathlib import Path

import pytest

from service.errors import UserError
from service.home import Home
from service.known_roots import accept_root, fingerprint
from service.snapshots import read_cached
from service.trust import ROOT_FILE, read_root
from tests.flows.office import ISSUED, MADE, Place, run


@pytest.fixture
def genuine(own: Place, tmp_path: Path) -> Path:
    return exported(own, tmp_path / "genuine")


@pytest.fixture
def forged(tmp_path: Path) -> Path:
    """As whoever makes an office of his own can make it, of the same names."""
    other = Place(tmp_path / "other")
    other.done("init", at=MADE)
    return exported(other, tmp_path / "forged")


def exported(place: Place, folder: Path) -> Path:
    place.done("export", "--out", folder, at=ISSUED)
    return folder


def sha256(folder: Path) -> str:
    return hashlib.sha256((folder / ROOT_FILE).read_bytes()).hexdigest()


def refused(folder: Path, home: Home, known: Path) -> None:
    with pytest.raises(UserError) as error:
        read_cached(folder, home, ISSUED)
    assert str(error.value) == (
        f"文件夹 {folder} 的根公钥与本机认得的不同，整个文件夹可能被换过，不予采信。"
        f"它的 SHA-256 是 {sha256(folder)}，本机认得的是 {sha256(known)}。"
        "签发单位确实换了根密钥，或这是另一签发单位的资料：先用另一条途径（电话、公函）"
        f"问到它的 SHA-256，再运行：zhengxin accept-root {folder} <问到的 SHA-256>"
    )


def test_the_fingerprint_is_that_of_the_file(genuine: Path) -> None:
    assert fingerprint(read_root(genuine)) == sha256(genuine)


def test_where_nothing_is_known_the_first_root_is_taken_and_no_other_after_it(
    genuine: Path, forged: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "reader")
    read_cached(genuine, home, ISSUED)
    refused(forged, home, genuine)
    read_cached(genuine, home, ISSUED)


def test_an_office_knows_its_own_root(own: Place, genuine: Path, forged: Path) -> None:
    refused(forged, own.home, genuine)
    accept_root(forged, own.home, sha256(forged))
    read_cached(forged, own.home, ISSUED)
    read_cached(own.home.trust, own.home, ISSUED)


def test_the_folder_in_the_home_is_known_before_its_first_use(
    genuine: Path, forged: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "reader")
    shutil.copytree(genuine, home.trust)
    refused(forged, home, genuine)


def test_a_folder_copied_over_the_one_in_the_home_does_not_vouch_for_itself(
    genuine: Path, forged: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "reader")
    shutil.copytree(genuine, home.trust)
    read_cached(home.trust, home, ISSUED)
    shutil.copytree(forged, home.trust, dirs_exist_ok=True)
    refused(home.trust, home, genuine)


def test_a_root_is_accepted_by_the_fingerprint_that_was_told(
    genuine: Path, forged: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "reader")
    read_cached(genuine, home, ISSUED)
    with pytest.raises(UserError, match=r"^SHA-256 应为 64 位的 0-9、a-f，得到 “abc”$"):
        accept_root(forged, home, "abc")
    with pytest.raises(UserError, match=f"^不符，没有接受：.*{sha256(forged)}.*{sha256(genuine)}$"):
        accept_root(forged, home, sha256(genuine))
    refused(forged, home, genuine)
    told = sha256(forged).upper()
    accept_root(forged, home, f"{told[:32]} {told[32:]}")
    read_cached(forged, home, ISSUED)
    read_cached(genuine, home, ISSUED)


def test_the_clerk_is_told_of_the_first_root_and_how_to_accept_another(
    genuine: Path, forged: Path, tmp_path: Path
) -> None:
    def reader(*arguments: object) -> tuple[int, str, str]:
        ran = run("--home", tmp_path / "reader", *arguments, at=ISSUED)
        return ran.status, ran.out, ran.err

    asked = ("verify", "--text", "x", "--trust")
    assert reader(*asked, genuine)[2] == (
        f"本机第一次离线核验。根公钥的 SHA-256 是 {sha256(genuine)}，"
        "请用另一条途径（电话、公函）与签发单位核对\n"
    )
    assert reader(*asked, genuine)[2] == ""
    status, out, said = reader(*asked, forged)
    assert (status, out) == (2, "")
    assert said.startswith(f"错误：文件夹 {forged} 的根公钥与本机认得的不同")
    assert reader("accept-root", forged, sha256(forged)) == (
        *(0, f"已接受根公钥 {sha256(forged)}；此后本机离线核验认得它\n", ""),
    )
    assert reader(*asked, forged)[2] == ""


def test_export_shows_the_fingerprint(own: Place, tmp_path: Path) -> None:
    ran = own.done("export", "--out", tmp_path / "out", at=ISSUED)
    assert f"根公钥 root.cose 的 SHA-256：{sha256(tmp_path / 'out')}\n" in ran.out
