"""A notary's pile from the disk: folders, ZIPs and files, verified on all cores, summed up."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from credential.legible import legible_name
from credential.verdict import SubIndication, Verdict, verdict_json
from service.asking import Asking
from service.errors import UserError, system_reason
from service.issuing import inert
from verifier.evidence import stopped
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.pile import (
    Item,
    Row,
    Summary,
    is_system_file,
    may_be_system_file,
    verify_pile,
)
from verifier.zip_pile import PileError, ZipPile, is_zip, open_zip

VERDICTS: Final = "verdicts.jsonl"
SUMMARY: Final = "summary.csv"
_HEADER: Final = (
    *("place", "file", "indication", "sub_indication", "words", "number", "message"),
    *("same_file", "same_credential", "sha256"),
)


@dataclass(frozen=True, slots=True)
class Pile:
    """``items`` may be gone through once; ``passed_over``: names of system files, not among them."""

    count: int
    items: Iterable[Item]
    passed_over: tuple[str, ...] = ()


def open_pile(paths: Sequence[Path], limits: Limits, stack: ExitStack) -> Pile:
    """Files as given, a folder's in the order of their names, a ZIP's in its own order.

    ``stack``: closes the archives that stay open while the pile is read.

    Raises:
        UserError: a path that is not there, or an archive that is refused.
    """
    parts: list[Pile] = []
    for path in paths:
        if path.is_dir():
            parts.append(_folder(path, limits))
        elif path.suffix.lower() == ".zip":
            archive = _open_zip(path, limits, stack)
            parts.append(Pile(archive.count, archive.items(), archive.passed_over))
        else:
            parts.append(Pile(1, _files([path], path.parent, limits)))
    passed_over = tuple(name for part in parts for name in part.passed_over)
    return Pile(sum(part.count for part in parts), _chained(parts), passed_over)


def _folder(folder: Path, limits: Limits) -> Pile:
    """Hidden files too, what is neither a file nor a folder, and folders that can't be read: nothing is
    left out unsaid."""
    files: list[Path] = []
    system: list[str] = []
    found, closed = _within(folder)
    for path in sorted([*found, *closed]):
        name = written_name(path.relative_to(folder))
        if _is_system(path, name, limits):
            system.append(name)
        else:
            files.append(path)
    return Pile(len(files), _files(files, folder, limits, closed), tuple(system))


def _within(folder: Path) -> tuple[list[Path], dict[Path, OSError]]:
    """All that is in it but folders, and the folders that can't be read, which Path.rglob passes over.
    Links are not followed."""
    found: list[Path] = []
    closed: dict[Path, OSError] = {}
    folders = [folder]
    while folders:
        one = folders.pop()
        try:
            with os.scandir(one) as entries:
                for entry in entries:
                    inner = folders if entry.is_dir(follow_symlinks=False) else found
                    inner.append(Path(entry.path))
        except OSError as error:
            closed[one] = error
    return found, closed


def written_name(path: Path) -> str:
    """Bytes of a name that are no UTF-8 as ``\\xff``: every report has to be able to write it."""
    return legible_name(os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace"))


def _is_system(path: Path, name: str, limits: Limits) -> bool:
    if not may_be_system_file(name):
        return False
    try:
        if path.is_symlink() or not path.is_file():
            return False
        return path.stat().st_size <= limits.upload and is_system_file(name, path.read_bytes())
    except OSError:
        return False


def _chained(parts: Sequence[Pile]) -> Iterator[Item]:
    for part in parts:
        yield from part.items


def _open_zip(path: Path, limits: Limits, stack: ExitStack) -> ZipPile:
    try:
        file = stack.enter_context(path.open("rb"))
        if not is_zip(file.read(4)):
            raise PileError("不是 ZIP 压缩包")
        return open_zip(file, limits)
    except OSError as error:
        raise UserError(f"无法读取文件 {written_name(path)}：{system_reason(error)}") from error
    except PileError as error:
        raise UserError(f"{written_name(path)}：{error}") from error


def _files(
    files: Sequence[Path],
    folder: Path,
    limits: Limits,
    closed: Mapping[Path, OSError] | None = None,
) -> Iterator[Item]:
    """``closed``: of a folder, those within it that can't be read. A link is followed where the clerk
    named one; in a folder that somebody handed in, it leads to a file that is not in it, or to one that
    never ends."""
    for file in files:
        name = written_name(file.relative_to(folder))
        try:
            if closed is not None and file in closed:
                message = f"无法读取文件夹，其中的文件都没有核验：{system_reason(closed[file])}"
                refused = stopped(SubIndication.UNSUPPORTED_FORMAT, "NOT_READABLE", message)
                yield Item(f"{name}/", refused)
            # a pipe would be waited for
            elif (file.is_symlink() and closed is not None) or not file.is_file():
                message = "不是普通文件（是链接或设备），未读取"
                yield Item(name, stopped(SubIndication.UNSUPPORTED_FORMAT, "NOT_A_FILE", message))
            elif file.stat().st_size > limits.upload:
                message = f"文件超过 {limits.upload >> 20} MB"
                yield Item(name, stopped(SubIndication.PROCESSING_LIMIT, "UPLOAD_SIZE", message))
            else:
                yield Item(name, file.read_bytes())
        except OSError as error:
            message = f"无法读取文件：{system_reason(error)}"
            yield Item(name, stopped(SubIndication.UNSUPPORTED_FORMAT, "NOT_READABLE", message))


def check_pile(
    pile: Pile, asking: Asking, isolation: Isolation, workers: int, each: Callable[[Verdict], None]
) -> Summary:
    """``each`` is given every verdict in order, as soon as it is there."""
    rows: list[Row] = []
    for verdict in verify_pile(pile.items, lambda item: asking.item(item, isolation), workers):
        rows.append(Row.of(verdict))
        each(verdict)
    as_of = None if asking.past is None else asking.past.at
    return Summary(asking.policy, tuple(rows), pile.passed_over, as_of)


@dataclass(slots=True)
class VerdictFile:
    """A verdict a line, on the disk as soon as it is there: a pile's verdicts are not kept in memory.

    Until it is finished it bears ``.part`` after its name.
    """

    path: Path
    _file: io.BufferedRandom
    _count: int = 0

    @classmethod
    def start(cls, path: Path) -> Self:
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(path, path.with_name(f"{path.name}.part").open("w+b"))

    def add(self, verdict: Verdict) -> int:
        """Which one this is, from 1."""
        self._file.write(verdict_line(verdict).encode() + b"\n")
        self._file.flush()
        self._count += 1
        return self._count

    def finish(self) -> str:
        """SHA-256 of the whole file, in hexadecimal."""
        with self._file as file:
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        Path(self._file.name).replace(self.path)
        return digest


def verdict_line(verdict: Verdict) -> str:
    return json.dumps(verdict_json(verdict), ensure_ascii=False)


def summary_csv(summary: Summary) -> bytes:
    """UTF-8 with a byte order mark, so that Excel shows the hanzi."""
    same_file = {place: sha for sha, places in summary.same_files().items() for place in places}
    same_credential = {
        place: number for number, places in summary.same_credentials().items() for place in places
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for place, row in enumerate(summary.rows, 1):
        writer.writerow(
            map(
                inert,
                (
                    str(place),
                    row.file,
                    row.indication,
                    row.sub_indication or "",
                    row.words,
                    row.number or "",
                    row.message,
                    "1" if place in same_file else "",
                    "1" if place in same_credential else "",
                    row.sha256,
                ),
            )
        )
    return text.getvalue().encode("utf-8-sig")
