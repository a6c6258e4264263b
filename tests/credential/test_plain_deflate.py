"""Deflate as readers agree on it, and blocks that they take differently."""

import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.plain_deflate import deflated, is_plainly_deflated

NOISE = Random(6).randbytes(70_000)
TEXT = b"0 Tc 0 Tw 12 0 Td (abc) Tj\n" * 200


def pieces(*parts: bytes, flush: int = zlib.Z_SYNC_FLUSH) -> bytes:
    stream = zlib.compressobj(9)
    written = b"".join(stream.compress(part) + stream.flush(flush) for part in parts)
    return written + stream.flush()


def cut_behind(length: int) -> bytes:
    """Bytes that codes are worth, one block of zlib's or a little more, and some that they are not."""
    random = Random(length)
    body = bytes(random.choices(range(64), k=length))
    return body + bytes(random.choices(range(144, 256), k=120))


@given(st.binary(max_size=5_000), st.integers(0, 9))
def test_what_zlib_writes_of_short_data_is_plain(data: bytes, level: int) -> None:
    assert is_plainly_deflated(zlib.compress(data, level))


@pytest.mark.parametrize("data", [TEXT, NOISE, bytes(200_000)], ids=["text", "noise", "zeros"])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_long_data_of_one_kind(data: bytes, level: int) -> None:
    assert is_plainly_deflated(zlib.compress(data, level))


@pytest.mark.parametrize(
    "packed",
    [
        pieces(TEXT, TEXT),
        pieces(TEXT, TEXT, flush=zlib.Z_FULL_FLUSH),
        zlib.compress(TEXT + NOISE, 9),
        # a stored block whose bits of filling are none of zlib's
        b"\x78\x9c\xf9\x01\x00\xfe\xffa" + zlib.adler32(b"a").to_bytes(4),
    ],
    ids=["flushed", "flushed whole", "text and noise", "filling"],
)
def test_a_stored_block_behind_another_kind(packed: bytes) -> None:
    """Poppler and pdf.js showed 10 公斤 where zlib, and with it PDFium, read 100."""
    assert zlib.decompress(packed)
    assert not is_plainly_deflated(packed)


def test_a_head_that_is_not_zlibs() -> None:
    stream = zlib.compressobj(9, zlib.DEFLATED, 9)
    small = stream.compress(TEXT) + stream.flush()
    assert zlib.decompress(small) == TEXT
    dictionary = zlib.compressobj(zdict=b"abc")
    assert not is_plainly_deflated(small)
    assert not is_plainly_deflated(dictionary.compress(TEXT) + dictionary.flush())
    assert not is_plainly_deflated(b"\x78\x9c")


@pytest.mark.parametrize("level", [1, 6, 9])
def test_what_zlib_ends_with_a_stored_block_is_written_otherwise(level: int) -> None:
    """A label whose font ended so was doubted as if someone had altered it."""
    long = [cut_behind(length) for length in range(16_380, 17_400, 20)]
    cut = [data for data in long if not is_plainly_deflated(zlib.compress(data, level))]
    assert cut, "zlib writes no such block any more"
    for data in cut:
        packed = deflated(data, level)
        assert is_plainly_deflated(packed)
        assert zlib.decompress(packed) == data


def test_noise_behind_text_is_stored_from_end_to_end() -> None:
    packed = deflated(TEXT + NOISE, 9)
    assert is_plainly_deflated(packed)
    assert zlib.decompress(packed) == TEXT + NOISE


@given(st.binary(max_size=5_000), st.integers(0, 9))
def test_short_data_are_as_zlib_gives_them(data: bytes, level: int) -> None:
    assert deflated(data, level) == zlib.compress(data, level)
