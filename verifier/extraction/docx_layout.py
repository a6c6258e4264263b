"""The ZIP of a letter, byte for byte: the entries one after another, the directory, the end record.

Programs differ in where they begin to read a ZIP and in what they believe of it; Office ones mend
what they find damaged, and show what they find then. So nothing may be there but what one list of
entries makes: the file is written anew from the directory's fields, and has to be the same.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from verifier.inflating import inflated

# PKWARE APPNOTE 6.3.10 §4.3.7, §4.3.12, §4.3.16
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_HOSTS: Final = {0, 3}
"""§4.4.2: MS-DOS and Unix. Of another system the attributes mean something else."""
_NEWEST: Final = 63
_NEEDED: Final = {10, 20}
"""§4.4.3: nothing, or deflate."""
_FLAGS: Final = 0x806
"""§4.4.4: how hard it was packed, and names in UTF-8. With bit 3 a reader of the stream looks for the
end of an entry itself."""
_ATTRIBUTES: Final = {0, 0x20}
"""§4.4.15, of MS-DOS: none, or to be archived; neither folder nor hidden nor volume."""
_FILES: Final = {0, 0o10}
"""The kind in a Unix mode: not said, or a regular file; no link."""


def odd_layout(data: bytes, archive: zipfile.ZipFile, parts: Mapping[str, bytes]) -> bool:
    """Whether there is anything in the file besides the ``parts``, or anything said in two ways."""
    place, listed, entries = 0, b"", archive.infolist()
    for entry in entries:
        content = parts[entry.filename]
        if not _is_plain(entry):
            return True
        local, central = _heads(entry, content, place)
        start = place + len(local)
        packed = data[start : start + entry.compress_size]
        if not data.startswith(local, place) or not _is_whole(packed, entry, content):
            return True
        place = start + len(packed)
        listed += central
    end = _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), place, 0)
    return data[place:] != listed + end


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Of the fields that a writer is free to choose, those that no program takes for more."""
    if entry.extra or entry.comment or entry.flag_bits & ~_FLAGS:
        return False
    made = entry.create_system in _HOSTS and entry.create_version <= _NEWEST
    kind = entry.external_attr >> 28 in _FILES and entry.external_attr & 0xFFFF in _ATTRIBUTES
    try:
        datetime(*entry.date_time)
    except ValueError:
        return False
    return made and kind and entry.extract_version in _NEEDED


def _heads(entry: zipfile.ZipInfo, content: bytes, place: int) -> tuple[bytes, bytes]:
    """The local header and the directory's entry. zipfile cuts a name at a NUL: it is then another."""
    name = entry.filename.encode()
    year, month, day, hour, minute, second = entry.date_time
    shared = (
        *(entry.extract_version, entry.flag_bits, entry.compress_type),
        *(hour << 11 | minute << 5 | second >> 1, year - 1980 << 9 | month << 5 | day),
        *(zlib.crc32(content), entry.compress_size, len(content), len(name), 0),
    )
    made = entry.create_system << 8 | entry.create_version
    # no comment, on the first disk, no kind of content said
    rest = 0, 0, 0, entry.external_attr, place
    local, central = _LOCAL.pack(b"PK\3\4", *shared), _ENTRY.pack(b"PK\1\2", made, *shared, *rest)
    return local + name, central + name


def _is_whole(packed: bytes, entry: zipfile.ZipInfo, content: bytes) -> bool:
    if entry.compress_type == zipfile.ZIP_STORED:
        return packed == content
    return inflated(packed, len(content)) == content
