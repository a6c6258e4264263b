import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.cose import LARGEST
from credential.qr_text import (
    LONGEST,
    QrTextError,
    read_digits,
    read_qr_text,
    write_digits,
    write_qr_text,
)
from tests.samples import BASE_URL, PRODUCER, signed

MESSAGE = signed(PRODUCER)


@given(st.binary(max_size=400))
def test_digits_give_back_the_message_with_its_length(rest: bytes) -> None:
    message = b"\xd2" + rest
    assert read_digits(write_digits(message)) == message
    assert read_digits("0" + write_digits(message)) == message
    assert read_qr_text(write_qr_text(message, BASE_URL)) == (BASE_URL, message)


def test_the_longest_message_fits_below_pythons_own_limit() -> None:
    largest = b"\xff" * LARGEST
    assert len(write_digits(largest)) == LONGEST == 4095
    assert read_digits(write_digits(largest)) == largest


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("", "二维码内容应全为数字"),
        ("12a", "二维码内容应全为数字"),
        ("-12", "二维码内容应全为数字"),
        ("1_2", "二维码内容应全为数字"),
        (" 12", "二维码内容应全为数字"),
        ("１２", "二维码内容应全为数字"),
        ("²", "二维码内容应全为数字"),
        ("0", "二维码内容不完整"),
        ("00", "二维码内容不完整"),
        ("0012", "二维码内容不完整"),
        ("9" * (LONGEST + 1), "二维码内容过长"),
        ("9" * 10_000_000, "二维码内容过长"),
    ],
)
def test_digits_of_another_form_are_refused(digits: str, words: str) -> None:
    with pytest.raises(QrTextError) as caught:
        read_digits(digits)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "base", ["http://10.0.0.7:8000", "https://zx.example.cn", "https://a-b.cn:65535"]
)
def test_the_address_is_given_back_as_it_stands(base: str) -> None:
    assert read_qr_text(write_qr_text(MESSAGE, base)) == (base, MESSAGE)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"{BASE_URL}/1/{text}", f"https://{text}/1/12"):
        try:
            base, message = read_qr_text(candidate)
        except QrTextError:
            continue
        assert candidate.lstrip("0").endswith(str(int.from_bytes(message, "big")))
        assert candidate.startswith(base)
