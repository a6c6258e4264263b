from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.certificate_id import (
    CertificateIdError,
    check_character,
    format_certificate_id,
    format_check_code,
    new_certificate_id,
    parse_certificate_id,
)
from tests.samples import AT

IDENTIFIER = bytes.fromhex("69a8e3a0000102030405")
PRINTED = "D6ME-7800-0410-6105-8"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_four_bytes_of_time_and_six_random_bytes() -> None:
    assert new_certificate_id(AT, bytes.fromhex("000102030405")) == IDENTIFIER
    assert new_certificate_id(2**32 - 1, bytes(6))[:4] == b"\xff" * 4
    with pytest.raises(ValueError, match="six bytes"):
        new_certificate_id(AT, bytes(5))


def test_numbers_sort_by_time_as_bytes_and_as_print() -> None:
    numbers = [new_certificate_id(AT + second, b"\xff" * 6) for second in (0, 1, 255, 256, 2**20)]
    assert numbers == sorted(numbers)
    printed = [format_certificate_id(number) for number in numbers]
    assert all(a < b for a, b in pairwise(printed))


def test_the_printed_form() -> None:
    assert format_certificate_id(IDENTIFIER) == PRINTED
    assert format_certificate_id(bytes(10)) == "0000-0000-0000-0000-" + check_character("0" * 16)
    with pytest.raises(ValueError, match="10 bytes"):
        format_certificate_id(bytes(9))


def test_the_check_character_is_iso_7064_mod_37_36() -> None:
    # the example of the standard's widest user, the GRid: A1-2425G-ABC1234002-M
    assert check_character("A12425GABC1234002") == "M"


@pytest.mark.parametrize(
    "text",
    [
        PRINTED,
        PRINTED.lower(),
        PRINTED.replace("-", ""),
        PRINTED.replace("-", " "),
        "D6ME 78OO O4IO 61O5 8",
        "d6me-7800-04l0-6105-8",
        "Ｄ６ＭＥ－７８００－０４１０－６１０５－８",
        "D6ME—7800—0410—6105—8",
        "D6ME–7800‑0410−6105\u00ad-8",
        "D6ME\u30007800\u00a00410\t6105 8\n",
    ],
)
def test_a_number_is_read_however_it_was_typed(text: str) -> None:
    assert parse_certificate_id(text) == IDENTIFIER


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "编号应为 17 位字母或数字，得到 0 位"),
        (PRINTED[:-2], "编号应为 17 位字母或数字，得到 16 位"),
        (PRINTED + "8", "编号应为 17 位字母或数字，得到 18 位"),
        ("U6ME-7800-0410-6105-8", "编号第 1 位有误：“U”"),
        ("D6ME-7800-0410-610?-8", "编号第 16 位有误：“?”"),
        ("D6ME-7800-0410-610五-8", "编号第 16 位有误：“五”"),
        ("D6ME-7800-0410-6105-9", "编号校验位不符，请核对是否抄错"),
    ],
)
def test_a_wrong_number_is_refused_and_the_place_is_named(text: str, words: str) -> None:
    with pytest.raises(CertificateIdError) as caught:
        parse_certificate_id(text)
    assert str(caught.value) == words


def test_any_single_wrong_character_is_noticed() -> None:
    compact = PRINTED.replace("-", "")
    for place in range(17):
        for character in ALPHABET.replace(compact[place], ""):
            with pytest.raises(CertificateIdError):
                parse_certificate_id(compact[:place] + character + compact[place + 1 :])


def test_any_two_neighbours_swapped_are_noticed() -> None:
    compact = PRINTED.replace("-", "")
    for place in range(16):
        if compact[place] != compact[place + 1]:
            swapped = compact[:place] + compact[place + 1] + compact[place] + compact[place + 2 :]
            with pytest.raises(CertificateIdError):
                parse_certificate_id(swapped)


@given(st.binary(min_size=10, max_size=10))
def test_printing_and_reading_give_the_same_bytes(identifier: bytes) -> None:
    assert parse_certificate_id(format_certificate_id(identifier)) == identifier


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        identifier = parse_certificate_id(text)
    except CertificateIdError:
        return
    assert len(identifier) == 10


def test_a_check_code_is_twelve_digits_of_five_bytes() -> None:
    assert format_check_code(bytes(5)) == "0000-0000-0000"
    assert format_check_code((123456789012).to_bytes(5, "big")) == "1234-5678-9012"
    # 2^40 - 1 = 1 099 511 627 775
    assert format_check_code(b"\xff" * 5) == "0995-1162-7775"
    with pytest.raises(ValueError, match="entropy: five bytes"):
        format_check_code(bytes(4))
