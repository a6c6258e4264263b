"""The segments of a JPEG (ITU-T T.81 §B.2): one baseline scan, each table as often as one picture needs it."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

_SOI: Final = b"\xff\xd8"
_APP, _COM, _DQT, _SOF, _DHT, _DRI, _SOS, _EOI = 0xE0, 0xFE, 0xDB, 0xC0, 0xC4, 0xDD, 0xDA, 0xD9
_RESTARTS: Final = range(0xD0, 0xD8)
_PADDING: Final = b"\r\n\x00"
"""That writers put behind the end; Ghostscript writes the end twice."""
_MOST_PADDING: Final = 4
INVALID: Final = 0x10
"""A run without a value, which no baseline code has (§F.1.2.2.1)."""
_T = TypeVar("_T")


class OddJpegError(Exception):
    """Words for what decoders may read differently."""


@dataclass(frozen=True, slots=True)
class Component:
    across: int
    down: int
    quantization: int


@dataclass(frozen=True, slots=True)
class Frame:
    width: int
    height: int
    components: tuple[Component, ...]

    @property
    def units(self) -> tuple[int, int]:
        """Minimum coded units across and down (§A.2)."""
        first = self.components[0]
        return -(-self.width // (8 * first.across)), -(-self.height // (8 * first.down))


Table = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
"""By the next sixteen bits: the symbol, and how long its code and the bits behind it are; 0 where there
is no such code."""


@dataclass(frozen=True, slots=True)
class Parts:
    frame: Frame
    quantizations: Mapping[int, npt.NDArray[np.int32]]
    tables: Mapping[int, Table]
    """By class and number, as DHT has them."""
    chosen: tuple[tuple[int, int], ...]
    """Of each component, its tables."""
    interval: int
    segments: tuple[bytes, ...]


def read_parts(data: bytes) -> Parts:
    """§B.2: the segments, of which each is there as often as one picture needs it."""
    if data[:2] != _SOI:
        raise OddJpegError("JPEG 数据的开头有误")
    place, interval = 2, 0
    frame: Frame | None = None
    quantizations: dict[int, npt.NDArray[np.int32]] = {}
    tables: dict[int, Table] = {}
    while True:
        marker, body = _segment(data, place)
        place += 4 + len(body)
        if _APP <= marker <= _APP + 15 or marker == _COM:
            continue
        if marker == _DQT:
            _add(quantizations, _quantizations(body))
        elif marker == _DHT:
            _add(tables, _huffman(body))
        elif marker == _DRI and not interval and len(body) == 2:
            (interval,) = struct.unpack(">H", body)
        elif marker == _SOF and frame is None:
            frame = _frame(body)
        elif marker == _SOS and frame is not None:
            chosen = _scan(body, frame)
            segments = tuple(_segments(data, place))
            return Parts(frame, quantizations, tables, chosen, interval, segments)
        else:
            raise OddJpegError(f"JPEG 不是普通的（标记 {marker:02X}，如渐进式、算术编码）")


def _segment(data: bytes, place: int) -> tuple[int, bytes]:
    head = data[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF:
        raise OddJpegError("JPEG 数据残缺")
    (length,) = struct.unpack(">H", head[2:])
    body = data[place + 4 : place + 2 + length]
    if length < 2 or len(body) != length - 2:
        raise OddJpegError("JPEG 数据残缺")
    return head[1], body


def _add(known: dict[int, _T], found: Iterator[tuple[int, _T]]) -> None:
    for number, table in found:
        if number in known:
            raise OddJpegError("JPEG 的同一张表有两份")
        known[number] = table


def _quantizations(body: bytes) -> Iterator[tuple[int, npt.NDArray[np.int32]]]:
    for place in range(0, len(body), 65):
        table = np.frombuffer(body[place + 1 : place + 65], np.uint8)
        if body[place] > 3 or len(table) != 64 or not table.all():
            raise OddJpegError("JPEG 的量化表有误")
        yield body[place], table.astype(np.int32)


def _huffman(body: bytes) -> Iterator[tuple[int, Table]]:
    """§C.2; no code is of ones alone."""
    place = 0
    while place < len(body):
        number, counts = body[place], body[place + 1 : place + 17]
        symbols = body[place + 17 : place + 17 + sum(counts)]
        place += 17 + sum(counts)
        if number & 0xEF > 3 or len(counts) != 16 or len(symbols) != sum(counts):
            raise OddJpegError("JPEG 的编码表有误")
        read = np.full(1 << 16, INVALID, np.uint8)
        steps = np.zeros(1 << 16, np.uint8)
        at = taken = 0
        for length, count in enumerate(counts, 1):
            wide = 1 << (16 - length)
            for symbol in symbols[taken : taken + count]:
                if at + wide >= 1 << 16 or (symbol > 11 if number < 16 else symbol & 15 > 10):
                    raise OddJpegError("JPEG 的编码表有误")
                read[at : at + wide] = symbol
                steps[at : at + wide] = length + (symbol & 15)
                at += wide
            taken += count
        yield number, (read, steps)


def _frame(body: bytes) -> Frame:
    """§B.2.2. Gray, or three colours in the order and by the numbers of JFIF."""
    if len(body) < 6 or body[0] != 8 or len(body) != 6 + 3 * body[5]:
        raise OddJpegError("JPEG 不是每色 8 位")
    height, width = struct.unpack(">HH", body[1:5])
    held = [
        (body[at], Component(body[at + 1] >> 4, body[at + 1] & 15, body[at + 2]))
        for at in range(6, len(body), 3)
    ]
    sizes = [(one.across, one.down) for _, one in held]
    gray = sizes == [(1, 1)]
    colour = len(held) == 3 and [number for number, _ in held] == [1, 2, 3]
    sampled = colour and max(sizes[0]) <= 2 and min(sizes[0]) >= 1 and sizes[1:] == [(1, 1)] * 2
    if not (width and height and (gray or sampled)):
        raise OddJpegError("JPEG 的颜色或采样方式不是扫描仪通常所写的")
    return Frame(width, height, tuple(one for _, one in held))


def _scan(body: bytes, frame: Frame) -> tuple[tuple[int, int], ...]:
    """§B.2.3: all components at once, all coefficients."""
    count = len(frame.components)
    if len(body) != 4 + 2 * count or body[0] != count or body[-3:] != bytes((0, 63, 0)):
        raise OddJpegError("JPEG 分几遍写成")
    chosen = []
    for at in range(count):
        tables = body[2 + 2 * at]
        chosen.append((tables >> 4, 16 + (tables & 15)))
    numbers = list(body[1 : 1 + 2 * count : 2])
    if count == 3 and numbers != [1, 2, 3]:
        raise OddJpegError("JPEG 的颜色次序有误")
    return tuple(chosen)


def _segments(data: bytes, place: int) -> Iterator[bytes]:
    """What stands between the restart markers, which count on (§E.1.4); then the end, and no more."""
    expected = 0
    while True:
        end = place
        while True:
            end = data.find(b"\xff", end)
            if end < 0 or end + 1 == len(data):
                raise OddJpegError("JPEG 数据残缺")
            if data[end + 1]:
                break
            end += 2
        yield data[place:end].replace(b"\xff\x00", b"\xff")
        if data[end + 1] == _EOI:
            rest = data[end + 2 :]
            if rest.strip(_PADDING) not in (b"", data[end : end + 2]) or len(rest) > _MOST_PADDING:
                raise OddJpegError("JPEG 数据之后还有其他数据")
            return
        if data[end + 1] != _RESTARTS[expected]:
            raise OddJpegError("JPEG 的分段标记有误")
        expected = (expected + 1) % 8
        place = end + 2
