"""The home folder: where one office's state lies, and the atomic writing of its files."""

import errno
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LARGEST_LIST: Final = 16 << 20
"""Bytes: our longest status list is a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one folder (``--home``, ``ZHENGXIN_HOME``)."""

    path: Path

    @property
    def settings_file(self) -> Path:
        return self.path / "settings.toml"

    @property
    def registry_file(self) -> Path:
        return self.path / "registry.sqlite"

    @property
    def private_keys(self) -> Path:
        return self.path / "private-keys"

    @property
    def trust(self) -> Path:
        """Public: root.cose (the anchor), trust-list.cose, status-N.cose."""
        return self.path / "trust"

    @property
    def seen(self) -> Path:
        """The newest lists that were accepted on this machine, a folder for each root key."""
        return self.path / "seen-lists"

    @property
    def is_initialised(self) -> bool:
        return self.settings_file.exists()


def read_list(path: Path) -> bytes:
    """A list or key that may have been brought by anyone: no pipe, which never ends, and no more than we
    write.

    Raises:
        OSError: it can't be read, or is no such file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.ENOTSUP, "", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(LARGEST_LIST + 1)
    finally:
        os.close(handle)
    if len(data) > LARGEST_LIST:
        raise OSError(errno.EFBIG, "too large", str(path))
    return data


def write_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write whole or not at all: a temporary file beside it, flushed to disk, then renamed.

    The mode is set before the first byte is written, so that a secret is never readable by others.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
