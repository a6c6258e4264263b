"""农户编号: the office's own number for a household, in place of an identity number.

NH, division code (GB/T 2260), eight digits, and the ISO 7064 MOD 37,36 check character that
certificate numbers also bear. It is still personal data: claims carry its keyed digest only.
"""

import re

from credential.certificate_id import check_character
from credential.identifiers import IdentifierError


def household_code(division: str, serial: int) -> str:
    """The full number of the ``serial``-th household of a division."""
    body = f"NH{division}{serial:08d}"
    return body + check_character(body)


def check_household_code(text: str) -> str:
    """Return the 17 characters in upper case.

    Raises:
        IdentifierError: wrong form or check character.
    """
    code = text.strip().upper()
    if not re.fullmatch(r"NH[1-8][0-9]{13}[0-9A-Z]", code):
        raise IdentifierError("农户编号应为 NH 加 6 位行政区划代码、8 位数字和 1 位校验码")
    if code[-1] != check_character(code[:-1]):
        raise IdentifierError("农户编号校验码不符，请核对是否抄错")
    return code
