"""Identifiers: 统一社会信用代码 (GB 32100-2015), 公民身份号码 (GB 11643-1999), 行政区划代码."""

import re
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

# GB 32100-2015 §5: 31 characters; I, O, S, V, Z are left out.
USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(17))
_USCC_VALUES: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_FORM: Final = re.compile(f"[{USCC_ALPHABET}]{{18}}")
_BASE_31: Final = str.maketrans(USCC_ALPHABET, "0123456789abcdefghijklmnopqrstu")
"""To the digits that ``int(…, 31)`` reads."""
# GB 11714-1997 §3.3: the organisation code inside, positions 9-16, check at 17.
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_VALUES: Final = {
    character: value for value, character in enumerate(_ORGANISATION_ALPHABET)
}
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK: Final = "10X98765432"


class IdentifierError(ValueError):
    """The identifier is wrong; the message says how, for the clerk who typed it."""


def uscc_check_character(first17: str) -> str:
    """GB 32100-2015 §6: C18 = (31 − Σ C_i·W_i mod 31) mod 31."""
    total = _weighted(first17, _USCC_VALUES, _USCC_WEIGHTS)
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first8: str) -> str:
    """GB 11714-1997 §4: C9 = 11 − Σ C_i·W_i mod 11, written X for 10 and 0 for 11."""
    total = _weighted(first8, _ORGANISATION_VALUES, _ORGANISATION_WEIGHTS)
    return "0123456789X0"[11 - total % 11]


def _weighted(text: str, values: dict[str, int], weights: tuple[int, ...]) -> int:
    if len(text) != len(weights):
        raise ValueError(f"check character: of {len(weights)} characters")
    return sum(map(mul, map(values.__getitem__, text), weights))


def check_uscc(text: str) -> str:
    """Return the 18 characters in upper case.

    Raises:
        IdentifierError: wrong length, a character outside the alphabet, or a wrong check character.
    """
    code = text.strip().upper()
    if len(code) != 18:
        raise IdentifierError(f"统一社会信用代码应为 18 位，得到 {len(code)} 位“{text}”")
    if _USCC_FORM.fullmatch(code) is None:
        place = next(i for i, character in enumerate(code) if character not in USCC_ALPHABET)
        raise IdentifierError(
            f"统一社会信用代码第 {place + 1} 位应为数字或大写字母（不含 I、O、S、V、Z），得到“{code[place]}”"
        )
    if code[0] == "0":
        # GB 32100-2015 table 1 assigns no department to 0; eighteen zeros, a placeholder in many
        # sheets, would satisfy both check characters
        raise IdentifierError(f"统一社会信用代码第 1 位（登记管理部门）不应为 0：“{text}”")
    if code[16] != organisation_check_character(code[8:16]):
        raise IdentifierError(f"统一社会信用代码第 17 位（主体标识码校验位）不符：“{text}”")
    if code[17] != uscc_check_character(code[:17]):
        raise IdentifierError(f"统一社会信用代码第 18 位（校验码）不符：“{text}”")
    return code


@lru_cache(maxsize=4096)
def pack_uscc(code: str) -> bytes:
    """The 18 characters as a base-31 number in 12 bytes, big-endian (31^18 < 2^96)."""
    return int(check_uscc(code).translate(_BASE_31), 31).to_bytes(12, "big")


@lru_cache(maxsize=4096)
def unpack_uscc(packed: bytes) -> str:
    """The reverse of :func:`pack_uscc`.

    Raises:
        IdentifierError: not 12 bytes, or the number is not a valid code.
    """
    number = int.from_bytes(packed, "big")
    if len(packed) != 12 or number >= 31**18:
        raise IdentifierError("不是压缩的统一社会信用代码")
    characters = []
    for _ in range(18):
        number, digit = divmod(number, 31)
        characters.append(USCC_ALPHABET[digit])
    return check_uscc("".join(reversed(characters)))


def check_id_number(text: str) -> str:
    """Return the 18 characters of a citizen's identity number.

    The number is never part of a message: it must not reach a log (PIPL Art. 28, 51).

    Raises:
        IdentifierError: wrong form, a date that does not exist, or a wrong check character.
    """
    number = text.strip().upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentifierError("身份证号码应为 18 位（前 17 位数字，末位数字或 X）")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdentifierError("身份证号码中的出生日期不存在") from error
    # GB 11643-1999 §3.4, ISO 7064 MOD 11-2
    total = sum(int(c) * w for c, w in zip(number, _ID_WEIGHTS, strict=False))
    if number[17] != _ID_CHECK[total % 11]:
        raise IdentifierError("身份证号码的校验位不符")
    return number


def check_division_code(text: str) -> str:
    """Six digits of GB/T 2260, first digit 1-8 (the registry of codes is the pack's matter)."""
    if not re.fullmatch(r"[1-8][0-9]{5}", text):
        raise IdentifierError(f"行政区划代码应为 6 位数字，得到“{text}”")
    return text


def mask_name(name: str) -> str:
    """A natural person's name for public pages, as 高平 prints it: 田大根 → 田某根, 王五 → 王某."""
    if len(name) <= 1:
        return "某"
    return f"{name[0]}某{name[-1]}" if len(name) > 2 else f"{name[0]}某"


def mask_id_number(number: str) -> str:
    """First six and last four, for staff only."""
    return f"{number[:6]}********{number[-4:]}"
