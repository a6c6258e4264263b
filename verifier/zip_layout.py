"""Whether a ZIP holds more than its directory lists, for whoever reads it otherwise than by that.

A program that reads it as a stream believes the local headers and the ends of the deflate streams;
one that mends it looks for headers anywhere. What either would find besides is not verified.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from verifier.inflating import inflated

# APPNOTE 6.3.10
_LOCAL: Final = struct.Struct("<4s2xHH4x3L2H")
"""§4.3.7: mark, flags, method, CRC, packed size, size, lengths of name and extra field."""
_MARK: Final = b"PK\3\4"
_DESCRIBED: Final = 0x8
"""§4.4.4 bit 3: checksum and sizes stand after the data (§4.3.9), with a mark or without."""
_ENCRYPTED: Final = 0x41
_DESCRIPTOR_MARK: Final = b"PK\7\x08"
_DESCRIPTORS: Final = struct.Struct("<3L"), struct.Struct("<L2Q")
"""The second for ZIP64."""
_LONGEST: Final = 24
_LONG: Final = 0xFFFFFFFF
"""§4.4.8: the size stands in an extra field."""
_LONG_FIELD: Final = struct.Struct("<2H2Q")
"""§4.5.3: its kind and length, size and packed size."""
_FIELD: Final = struct.Struct("<2H")
"""§4.5.1: kind and length of an extra field."""
_PLAIN_FIELDS: Final = frozenset(
    # sizes (ZIP64); times (NTFS, Unix); owners and rights (NTFS, Unix); a comment; a Java archive, room to grow
    (0x0001, 0x000A, 0x5455, 0x4453, 0x5855, 0x7855, 0x7875, 0x6375, 0xCAFE, 0xA220)
)
"""§4.5.2, §4.6: what changes neither a member's name nor its content for any program."""
_UNICODE_NAME: Final = 0x7075
_VERSION_AND_CHECKSUM: Final = 5
"""§4.6.9: bytes before the name."""


def holds_more(file: BinaryIO, archive: zipfile.ZipFile, offset: int) -> bool:
    """``offset``: of the directory, as the end record says. After a damaged member, whose verdict
    says so, nothing is known."""
    place: int | None = 0
    ends, damaged = {b""}, False
    for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
        start = member.header_offset
        file.seek(max(start, 0))
        head = file.read(_LOCAL.size)
        if start < 0 or len(head) < _LOCAL.size or not head.startswith(_MARK):
            place, damaged = None, True
            continue
        *said, name, extra = _LOCAL.unpack(head)[1:]
        file.seek(name, io.SEEK_CUR)
        if not _agrees(said, file.read(extra), member):
            return True
        if place is not None and not _ends_so(file, place, start, ends):
            return True
        place, ends = start + _LOCAL.size + name + extra + member.compress_size, _ends(said, member)
    if place is not None and not _ends_so(file, place, archive.start_dir, ends):
        return True
    # zipfile shifts all offsets, as if the file once had more in front; others call it damaged
    return not damaged and archive.start_dir != offset


def _agrees(said: list[int], extra: bytes, member: zipfile.ZipInfo) -> bool:
    """Whether the local header says what the directory does."""
    flags, method, checksum, packed, size = said
    if (flags ^ member.flag_bits) & _DESCRIBED or flags & ~member.flag_bits & _ENCRYPTED:
        return False
    if method != member.compress_type:
        return False
    real = member.compress_size, member.file_size
    if flags & _DESCRIBED:
        sizes = packed in {0, real[0], _LONG} and size in {0, real[1], _LONG}
        return sizes and checksum in {0, member.CRC}
    if _LONG in (packed, size):
        sizes = extra.startswith(_LONG_FIELD.pack(1, 16, *reversed(real)))
    else:
        sizes = (packed, size) == real
    return sizes and checksum == member.CRC


def _ends(said: list[int], member: zipfile.ZipInfo) -> set[bytes]:
    """What may stand after the data."""
    flags, _, checksum, packed, size = said
    values = member.CRC, member.compress_size, member.file_size
    if not flags & _DESCRIBED:
        return {b""}
    sized = {b""} if (checksum, packed, size) == values else set()
    if max(values) > _LONG:
        forms = {_DESCRIPTORS[1].pack(*values)}
    else:
        forms = {form.pack(*values) for form in _DESCRIPTORS}
    return sized | forms | {_DESCRIPTOR_MARK + form for form in forms}


def _ends_so(file: BinaryIO, place: int, start: int, ends: set[bytes]) -> bool:
    if not 0 <= start - place <= _LONGEST:
        return False
    file.seek(place)
    return file.read(start - place) in ends


def is_plainly_named(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bool:
    """Whether no extra field gives a member another ``name``, or is of a kind that we do not know.
    Of a damaged one the header says nothing."""
    file = archive.fp
    if file is None:
        raise ValueError("the archive is closed")
    file.seek(max(member.header_offset, 0))
    head = file.read(_LOCAL.size)
    extra = b""
    if len(head) == _LOCAL.size and head.startswith(_MARK):
        *_, length, more = _LOCAL.unpack(head)
        file.seek(length, io.SEEK_CUR)
        extra = file.read(more)
    return all(_is_plain_field(*one, name) for one in (*_fields(extra), *_fields(member.extra)))


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while extra:
        kind, length = _FIELD.unpack_from(extra) if len(extra) >= _FIELD.size else (-1, 0)
        yield kind, extra[_FIELD.size : _FIELD.size + length]
        extra = extra[_FIELD.size + length :]


def _is_plain_field(kind: int, value: bytes, name: str) -> bool:
    if kind == _UNICODE_NAME:
        # programs differ in whether they believe it, and its checksum
        return value[_VERSION_AND_CHECKSUM:] == name.encode(errors="surrogateescape")
    return kind in _PLAIN_FIELDS


def is_whole(archive: zipfile.ZipFile, member: zipfile.ZipInfo, data: bytes) -> bool:
    """Whether a member's packed bytes are its ``data`` and no more."""
    file = archive.fp
    if file is None:
        raise ValueError("the archive is closed")
    file.seek(member.header_offset)
    head = file.read(_LOCAL.size)
    file.seek(sum(_LOCAL.unpack(head)[-2:]), io.SEEK_CUR)
    packed = file.read(member.compress_size)
    if member.compress_type == zipfile.ZIP_STORED:
        return packed == data
    return inflated(packed, len(data)) == data
