"""service/home.py: files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from service.home import write_file


def test_a_file_is_written_with_its_mode(tmp_path: Path) -> None:
    write_file(tmp_path / "deep" / "key", b"secret", mode=0o600)
    path = tmp_path / "deep" / "key"
    assert path.read_bytes() == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.pdf"
    write_file(path, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.pdf"]
