"""What may stand in a printed field: characters with one reading, and no other field's label."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from certgen.twins import TWINS
from credential.fields import FIELDS
from credential.normal import canonical_text, unsafe_character

_PARAGRAPHS: Final = frozenset(
    {"promise", "notice", "acknowledged", "pledge", "liability", "axes", "findings", "annex"}
)
"""Fields whose value may have several lines."""
_MAY_BE_EMPTY: Final = frozenset({"signature"})
"""Room for the wet signature (电子签名法 Art. 3: inheritance is not for electronic ones)."""
_COLON: Final = canonical_text("：")
_LABELS: Final = {
    canonical_text(f"{spec.label}："): spec.label for spec in FIELDS.values() if spec.label
}

_JOINED: Final = {"⸺": "——", "⸻": "———", "―": "—"}
"""Drawn by the very same glyphs as those, so that no reader of the page could tell which it was."""

_OTHER_FORMS: Final = re.compile(
    "[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\uff61-\uffdc\u2329\u232a\U0002f800-\U0002fa1f]"
)
"""Radicals, compatibility ideographs, ligatures and narrow kana, as they are copied out of PDFs: fonts
draw them by the glyphs of other characters."""
_UNDERSCORES: Final = frozenset("_＿﹍﹎﹏")
_BLANK: Final = re.compile(r"_{2,}|_(?=[^\x00-\x7f])")
"""In canonical text. ``GAP_8`` has none, ``__年_月`` has two."""


class FieldError(ValueError):
    """A value cannot be printed. ``field``: its name in credential.fields.FIELDS."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"“{FIELDS[field].label or FIELDS[field].english}”{reason}")
        self.field = field


def check_fields(fields: Mapping[str, str]) -> None:
    """Refuse what a reader of the paper could not take apart again.

    Raises:
        FieldError: an empty value, a character without a safe printed form, a line break in a
            one-line field, or a known label with its colon inside a value.
    """
    for name, value in fields.items():
        # of ASCII each character has one reading, and no label is written in it
        if value.isascii() and value.isprintable() and value.strip():
            continue
        if (reason := _problem(name, value)) is not None:
            raise FieldError(name, reason)


@lru_cache(maxsize=4096)
def _problem(name: str, value: str) -> str | None:
    """Kept: the certificates of a job say mostly the same."""
    if not value.strip() and name not in _MAY_BE_EMPTY:
        return "没有填写"
    plain = value.replace("\n", "") if name in _PARAGRAPHS else value
    if (reason := next(filter(None, map(unprintable, plain)), None)) is not None:
        return f"含有不能印刷的{reason}"
    canonical = canonical_text(value)
    # every label ends with one
    if _COLON in canonical:
        for label, words in _LABELS.items():
            if label in canonical:
                return f"中不得出现“{words}：”，否则会与该栏混淆"
    return None


def check_filled(fields: Mapping[str, str]) -> None:
    """Refuse what is still to be filled in by hand: nobody has promised that yet, and what is written
    there later is not what was signed.

    Raises:
        FieldError: a blank in a value.
    """
    for name, value in fields.items():
        if (blank := find_blank(value)) is not None:
            raise FieldError(name, f"含有待填的空白“{blank}”，请填写完整")


def find_blank(value: str) -> str | None:
    """The first blank to be filled in, or None. ``value``: printable."""
    if _UNDERSCORES.isdisjoint(value):
        return None
    if "＿" in value:  # as wide as a hanzi: nothing but a line to write on
        return "＿"
    found = _BLANK.search(canonical_text(value))
    return None if found is None else found[0]


def platform_statement(authority: str) -> str:
    """电子签名法 Art. 13: a key on a server is not under the promisor's sole control."""
    return (
        f"由{authority}平台签名，仅证明本文件未被改动，不代替承诺人签名（《电子签名法》第十三条）"
    )


@lru_cache(maxsize=8192)
def unprintable(character: str) -> str | None:
    """Why no printed field may have it, or None."""
    if character.isspace() and character not in " \u3000":
        return f"空白字符 U+{ord(character):04X}"
    if character in _JOINED:
        return f"字符 U+{ord(character):04X}“{character}”，请写作“{_JOINED[character]}”"
    if (twin := TWINS.get(character)) is not None:
        return f"字符 U+{ord(character):04X}“{character}”，请写作“{twin}”"
    if _OTHER_FORMS.match(character):
        plain = unicodedata.normalize("NFKC", character)
        if plain != character:
            return f"字符 U+{ord(character):04X}“{character}”，请写作“{plain}”"
    if unicodedata.category(character).startswith("M"):
        return f"组合符号 U+{ord(character):04X}，请用合成后的字符"
    return unsafe_character(character)
