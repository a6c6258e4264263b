"""Status lists: the example of the specification, the codec, and what is refused."""

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.cbor import FormatError, decode, encode
from credential.cose import open_sign1
from credential.status import (
    LARGEST_ENTRIES,
    Status,
    StatusList,
    open_status_list,
    read_status_list,
    sign_status_list,
    status_bits,
)
from tests.samples import AT, ISSUER, PRODUCER, STATUS_LIST, signed


def _list(bits: bytes) -> StatusList:
    return StatusList("https://zx.example.cn/status/1", AT, AT + 600, bits)


def test_the_two_bit_example_of_the_specification() -> None:
    """Token Status List §4.1: twelve statuses of two bits, from the least significant bit on."""
    statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    bits = status_bits(12, [(index, Status(value)) for index, value in enumerate(statuses)])
    assert bits == bytes.fromhex("c944f9")
    assert [_list(bits).status(index) for index in range(12)] == statuses


def test_the_words_of_the_statuses() -> None:
    assert [(status.name, int(status)) for status in Status] == [
        ("VALID", 0),
        ("INVALID", 1),
        ("SUSPENDED", 2),
        ("SUPERSEDED", 3),
    ]


@given(st.integers(1, 300), st.data())
def test_every_status_is_read_as_it_was_written(size: int, data: st.DataObject) -> None:
    changed = data.draw(
        st.lists(st.tuples(st.integers(0, size - 1), st.sampled_from(Status)), max_size=20)
    )
    statuses = _list(status_bits(size, changed))
    expected = dict(changed)
    assert [statuses.status(index) for index in range(size)] == [
        expected.get(index, Status.VALID) for index in range(size)
    ]


def test_the_last_change_counts() -> None:
    bits = status_bits(4, [(1, Status.SUPERSEDED), (1, Status.INVALID), (2, Status.SUSPENDED)])
    assert [_list(bits).status(index) for index in range(4)] == [0, 1, 2, 0]
    bits = status_bits(4, [(1, Status.SUSPENDED), (1, Status.VALID)])
    assert bits == b"\0"


@pytest.mark.parametrize("index", [-1, 4, 400])
def test_an_entry_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        _list(status_bits(1, [])).status(index)


def test_a_list_is_read_as_it_was_signed() -> None:
    envelope = open_status_list(sign_status_list(STATUS_LIST, ISSUER))
    assert read_status_list(envelope.payload) == STATUS_LIST


def test_a_full_list_is_small_and_readable() -> None:
    full = _list(bytes(LARGEST_ENTRIES // 4))
    message = sign_status_list(full, ISSUER)
    assert len(message) < 1000
    assert read_status_list(open_status_list(message).payload) == full


def test_a_credential_is_no_list() -> None:
    with pytest.raises(FormatError, match=r"^protected\.typ: 不是状态列表$"):
        open_status_list(signed(PRODUCER))


def _payload(change: dict[int, Any], lst: object = None) -> bytes:
    value = decode(open_sign1(sign_status_list(STATUS_LIST, ISSUER)).payload, limit=500)
    assert isinstance(value, dict)
    if lst is not None:
        value = value | {65533: {"bits": 2, "lst": lst}}
    return encode(value | change)


def test_a_list_may_leave_its_ttl_out() -> None:
    value = decode(_payload({}), limit=500)
    assert isinstance(value, dict)
    del value[65534]
    assert read_status_list(encode(value)) == STATUS_LIST


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (encode([]), "应为映射"),
        (_payload({1: "iss"}), "未知标签 ['1']"),
        (_payload({2: ""}), "sub: 应为 1 至 200"),
        (_payload({4: 2**32}), "exp: 应为 0 至"),
        (_payload({6: -1}), "iat: 应为 0 至"),
        (_payload({65534: 0}), "ttl: 应为 1 至"),
        (_payload({65534: "300"}), "ttl: 应为 1 至"),
        (_payload({65533: b""}), "status_list: 应只有 bits 与 lst"),
        (_payload({65533: {"bits": 2}}), "status_list: 应只有 bits 与 lst"),
        (
            _payload({65533: {"bits": 2, "lst": b"", "aggregation_uri": ""}}),
            "status_list: 应只有 bits 与 lst",
        ),
        (_payload({65533: {"bits": 1, "lst": b""}}), "status_list.bits: 应为 2"),
        (_payload({}, "text"), "status_list.lst: 应为字节串"),
        (_payload({}, b"no zlib"), "status_list.lst: 压缩数据损坏"),
        (_payload({}, b""), "status_list.lst: 压缩数据不完整"),
        (_payload({}, zlib.compress(bytes(99))[:-1]), "status_list.lst: 压缩数据不完整"),
        (_payload({}, zlib.compress(bytes(99)) + b"x"), "status_list.lst: 压缩数据不完整"),
        (
            _payload({}, zlib.compress(bytes(LARGEST_ENTRIES // 4 + 1))),
            "status_list.lst: 超过 1048576 项",
        ),
        (_payload({}, zlib.compress(bytes(50_000_000), 9)), "status_list.lst: 超过 1048576 项"),
    ],
)
def test_a_list_of_another_form_is_refused(payload: bytes, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_status_list(payload)
    assert str(caught.value).startswith(words)
