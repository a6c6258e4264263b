"""A verifier's cached trust: root key, trust list and status lists as files in one folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.protocols import StatusSnapshot
from credential.trust import TrustError, TrustList, accept_trust_list, open_trust_list
from service.errors import UserError
from service.home import write_file
from service.trust import LIST_FILE, read_root

SEEN_FILE: Final = "seen-trust-list.cose"
_STATUS_FILE: Final = re.compile(r"status-(?P<number>[0-9]{1,10})\.cose")


@dataclass(frozen=True, slots=True)
class Cached:
    trust: TrustList
    snapshots: tuple[StatusSnapshot, ...]


def read_cached(folder: Path, at: int) -> Cached:
    """What is cached in ``folder``; remembers there the newest trust list it has accepted.

    Raises:
        UserError: no anchor or list, or a list that is refused: forged, expired, or older than one
            that was seen before.
    """
    root = read_root(folder)
    path, seen_path = folder / LIST_FILE, folder / SEEN_FILE
    try:
        message = path.read_bytes()
    except OSError:
        raise UserError(f"缺少信任列表文件 {path}") from None
    try:
        seen = open_trust_list(seen_path.read_bytes(), [root]) if seen_path.exists() else None
        trust = accept_trust_list(message, anchors=[root], held=seen, at=at)
    except TrustError as error:
        raise UserError(f"{path}：{error}") from error
    if seen is None or trust.version > seen.version:
        write_file(seen_path, message)
    return Cached(trust, tuple(_snapshots(folder)))


def _snapshots(folder: Path) -> Iterator[StatusSnapshot]:
    for path in sorted(folder.iterdir()):
        if (match := _STATUS_FILE.fullmatch(path.name)) is not None:
            fetched_at = int(path.stat().st_mtime)
            yield StatusSnapshot(int(match["number"]), path.read_bytes(), fetched_at)
