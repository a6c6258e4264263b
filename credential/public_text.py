"""What a clerk wrote freely, before anyone but the staff reads it (PIPL Art. 28)."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from credential.identifiers import mask_name

_HANZI: Final = dict(zip("〇零一幺二三四五六七八九", "001123456789", strict=True))
_BETWEEN: Final = "[-\\s.()_·\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff]"
_NUMBERS: Final = re.compile(
    # a certificate number and a date of this century stay
    r"(?P<stays>[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}-[0-9A-Z*~$=]|"
    r"(?<![0-9A-Za-z])20[0-9]{2}(?P<mark>[-./]?)[01]?[0-9](?P=mark)[0-3]?[0-9](?![0-9A-Za-z]))|"
    # seven digits make a telephone number; other letters and digits make another code
    r"(?<![0-9A-Za-z])[A-Za-z]*(?P<number>\+?(?>[0-9](?:"
    + _BETWEEN
    + r"{0,3}[0-9]){6,})(?:"
    + _BETWEEN
    + r"?[Xx](?![A-Za-z]))?)(?![A-Za-z]*[0-9])"
)
_PERSONS: Final = ("subject", "promisor", "alias")
"""Fields that name a natural person where the subject is one; ``decedent`` always does."""


def public_text(text: str) -> str:
    """Without telephone and identity numbers, however they are written: a run of seven digits or more
    is left out, with blanks or hyphens in it, in full width or in hanzi."""
    plain = "".join(map(_plain, text))
    shown, place = [], 0
    for match in _NUMBERS.finditer(plain):
        if match["stays"] is None:
            start, end = match.span("number")
            shown += [text[place:start], "（号码不公开）"]
            place = end
    return "".join((*shown, text[place:]))


def public_reason(reason: str, fields: Mapping[str, str], natural: bool) -> str:
    """Why the status changed, with the names masked that the registry's ``fields`` hold in full.

    ``natural``: the subject is a natural person.
    """
    persons = ("decedent", *(_PERSONS if natural else ()))
    names = {fields[field] for field in persons if fields.get(field)}
    for name in sorted(names, key=len, reverse=True):
        reason = reason.replace(name, mask_name(name))
    return public_text(reason)


def _plain(character: str) -> str:
    """One character for one, so that places stay the same."""
    folded = unicodedata.normalize("NFKC", character)
    folded = folded if len(folded) == 1 else character
    decimal = unicodedata.decimal(folded, None)
    return _HANZI.get(folded, folded) if decimal is None else str(decimal)
