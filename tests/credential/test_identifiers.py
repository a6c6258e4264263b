"""Codes and numbers against the test values of tests/vectors/identifiers.json."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.identifiers import (
    USCC_ALPHABET,
    IdentifierError,
    check_division_code,
    check_id_number,
    check_uscc,
    mask_id_number,
    mask_name,
    organisation_check_character,
    pack_uscc,
    unpack_uscc,
    uscc_check_character,
)

VALUES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "identifiers.json").read_text("utf-8")
)
VALID: Final = [*VALUES["uscc_valid"], *VALUES["uscc_synthetic_valid"]]


@pytest.mark.parametrize("code", VALID)
def test_a_valid_code_is_accepted_and_packs_to_12_bytes(code: str) -> None:
    assert check_uscc(code) == code
    assert check_uscc(f" {code.lower()}\n") == code
    assert len(pack_uscc(code)) == 12
    assert unpack_uscc(pack_uscc(code)) == code


def test_the_edges_of_the_standard_are_among_them() -> None:
    assert check_uscc("N2330182MF0TEXT29H").startswith("N2"), "a village collective"
    assert uscc_check_character("93330182MA0T00206") == "0", "Σ mod 31 = 0 gives 0, not 31"
    assert organisation_check_character("MA0TEXT1") == "2"
    assert "92330182MA0TEXT12X" in VALID


PLACE_17: Final = "统一社会信用代码第 17 位（主体标识码校验位）不符：“{}”"
PLACE_18: Final = "统一社会信用代码第 18 位（校验码）不符：“{}”"
LETTER: Final = "统一社会信用代码第 {} 位应为数字或大写字母（不含 I、O、S、V、Z），得到“{}”"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100M000100Y4Z", LETTER.format(18, "Z")),
        ("91110000600037341N", PLACE_18.format("91110000600037341N")),
        ("9111000060003IOZSV", LETTER.format(14, "I")),
        ("A1110000600037341L", PLACE_18.format("A1110000600037341L")),
        ("91310115MA1H8R7C6D", PLACE_17.format("91310115MA1H8R7C6D")),
        ("", "统一社会信用代码应为 18 位，得到 0 位“”"),
        ("9111000060003734", "统一社会信用代码应为 18 位，得到 16 位“9111000060003734”"),
        ("0" * 18, "统一社会信用代码第 1 位（登记管理部门）不应为 0：“000000000000000000”"),
        ("９1110000600037341L", LETTER.format(1, "９")),
        ("9111000060003734\u06611", LETTER.format(17, "\u0661")),
    ],
)
def test_an_invalid_code_is_refused_and_the_place_is_named(code: str, words: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        check_uscc(code)
    assert str(caught.value) == words


def test_every_invalid_code_of_the_list_is_among_the_cases() -> None:
    for code in VALUES["uscc_invalid"]:
        with pytest.raises(IdentifierError):
            check_uscc(code)
    assert len(VALUES["uscc_invalid"]) == 5


@pytest.mark.parametrize("code", VALID)
def test_any_single_wrong_character_is_noticed(code: str) -> None:
    for place in range(18):
        for character in USCC_ALPHABET.replace(code[place], ""):
            with pytest.raises(IdentifierError):
                check_uscc(code[:place] + character + code[place + 1 :])


@pytest.mark.parametrize("packed", [b"", bytes(11), bytes(13), b"\xff" * 12, (31**18).to_bytes(12)])
def test_bytes_that_are_no_packed_code_are_refused(packed: bytes) -> None:
    with pytest.raises(IdentifierError, match=r"^不是压缩的统一社会信用代码$"):
        unpack_uscc(packed)


@given(st.binary(min_size=12, max_size=12))
def test_unpacking_is_the_reverse_of_packing_or_refuses(packed: bytes) -> None:
    try:
        code = unpack_uscc(packed)
    except IdentifierError:
        return
    assert pack_uscc(code) == packed


@pytest.mark.parametrize("number", VALUES["id_valid"])
def test_the_standards_own_identity_numbers_are_accepted(number: str) -> None:
    assert check_id_number(f" {number.lower()} ") == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("110105199001011234", "身份证号码的校验位不符"),
        ("36042619910102009X", "身份证号码的校验位不符"),
        ("360426199113010079", "身份证号码中的出生日期不存在"),
        ("11010519490229002X", "身份证号码中的出生日期不存在"),
        ("110105000012310021", "身份证号码中的出生日期不存在"),
        ("1101051949123100", "身份证号码应为 18 位（前 17 位数字，末位数字或 X）"),
        ("X10105194912310021", "身份证号码应为 18 位（前 17 位数字，末位数字或 X）"),
        ("１10105194912310021", "身份证号码应为 18 位（前 17 位数字，末位数字或 X）"),
    ],
)
def test_a_wrong_identity_number_is_refused_without_being_named(number: str, words: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        check_id_number(number)
    assert str(caught.value) == words
    assert number not in repr(caught.value.__cause__), "the number must not reach a log"
    assert set(VALUES["id_invalid"]) <= {
        "110105199001011234",
        "36042619910102009X",
        "360426199113010079",
    }


@pytest.mark.parametrize("code", ["330182", "140581", "820000"])
def test_a_division_code(code: str) -> None:
    assert check_division_code(code) == code


@pytest.mark.parametrize("code", ["", "33018", "3301822", "030182", "930182", "33018x", "３30182"])
def test_a_wrong_division_code_is_refused(code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        check_division_code(code)
    assert str(caught.value) == f"行政区划代码应为 6 位数字，得到“{code}”"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("田大根", "田某根"),
        ("王五", "王某"),
        ("李", "某"),
        ("", "某"),
        ("欧阳小明", "欧某明"),
        ("古丽巴哈尔·买买提", "古某提"),
    ],
)
def test_a_persons_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_an_identity_number_is_masked_for_staff() -> None:
    assert mask_id_number("11010519491231002X") == "110105********002X"
