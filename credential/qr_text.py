"""The text of the symbol: ``<base URL>/1/<decimal digits>``, a link to any phone and a credential to us.

The digits are the COSE bytes as one big-endian number (§2 of the design). A first byte of 0xD2
(tag 18) makes the number's length the message's, so nothing is padded and nothing is lost.
"""

import re
from typing import Final

from credential.cose import LARGEST

LONGEST: Final = len(str(256**LARGEST))
"""Digits; checked before ``int()``, whose cost grows with the square of the length."""
_TEXT: Final = re.compile(
    r"(?P<base>https?://[0-9A-Za-z.\-]+(?::[0-9]{1,5})?)/1/(?P<digits>[0-9]+)"
)


class QrTextError(ValueError):
    """The text is not one of ours."""


def write_digits(message: bytes) -> str:
    return str(int.from_bytes(message, "big"))


def read_digits(digits: str) -> bytes:
    """The COSE bytes. One leading zero is allowed: segno pads wrongly without it (its issue 123).

    Raises:
        QrTextError: not ASCII digits, none or too many of them, or more than one leading zero.
    """
    if not digits.isascii() or not digits.isdigit():
        raise QrTextError("二维码内容应全为数字")
    if len(digits) > LONGEST:
        raise QrTextError("二维码内容过长")
    if digits.startswith("00") or digits == "0":
        raise QrTextError("二维码内容不完整")
    number = int(digits)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def write_qr_text(message: bytes, base_url: str) -> str:
    return f"{base_url}/1/{write_digits(message)}"


def read_qr_text(text: str) -> tuple[str, bytes]:
    """Base URL and COSE bytes.

    Raises:
        QrTextError: not the form above.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise QrTextError("二维码内容不是证信格式")
    return match["base"], read_digits(match["digits"])
