"""A ZIP of documents, read one by one in memory; nothing is written to a disk.

The directory is bounded before it is read, a member while it is inflated. A member that can't be
read safely is an item that says why; the others are not touched by it.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from credential.legible import legible_name
from credential.verdict import SubIndication
from verifier.evidence import stopped
from verifier.limits import Limits
from verifier.pile import Item, is_system_file, may_be_system_file
from verifier.zip_layout import holds_more, is_plainly_named, is_whole

# APPNOTE 6.3.10 §4.3.16
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\5\6"
_LONGEST_TAIL: Final = _END.size + 0xFFFF
_ENCRYPTED: Final = 0x41
"""§4.4.4: bit 0, and bit 6 for strong encryption."""
_UTF8: Final = 0x800
_BAD_NAME: Final = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|[\x00-\x1f\x7f]")
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, struct.error),
    # an offset before the file, or a name that is not UTF-8; an offset of ZIP64 beyond any file
    *(ValueError, OverflowError),
)
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""§4.4.5: what every program writes unless it is told otherwise. The libraries of the others raise
errors of their own, and one of them takes as much memory as its stream says."""
_EMPTY: Final = 2
"""Bytes of nothing, deflated."""


class PileError(ValueError):
    """The archive as a whole is refused; the message is for the clerk."""


@dataclass(frozen=True, slots=True)
class PileLimits:
    """``directory``: bytes of the list of members; ``inflated``: bytes of all members together;
    ``ratio``: inflated to packed bytes of one member, from ``small`` bytes on."""

    members: int = 5_000
    directory: int = 2 << 20
    inflated: int = 4 << 30
    ratio: int = 200
    small: int = 1 << 20
    name: int = 200


def is_zip(head: bytes) -> bool:
    """Whether a file starts as a ZIP; DOCX does too."""
    return head.startswith((b"PK\3\4", _END_MARK))


@dataclass(frozen=True, slots=True)
class ZipPile:
    """``count``: members that are files; ``passed_over``: names of system files, not among them."""

    archive: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]
    limits: Limits
    bounds: PileLimits
    passed_over: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.members)

    def items(self) -> Iterator[Item]:
        return in_turn(self.count, self.bounds, self.item)

    def item(self, place: int, room: int) -> Item:
        """``place``: from 0; ``room``: bytes that may still be inflated of the whole archive."""
        member = self.members[place]
        name = member_name(member)
        if (reason := self._refused(member, name)) is not None:
            return _refusal(name[: self.bounds.name], *reason)
        largest = min(self.limits.upload, room)
        try:
            with self.archive.open(member) as opened:
                data = opened.read(largest + 1)
            more = len(data) <= largest and not is_whole(self.archive, member, data)
        except _DAMAGED as error:
            return _refusal(name, "MEMBER", f"压缩包中的文件已损坏（{type(error).__name__}）")
        if more:
            return _refusal(name, "MEMBER", "文件的数据之后有压缩包目录没有列出的内容，请重新打包")
        if len(data) > largest:
            code, words = "UPLOAD_SIZE", f"文件超过 {largest >> 20} MB"
            if room < self.limits.upload:
                code, words = "PILE_SIZE", "压缩包解开后过大"
            return _refusal(name, code, words, over=True)
        packed = max(member.compress_size, 1)
        if len(data) > self.bounds.small and len(data) / packed > self.bounds.ratio:
            return _refusal(name, "RATIO", "压缩比异常，可能是压缩炸弹", over=True)
        return Item(legible_name(name), data)

    def _refused(self, member: zipfile.ZipInfo, name: str) -> tuple[str, str] | None:
        if member.flag_bits & _ENCRYPTED:
            return "ENCRYPTED", "压缩包中的文件已加密，请解密后再提交"
        if member.compress_type not in _METHODS:
            return "METHOD", "压缩方式不支持（只支持存储和 Deflate），请重新打包为普通 ZIP 后再提交"
        if not 0 < len(name) <= self.bounds.name or _BAD_NAME.search(name):
            return "NAME", "压缩包中的文件名不合规（上级路径、绝对路径、控制字符或过长）"
        if not is_plainly_named(self.archive, member, name):
            return "NAME", "压缩包中的文件另有文件名或不明的附加信息，请重新打包后再提交"
        if name.lower().endswith((".zip", ".rar", ".7z", ".gz", ".tar")):
            return "NESTED_ARCHIVE", "压缩包里还有压缩包，请解开后再提交"
        return None


