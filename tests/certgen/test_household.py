"""农户编号: form and check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.household import check_household_code, household_code
from credential.identifiers import IdentifierError

CODE = "NH33018200000001B"


def test_a_fixed_code() -> None:
    assert household_code("330182", 1) == CODE
    assert check_household_code(" nh33018200000001b ") == CODE


@given(st.integers(0, 99_999_999), st.integers(2, 16), st.integers(1, 9))
def test_any_single_wrong_character_is_found(serial: int, place: int, shift: int) -> None:
    code = household_code("330182", serial)
    assert check_household_code(code) == code
    alphabet = "0123456789" if place < 16 else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    wrong = alphabet[(alphabet.index(code[place]) + shift) % len(alphabet)]
    with pytest.raises(IdentifierError, match="农户编号"):
        check_household_code(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "NH330182", "XX33018200000001B", "NH93018200000001B"])
def test_another_form_is_refused(code: str) -> None:
    with pytest.raises(IdentifierError, match="NH 加 6 位行政区划代码、8 位数字和 1 位校验码"):
        check_household_code(code)
