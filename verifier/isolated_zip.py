"""A ZIP of documents of which this process reads nothing: children list it and inflate its members.

Each member comes from a child of its own, with the deadline and the limits of any upload, so that
an archive can hold up, exhaust or crash no more than that.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from credential.legible import legible_name
from credential.verdict import SubIndication
from verifier.evidence import stopped
from verifier.extraction.zip_members import HEAD_SIZE
from verifier.pile import Item
from verifier.zip_pile import PileError, PileLimits, in_turn

_ESCAPED: Final = 6
"""A character that nobody could see takes so many."""
_BAD_ANSWERS: Final = (ValueError, KeyError, TypeError, AttributeError, struct.error)
"""A child that was taken over may send anything."""


class ZipSource(Protocol):
    """Whoever reads an archive in isolation (verifier.isolation); None: the child failed. Both may
    raise VerifierBusy."""

    def zip_listing(self, data: bytes, bounds: PileLimits) -> bytes | None: ...

    def zip_member(
        self, data: bytes, bounds: PileLimits, place: int, room: int
    ) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class IsolatedZip:
    """``count``: members that are files; ``passed_over``: names of system files, not among them."""

    data: bytes
    source: ZipSource
    bounds: PileLimits
    count: int
    passed_over: tuple[str, ...] = ()

    def items(self) -> Iterator[Item]:
        """Raises VerifierBusy."""
        return in_turn(self.count, self.bounds, self._item)

    def _item(self, place: int, room: int) -> Item:
        answer = self.source.zip_member(self.data, self.bounds, place, room)
        if answer is None:
            message = "读取压缩包中的文件时超时或异常终止"
            evidence = stopped(SubIndication.PROCESSING_LIMIT, "CHILD_ENDED", message)
            return Item(f"第 {place + 1} 个文件", evidence)
        try:
            return unpack_item(answer, self.bounds)
        except _BAD_ANSWERS:
            evidence = stopped(SubIndication.PROCESSING_LIMIT, "RESULT_FORM", "处理进程的回答有误")
            return Item(f"第 {place + 1} 个文件", evidence)


def open_isolated_zip(data: bytes, source: ZipSource, bounds: PileLimits) -> IsolatedZip:
    """Raises PileError, VerifierBusy."""
    answer = source.zip_listing(data, bounds)
    if answer is None:
        raise PileError("压缩包过于复杂，无法读取")
    try:
        said = json.loads(answer)
        count, refused = said.get("count"), said.get("refused")
        over = tuple(
            legible_name(str(name)[: bounds.name * _ESCAPED])
            for name in said.get("passed_over") or ()
        )
    except _BAD_ANSWERS as error:
        raise PileError("压缩包无法读取") from error
    if type(count) is int and 0 <= count <= bounds.members:
        return IsolatedZip(data, source, bounds, count, over[: bounds.members])
    raise PileError(str(refused or "压缩包无法读取")[:100])


def unpack_item(answer: bytes, bounds: PileLimits) -> Item:
    """What verifier.extraction.zip_members.pack_item packed."""
    (size,) = HEAD_SIZE.unpack_from(answer)
    head = json.loads(answer[HEAD_SIZE.size : HEAD_SIZE.size + size])
    name = legible_name(str(head["name"])[: bounds.name * _ESCAPED])
    if head["refused"] is None:
        return Item(name, answer[HEAD_SIZE.size + size :])
    sub, code, message = head["refused"]
    return Item(name, stopped(SubIndication(sub), str(code)[:40], str(message)[:200]))
