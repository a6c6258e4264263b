"""One value, one encoding; anything else is a FormatError, whatever the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.cbor import (
    LAST_TIME,
    FormatError,
    as_bytes,
    as_int,
    as_list,
    as_map,
    as_text,
    as_time,
    decode,
    encode,
    encode_bytes,
    encode_text,
)

VALUES = st.recursive(
    st.integers(-(2**40), 2**63 - 1) | st.binary(max_size=20) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(-24, 300), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    data = encode(value)
    if _depth(value) <= 8:
        assert decode(data, limit=10_000) == value


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


# tags, long lengths, simple values and containers are what breaks decoders
_TOKENS = st.sampled_from(
    [bytes([initial]) for initial in (*range(0x80, 0x88), *range(0xA0, 0xA4), *range(0xC0, 0xDA))]
    + [
        b"\xd8\x1c",
        b"\xd8\x1d\x00",
        b"\xd8\x23",
        b"\xd8\x24",
        b"\xd9\x01\x02",
        b"\xda\xff\xff\xff\xff",
    ]
    + [b"\x9b\x00\xff\xff\xff\xff\xff\xff\xff", b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff", b"\xbf"]
    + [
        b"\xf9\x7e\x00",
        b"\xf9\x3c\x00",
        b"\xfb\x7f\xf0",
        b"\xf4",
        b"\xf6",
        b"\xf8\x20",
        b"\xff",
        b"\x00",
    ]
    + [
        b"\x63\xed\xa0\x80",
        b"\x61a",
        b"\x41\x00",
        b"\xc0\x74",
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    ]
)


@given(st.binary(max_size=64) | st.lists(_TOKENS, max_size=16).map(b"".join))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = decode(data, limit=64)
    except FormatError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "不是有效的 CBOR"),
        ("1800", "不是确定性编码"),
        ("fa3fc00000", "不是确定性编码"),
        ("a202000100", "不是确定性编码"),
        ("a201000100", "不是有效的 CBOR"),
        ("a2010018010 0".replace(" ", ""), "不是有效的 CBOR"),
        ("9fff", "不是有效的 CBOR"),
        ("5f41004100ff", "不是有效的 CBOR"),
        ("0000", "不是确定性编码"),
        ("c24101", "不是确定性编码"),
        ("d9d9f700", "不是确定性编码"),
        ("62c328", "不是有效的 CBOR"),
        ("d81c81d81d00", "不是有效的 CBOR"),
        ("81" * 9 + "00", "不是有效的 CBOR"),
        ("1b", "不是有效的 CBOR"),
        ("c0" + "63616263", "不是有效的 CBOR"),
    ],
)
def test_what_is_not_the_one_encoding_is_refused(data: str, words: str) -> None:
    with pytest.raises(FormatError, match=rf"^app: {words}") as caught:
        decode(bytes.fromhex(data), limit=100, path="app")
    assert caught.value.path == "app"


def test_the_limit_is_in_bytes() -> None:
    assert decode(b"\x43abc", limit=4) == b"abc"
    with pytest.raises(FormatError, match=r"^超过 3 字节$"):
        decode(b"\x43abc", limit=3)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 11, b"\x01"])
def test_an_integer_is_an_integer_within_its_range(value: object) -> None:
    assert as_int(10, "n", 0, 10) == 10
    with pytest.raises(FormatError, match=r"^n: 应为 0 至 10 的整数$"):
        as_int(value, "n", 0, 10)
    with pytest.raises(FormatError, match=r"^n: 应为 7$"):
        as_int(value, "n", 7, 7)


def test_a_time_can_be_printed() -> None:
    assert as_time(LAST_TIME, "iat") == 2**32 - 1
    for value in (-1, LAST_TIME + 1, 0.0):
        with pytest.raises(FormatError, match=r"^iat: 应为 0 至 4294967295 的整数$"):
            as_time(value, "iat")


@pytest.mark.parametrize("value", ["", "abcd", b"a", 1])
def test_a_text_has_a_length(value: object) -> None:
    assert as_text("三个字", "t", 3) == "三个字"
    with pytest.raises(FormatError, match=r"^t: 应为 1 至 3 字的文字$"):
        as_text(value, "t", 3)


def test_bytes_and_lists_have_the_sizes_allowed() -> None:
    assert as_bytes(b"", "b") == b""
    assert as_bytes(b"ab", "b", 2, 4) == b"ab"
    for value in (b"abc", "ab"):
        with pytest.raises(FormatError, match=r"^b: 应为 2或4 字节$"):
            as_bytes(value, "b", 2, 4)
    with pytest.raises(FormatError, match=r"^b: 应为字节串$"):
        as_bytes("ab", "b")
    assert as_list([1], "l") == [1]
    with pytest.raises(FormatError, match=r"^l: 应为 2 项的数组$"):
        as_list([1], "l", 2)
    with pytest.raises(FormatError, match=r"^l: 应为数组$"):
        as_list({}, "l")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "m: 应为映射"),
        ({}, "m: 缺少标签 [1]"),
        ({1: 0, 3: 0}, "m: 未知标签 ['3']"),
        ({True: 0}, "m: 缺少标签 [1]"),
        ({1.0: 0}, "m: 缺少标签 [1]"),
        ({1: 0, "2": 0}, "m: 未知标签 [\"'2'\"]"),
    ],
)
def test_a_map_has_exactly_the_labels_allowed(value: object, words: str) -> None:
    assert as_map({1: 0, 2: 0}, "m", frozenset({1}), frozenset({2})) == {1: 0, 2: 0}
    with pytest.raises(FormatError) as caught:
        as_map(value, "m", frozenset({1}), frozenset({2}))
    assert str(caught.value) == words


@pytest.mark.parametrize("size", [0, 1, 23, 24, 255, 256, 65535, 65536])
def test_strings_written_by_their_heads_are_those_of_the_library(size: int) -> None:
    assert encode_text("a" * size) == encode("a" * size)
    assert encode_text("证" * size) == encode("证" * size)
    assert encode_bytes(b"\xff" * size) == encode(b"\xff" * size)
