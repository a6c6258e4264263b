"""A scanner's JPEG, taken apart to its coefficients: would every decoder make the same picture of it?

Decoders mend what is damaged in ways of their own, and cut what is beyond black and white differently:
libjpeg's own code wraps around where its vector code stops. So nothing is left to mend: one baseline
scan (ITU-T T.81) whose every code is valid, whose every value stays near those of a picture, and of
which a decoder written from the standard makes what Pillow makes.
"""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from verifier.extraction.jpeg_parts import INVALID, OddJpegError, Parts, Table, read_parts
from verifier.extraction.picture_colours import looks_alike

Samples = npt.NDArray[np.uint8]
_LARGEST: Final = 6 << 20
"""Bytes; a page of 300 dpi in colours has one or two million."""
_ROOM: Final = 2048
"""Bytes behind a segment's end into which a block may read before that is seen."""
_COEFFICIENT: Final = 2047
_HALFWAY: Final = 1100.0
"""Of a block transformed one way; of a picture at most 128 * sqrt(8) by what rounding adds."""
_BEYOND: Final = 220.0
"""By which a sample may be blacker than black or whiter than white before it is cut; libjpeg wraps from 384
on. Sharp letters at quality 10 are 130 beyond."""
_BEYOND_ON_MEAN: Final = ((8, 32.0), (4, 60.0), (2, 120.0))
"""Side of a square and by how much it may be blacker or whiter as a whole: MuPDF and others decode to an
eighth, a quarter or a half of the size by such means, taken before they are cut, and a stroke in white
that is whiter than white is gone. Sharp letters at quality 5 are 20, 39 and 98 beyond."""
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


def decode_jpeg(data: bytes, width: int, height: int, colours: int) -> Samples:
    """Gray. Raises OddJpegError where another decoder may show another picture."""
    parts = _read(data)
    frame = parts.frame
    if (frame.width, frame.height, len(frame.components)) != (width, height, colours):
        raise OddJpegError("JPEG 的尺寸或颜色与所写不符")
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        if image.getexif().get(_ORIENTATION, 1) != 1 or not looks_alike(data):
            raise OddJpegError("JPEG 带有特殊的颜色或方向说明")
    _compare(parts, _luma(data))
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return np.asarray(image.convert("L"))


def check_jpeg(data: bytes) -> None:
    """Raises OddJpegError where another decoder may show other values; what is said of colours and of
    how to turn it is not looked at."""
    parts, luma = _read(data), _luma(data)
    if luma.shape != (parts.frame.height, parts.frame.width):
        raise OddJpegError("JPEG 的尺寸或颜色与所写不符")
    _compare(parts, luma)


def _read(data: bytes) -> Parts:
    if len(data) > _LARGEST:
        raise OddJpegError("JPEG 数据过大，未核对")
    return read_parts(data)


def _luma(data: bytes) -> Samples:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("L" if image.mode == "L" else "YCbCr", image.size)
        shown = np.asarray(image)
    return shown if shown.ndim == 2 else shown[:, :, 0]


def _compare(parts: Parts, luma: Samples) -> None:
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


def _coefficients(parts: Parts, units: int, owners: Sequence[int]) -> _Blocks:
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
    data: bytes, units: int, owners: Sequence[int], tables: Sequence[tuple[Table, Table]]
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
            if dc[place] == INVALID:
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
    shown: npt.NDArray[np.float32] = np.clip(samples + np.float32(128), 0, 255)
    beyond = samples + np.float32(128) - shown
    for side, most in _BEYOND_ON_MEAN:
        squares = beyond.reshape(-1, 8 // side, side, 8 // side, side)
        if np.abs(squares.mean((2, 4))).max() > most:
            raise OddJpegError("JPEG 的数值超出画面的范围，缩小显示时会不同")
    return shown
