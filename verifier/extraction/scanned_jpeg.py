"""A scanner's JPEG, taken apart to its coefficients: would every decoder make the same picture of it?

Decoders mend what is damaged in ways of their own, and cut what is beyond black and white differently:
libjpeg's own code wraps around where its vector code stops. So nothing is left to mend: one baseline
scan (ITU-T T.81) whose every code is valid, whose every value stays near those of a picture, and of
which a decoder written from the standard makes what Pillow makes.
"""

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

from verifier.extraction.picture_colours import looks_alike

Samples = npt.NDArray[np.uint8]
_SOI: Final = b"\xff\xd8"
_APP, _COM, _DQT, _SOF, _DHT, _DRI, _SOS, _EOI = 0xE0, 0xFE, 0xDB, 0xC0, 0xC4, 0xDD, 0xDA, 0xD9
_RESTARTS: Final = range(0xD0, 0xD8)
_PADDING: Final = b"\r\n\x00"
"""That writers put behind the end; Ghostscript writes the end twice."""
_MOST_PADDING: Final = 4
_LARGEST: Final = 6 << 20
"""Bytes; a page of 300 dpi in colours has one or two million."""
_ROOM: Final = 2048
"""Bytes behind a segment's end into which a block may read before that is seen."""
_INVALID: Final = 0x10
"""A run without a value, which no baseline code has (§F.1.2.2.1)."""
_COEFFICIENT: Final = 2047
_HALFWAY: Final = 1100.0
"""Of a block transformed one way; of a picture at most 128 * sqrt(8) by what rounding adds."""
_BEYOND: Final = 220.0
"""By which a sample may be blacker than black or whiter than white before it is cut; libjpeg wraps from 384
on. Sharp letters at quality 10 are 130 beyond."""
_BAND: Final = 16
"""Rows of coded units that are transformed at a time: a page of 600 dpi would take a gigabyte at once."""
_UNLIKE: Final = 3
"""Levels between two decoders; the standard allows one (T.83), and vector code takes it twice."""
_ORIENTATION: Final = 0x0112
_ZIGZAG: Final = np.array(
    sorted(range(64), key=lambda n: (n // 8 + n % 8, n // 8 if (n // 8 + n % 8) % 2 else n % 8))
)
_COSINES: Final = np.array(
    [
        [
            (np.sqrt(1 / 8) if u == 0 else 0.5) * np.cos((2 * x + 1) * u * np.pi / 16)
            for x in range(8)
        ]
        for u in range(8)
    ],
    np.float32,
)


_Blocks = npt.NDArray[np.int16]
_T = TypeVar("_T")


class OddJpegError(Exception):
    """Words for what decoders may read differently."""


@dataclass(frozen=True, slots=True)
class _Component:
    across: int
    down: int
    quantization: int


@dataclass(frozen=True, slots=True)
class _Frame:
    width: int
    height: int
    components: tuple[_Component, ...]

    @property
    def units(self) -> tuple[int, int]:
        """Minimum coded units across and down (§A.2)."""
        first = self.components[0]
        return -(-self.width // (8 * first.across)), -(-self.height // (8 * first.down))


_Table = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
"""By the next sixteen bits: the symbol, and how long its code and the bits behind it are; 0 where there
is no such code."""


@dataclass(frozen=True, slots=True)
class _Parts:
    frame: _Frame
    quantizations: Mapping[int, npt.NDArray[np.int32]]
    tables: Mapping[int, _Table]
    """By class and number, as DHT has them."""
    chosen: tuple[tuple[int, int], ...]
    """Of each component, its tables."""
    interval: int
    segments: tuple[bytes, ...]


def decode_jpeg(data: bytes, width: int, height: int, colours: int) -> Samples:
    """Gray. Raises OddJpegError where another decoder may show another picture."""
    if len(data) > _LARGEST:
        raise OddJpegError("JPEG 数据过大，未核对")
    parts = _parts(data)
    frame = parts.frame
    if (frame.width, frame.height, len(frame.components)) != (width, height, colours):
        raise OddJpegError("JPEG 的尺寸或颜色与所写不符")
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        if image.getexif().get(_ORIENTATION, 1) != 1 or not looks_alike(data):
            raise OddJpegError("JPEG 带有特殊的颜色或方向说明")
        image.draft("YCbCr" if colours > 1 else "L", image.size)
        shown = np.asarray(image)
    _compare(parts, shown if colours == 1 else shown[:, :, 0])
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return np.asarray(image.convert("L"))


def _parts(data: bytes) -> _Parts:
    """§B.2: the segments, of which each is there as often as one picture needs it."""
    if data[:2] != _SOI:
        raise OddJpegError("JPEG 数据的开头有误")
    place, interval = 2, 0
    frame: _Frame | None = None
    quantizations: dict[int, npt.NDArray[np.int32]] = {}
    tables: dict[int, _Table] = {}
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
            return _Parts(frame, quantizations, tables, chosen, interval, segments)
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


def _huffman(body: bytes) -> Iterator[tuple[int, _Table]]:
    """§C.2; no code is of ones alone."""
    place = 0
    while place < len(body):
        number, counts = body[place], body[place + 1 : place + 17]
        symbols = body[place + 17 : place + 17 + sum(counts)]
        place += 17 + sum(counts)
        if number & 0xEF > 3 or len(counts) != 16 or len(symbols) != sum(counts):
            raise OddJpegError("JPEG 的编码表有误")
        read = np.full(1 << 16, _INVALID, np.uint8)
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


def _frame(body: bytes) -> _Frame:
    """§B.2.2. Gray, or three colours in the order and by the numbers of JFIF."""
    if len(body) < 6 or body[0] != 8 or len(body) != 6 + 3 * body[5]:
        raise OddJpegError("JPEG 不是每色 8 位")
    height, width = struct.unpack(">HH", body[1:5])
    held = [
        (body[at], _Component(body[at + 1] >> 4, body[at + 1] & 15, body[at + 2]))
        for at in range(6, len(body), 3)
    ]
    sizes = [(one.across, one.down) for _, one in held]
    gray = sizes == [(1, 1)]
    colour = len(held) == 3 and [number for number, _ in held] == [1, 2, 3]
    sampled = colour and max(sizes[0]) <= 2 and min(sizes[0]) >= 1 and sizes[1:] == [(1, 1)] * 2
    if not (width and height and (gray or sampled)):
        raise OddJpegError("JPEG 的颜色或采样方式不是扫描仪通常所写的")
    return _Frame(width, height, tuple(one for _, one in held))


def _scan(body: bytes, frame: _Frame) -> tuple[tuple[int, int], ...]:
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


def _compare(parts: _Parts, luma: Samples) -> None:
    """Every component is transformed, band by band, and the first is to be what Pillow has."""
    frame = parts.frame
    across, down = frame.units
    owners = [n for n, one in enumerate(frame.components) for _ in range(one.across * one.down)]
    blocks = _coefficients(parts, across * down, owners)
    blocks = blocks.reshape(down, across, len(owners), 64)
    for number, one in enumerate(frame.components):
        mine = [place for place, owner in enumerate(owners) if owner == number]
        step = parts.quantizations[one.quantization]
        for row in range(0, down, _BAND):
            band = blocks[row : row + _BAND, :, mine]
            shown = _transformed(band.reshape(-1, 64) * step)
            if number:
                continue
            tiled = shown.reshape(-1, across, one.down, one.across, 8, 8)
            plane = tiled.transpose(0, 2, 4, 1, 3, 5).reshape(-1, across * one.across * 8)
            there = luma[row * one.down * 8 :][: len(plane)]
            if np.abs(plane[: len(there), : frame.width] - there).max() > _UNLIKE:
                raise OddJpegError("两种解码程序得到的画面不同")


def _coefficients(parts: _Parts, units: int, owners: Sequence[int]) -> _Blocks:
    """Of all blocks in their order, each 64 in zigzag order."""
    interval = parts.interval or units
    if len(parts.segments) != -(-units // interval):
        raise OddJpegError("JPEG 的分段数有误")
    needed = {one.quantization for one in parts.frame.components}
    wanted = {number for pair in parts.chosen for number in pair}
    if not (parts.quantizations.keys() >= needed and parts.tables.keys() >= wanted):
        raise OddJpegError("JPEG 缺少所用的表")
    pairs = [(parts.tables[dc], parts.tables[ac]) for dc, ac in parts.chosen]
    return np.concatenate(
        [
            _read_segment(segment, min(interval, units - interval * place), owners, pairs)
            for place, segment in enumerate(parts.segments)
        ]
    )


def _read_segment(
    data: bytes, units: int, owners: Sequence[int], tables: Sequence[tuple[_Table, _Table]]
) -> _Blocks:
    bits = 8 * len(data)
    windows = _windows(data + b"\xff" * _ROOM)
    looked = {
        id(table): (table[0][windows].tobytes(), table[1][windows].tobytes())
        for pair in tables
        for table in pair
    }
    plan = [looked[id(dc)] + looked[id(ac)] for dc, ac in (tables[n] for n in owners)]
    places, starts = _walk(units, plan, bits)
    at, where = np.array(places, np.int64), np.array(starts, np.int64)
    # of each symbol's code the table is known by the place: the first of 64 is a DC one
    block = at // 64 % len(owners)
    values = np.zeros(len(at), np.int16)
    for number, owner in enumerate(owners):
        for kind, table in enumerate(tables[owner]):
            mine = (block == number) & ((at % 64 > 0) == bool(kind))
            read, step = (one[windows[where[mine]]].astype(np.int64) for one in table)
            size = read & 15
            raw = (windows[where[mine] + step - size].astype(np.int64)) >> (16 - size)
            # §F.1.2.1: the lower half stands for what is below zero
            below = raw < (1 << size) // 2 + (size == 0)
            values[mine] = raw - np.where(below, (1 << size) - 1, 0)
    found = np.zeros(units * len(owners) * 64, np.int16)
    found[at] = values
    blocks = found.reshape(units, len(owners), 64)
    for owner in {*owners}:
        mine = [place for place, one in enumerate(owners) if one == owner]
        # the first value is told as the step from the block before (§F.1.2.1)
        levels = np.cumsum(blocks[:, mine, 0].ravel(), dtype=np.int64)
        if np.abs(levels).max() > _COEFFICIENT:
            raise OddJpegError("JPEG 的数值超出画面的范围")
        blocks[:, mine, 0] = levels.reshape(units, len(mine))
    return blocks.reshape(-1, 64)


def _windows(data: bytes) -> npt.NDArray[np.uint16]:
    """The sixteen bits from each bit on."""
    octets = np.frombuffer(data + bytes(2), np.uint8).astype(np.uint32)
    three = octets[:-2] << 16 | octets[1:-1] << 8 | octets[2:]
    shifted = three[:, None] >> np.arange(8, 0, -1, dtype=np.uint32)
    return (shifted & 0xFFFF).astype(np.uint16).ravel()


def _walk(
    units: int, plan: Sequence[tuple[bytes, bytes, bytes, bytes]], bits: int
) -> tuple[list[int], list[int]]:
    """Where each value goes and where its code stands. A Python step for each symbol: a page at 200 dpi has
    half a million."""
    places: list[int] = []
    starts: list[int] = []
    place, base = 0, 0
    for _ in range(units):
        for dc, dc_steps, ac, ac_steps in plan:
            if dc[place] == _INVALID:
                raise OddJpegError("JPEG 数据损坏")
            places.append(base)
            starts.append(place)
            place += dc_steps[place]
            at = 1
            while at < 64:
                symbol = ac[place]
                if symbol & 15:
                    at += symbol >> 4
                    if at > 63:
                        raise OddJpegError("JPEG 数据损坏")
                    places.append(base + at)
                    starts.append(place)
                    place += ac_steps[place]
                    at += 1
                elif symbol == 0:
                    place += ac_steps[place]
                    break
                elif symbol == 0xF0 and at < 48:
                    place += ac_steps[place]
                    at += 16
                else:
                    raise OddJpegError("JPEG 数据损坏")
            base += 64
        if place > bits:
            raise OddJpegError("JPEG 数据残缺")
    if bits - place >= 8:
        raise OddJpegError("JPEG 数据之后还有其他数据")
    return places, starts


def _transformed(blocks: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """§A.3.3, with each value where decoders neither overflow nor wrap around."""
    if np.abs(blocks).max() > _COEFFICIENT:
        raise OddJpegError("JPEG 的数值超出画面的范围")
    spread = np.zeros(blocks.shape, np.float32)
    spread[:, _ZIGZAG] = blocks
    halfway = (spread.reshape(-1, 8) @ _COSINES).reshape(-1, 8, 8).transpose(0, 2, 1)
    samples = (halfway.reshape(-1, 8) @ _COSINES).reshape(-1, 8, 8).transpose(0, 2, 1)
    # a decoder may take the columns first
    columns = spread.reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 8) @ _COSINES
    most = max(np.abs(halfway).max(), np.abs(columns).max())
    if most > _HALFWAY or np.abs(samples + 0.5).max() > 127.5 + _BEYOND:
        raise OddJpegError("JPEG 的数值超出画面的范围")
    return np.clip(samples + np.float32(128), 0, 255)
