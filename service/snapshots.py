"""A verifier's cached trust: root key, trust list and status lists as files in one folder.

What was accepted once is remembered on this machine, by root key, outside of the folder: whoever
brings an older folder as a whole turns nothing back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from credential.protocols import StatusSnapshot
from credential.standing import read_snapshot
from credential.status import StatusList
from credential.trust import TrustError, TrustList, accept_trust_list, open_trust_list
from service.errors import UserError, system_words
from service.home import Home, read_list, write_file
from service.known_roots import fingerprint, read_known_root
from service.trust import LIST_FILE

_STATUS_FILE: Final = re.compile(r"status-(?P<number>0|[1-9][0-9]{0,9})\.cose")


@dataclass(frozen=True, slots=True)
class Cached:
    trust: TrustList
    snapshots: tuple[StatusSnapshot, ...]


def read_cached(folder: Path, home: Home, at: int) -> Cached:
    """What is cached in ``folder``, or newer in the home's memory of each list that was accepted.

    Raises:
        UserError: no anchor or list, or an anchor that is not known here; a list that is refused:
            forged, expired, or older than one that was seen before; nothing can be remembered.
    """
    root = read_known_root(folder, home)
    path = folder / LIST_FILE
    try:
        message = read_list(path)
    except FileNotFoundError:
        raise UserError(f"缺少信任列表文件 {path}") from None
    except OSError as error:
        raise UserError(f"无法读取信任列表：{system_words(error, path)}") from error
    memory = home.seen / fingerprint(root)
    remembered = memory / LIST_FILE
    try:
        held = open_trust_list(remembered.read_bytes(), [root]) if remembered.exists() else None
        trust = accept_trust_list(message, anchors=[root], held=held, at=at)
    except TrustError as error:
        raise UserError(f"{path}：{error}") from error
    brought = _brought(folder)
    try:
        if held is None or trust.version > held.version:
            write_file(remembered, message)
        return Cached(trust, tuple(_newest(brought, memory, trust, at)))
    except OSError as error:
        raise UserError(f"无法记下见过的列表 {memory}：{system_words(error)}") from error


def _brought(folder: Path) -> Mapping[int, StatusSnapshot]:
    """Raises UserError."""
    try:
        return _snapshots(folder)
    except OSError as error:
        raise UserError(f"无法读取状态列表：{system_words(error, folder)}") from error


def _newest(
    brought: Mapping[int, StatusSnapshot], memory: Path, trust: TrustList, at: int
) -> Iterator[StatusSnapshot]:
    """Each status list as this machine knows it last: an older one brought later is not asked, nor
    one that is not believed where one that is was seen."""
    remembered = _snapshots(memory)
    for number in sorted(brought.keys() | remembered.keys()):
        new, held = brought.get(number), remembered.get(number)
        issued, before = (_issued_at(snapshot, trust, at) for snapshot in (new, held))
        if new is None or (held is not None and before is not None and before >= (issued or 0)):
            yield held or brought[number]
            continue
        if issued is not None:
            write_file(memory / f"status-{number}.cose", new.message)
        yield new


def _issued_at(snapshot: StatusSnapshot | None, trust: TrustList, at: int) -> int | None:
    """None where there is no list, or none that is believed today."""
    statuses = None if snapshot is None else read_snapshot(snapshot, trust, at)
    return statuses.issued_at if isinstance(statuses, StatusList) else None


def _snapshots(folder: Path) -> Mapping[int, StatusSnapshot]:
    found = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        if (match := _STATUS_FILE.fullmatch(path.name)) is not None:
            number = int(match["number"])
            found[number] = StatusSnapshot(number, read_list(path))
    return found
