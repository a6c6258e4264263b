"""The canonical form of printed text, and what it refuses.

NFKC alone corrupts numbers (10² → 102, ① → 1), so characters whose compatibility form is a digit
but which do not look like that plain digit are refused before it, in every field.
"""

import unicodedata
from typing import Final

_FULLWIDTH_DIGITS: Final = frozenset("０１２３４５６７８９")


class NormalError(ValueError):
    """A character has no safe canonical form. ``character`` is the one."""

    def __init__(self, character: str, message: str) -> None:
        super().__init__(message)
        self.character = character


def unsafe_character(character: str) -> str | None:
    """Why this character may not stand in a printed field, or None."""
    if character.isspace():
        return None
    category = unicodedata.category(character)
    name = f"U+{ord(character):04X}“{character}”"
    if category in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}:
        return f"不可见或未定义的字符 U+{ord(character):04X}"
    compatible = unicodedata.normalize("NFKC", character)
    if character not in _FULLWIDTH_DIGITS and not character.isdecimal():
        if any(c.isdecimal() for c in compatible) and compatible != character:
            return f"上标、分数或带圈数字 {name}"
    elif character.isdecimal() and character not in _FULLWIDTH_DIGITS and not character.isascii():
        return f"其他文字的数字 {name}"
    return None


def canonical_text(text: str) -> str:
    """NFKC without any white space: how a value compares, however its lines were broken.

    Raises:
        NormalError: a character that has no safe canonical form.
    """
    for character in text:
        if (reason := unsafe_character(character)) is not None:
            raise NormalError(character, reason)
    return "".join(unicodedata.normalize("NFKC", text).split())
