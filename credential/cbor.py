"""Deterministic CBOR (RFC 8949 §4.2.1): one value, one encoding, nothing else accepted.

cbor2 sorts map keys length-first; for the labels used here (non-negative integers, small negative
integers, text under 24 bytes) that is the bytewise order of §4.2.1. A test holds every map we
write against both orders.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cbor2

MAX_DEPTH: Final = 8
LAST_TIME: Final = 2**32 - 1
"""Unix seconds of the last time that can be said (2106): as long as a certificate id has room."""


class FormatError(ValueError):
    """The bytes are not what the format says. ``path`` names the place, as ``app.quantity``."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


def encode(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def encode_text(value: str) -> bytes:
    """As :func:`encode`, in a third of the time: a string is its head and its bytes (RFC 8949 §3.1)."""
    data = value.encode()
    return _text_head(len(data)) + data


def encode_bytes(value: bytes) -> bytes:
    """Likewise, of a byte string."""
    return _bytes_head(len(value)) + value


@lru_cache(maxsize=1024)
def _text_head(size: int) -> bytes:
    whole = encode(" " * size)
    return whole[: len(whole) - size]


@lru_cache(maxsize=1024)
def _bytes_head(size: int) -> bytes:
    whole = encode(bytes(size))
    return whole[: len(whole) - size]


def decode(data: bytes, *, limit: int, path: str = "") -> object:
    """Read exactly one deterministically encoded value of at most ``limit`` bytes.

    Raises:
        FormatError: too long, malformed, trailing bytes, or not the deterministic encoding.
    """
    if len(data) > limit:
        raise FormatError(path, f"超过 {limit} 字节")
    try:
        value = read_back(data)
        again = encode(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FormatError(path, "不是有效的 CBOR") from error
    if again != data:
        raise FormatError(path, "不是确定性编码（RFC 8949 §4.2.1）")
    return value


def read_back(data: bytes) -> object:
    """The value of bytes that :func:`encode` has just made; of all others only :func:`decode`."""
    value: object = cbor2.loads(
        data,
        max_depth=MAX_DEPTH,
        allow_indefinite=False,
        allow_duplicate_keys=False,
    )
    return value


def as_int(value: object, path: str, low: int = 0, high: int = 2**63 - 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise FormatError(path, f"应为 {low} 至 {high} 的整数" if low < high else f"应为 {low}")
    return value


def as_time(value: object, path: str) -> int:
    """Unix seconds; a later time than ``LAST_TIME`` could not be printed as a date."""
    return as_int(value, path, high=LAST_TIME)


def as_text(value: object, path: str, longest: int = 200) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise FormatError(path, f"应为 1 至 {longest} 字的文字")
    return value


def as_bytes(value: object, path: str, *sizes: int) -> bytes:
    if not isinstance(value, bytes) or (sizes and len(value) not in sizes):
        raise FormatError(
            path, f"应为 {'或'.join(map(str, sizes))} 字节" if sizes else "应为字节串"
        )
    return value


def as_list(value: object, path: str, *sizes: int) -> Sequence[object]:
    # cbor2 gives the content of a tag as a tuple
    if not isinstance(value, list | tuple) or (sizes and len(value) not in sizes):
        raise FormatError(
            path, f"应为 {'或'.join(map(str, sizes))} 项的数组" if sizes else "应为数组"
        )
    return value


def as_map(
    value: object, path: str, required: frozenset[int], optional: frozenset[int]
) -> dict[int, object]:
    """A map with exactly the labels allowed: an unknown one is refused, not skipped."""
    if not isinstance(value, dict):
        raise FormatError(path, "应为映射")
    # In Python True and 1.0 are the same key as 1; in CBOR they are other labels.
    labels = {label if type(label) is int else repr(label) for label in value}
    if missing := required - labels:
        raise FormatError(path, f"缺少标签 {sorted(missing)}")
    if unknown := labels - required - optional:
        raise FormatError(path, f"未知标签 {sorted(map(str, unknown))}")
    return value
