"""Pictures without loss: their data are theirs alone, and only one code stands for a bitmap."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.verifier.scans import LABEL
from verifier.extraction.scanned_bits import OddBitsError, decode_flate, decode_group4

HEIGHT, WIDTH = LABEL.shape
SIZE = WIDTH, HEIGHT
BITS = LABEL > 140
ROWS = np.packbits(BITS, axis=1).tobytes()
ROW = len(ROWS) // HEIGHT


def group4() -> bytes:
    """Black is 1."""
    output = io.BytesIO()
    Image.fromarray(~BITS).save(output, "TIFF", compression="group4", tiffinfo={278: HEIGHT})
    with Image.open(output) as written:
        (start,), (length,) = written.tag_v2[273], written.tag_v2[279]
    return output.getvalue()[start : start + length]


CODE = group4()


def test_flate():
    gray = decode_flate(zlib.compress(LABEL.tobytes()), SIZE, 8, 1, predicted=False)
    assert np.array_equal(gray, LABEL)
    bits = decode_flate(zlib.compress(ROWS), SIZE, 1, 1, predicted=False)
    assert np.array_equal(bits, BITS * np.uint8(255))
    colours = np.stack([LABEL] * 3, axis=2)
    assert np.array_equal(
        decode_flate(zlib.compress(colours.tobytes()), SIZE, 8, 3, predicted=False), LABEL
    )


def test_flate_with_predictors():
    rows = [b"\0" + LABEL[0].tobytes()]
    # the row above, §9.2 of PNG
    rows += [b"\2" + (LABEL[n] - LABEL[n - 1]).tobytes() for n in range(1, HEIGHT)]
    packed = zlib.compress(b"".join(rows))
    assert np.array_equal(decode_flate(packed, SIZE, 8, 1, predicted=True), LABEL)
    with pytest.raises(OddBitsError, match="预测方式"):
        decode_flate(
            zlib.compress(b"".join([b"\7" + rows[0][1:], *rows[1:]])), SIZE, 8, 1, predicted=True
        )


@pytest.mark.parametrize(
    "packed",
    [
        zlib.compress(ROWS[:-1]),
        zlib.compress(ROWS + b"\0"),
        zlib.compress(ROWS) + b"more",
        zlib.compress(ROWS)[:-1],
        zlib.compress(ROWS)[:-4] + bytes(4),
    ],
)
def test_flate_data_of_another_length(packed: bytes):
    with pytest.raises(OddBitsError, match="与所写尺寸不符"):
        decode_flate(packed, SIZE, 1, 1, predicted=False)


def test_group_4():
    assert np.array_equal(decode_group4(CODE, SIZE, black_is_one=False), BITS * np.uint8(255))
    assert np.array_equal(decode_group4(CODE, SIZE, black_is_one=True), ~BITS * np.uint8(255))
    # Pillow writes a TIFF's directory behind it
    assert decode_group4(CODE + b"directory", SIZE, black_is_one=False).shape == LABEL.shape


@pytest.mark.parametrize(
    ("code", "size"),
    [
        (CODE[:900] + b"\x00\x01" + CODE[902:], SIZE),
        (CODE[:900] + CODE[910:], SIZE),
        (CODE[:-200], SIZE),
        (b"\x00" + CODE, SIZE),
        (CODE, (WIDTH + 1, HEIGHT)),
        (CODE, (WIDTH, HEIGHT + 1)),
        (CODE, (WIDTH, HEIGHT - 1)),
        (b"", SIZE),
    ],
)
def test_a_code_that_decoders_mend(code: bytes, size: tuple[int, int]):
    with pytest.raises(OddBitsError, match=r"唯一的编码|损坏"):
        decode_group4(code, size, black_is_one=False)
