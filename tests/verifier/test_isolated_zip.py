"""A ZIP that only children read: the same items as from a disk, whatever a child does."""

import io
import json

import pytest

from credential.verdict import SubIndication
from tests.verifier.test_zip_pile import SYSTEM, items, packed, refusal
from verifier.evidence import Evidence
from verifier.extraction.zip_members import pack_item
from verifier.isolated_zip import open_isolated_zip, unpack_item
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.pile import Item
from verifier.zip_pile import PileError, PileLimits, open_zip

BOUNDS = PileLimits()
MIXED = packed({"一.pdf": b"%PDF-", "b/": b"", "../二.pdf": b"x", "三.zip": b"", "四": bytes(99)})


@pytest.fixture(scope="module")
def isolation() -> Isolation:
    return Isolation(Limits(upload=10_000), workers=1)


def test_children_read_what_this_process_would(isolation: Isolation) -> None:
    pile = open_isolated_zip(MIXED, isolation, BOUNDS)
    assert pile.count == 4
    assert list(pile.items()) == items(MIXED, Limits(upload=10_000))
    over = open_isolated_zip(packed({**SYSTEM, "a": b""}), isolation, BOUNDS)
    assert (over.count, over.passed_over) == (1, tuple(SYSTEM))


def test_members_are_bounded_alone_and_together(isolation: Isolation) -> None:
    data = packed({"a": bytes(10_000), "b": bytes(10_001), "c": b"1"})
    whole, past, last = open_isolated_zip(data, isolation, BOUNDS).items()
    assert (whole, last) == (Item("a", bytes(10_000)), Item("c", b"1"))
    assert refusal(past) == (SubIndication.PROCESSING_LIMIT, "UPLOAD_SIZE")
    *_, over = open_isolated_zip(data, isolation, PileLimits(inflated=10_000)).items()
    assert refusal(over) == (SubIndication.PROCESSING_LIMIT, "PILE_SIZE")


@pytest.mark.parametrize(
    ("data", "bounds", "words"),
    [
        (MIXED[:-5], BOUNDS, "不是完整的 ZIP 压缩包"),
        (MIXED, PileLimits(members=2), "压缩包中的文件超过 2 个"),
    ],
)
def test_an_archive_is_refused_as_a_whole(
    isolation: Isolation, data: bytes, bounds: PileLimits, words: str
) -> None:
    with pytest.raises(PileError, match=words):
        open_isolated_zip(data, isolation, bounds)


class Answers:
    """A child that was taken over, or one that ended."""

    def __init__(self, listing: bytes | None, member: bytes | None) -> None:
        self.listing, self.member = listing, member

    def zip_listing(self, *_: object) -> bytes | None:
        return self.listing

    def zip_member(self, *_: object) -> bytes | None:
        return self.member


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (None, "CHILD_ENDED"),
        (b"", "RESULT_FORM"),
        (b"\xff\xff\xff\xff{}", "RESULT_FORM"),
        (b"\0\0\0\2{}", "RESULT_FORM"),
        (b"\0\0\0\2[]", "RESULT_FORM"),
        (b'\0\0\0\x24{"name": "a", "refused": ["X","",""]}', "RESULT_FORM"),
    ],
)
def test_a_child_that_lies_makes_one_item_unread(member: bytes | None, code: str) -> None:
    pile = open_isolated_zip(b"", Answers(b'{"count": 2}', member), BOUNDS)
    first, _ = pile.items()
    assert first.name == "第 1 个文件"
    assert refusal(first) == (SubIndication.PROCESSING_LIMIT, code)


@pytest.mark.parametrize(
    "listing",
    [
        None,
        b"",
        b"[]",
        b"{}",
        b'{"count": true}',
        b'{"count": -1}',
        b'{"count": 5001}',
        b'{"count": 1, "passed_over": 1}',
    ],
)
def test_a_listing_that_lies_refuses_the_archive(listing: bytes | None) -> None:
    with pytest.raises(PileError, match="无法读取"):
        open_isolated_zip(b"", Answers(listing, None), BOUNDS)


def test_an_item_is_packed_and_unpacked() -> None:
    for item in open_zip(io.BytesIO(MIXED)).items():
        assert unpack_item(pack_item(item), BOUNDS) == item
    assert isinstance(unpack_item(pack_item(items(MIXED)[1]), BOUNDS).content, Evidence)


def test_names_of_a_child_are_shown_as_plainly_as_others() -> None:
    listing = json.dumps({"count": 1, "passed_over": ["a\x1b[8m/.DS_Store"]}).encode()
    member = pack_item(Item("a\n好\u202e.pdf", b"1"))
    pile = open_isolated_zip(b"", Answers(listing, member), BOUNDS)
    assert pile.passed_over == (r"a\u001b[8m/.DS_Store",)
    (item,) = pile.items()
    assert item == Item(r"a\u000a好\u202e.pdf", b"1")
