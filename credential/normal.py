"""The canonical form of printed text, and what it refuses.

NFKC alone corrupts numbers (10² → 102, ① → 1), so characters whose compatibility form is a digit
but which do not look like that plain digit are refused before it, in every field.
"""

import unicodedata
from functools import lru_cache
from typing import Final

_FULLWIDTH_DIGITS: Final = frozenset("０１２３４５６７８９")
INVISIBLE: Final = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
"""Default_Ignorable_Code_Point that the categories below leave (marks, fillers), and blank braille."""
LONGEST_KEPT: Final = 500
"""Characters of a text that is remembered. Ours have about a hundred; a stranger's upload has what it
likes, and whatever is remembered of it takes the memory of the process for good."""


class NormalError(ValueError):
    """A character has no safe canonical form. ``character`` is the one."""

    def __init__(self, character: str, message: str) -> None:
        super().__init__(message)
        self.character = character


@lru_cache(maxsize=8192)
def unsafe_character(character: str) -> str | None:
    """Why this character may not stand in a printed field, or None.

    Kept: a page has hundreds of characters, and pages are made of the same few thousand.
    """
    if character.isspace():
        return None
    category = unicodedata.category(character)
    name = f"U+{ord(character):04X}“{character}”"
    if category in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} or character in INVISIBLE:
        return f"不可见或未定义的字符 U+{ord(character):04X}"
    compatible = unicodedata.normalize("NFKC", character)
    if character not in _FULLWIDTH_DIGITS and not character.isdecimal():
        # category No: ㊀ and ㈠ become 一 as ① becomes 1
        if compatible != character and (category == "No" or any(map(str.isdecimal, compatible))):
            return f"上标、分数或带圈数字 {name}"
    elif character.isdecimal() and character not in _FULLWIDTH_DIGITS and not character.isascii():
        return f"其他文字的数字 {name}"
    return None


def canonical_text(text: str) -> str:
    """NFKC without any white space: how a value compares, however its lines were broken.

    Raises:
        NormalError: a character that has no safe canonical form.
    """
    if text.isascii() and text.isprintable():
        # what these characters are they stay, and of them only the space is white
        return text.replace(" ", "")
    return _canonical_text(text) if len(text) > LONGEST_KEPT else _kept_text(text)


@lru_cache(maxsize=4096)
def _kept_text(text: str) -> str:
    """Kept: the labels of a batch say the same but for a number."""
    return _canonical_text(text)


def _canonical_text(text: str) -> str:
    if any(map(unsafe_character, text)):
        character = next(filter(unsafe_character, text))
        raise NormalError(character, unsafe_character(character) or "")
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    # ¨ becomes a space and a combining mark: with the space gone, the mark joins the letter before
    return unicodedata.normalize("NFC", compact)