def in_turn(count: int, bounds: PileLimits, read: Callable[[int, int], Item]) -> Iterator[Item]:
    """Each member when it is asked for; ``read`` is given its place and the room that is left."""
    room = bounds.inflated
    for place in range(count):
        item = read(place, room)
        room -= len(item.content) if isinstance(item.content, bytes) else 0
        yield item


def open_zip(
    file: BinaryIO, limits: Limits | None = None, bounds: PileLimits | None = None
) -> ZipPile:
    """The members in the order of the archive. The file stays open while they are read.

    Raises:
        PileError: no ZIP, damaged, or more members than allowed.
    """
    bounds = bounds or PileLimits()
    said = _check_end(file, bounds)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise PileError("不是完整的 ZIP 压缩包") from error
    # the directory that zipfile reads is the one that was bounded
    bounded = archive.start_dir + said.directory == said.place
    if not bounded or holds_more(file, archive, said.offset):
        raise PileError("压缩包中有目录没有列出的内容，请重新打包后再提交")
    if len(archive.infolist()) != said.members:  # other programs believe the number
        raise PileError("压缩包目录的文件数与实际不符，请重新打包后再提交")
    limits = limits or Limits()
    members, system = [], []
    for member in archive.infolist():
        name = member_name(member)
        if _is_folder(archive, member, name):
            continue
        if _is_system(archive, member, name, limits):
            system.append(legible_name(name[: bounds.name]))
        else:
            members.append(member)
    return ZipPile(archive, tuple(members), limits, bounds, tuple(system))


def _is_folder(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bool:
    """ZipInfo.is_dir() of Python 3.11 fails on a name without characters, and asks for no size. What
    is no row has to be what it says to who reads the stream as well."""
    empty = member.file_size == 0 and member.compress_size <= _EMPTY
    if not (member.orig_filename.endswith("/") and empty and _is_plain(archive, member, name)):
        return False
    try:
        with archive.open(member):  # that its header is there, and is its own
            return is_whole(archive, member, b"")
    except _DAMAGED:
        return False


def _is_plain(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bool:
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        return False
    return is_plainly_named(archive, member, name)


def _is_system(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits
) -> bool:
    if not may_be_system_file(name) or _BAD_NAME.search(name):
        return False
    if not _is_plain(archive, member, name):
        return False
    try:
        with archive.open(member) as opened:
            data = opened.read(limits.upload)
        return is_system_file(name, data) and is_whole(archive, member, data)
    except _DAMAGED:
        return False


@dataclass(frozen=True, slots=True)
class _End:
    """``place``: of the end record; the rest as it says: the size of the directory and its place."""

    place: int
    members: int
    directory: int
    offset: int


def _check_end(file: BinaryIO, bounds: PileLimits) -> _End:
    """Before anything in the directory is read."""
    size = file.seek(0, 2)
    start = max(0, size - _LONGEST_TAIL)
    file.seek(start)
    tail = file.read(_LONGEST_TAIL)
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise PileError("不是完整的 ZIP 压缩包")
    _, *disks, members, directory, offset, comment = _END.unpack_from(tail, place)
    if place + _END.size + comment != len(tail):
        raise PileError("ZIP 压缩包末尾有多余的数据")
    if members == 0xFFFF or 0xFFFFFFFF in {directory, offset}:
        raise PileError("不接受 ZIP64 压缩包，请分成几个较小的压缩包")
    if members > bounds.members or directory > bounds.directory:
        raise PileError(f"压缩包中的文件超过 {bounds.members} 个")
    if disks != [0, 0, members]:
        raise PileError("不接受分卷的 ZIP 压缩包，请重新打包后再提交")
    return _End(start + place, members, directory, offset)


def member_name(member: zipfile.ZipInfo) -> str:
    """§4.4.4 bit 11 says UTF-8. Without it Windows in Chinese writes GB 18030, others UTF-8."""
    name = member.orig_filename  # zipfile cuts the other at a NUL
    if member.flag_bits & _UTF8:
        return name.replace("\\", "/")
    # what zipfile reads as code page 437 comes back byte for byte
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return name


def _refusal(name: str, code: str, message: str, *, over: bool = False) -> Item:
    sub = SubIndication.PROCESSING_LIMIT if over else SubIndication.UNSUPPORTED_FORMAT
    return Item(legible_name(name), stopped(sub, code, message))
