"""service/keystore.py: private keys at rest."""

import json
import re
import stat
from pathlib import Path

import pytest

from service.errors import UserError
from service.keystore import create_key, open_key, stored_keys

CHEAP = 2**14
PASSPHRASE = "春江水暖鸭先知 2026"


def test_a_key_opens_with_its_passphrase_and_signs_the_same(tmp_path: Path) -> None:
    signer = create_key(tmp_path, PASSPHRASE, n=CHEAP)
    again = open_key(tmp_path, signer.public_key.kid, PASSPHRASE)
    assert again.sign(b"x") == signer.sign(b"x")


def test_the_file_is_0600_in_a_folder_0700(tmp_path: Path) -> None:
    folder = tmp_path / "private-keys"
    create_key(folder, PASSPHRASE, n=CHEAP)
    [stored] = stored_keys(folder)
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_secret_is_not_in_the_file_nor_in_the_representation(tmp_path: Path) -> None:
    signer = create_key(tmp_path, PASSPHRASE, n=CHEAP)
    secret = signer._private.private_bytes_raw()
    [stored] = stored_keys(tmp_path)
    content = stored.path.read_bytes()
    assert secret not in content
    assert secret.hex().encode() not in content
    assert secret.hex() not in repr(signer)
    assert repr(signer) == f"Ed25519Signer(kid={signer.public_key.kid.hex()})"


def test_a_wrong_passphrase_is_refused_without_naming_it(tmp_path: Path) -> None:
    kid = create_key(tmp_path, PASSPHRASE, n=CHEAP).public_key.kid
    with pytest.raises(UserError, match="口令不对，或密钥文件") as caught:
        open_key(tmp_path, kid, "another passphrase")
    assert "another" not in str(caught.value)


@pytest.mark.parametrize("member", ["public", "kid", "algorithm", "sealed"])
def test_a_changed_file_is_refused(tmp_path: Path, member: str) -> None:
    kid = create_key(tmp_path, PASSPHRASE, n=CHEAP).public_key.kid
    [stored] = stored_keys(tmp_path)
    head = json.loads(stored.path.read_text())
    if member == "sealed":
        head["sealed"]["data"] = "A" + head["sealed"]["data"][1:]
        head["sealed"]["nonce"] = "AAAAAAAAAAAAAAAA"
    else:
        head[member] = {"public": "AA==", "kid": "00000000", "algorithm": -8}[member]
    stored.path.write_text(json.dumps(head))
    with pytest.raises(UserError, match="已损坏"):
        open_key(tmp_path, kid, PASSPHRASE)


def test_a_costlier_derivation_than_we_allow_is_refused_before_it_runs(tmp_path: Path) -> None:
    kid = create_key(tmp_path, PASSPHRASE, n=CHEAP).public_key.kid
    [stored] = stored_keys(tmp_path)
    stored.path.write_text(re.sub(r'"n": \d+', '"n": 1073741824', stored.path.read_text()))
    with pytest.raises(UserError, match="参数不被接受"):
        open_key(tmp_path, kid, PASSPHRASE)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="本机没有密钥 01020304 的私钥文件"):
        open_key(tmp_path, b"\1\2\3\4", PASSPHRASE)


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="至少 8 个字符"):
        create_key(tmp_path, "short", n=CHEAP)
    assert not list(tmp_path.iterdir())
