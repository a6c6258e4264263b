"""A ZIP written field by field, with no library that would keep it honest (PKWARE APPNOTE 6.3.10)."""

import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

VERSION, FLAGS, METHOD, TIME, DATE, CRC, PACKED, SIZE = range(8)
DESCRIPTOR = struct.Struct("<4s3L")


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@dataclass
class Entry:
    """``shared``: what the local header and the directory both say, in their order."""

    name: bytes
    packed: bytes
    shared: list[int]
    made: int = 20
    extra: bytes = b""
    comment: bytes = b""
    disk: int = 0
    internal: int = 0
    external: int = 0
    listed: dict[int, int] = field(default_factory=dict)
    """What the directory says otherwise than the local header, by place in ``shared``."""
    behind: bytes = b""
    """After the data."""
    local_extra: bytes = b""
    """An extra field of the local header only."""

    def local(self) -> bytes:
        extra = self.local_extra or self.extra
        lengths = len(self.name), len(extra)
        head = struct.pack("<4s5H3L2H", b"PK\3\4", *self.shared, *lengths)
        return head + self.name + extra + self.packed + self.behind

    def central(self, place: int) -> bytes:
        shared = [self.listed.get(place, value) for place, value in enumerate(self.shared)]
        lengths = len(self.name), len(self.extra), len(self.comment)
        rest = self.disk, self.internal, self.external, place
        head = struct.pack("<4s6H3L5H2L", b"PK\1\2", self.made, *shared, *lengths, *rest)
        return head + self.name + self.extra + self.comment


def entry(name: str, data: bytes) -> Entry:
    packed = deflated(data)
    sizes = [zlib.crc32(data), len(packed), len(data)]
    return Entry(name.encode(), packed, [20, 0, 8, 0x6000, 0x5A21, *sizes])


def described(one: Entry) -> None:
    """Checksum and sizes behind the data (§4.3.9)."""
    sizes = one.shared[CRC:]
    one.listed = dict(zip((CRC, PACKED, SIZE), sizes, strict=True))
    one.shared = [*one.shared[:FLAGS], 8, *one.shared[METHOD:CRC], 0, 0, 0]
    one.behind = DESCRIPTOR.pack(b"PK\7\x08", *sizes)


def joined(
    entries: Iterable[Entry],
    end: Callable[[list[int]], object] = lambda _: None,
    shift: int = 0,
) -> bytes:
    """``end`` edits both disks, both counts, size, offset, length of comment; ``shift``: of offsets."""
    out, directory, count = b"", b"", 0
    for one in entries:
        directory += one.central(len(out) + shift)
        out += one.local()
        count += 1
    says = [0, 0, count, count, len(directory), len(out) + shift, 0]
    end(says)
    return out + directory + struct.pack("<4s4H2LH", b"PK\5\6", *says)
