"""No private key and no passphrase is ever in a file, an output or an error."""

import base64
import contextlib
import io
import logging
import traceback
from pathlib import Path

import pytest

from credential.certificate_id import parse_certificate_id
from registry.credentials import find_credential
from service.errors import UserError
from service.keystore import open_key, open_secret, stored_keys
from service.signing import DIGEST_KEY
from tests.flows.office import ISSUED, PASSPHRASE, Place, copied, manifest, printed
from tests.flows.test_keys import compromise, kid_of

WRONG = "another passphrase"


def spellings(secret: bytes) -> set[bytes]:
    """How the bytes could stand in a text: raw, hexadecimal, base 64 in its three places, decimal."""
    found = {secret, secret.hex().encode(), secret.hex().upper().encode(), repr(secret).encode()}
    found.add(str(int.from_bytes(secret, "big")).encode())
    for shift in range(3):
        # what base 64 makes of them wherever they begin in a longer text, without the edges
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"\0" * shift + secret)[4:-4])
    return found


def secrets_of(place: Place) -> dict[str, set[bytes]]:
    folder = place.home.private_keys
    keys = {
        stored.path.name: open_key(folder, stored.public_key.kid, PASSPHRASE)
        for stored in stored_keys(folder)
    }
    seeds = {name: signer._private.private_bytes_raw() for name, signer in keys.items()}
    seeds["digest"] = open_secret(folder, DIGEST_KEY, PASSPHRASE)
    return {name: spellings(seed) for name, seed in seeds.items()} | {
        "passphrase": {PASSPHRASE.encode(), PASSPHRASE.encode("utf-16-le"), PASSPHRASE[:8].encode()}
    }


def leaks(secrets: dict[str, set[bytes]], content: bytes) -> list[str]:
    return [name for name, forms in secrets.items() if any(form in content for form in forms)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, str]:
    """An office after a life, and all it ever said, logs and stack traces too."""
    place = copied(tmp_path_factory.mktemp("lived") / "office")
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.root.addHandler(handler)
    level = logging.root.level
    logging.root.setLevel(logging.DEBUG)
    try:
        one = printed(place)[0]
        for arguments in (
            ("keys", "list"),
            ("keys", "export"),
            ("keys", "rotate", kid_of(place), "--reason", "例行轮换"),
            ("keys", "new", "--use", "report", "--scheme", "jiande"),
            ("keys", "publish"),
            ("export", "--out", place.folder / "exported"),
            ("verify", "--json", "--reveal", place.labels / one.file),
            ("subject", "import", "--scheme", "jiande", "--input", place.subjects),
            ("grade", "history", "--scheme", "jiande", one.producer.uscc),
            ("scheme", "list", "--json"),
            ("revoke", one.number, "--reason", "x"),
            ("init",),
        ):
            ran = place.run(*arguments, at=ISSUED + 3600)
            said.write(ran.out + ran.err)
        ran = place.run("keys", "publish", ZHENGXIN_PASSPHRASE=WRONG)
        said.write(ran.out + ran.err)
        compromise(place, since=ISSUED + 3600, at=ISSUED + 3600)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            with place.pages() as pages:
                paths = ("/.well-known/jwks.json", "/.well-known/zhengxin/trust-list", "/status/1")
                for path in (*paths, one.path, "/readyz", "/api/v1/openapi.json", "/nowhere"):
                    said.write(pages.get(path).text)
            kid = next(stored_keys(place.home.private_keys)).public_key.kid
            try:
                open_key(place.home.private_keys, kid, WRONG)
            except UserError:
                traceback.print_exc(file=said)
    finally:
        logging.root.setLevel(level)
        logging.root.removeHandler(handler)
    return place, said.getvalue()


def test_no_file_of_the_home_folder_has_one(lived: tuple[Place, str]) -> None:
    place, _ = lived
    secrets = secrets_of(place)
    assert len(secrets) == 8, "root, three, two more, the digest key, the passphrase"
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    assert len(files) > 60
    assert {path.name: leaks(secrets, path.read_bytes()) for path in files} == {
        path.name: [] for path in files
    }


def test_nothing_that_was_said_has_one(lived: tuple[Place, str]) -> None:
    place, said = lived
    assert "口令不对" in said and "UserError" in said and '"keys"' in said
    secrets = secrets_of(place)
    assert leaks(secrets, said.encode()) == []
    assert WRONG not in said, "nor a passphrase that was wrong"


def test_nothing_printed_has_one(office: Place) -> None:
    secrets = secrets_of(office)
    for folder in (office.a5, office.labels, office.pledges):
        for line in manifest(folder):
            assert leaks(secrets, (folder / line["file"]).read_bytes()) == []
        assert leaks(secrets, (folder / "manifest.csv").read_bytes()) == []


def test_private_files_are_their_owners_only(lived: tuple[Place, str]) -> None:
    place, _ = lived
    folder = place.home.private_keys
    assert folder.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    for path in (place.home.registry_file, place.home.settings_file):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_leak_would_be_noticed(office: Place) -> None:
    secrets = secrets_of(office)
    folder = office.home.private_keys
    stored = next(stored_keys(folder))
    seed = open_key(folder, stored.public_key.kid, PASSPHRASE)._private.private_bytes_raw()
    for text in (seed, seed.hex().encode(), base64.b64encode(b"ab" + seed + b"c")):
        assert leaks(secrets, b'{"x": "' + text + b'"}') == [stored.path.name]
    assert leaks(secrets, f"口令是 {PASSPHRASE}".encode()) == ["passphrase"]


def test_identity_numbers_stay_outside(office: Place) -> None:
    """PIPL Art. 28: neither in the registry nor on paper, but for the masked form."""
    numbers = [b"11010519491231002X", b"440524188001010014", b"360426199101010071"]
    for path in [*office.home.path.rglob("*"), *office.pledges.iterdir()]:
        if path.is_file():
            content = path.read_bytes()
            assert not [number for number in numbers if number in content], path.name


@pytest.mark.parametrize("wrong", ["", "short", PASSPHRASE.upper() + "!"])
def test_a_wrong_passphrase_is_said_to_be_wrong(office: Place, wrong: str) -> None:
    ran = office.run("export", "--out", office.folder / "never", ZHENGXIN_PASSPHRASE=wrong)
    assert ran.status == 1
    assert ran.err.startswith("错误：口令不对，或密钥文件 ")
    assert ran.err.endswith(" 已损坏\n")
    assert len(ran.err.splitlines()) == 1


def test_a_short_passphrase_makes_no_office(tmp_path: Path) -> None:
    place = Place(tmp_path)
    ran = place.run("init", ZHENGXIN_PASSPHRASE="short")
    assert (ran.status, ran.err) == (1, "错误：密钥口令至少 8 个字符\n")
    assert not place.home.path.exists()


def test_the_check_code_is_on_the_paper_alone(own: Place) -> None:
    """The signed digest is in the symbol: without the code nobody can try all numbers against it."""
    with own.office() as opened, own.pages() as pages:
        codes = set()
        for one in printed(own):
            stored = find_credential(opened.registry, parse_certificate_id(one.number))
            assert stored is not None
            code = stored.fields["check_code"]
            codes.add(code)
            assert code not in pages.get(one.path).text
            assert code not in pages.get(one.path, {"accept": "application/json"}).text
        assert len(codes) == len(printed(own))
