"""A scan's picture that was packed without loss: would every decoder take the same samples out of it?

Of Flate (ISO 32000-1 §7.4.4) the data end where the picture does, and each row names a predictor
that there is. Of CCITT group 4 (§7.4.6, ITU-T T.6) each decoder mends bad codes in its own way; the code
of a bitmap is one only, so the bitmap that libtiff reads, packed again, has to be the same bits.
"""

import io
import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from credential.plain_deflate import is_plainly_deflated
from verifier.inflating import WRAPPED, inflated

Samples = npt.NDArray[np.uint8]
_PREDICTORS: Final = range(5)
"""PNG (Third Edition) §9.2."""
_TYPES: Final = {"B": 1, "H": 3, "L": 4}
_TAGS: Final = (
    # TIFF 6.0: width, height, bits, group 4, ones are white, where, samples, rows, length
    (256, "L"), (257, "L"), (258, "H"), (259, "H"), (262, "H"), (273, "L"), (277, "H"), (278, "L"),
    (279, "L"),
)  # fmt: skip
_BLOCK_END: Final = 24
"""Bits of EOFB, which need not be there (T.6 §2.4.1.1)."""
_MOST_PADDING: Final = 31
"""Bits: some writers pad to a whole number of 32."""


class OddBitsError(Exception):
    """Words for what decoders may read differently."""


def decode_flate(
    data: bytes, size: tuple[int, int], depth: int, colours: int, *, predicted: bool
) -> Samples:
    """Gray. ``size``: width and height; ``predicted``: each row begins with its PNG predictor.

    Raises:
        OddBitsError: the data are not exactly the picture's.
    """
    width, height = size
    row = (width * depth * colours + 7) // 8
    content = inflated(data, (row + predicted) * height, WRAPPED)
    if content is None:
        raise OddBitsError("数据与所写尺寸不符")
    if not is_plainly_deflated(data):
        raise OddBitsError("压缩数据的写法各阅读程序可能读得不同")
    if predicted:
        if not all(tag in _PREDICTORS for tag in content[:: row + 1]):
            raise OddBitsError("数据的预测方式有误")
        with Image.open(io.BytesIO(_png(data, size, depth, colours)), formats=("PNG",)) as image:
            return np.asarray(image.convert("L"))
    rows = np.frombuffer(content, np.uint8).reshape(height, row)
    if depth == 1:
        return np.unpackbits(rows, axis=1)[:, :width] * np.uint8(255)
    mode = "L" if colours == 1 else "RGB"
    return np.asarray(Image.frombytes(mode, size, content).convert("L"))


def _png(data: bytes, size: tuple[int, int], depth: int, colours: int) -> bytes:
    """PNG packs its pixels as PDF does with a PNG predictor."""
    head = struct.pack(">LLBBBBB", *size, depth, 0 if colours == 1 else 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def decode_group4(data: bytes, size: tuple[int, int], *, black_is_one: bool) -> Samples:
    """Gray. Raises OddBitsError where the data are not the code of a bitmap of this size."""
    try:
        with Image.open(io.BytesIO(_tiff(data, size)), formats=("TIFF",)) as image:
            bitmap = image.copy()
        again = _packed_again(bitmap)
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise OddBitsError("数据损坏") from error
    if not _is_same_code(data, again):
        raise OddBitsError("数据不是这幅画面唯一的编码")
    # what the code calls black is the ones here
    ones = np.asarray(bitmap).astype(np.uint8) * np.uint8(255)
    return ones if black_is_one else ~ones


def _tiff(data: bytes, size: tuple[int, int]) -> bytes:
    start = 8 + 2 + 12 * len(_TAGS) + 4
    values = (*size, 1, 4, 1, start, 1, size[1], len(data))
    entries = b"".join(
        struct.pack("<HHLL", tag, _TYPES[kind], 1, value)
        for (tag, kind), value in zip(_TAGS, values, strict=True)
    )
    return b"II*\0" + struct.pack("<LH", 8, len(_TAGS)) + entries + bytes(4) + data


def _packed_again(bitmap: Image.Image) -> bytes:
    output = io.BytesIO()
    bitmap.save(output, "TIFF", compression="group4", tiffinfo={278: bitmap.height})
    with Image.open(output, formats=("TIFF",)) as written:
        (start,), (length,) = written.tag_v2[273], written.tag_v2[279]  # type: ignore[attr-defined]
    return output.getvalue()[start : start + length]


def _is_same_code(data: bytes, again: bytes) -> bool:
    """But for the mark of the end, behind which nobody reads, and what fills up the last bytes."""
    own, other = (np.unpackbits(np.frombuffer(one, np.uint8)) for one in (data, again))
    end = other.nonzero()[0][-1] + 1  # EOFB ends with a one
    code, mark = other[: end - _BLOCK_END], other[end - _BLOCK_END : end]
    rest = own[len(code) :]
    if not np.array_equal(own[: len(code)], code):
        return False
    ended = np.array_equal(rest[:_BLOCK_END], mark)
    return ended or (len(rest) <= _MOST_PADDING and not rest.any())
