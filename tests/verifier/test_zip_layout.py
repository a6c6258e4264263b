"""A ZIP of documents that another program would unpack to other documents."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping

import pytest

from tests.verifier.test_zip_pile import NO, items, refusal
from tests.verifier.zips import (
    CRC,
    DESCRIPTOR,
    FLAGS,
    METHOD,
    PACKED,
    SIZE,
    Entry,
    described,
    entry,
    joined,
)
from verifier.evidence import Evidence
from verifier.pile import Item
from verifier.zip_pile import PileError, open_zip

A, B = b"first " * 20, b"second " * 20
HIDDEN = entry("b.pdf", b"hidden").local()
MORE = "压缩包中有目录没有列出的内容，请重新打包后再提交"
BEHIND = "文件的数据之后有压缩包目录没有列出的内容，请重新打包"
HONEST = [Item("a.pdf", A), Item("b.pdf", B)]
Edit = Callable[[Entry], object]


def two(edit: Edit = lambda _: None, **how: object) -> bytes:
    one = entry("a.pdf", A)
    edit(one)
    return joined([one, entry("b.pdf", B)], **how)  # type: ignore[arg-type]


def stored(one: Entry) -> None:
    one.packed = A
    one.shared[METHOD], one.shared[PACKED] = 0, len(A)


def described_as(form: str, *, mark: bool) -> Edit:
    def edit(one: Entry) -> None:
        values = one.shared[CRC:]
        described(one)
        one.behind = (b"PK\7\x08" if mark else b"") + struct.pack(form, *values)

    return edit


def set_shared(place: int, value: int) -> Edit:
    return lambda one: one.shared.__setitem__(place, value)


def long_sizes(one: Entry) -> None:
    """As one who does not know the size beforehand, but can come back to write it (§4.5.3)."""
    real = one.shared[PACKED:]
    one.listed = dict(zip((PACKED, SIZE), real, strict=True))
    one.shared[PACKED:] = [0xFFFFFFFF] * 2
    one.local_extra = struct.pack("<2H2Q", 1, 16, *reversed(real))


def long_sizes_that_lie(one: Entry) -> None:
    long_sizes(one)
    one.local_extra = one.local_extra[:-8] + struct.pack("<Q", 10)


WAYS: Mapping[str, Edit] = {
    "deflated": lambda _: None,
    "stored": stored,
    "described": described,
    "described without a mark": described_as("<3L", mark=False),
    "described for ZIP64": described_as("<L2Q", mark=True),
    "described for ZIP64 without a mark": described_as("<L2Q", mark=False),
    "sizes in front though described": set_shared(FLAGS, 8),
    "sizes in a field": long_sizes,
    "a field of another kind": lambda one: setattr(one, "extra", b"UT\1\0\0"),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_honest_programs(way: str) -> None:
    assert items(two(WAYS[way])) == HONEST


def behind(one: Entry, *, descriptor: bool) -> None:
    if descriptor:
        one.shared[FLAGS] = 8
        one.packed += DESCRIPTOR.pack(b"PK\7\x08", *one.shared[CRC:])
    one.packed += HIDDEN
    one.shared[PACKED] = len(one.packed)


def longer(one: Entry) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one.packed = packer.compress(A + b"more") + packer.flush()
    one.shared[PACKED] = len(one.packed)


def stored_and_longer(one: Entry) -> None:
    stored(one)
    behind(one, descriptor=False)


INSIDE: Mapping[str, Edit] = {
    "behind a stream": lambda one: behind(one, descriptor=False),
    "behind a stream and a descriptor": lambda one: behind(one, descriptor=True),
    "behind stored data": stored_and_longer,
    "a stream longer than it says": longer,
}


@pytest.mark.parametrize("kind", INSIDE)
def test_what_a_member_hides_behind_itself(kind: str) -> None:
    first, second = items(two(INSIDE[kind]))
    assert refusal(first) == (NO, "MEMBER")
    assert isinstance(first.content, Evidence)
    assert first.content.flags[0].message == BEHIND
    assert second == HONEST[1]


def test_a_system_file_that_hides_something_is_not_passed_over() -> None:
    store = entry(".DS_Store", b"\0\0\0\1Bud1\0")
    assert open_zip(io.BytesIO(joined([store]))).passed_over == (".DS_Store",)
    behind(store, descriptor=False)
    (item,) = items(joined([store]))
    assert refusal(item) == (NO, "MEMBER")


def lying(place: int) -> Edit:
    return lambda one: one.listed.update({place: one.shared[place]}) or set_shared(place, 1)(one)


def wrong_descriptor(one: Entry) -> None:
    described(one)
    one.behind = one.behind[:-1] + b"\1"


def no_descriptor(one: Entry) -> None:
    described(one)
    one.behind = b""


BESIDES: Mapping[str, Edit] = {
    "a checksum of its own": lying(CRC),
    "a size of its own": lying(SIZE),
    "a packed size of its own": lying(PACKED),
    "stored, for who reads the stream": lambda one: (
        one.listed.update({METHOD: 8}),
        set_shared(METHOD, 0)(one),
    ),
    "encrypted, for who reads the stream": lambda one: (
        one.listed.update({FLAGS: 0}),
        set_shared(FLAGS, 1)(one),
    ),
    "described, for who reads the stream": lambda one: (
        one.listed.update({FLAGS: 0}),
        set_shared(FLAGS, 8)(one),
    ),
    "a descriptor that lies": wrong_descriptor,
    "a descriptor that is not there": no_descriptor,
    "sizes in a field that lie": long_sizes_that_lie,
    "something behind it": lambda one: setattr(one, "behind", HIDDEN),
    "twelve bytes behind it": lambda one: setattr(one, "behind", bytes(12)),
}


@pytest.mark.parametrize("kind", BESIDES)
def test_what_a_member_says_that_the_directory_does_not(kind: str) -> None:
    with pytest.raises(PileError) as refused:
        items(two(BESIDES[kind]))
    assert str(refused.value) == MORE


@pytest.mark.parametrize("shift", [1, 10**8])
def test_offsets_that_are_all_wrong_alike(shift: int) -> None:
    with pytest.raises(PileError, match=MORE):
        items(two(shift=shift))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_members_than_there_are(count: int) -> None:
    with pytest.raises(PileError, match="压缩包目录的文件数与实际不符，请重新打包后再提交"):
        items(two(end=lambda says: says.__setitem__(slice(2, 4), [count] * 2)))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_of_several_disks(place: int) -> None:
    with pytest.raises(PileError, match="不接受分卷的 ZIP 压缩包，请重新打包后再提交"):
        items(two(end=lambda says: says.__setitem__(place, 1)))


def test_a_name_with_a_nul_is_refused_whole() -> None:
    """zipfile would call it a.pdf, other programs a.pdf.exe or worse."""
    first, second = items(two(lambda one: setattr(one, "name", b"a.pdf\0.exe")))
    assert refusal(first) == (NO, "NAME")
    assert (first.name, second) == (r"a.pdf\u0000.exe", HONEST[1])


def folder(one: Entry) -> None:
    one.name, one.packed, one.shared[METHOD:] = b"b/", b"", [0, 0x6000, 0x5A21, 0, 0, 0]


def test_a_folder_that_is_one() -> None:
    assert items(two(folder)) == HONEST[1:]


def deflated_folder(packed: bytes) -> Edit:
    def edit(one: Entry) -> None:
        folder(one)
        one.packed, one.shared[METHOD], one.shared[PACKED] = packed, 8, len(packed)

    return edit


FOLDERS: Mapping[str, Edit] = {
    "which a stream goes on behind": deflated_folder(b""),
    "whose stream goes on": deflated_folder(b"\1\0"),
    "with another name": lambda one: (folder(one), setattr(one, "extra", renamed(b"a.pdf"))),
}


def test_a_folder_elsewhere_hides_no_members() -> None:
    """Nothing is known of the room behind what is damaged, so that a row has to say so."""
    one, other = entry("a.pdf", A), entry("x/", b"")
    place = len(one.local() + HIDDEN)
    data = one.local() + HIDDEN
    listed = one.central(0) + other.central(place - len(HIDDEN) + 5)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(listed), place, 0)
    first, second = items(data + listed + end)
    assert first == HONEST[0]
    assert (second.name, refusal(second)) == ("x/", (NO, "MEMBER"))


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_folder_that_is_more(kind: str) -> None:
    first, second = items(two(FOLDERS[kind]))
    assert (first.name, refusal(first)[0]) == ("b/", NO)
    assert second == HONEST[1]


def renamed(name: bytes, kind: int = 0x7075) -> bytes:
    """As Info-ZIP names a member anew (§4.6.9)."""
    return struct.pack("<2HBL", kind, 5 + len(name), 1, zlib.crc32(b"a.pdf")) + name


RENAMED: Mapping[str, Edit] = {
    "in both places": lambda one: setattr(one, "extra", renamed(b"b.pdf")),
    "in front alone": lambda one: setattr(one, "local_extra", renamed(b"b.pdf")),
    "after other fields": lambda one: setattr(one, "extra", b"UT\1\0\0" + renamed(b"b.pdf")),
    "by another field": lambda one: setattr(one, "extra", renamed(b"b.pdf", kind=0x554E)),
    "in a field cut short": lambda one: setattr(one, "local_extra", b"up\0"),
}


@pytest.mark.parametrize("kind", RENAMED)
def test_a_member_with_another_name_for_others(kind: str) -> None:
    first, second = items(two(RENAMED[kind]))
    assert refusal(first) == (NO, "NAME")
    assert isinstance(first.content, Evidence)
    words = "压缩包中的文件另有文件名或不明的附加信息，请重新打包后再提交"
    assert first.content.flags[0].message == words
    assert second == HONEST[1]


def test_a_system_file_with_another_name_is_not_passed_over() -> None:
    store = entry(".DS_Store", b"\0\0\0\1Bud1\0")
    store.extra = renamed(b"a.pdf")
    (item,) = items(joined([store]))
    assert refusal(item) == (NO, "NAME")


def test_the_same_name_once_more() -> None:
    assert items(two(lambda one: setattr(one, "extra", renamed(b"a.pdf")))) == HONEST
