"""JPEG as scanners write it is decoded; whatever another decoder may read differently is named."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from tests.verifier.scans import LABEL, jpeg
from verifier.extraction.jpeg_parts import OddJpegError
from verifier.extraction.scanned_jpeg import check_jpeg, decode_jpeg

HEIGHT, WIDTH = LABEL.shape
COLOURS = np.stack([LABEL, np.roll(LABEL, 9, 0), 255 - LABEL // 2], axis=2)
GRAY = jpeg(LABEL)
COLOUR = jpeg(COLOURS)


def decoded(data: bytes, colours: int = 1) -> np.ndarray:
    return decode_jpeg(data, WIDTH, HEIGHT, colours)


@pytest.mark.parametrize(
    "how",
    [
        {"quality": 10},
        {"quality": 95},
        {"restart_marker_rows": 1},
        {"restart_marker_blocks": 7},
        {"optimize": True, "comment": b"a scanner"},
    ],
)
def test_gray(how: dict[str, object]):
    data = jpeg(LABEL, **how)
    assert np.array_equal(decoded(data), np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("how", [{}, {"restart_marker_blocks": 5}, {"quality": 20}])
def test_colours(sampling: str, how: dict[str, object]):
    assert decoded(jpeg(COLOURS, subsampling=sampling, **how), 3).shape == LABEL.shape


def segment(data: bytes, marker: int) -> tuple[int, int]:
    """Where its body begins and ends."""
    place = 2
    while data[place + 1] != marker:
        place += 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    return place + 4, place + 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])


def put(data: bytes, marker: int, at: int, value: int) -> bytes:
    start, _ = segment(data, marker)
    return data[: start + at] + bytes((value,)) + data[start + at + 1 :]


def before(data: bytes, marker: int, body: bytes) -> bytes:
    start, _ = segment(data, marker)
    return data[: start - 4] + body + data[start - 4 :]


def app(number: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, 0xE0 + number, 2 + len(body)) + body


def adobe(transform: int) -> bytes:
    return app(14, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def oriented() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg(LABEL, exif=exif)


def four_colours() -> bytes:
    output = io.BytesIO()
    Image.fromarray(COLOURS).convert("CMYK").save(output, "JPEG")
    return output.getvalue()


def bits_changed(data: bytes, places: range) -> bytes:
    _, start = segment(data, 0xDA)
    body = bytearray(data)
    for place in places:
        body[start + place] = 0x35
    return bytes(body)


def twice_quantized(data: bytes) -> bytes:
    """Of all coefficients, and so blacker than black: libjpeg wraps around where others stop."""
    start, end = segment(data, 0xDB)
    table = bytes(min(255, 6 * value) for value in data[start + 1 : end])
    return data[: start + 1] + table + data[end:]


@pytest.mark.parametrize(
    ("data", "colours", "why"),
    [
        (jpeg(LABEL, progressive=True), 1, "渐进式"),
        (GRAY[:-2], 1, "残缺"),
        (GRAY[:-400] + b"\xff\xd9", 1, "残缺|损坏"),
        (GRAY + b"\xff\xd8more", 1, "还有其他数据"),
        (GRAY[:-2] + bytes(40) + GRAY[-2:], 1, "还有其他数据"),
        (GRAY, 3, "尺寸或颜色"),
        (put(GRAY, 0xC0, 0, 12), 1, "每色 8 位"),
        (put(GRAY, 0xC0, 2, 9), 1, "尺寸或颜色"),
        (before(COLOUR, 0xDB, adobe(0)), 3, "特殊的颜色或方向"),
        (before(COLOUR, 0xDB, adobe(2)), 3, "特殊的颜色或方向"),
        (put(COLOUR, 0xC0, 6, 82), 3, "颜色或采样方式"),
        (put(COLOUR, 0xC0, 7, 0x41), 3, "颜色或采样方式"),
        (put(COLOUR, 0xDA, 3, 3), 3, "颜色次序"),
        (four_colours(), 4, "颜色或采样方式"),
        (oriented(), 1, "特殊的颜色或方向"),
        (before(GRAY, 0xDB, GRAY[slice(segment(GRAY, 0xDB)[0] - 4, segment(GRAY, 0xDB)[1])]), 1, "两份"),
        (put(GRAY, 0xDB, 5, 0), 1, "量化表"),
        (put(GRAY, 0xC4, 1, 200), 1, "编码表"),
        (put(GRAY, 0xDA, 3, 5), 1, "分几遍"),
        (put(GRAY, 0xDA, 2, 0x11), 1, "缺少所用的表"),
        (twice_quantized(GRAY), 1, "超出画面的范围"),
        (bits_changed(GRAY, range(3000, 3040)), 1, "JPEG"),
        (before(GRAY, 0xDA, b"\xff\xdd\x00\x04\x00\x04"), 1, "分段数"),
        (jpeg(LABEL, restart_marker_rows=1).replace(b"\xff\xd1", b"\xff\xd2", 1), 1, "分段标记"),
        (b"II*\0" + GRAY, 1, "开头"),
    ],
)  # fmt: skip
def test_what_decoders_may_read_differently(data: bytes, colours: int, why: str):
    with pytest.raises(OddJpegError, match=why):
        decoded(data, colours)


def test_gray_has_no_transform_whatever_adobe_says():
    assert decoded(before(GRAY, 0xDB, adobe(0))).shape == LABEL.shape


def test_what_ghostscript_writes_behind_the_end():
    assert decoded(GRAY + b"\xff\xd9").shape == LABEL.shape
    assert decoded(GRAY + b"\r\n").shape == LABEL.shape


def test_every_byte_of_the_scan_counts():
    """None of many single changes is taken for another picture in silence."""
    _, start = segment(GRAY, 0xDA)
    random = np.random.default_rng(5)
    for at in random.integers(start, len(GRAY) - 2, 12).tolist():
        data = GRAY[:at] + bytes((GRAY[at] ^ 0x10,)) + GRAY[at + 1 :]
        try:
            shown = decoded(data)
        except OddJpegError:
            continue
        with Image.open(io.BytesIO(data)) as image:
            assert np.array_equal(shown, np.asarray(image))


def test_a_photograph_is_checked_however_it_is_turned():
    check_jpeg(oriented())
    check_jpeg(COLOUR)
    check_jpeg(jpeg(COLOURS, subsampling="4:2:0", restart_marker_blocks=5))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (twice_quantized(GRAY), "数值超出画面的范围"),
        (jpeg(LABEL, progressive=True), "渐进式"),
        (four_colours(), "颜色"),
        (GRAY[:-400] + b"\xff\xd9", "残缺|损坏"),
    ],
    ids=["beyond black", "progressive", "four colours", "cut short"],
)
def test_a_photograph_that_decoders_may_read_differently(data: bytes, why: str):
    with pytest.raises(OddJpegError, match=why):
        check_jpeg(data)


@pytest.mark.parametrize("step", [21, 25])
def test_white_that_is_whiter_than_white(step: int):
    """Cut where it is decoded in full, it makes a digit in it vanish where a reader decodes to an eighth."""
    honest = jpeg(LABEL, quality=50)
    check_jpeg(honest)
    with pytest.raises(OddJpegError, match="缩小显示时会不同"):
        check_jpeg(put(honest, 0xDB, 1, step))
