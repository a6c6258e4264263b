"""What the canonical form makes equal, and what it refuses because NFKC would make it equal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.normal import (
    LONGEST_KEPT,
    NormalError,
    _kept_text,
    canonical_text,
    unsafe_character,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("１２００公斤", "1200公斤"),
        ("Ａ级", "A级"),
        ("第一行\n　第二行\t 三", "第一行第二行三"),
        ("\u00a0草莓\u3000", "草莓"),
        ("承诺：（一）", "承诺:(一)"),
        ("\uf967\uf9ba", "不了"),
        ("\u2f26\u2f08", "子人"),
        ("e\u0301", "é"),
        ("䶮𬭎㐂", "䶮𬭎㐂"),
        ("Ⅳ类", "IV类"),
        ("一二三", "一二三"),
        ("■□", "■□"),
        ("H¨", "Ḧ"),
    ],
)
def test_what_looks_the_same_compares_the_same(text: str, canonical: str) -> None:
    assert canonical_text(text) == canonical


@pytest.mark.parametrize(
    "text", ["己", "已", "巳", "末", "未", "日", "曰", "А", "O", "0", "〇", "○", "❶"]
)
def test_look_alikes_stay_different(text: str) -> None:
    assert canonical_text(text) == text


SUPERSCRIPT = "上标、分数或带圈数字 U+{:04X}“{}”"
OTHER_DIGIT = "其他文字的数字 U+{:04X}“{}”"
INVISIBLE = "不可见或未定义的字符 U+{:04X}"


@pytest.mark.parametrize(
    ("character", "words"),
    [(c, SUPERSCRIPT) for c in "²³¹⁰₂½¾⅓①⑳⓪⑴⒈㊀㈠㆒㋀㏠㍘㎡㎥㉑"]
    + [(c, OTHER_DIGIT) for c in "٣۳०๓𝟎𝟗𞥐᠐"]
    + [
        (c, INVISIBLE)
        for c in "\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\u00ad\u034f\u115f\u3164\uffa0"
        "\ufe00\ufe0f\U000e0100\u180b\u2800\u0000\u0007\x7f\ue000\U000f0000\ufffe\u0378"
    ],
)
def test_a_character_without_a_safe_form_is_refused_and_named(character: str, words: str) -> None:
    expected = words.format(ord(character), character)
    assert unsafe_character(character) == expected
    with pytest.raises(NormalError) as caught:
        canonical_text(f"10{character}箱")
    assert str(caught.value) == expected
    assert caught.value.character == character


def test_white_space_is_not_refused() -> None:
    for character in " \t\n\r\u00a0\u2009\u3000\x85\x1c":
        assert unsafe_character(character) is None


def test_no_character_becomes_a_plain_digit_but_the_full_width_ones() -> None:
    """Over all of Unicode: what NFKC turns into a digit is refused, or was that digit."""
    became = {
        chr(code)
        for code in range(0x110000)
        if not 0xD800 <= code < 0xE000
        and unsafe_character(chr(code)) is None
        and any(c in "0123456789" for c in unicodedata.normalize("NFKC", chr(code)))
    }
    assert became == set("0123456789０１２３４５６７８９")


@given(st.text())
def test_the_canonical_form_is_its_own(text: str) -> None:
    try:
        canonical = canonical_text(text)
    except NormalError:
        return
    assert canonical_text(canonical) == canonical
    assert not any(character.isspace() for character in canonical)


def test_a_long_text_is_not_remembered():
    """113 MB of one upload were, for good."""
    known = _kept_text.cache_info().currsize
    assert canonical_text("长 " * LONGEST_KEPT) == "长" * LONGEST_KEPT
    assert _kept_text.cache_info().currsize == known
