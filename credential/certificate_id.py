"""Certificate numbers: 4 bytes of time and 6 random bytes, so that they sort by time and can't be guessed.

Printed as Crockford base32 (no I, L, O, U) in groups of four with an ISO 7064 MOD 37,36 check
character, so that a number read from a torn symbol is checked before it is looked up.
"""

import unicodedata
from typing import Final

SIZE: Final = 10
_BASE32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(_ALPHANUMERIC)}
_PRODUCTS: Final = {
    character: tuple(((product + value) % 36 or 36) * 2 % 37 for product in range(37))
    for character, value in _VALUES.items()
}
"""ISO/IEC 7064 §7: of each character, from a product to the next."""
_PAIRS: Final = tuple(first + second for first in _BASE32 for second in _BASE32)
"""Ten bits each."""
_MISREAD: Final = str.maketrans("ILO", "110")


class CertificateIdError(ValueError):
    """The printed number is wrong; the message is for whoever typed it."""


def new_certificate_id(at: int, entropy: bytes) -> bytes:
    """``at``: Unix seconds (until 2106); ``entropy``: six bytes from a secure source."""
    if len(entropy) != 6:
        raise ValueError("entropy: six bytes")
    return at.to_bytes(4, "big") + entropy


def check_character(text: str) -> str:
    """ISO/IEC 7064 MOD 37,36 over digits and letters."""
    product = 36
    for character in text:
        product = _PRODUCTS[character][product]
    return _ALPHANUMERIC[(37 - product) % 36]


def format_certificate_id(identifier: bytes) -> str:
    """``XXXX-XXXX-XXXX-XXXX-C``: 16 characters and the check character."""
    if len(identifier) != SIZE:
        raise ValueError(f"certificate id: {SIZE} bytes")
    number = int.from_bytes(identifier, "big")
    text = "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:]}-{check_character(text)}"


def parse_certificate_id(text: str) -> bytes:
    """Read a printed number: case, blanks and any hyphen or dash are free, and full width, as Chinese
    input methods write it; I and L are read as 1, O as 0.

    Raises:
        CertificateIdError: wrong length, character or check character.
    """
    plain = unicodedata.normalize("NFKC", text)
    compact = "".join(one for one in plain if not _is_between(one)).upper()
    if len(compact) != 17:
        raise CertificateIdError(f"编号应为 17 位字母或数字，得到 {len(compact)} 位")
    body, check = compact[:16].translate(_MISREAD), compact[16]
    for place, character in enumerate(body, start=1):
        if character not in _BASE32:
            raise CertificateIdError(f"编号第 {place} 位有误：“{character}”")
    if check != check_character(body):
        raise CertificateIdError("编号校验位不符，请核对是否抄错")
    number = 0
    for character in body:
        number = number * 32 + _BASE32.index(character)
    return number.to_bytes(SIZE, "big")


def _is_between(character: str) -> bool:
    """A blank or a dash of any kind: Word breaks no line at U+2011, and a soft hyphen is unseen."""
    return (
        character.isspace()
        or unicodedata.category(character) == "Pd"
        or character in "\u00ad\u2212"
    )


def format_check_code(entropy: bytes) -> str:
    """Twelve digits, ``dddd-dddd-dddd``, from five bytes of a secure source: printed, signed, and in
    no symbol.

    The signed digest stands in the symbol, and with it in server logs. Without a part that only the
    paper has, anyone could try all telephone numbers against it (PIPL Art. 51). Digits, because they
    are set as wide as each other: in small type, kerned letters touch.
    """
    if len(entropy) != 5:
        raise ValueError("entropy: five bytes")
    digits = f"{int.from_bytes(entropy, 'big') % 10**12:012d}"
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
