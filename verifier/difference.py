"""A value as signed against the value as found, as runs that a person can read."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from credential.normal import NormalError, canonical_text

_LONGEST: Final = 4_000
"""Characters of one value that are matched; the matching takes the square of it at worst."""


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind
    text: str


def difference(expected: str, found: str) -> tuple[Part, ...]:
    """In reading order; what is gone stands before what was added in its place.

    White space does not differ, as in the comparison itself: lines break where the paper is full.
    """
    if _canonical(expected) == _canonical(found):
        return (Part(Kind.SAME, expected),) if expected else ()
    if max(len(expected), len(found)) > _LONGEST:
        return (Part(Kind.GONE, expected), Part(Kind.ADDED, found))
    one, other = _marks(expected), _marks(found)
    matcher = SequenceMatcher(
        None, [expected[place] for place in one], [found[place] for place in other], False
    )
    parts = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        gone, added = _span(expected, one[a0:a1]), _span(found, other[b0:b1])
        if tag == "equal":
            parts.append(Part(Kind.SAME, gone))
            continue
        parts += [Part(Kind.GONE, gone)] if gone else []
        parts += [Part(Kind.ADDED, added)] if added else []
    return tuple(parts)


def _canonical(text: str) -> str:
    try:
        return canonical_text(text)
    except NormalError:
        return text


def _marks(text: str) -> list[int]:
    """Places of all that is no white space."""
    return [place for place, character in enumerate(text) if not character.isspace()]


def _span(text: str, places: list[int]) -> str:
    return text[places[0] : places[-1] + 1] if places else ""
