"""The home folder: where one office's state lies, and the atomic writing of its files."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


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
