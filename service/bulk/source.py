"""A table as it was handed in: bytes, or a file that is read as often as it takes and never held whole."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from certgen.table import check_size
from certgen.table_header import TableError
from service.errors import UserError


@dataclass(frozen=True, slots=True)
class Source:
    """``open``: from its beginning; ``size``: bytes; ``sha256``: of the whole; ``check_same``: raises
    UserError where it is no longer what that was made of."""

    open: Callable[[], BinaryIO]
    size: int
    sha256: bytes
    check_same: Callable[[], None] = lambda: None


def given(data: bytes) -> Source:
    return Source(lambda: BytesIO(data), len(data), hashlib.sha256(data).digest())


def handed_in(path: Path) -> Source:
    """Raises UserError before a file that is too large is read."""
    made = _stamp(path)
    with path.open("rb") as file:
        _checked_size(file.read(2), path)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").digest()

    def check_same() -> None:
        if _stamp(path) != made:
            raise UserError(f"{path.name} 在读取时被改动，请保存好后重新提交")

    return Source(lambda: path.open("rb"), path.stat().st_size, digest, check_same)


def read_input(path: Path) -> bytes:
    """Of a table that is read whole. Raises UserError as :func:`handed_in`."""
    # a buffer would hold the whole twice for a moment
    with path.open("rb", buffering=0) as file:
        _checked_size(file.read(2), path)
        file.seek(0)
        return file.read()


def _checked_size(head: bytes, path: Path) -> None:
    try:
        check_size(head, path.stat().st_size)
    except TableError as error:
        raise UserError(str(error)) from error


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns
