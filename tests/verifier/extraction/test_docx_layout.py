"""A letter's ZIP holds its parts and nothing else, and says everything once, whoever reads it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pytest

from credential.verdict import AxisName, SubIndication
from tests.verifier import paper
from tests.verifier.zips import (
    CRC,
    DATE,
    FLAGS,
    METHOD,
    PACKED,
    TIME,
    VERSION,
    Entry,
    deflated,
    described,
    entry,
    joined,
)
from verifier.extraction.docx_layout import odd_layout
from verifier.extraction.docx_package import BODY

ISSUED = paper.pledge()
HONEST = paper.docx_of(ISSUED)
DAMAGED = "文件损坏，无法解压"
WORDS = "DOCX 压缩包的结构与出证系统写出的不同，可能藏有其他内容"
with zipfile.ZipFile(io.BytesIO(HONEST)) as opened:
    PARTS = {name: opened.read(name) for name in opened.namelist()}
OTHER = PARTS[BODY].replace(ISSUED.fields["promisor"].encode(), "张三丰".encode())
LAST = list(PARTS)[-1]

Entries = dict[str, Entry]
Edit = Callable[[Entries], object]


def write(
    edit: Edit = lambda _: None, end: Callable[[list[int]], object] = lambda _: None, shift: int = 0
) -> bytes:
    entries = {name: entry(name, data) for name, data in PARTS.items()}
    edit(entries)
    return joined(entries.values(), end, shift)


def said(data: bytes) -> str:
    """What is wrong with it, or nothing; not the whole letter, which takes fifty times as long."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
            return WORDS if odd_layout(data, archive, parts) else ""
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError):
        return DAMAGED


def set_shared(place: int, value: int) -> Edit:
    return lambda entries: entries[BODY].shared.__setitem__(place, value)


def set_listed(place: int, value: int) -> Edit:
    return lambda entries: entries[BODY].listed.update({place: value})


def set_field(name: str, value: object) -> Edit:
    return lambda entries: setattr(entries[BODY], name, value)


def stored(entries: Entries) -> None:
    one = entries[BODY]
    one.packed = PARTS[BODY]
    one.shared[METHOD], one.shared[PACKED] = 0, len(one.packed)


HONEST_WAYS: Mapping[str, Edit] = {
    "as it is": lambda _: None,
    "not compressed": stored,
    "packed harder": set_shared(FLAGS, 2),
    "names in UTF-8": set_shared(FLAGS, 0x800),
    "the oldest version": set_shared(VERSION, 10),
    "made on Unix": set_field("made", 0x314),
    "made by 7-Zip": set_field("made", 63),
    "a file of Unix": set_field("external", 0o100644 << 16),
    "a file of Windows": set_field("external", 0x20),
}


@pytest.mark.parametrize("way", HONEST_WAYS)
def test_other_honest_ways_of_writing_pass(way: str) -> None:
    assert said(write(HONEST_WAYS[way])) == ""


def test_the_maker_and_the_programs_that_write_as_plainly() -> None:
    assert said(HONEST) == ""
    assert said(paper.docx_of(ISSUED, lambda _: None)) == ""
    assert said(paper.repack(HONEST, lambda _: None)) == ""


def behind(*, descriptor: bool, on: str = BODY) -> Edit:
    """Another body behind the end of a deflate stream and within its compressed size."""

    def edit(entries: Entries) -> None:
        one = entries[on]
        if descriptor:
            one.shared[FLAGS] = 8
            one.packed += struct.pack("<4s3L", b"PK\7\x08", *one.shared[CRC:])
        one.packed += entry(BODY, OTHER).local()
        one.shared[PACKED] = len(one.packed)

    return edit


def longer(entries: Entries) -> None:
    """zipfile stops at the size that is said."""
    one = entries[BODY]
    one.packed = deflated(PARTS[BODY] + b"<!-- 9200 -->")
    one.shared[PACKED] = len(one.packed)


def shorter(entries: Entries) -> None:
    """Its last block is never marked as the last, so its end is not known."""
    one = entries[BODY]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one.packed = packer.compress(PARTS[BODY]) + packer.flush(zlib.Z_FULL_FLUSH)
    one.shared[PACKED] = len(one.packed)


def stored_and_longer(entries: Entries) -> None:
    stored(entries)
    one = entries[BODY]
    one.packed += entry(BODY, OTHER).local()
    one.shared[PACKED] = len(one.packed)


def another_method(entries: Entries) -> None:
    set_shared(METHOD, 0)(entries)
    set_listed(METHOD, 8)(entries)


def hidden_entry(entries: Entries) -> None:
    entries[BODY].behind = entry(BODY, OTHER).local()


ODD: Mapping[str, Edit] = {
    "another body behind a stream": behind(descriptor=False),
    "another body behind a descriptor": behind(descriptor=True),
    "another body behind another part": behind(descriptor=False, on=LAST),
    "another body behind a stored part": stored_and_longer,
    "another body between two entries": hidden_entry,
    "a stream longer than it says": longer,
    "a stream without its end": shorter,
    "sizes behind the data": lambda entries: described(entries[BODY]),
    "bit 3 with the sizes in front": set_shared(FLAGS, 8),
    "patched data": set_listed(FLAGS, 0x2000),
    "another method in front": another_method,
    "another time in front": set_listed(TIME, 1),
    "another date in front": set_listed(DATE, 0x5A22),
    "another version in front": set_listed(VERSION, 10),
    "no such day": set_shared(DATE, 0x5A40),
    "no such minute": set_shared(TIME, 0x7FF),
    "a version from later": set_shared(VERSION, 45),
    "the reserved byte of the version": set_shared(VERSION, 0x114),
    "made on another system": set_field("made", 0x714),
    "made by a version from later": set_field("made", 64),
    "a name with a NUL": set_field("name", BODY.encode() + b"\0x"),
    "an extra field": set_field("extra", b"\xfe\xca\0\0"),
    "a comment": set_field("comment", b"x"),
    "another disk": set_field("disk", 1),
    "a text by its internal attributes": set_field("internal", 1),
    "a folder by its attributes": set_field("external", 0x10),
    "hidden by its attributes": set_field("external", 2),
    "a link by its attributes": set_field("external", 0o120644 << 16),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_programs_may_read_otherwise_is_said(kind: str) -> None:
    assert said(write(ODD[kind])) == WORDS


ENDS: Mapping[str, Callable[[list[int]], object]] = {
    **{
        f"{count} entries": lambda says, count=count: says.__setitem__(slice(2, 4), [count] * 2)  # type: ignore[misc]
        for count in (0, 1, 10, len(PARTS) - 1, len(PARTS) + 1, 0xFFFE)
    },
    "fewer on this disk": lambda says: says.__setitem__(2, 1),
    "another disk": lambda says: says.__setitem__(0, 1),
    "the directory on another disk": lambda says: says.__setitem__(1, 1),
    "a directory elsewhere": lambda says: says.__setitem__(5, says[5] + 1),
}


@pytest.mark.parametrize("kind", ENDS)
def test_an_end_record_that_says_otherwise(kind: str) -> None:
    elsewhere = kind == "a directory elsewhere"
    assert said(write(end=ENDS[kind])) == (DAMAGED if elsewhere else WORDS)


@pytest.mark.parametrize("shift", [1, 100, 10**8])
def test_offsets_that_are_all_wrong_alike(shift: int) -> None:
    """zipfile takes them for a file that had more in front."""
    assert said(write(shift=shift)) == WORDS


def test_bytes_besides_the_entries() -> None:
    assert said(HONEST[:-2] + b"\x01\x00x") == WORDS
    one = HONEST.index(b"PK\x03\x04", 4)
    # one more entry in front that the directory does not list
    assert said(HONEST[:one] + HONEST) == WORDS
    for count in (1, 4, 20, 22):
        assert said(HONEST[:-22] + bytes(count) + HONEST[-22:]) == DAMAGED


def test_an_entry_that_says_another_length_of_itself() -> None:
    altered = bytearray(HONEST)
    altered[22] ^= 1
    assert said(bytes(altered)) == WORDS


def test_whatever_byte_of_the_directory_is_altered_it_is_seen() -> None:
    """But for who made it and the rights of Unix, which say nothing of the words."""
    at, unseen = HONEST.rindex(b"PK\1\2"), set()
    for place in range(at, len(HONEST)):
        altered = bytearray(HONEST)
        altered[place] ^= 1 << place % 8
        if not said(bytes(altered)):
            unseen.add(place - at)
    assert unseen == {4, 40, 41}


def test_the_verdict() -> None:
    known = paper.known(ISSUED)
    for data in (write(behind(descriptor=True)), write(end=ENDS["10 entries"])):
        visibility = paper.axis(paper.check(data, known), AxisName.VISIBILITY)
        assert visibility.sub_indication is SubIndication.HIDDEN_CONTENT
        assert [finding.message for finding in visibility.findings] == [WORDS]
