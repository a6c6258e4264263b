"""Deflate as zlib writes it, and blocks that readers take differently."""

import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.inflating import WRAPPED, inflated, is_plainly_deflated

NOISE = Random(6).randbytes(70_000)
TEXT = b"0 Tc 0 Tw 12 0 Td (abc) Tj\n" * 200


def pieces(*parts: bytes, flush: int = zlib.Z_SYNC_FLUSH) -> bytes:
    stream = zlib.compressobj(9)
    written = b"".join(stream.compress(part) + stream.flush(flush) for part in parts)
    return written + stream.flush()


@given(st.binary(max_size=5_000), st.integers(0, 9))
def test_what_zlib_writes_at_once_is_plain(data: bytes, level: int) -> None:
    packed = zlib.compress(data, level)
    assert inflated(packed, len(data), WRAPPED) == data
    assert is_plainly_deflated(packed)


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
