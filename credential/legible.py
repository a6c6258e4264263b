"""Words of strangers as a person may read them: nothing unseen, nothing that moves other words.

A terminal obeys control characters, and a bidirectional one turns the rest of a line around: the name
of a file could hide its own verdict, or write another.
"""

import re
import unicodedata
from typing import Final

from credential.normal import INVISIBLE

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_QUOTES: Final = str.maketrans({"“": "'", "”": "'", '"': "'"})
_PLAIN: Final = frozenset({" ", "\u3000"})


def legible(text: str) -> str:
    """What is unseen as ``\\u001b``, which JSON reads as the same; ends of lines stay."""
    return "\n".join(map(_line, text.split("\n")))


def legible_name(name: str) -> str:
    """In one line, and with no run of blanks that would part it in two."""
    return re.sub(r"\s+", lambda run: run[0] if run[0] in _PLAIN else " ", _line(name))


def named(file: str) -> str:
    """A file's name before a colon and a verdict; in quotes where it has a colon, and so a verdict, of its
    own."""
    return f"“{file}”" if "：" in file else file


def quoted(name: str) -> str:
    """A name that a stranger chose, in words of ours: in one line, and in quotes that it can't end."""
    return f"“{legible_name(name).translate(_NO_QUOTES)}”"


def _line(text: str) -> str:
    if text.isprintable() and INVISIBLE.isdisjoint(text):
        return text
    return "".join(map(_escaped_if_unseen, text))


def _escaped_if_unseen(character: str) -> str:
    unseen = unicodedata.category(character) in _UNSEEN or character in INVISIBLE
    return _escaped(character) if unseen else character


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
