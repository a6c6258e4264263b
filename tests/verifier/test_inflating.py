"""A deflate stream is exactly its bytes."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from verifier.inflating import WRAPPED, inflated


@given(st.binary(max_size=5_000), st.integers(0, 9))
def test_what_zlib_writes_is_read(data: bytes, level: int) -> None:
    assert inflated(zlib.compress(data, level), len(data), WRAPPED) == data


def test_nothing_more_and_nothing_less() -> None:
    packed = zlib.compress(b"443")
    for bytes_, size in ((packed, 2), (packed, 4), (packed + b"8", 3), (packed[:-1], 3)):
        assert inflated(bytes_, size, WRAPPED) is None
