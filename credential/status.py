"""Status lists: IETF Token Status List as a signed CWT, two bits a credential."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from credential.cbor import FormatError, as_bytes, as_int, as_map, as_text, as_time, decode, encode
from credential.cose import Envelope, Signer, open_sign1, sign1

TYPE: Final = "application/statuslist+cwt"  # Token Status List §5.2
LARGEST: Final = 1 << 20
"""Bytes of a list as sent."""
LARGEST_ENTRIES: Final = 1 << 20
"""Credentials in one list; 256 KiB inflated."""
_SUB, _EXP, _IAT = 2, 4, 6  # RFC 8392 §3.1
_TTL, _STATUS_LIST = 65534, 65533  # Token Status List §5.2
_BITS: Final = 2


class Status(IntEnum):
    """Token Status List §7.1; 3 is application-specific and means superseded (已换开) here."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    SUPERSEDED = 3


@dataclass(frozen=True, slots=True)
class StatusList:
    """``uri`` names the list; times are Unix seconds; ``bits`` is four statuses a byte."""

    uri: str
    issued_at: int
    expires_at: int
    bits: bytes

    def status(self, index: int) -> Status:
        """Raises IndexError where the list has no such entry."""
        if index < 0:
            raise IndexError(index)
        # Token Status List §4.1: entries fill each byte from the least significant bit
        return Status(self.bits[index >> 2] >> (index & 3) * _BITS & 3)


def status_bits(size: int, changed: Iterable[tuple[int, Status]]) -> bytes:
    """All entries valid but the changed ones; ``size`` entries, rounded up to whole bytes."""
    bits = bytearray((size + 3) // 4)
    for index, status in changed:
        shift = (index & 3) * _BITS
        bits[index >> 2] = bits[index >> 2] & ~(3 << shift) | status << shift
    return bytes(bits)


def sign_status_list(statuses: StatusList, signer: Signer, ttl: int = 300) -> bytes:
    """``ttl``: seconds for which a reader may keep it without asking again."""
    payload = {
        _SUB: statuses.uri,
        _IAT: statuses.issued_at,
        _EXP: statuses.expires_at,
        _TTL: ttl,
        _STATUS_LIST: {"bits": _BITS, "lst": zlib.compress(statuses.bits, 9)},
    }
    return sign1(encode(payload), signer, type=TYPE)


def open_status_list(message: bytes) -> Envelope:
    """Raises FormatError where the message is not a status list token."""
    envelope = open_sign1(message, limit=LARGEST)
    if envelope.type != TYPE:
        raise FormatError("protected.typ", "不是状态列表")
    return envelope


def read_status_list(payload: bytes) -> StatusList:
    """Read a verified payload.

    Raises:
        FormatError: not a two-bit list, or more than ``LARGEST_ENTRIES`` of them.
    """
    labels = frozenset({_SUB, _IAT, _EXP, _STATUS_LIST})
    claims = as_map(decode(payload, limit=LARGEST), "", labels, frozenset({_TTL}))
    content = claims[_STATUS_LIST]
    if not isinstance(content, dict) or set(content) != {"bits", "lst"}:
        raise FormatError("status_list", "应只有 bits 与 lst")
    as_int(content["bits"], "status_list.bits", _BITS, _BITS)
    if _TTL in claims:
        as_int(claims[_TTL], "ttl", 1)
    return StatusList(
        uri=as_text(claims[_SUB], "sub"),
        issued_at=as_time(claims[_IAT], "iat"),
        expires_at=as_time(claims[_EXP], "exp"),
        bits=_inflate(as_bytes(content["lst"], "status_list.lst")),
    )


def _inflate(data: bytes) -> bytes:
    limit = LARGEST_ENTRIES // 4
    inflater = zlib.decompressobj()
    try:
        bits = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise FormatError("status_list.lst", "压缩数据损坏") from error
    if len(bits) > limit:
        raise FormatError("status_list.lst", f"超过 {LARGEST_ENTRIES} 项")
    if not inflater.eof or inflater.unused_data:
        raise FormatError("status_list.lst", "压缩数据不完整")
    return bits
