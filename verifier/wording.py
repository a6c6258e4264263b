"""The words of a document to the character: their writing, their blanks, a DOCX's paragraphs.

The digest is over a canonical form that knows neither blanks nor paragraphs nor the width of a
character, and a glyph is only compared with the character that the file claims. So 年满七　十五周岁,
3︱5 for 3—5, ￭ for ■ and, in a DOCX of which no page is drawn, 83周岁 in two paragraphs would all be
what was signed. With the registry's copy they have to be its very words; without it, paragraphs,
blanks and characters are those of a closed list of what our texts have.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from credential.fields import FIELDS, Comparison
from credential.normal import NormalError, canonical_text
from credential.verdict import Finding
from verifier.comparison import field_words
from verifier.evidence import Glyph
from verifier.reading import Printed, Reading
from verifier.typesetting import value_of

_PARAGRAPHS: Final = frozenset({"promise", "notice", "acknowledged", "pledge", "liability"})
"""Fields that have paragraphs; each but the last ends as a sentence does."""
SENTENCE_ENDS: Final = ("。", "；", "：", "！", "？")
_QUOTED: Final = frozenset({"file", "policy", "checked", "axes", "findings", "annex"})
"""Of a report: words of the file that it is about, names and figures."""
_SPACED: Final = _QUOTED | frozenset(
    {"title", "caption", "number", "contact", "verdict", "checked_at", "check_code"}
)
"""Fields whose words or groups of digits a blank parts."""
_WRITTEN: Final = frozenset(
    {
        "product",
        "origin",
        "subject",
        "promisor",
        "alias",
        "matter",
        "proof",
        "decedent",
        "authority",
    }
)
"""What people write as they like; the other texts are the office's own."""
_OUR_BLANKS: Final = " \u3000"
_BLANK: Final = re.compile(r"(?<=[A-Za-z]) (?=[^\d\s□■])|(?<=[^\d\s□■]) (?=[A-Za-z])| (?=[□■])")
"""Beside a Latin word, and before a box: behind one it would part it from its words."""
NUMBER: Final = frozenset("0123456789.,")
_BLANK_EM: Final = 0.03
"""Parts of an em; our pages and savings have 0.01 between digits at most; from 0.1 poppler copies a
blank, and of a half-width figure from 0.045."""
_CODES: Final = frozenset({Comparison.IDENTIFIER, Comparison.NUMBER, Comparison.DATE})
_WITHIN_A_NUMBER: Final = re.compile(r"\d\s+\d")
_OTHERWISE: Final = "的空格或字符的写法与签发时不同"
_ALONE: Final = "，而没有登记的原文可以对照"
_KEPT: Final = frozenset({"…", "￥", *map(chr, range(0xFF01, 0xFF5F))})
"""Characters with another canonical form that our texts have: full-width ASCII looks like itself."""


def odd_words(reading: Reading, recorded: Mapping[str, str] | None) -> Iterator[Finding]:
    """A finding for each field that is signed, but not written so. ``recorded``: the signed fields, or
    None where they are not known."""
    for name, printed in reading.fields.items():
        found = _paragraphs(_as_seen(name, printed))
        signed = None if recorded is None else recorded.get(name)
        if recorded is None:
            # a PDF's lines are for the layout to judge
            reason = (None if printed.pieces else _parted(name, found)) or _odd_form(name, found)
        elif signed is None:
            reason = None  # a field that was not signed: the comparison says so
        elif printed.pieces:
            reason = _difference_of_lines(found, signed)
        else:
            reason = _difference(found, _paragraphs(signed))
        if reason is not None:
            words = f"“{field_words(name)}”{reason}，可能被读成别的内容，请人工核对"
            yield Finding("UNEVEN_LAYOUT", words, found="\n".join(found), place=printed.place)


def _as_seen(name: str, printed: Printed) -> str:
    """On a page a blank is white space: a gap between digits, and between the letters of a code, which
    stand side by side in our fonts."""
    if not printed.pieces:
        return printed.value
    is_code = FIELDS[name].comparison in _CODES
    pieces = printed.pieces
    return "\n".join(_spaced(value_of(piece), piece.em, is_code=is_code) for piece in pieces)


def _spaced(glyphs: Sequence[Glyph], em: float, *, is_code: bool) -> str:
    text = "".join(glyph.text for glyph in glyphs[:1])
    for left, right in pairwise(glyphs):
        both = left.text + right.text
        numbers = both.isascii() if is_code else NUMBER.issuperset(both)
        gap = right.box[0] - left.box[2] > _BLANK_EM * em
        text += f" {right.text}" if numbers and gap else right.text
    return text


def _paragraphs(value: str) -> list[str]:
    lines = (line.strip() for line in value.split("\n"))
    return [line for line in lines if line]


def _difference(found: Sequence[str], signed: Sequence[str]) -> str | None:
    """Where the words are as signed; other words are the comparison's."""
    if found == signed or not _are_same(found, signed):
        return None
    lines = (["".join(line.split()) for line in lines] for lines in (found, signed))
    same = [list(map(canonical_text, line)) for line in lines]
    return _OTHERWISE if same[0] == same[1] else "的分段与签发时不同"


def _difference_of_lines(found: Sequence[str], signed: str) -> str | None:
    """Of a PDF: the same characters, and no blank but where one was signed; a line has none at its
    end, and a program that saves a page anew may leave blanks out."""
    if not _are_same(found, [signed]):
        return None
    if "".join("".join(found).split()) != "".join(signed.split()):
        return _OTHERWISE
    return None if _blanks("".join(found)) <= _blanks(signed) else _OTHERWISE


def _blanks(text: str) -> Counter[int]:
    """How many stand behind each number of other characters."""
    counts: Counter[int] = Counter()
    place = 0
    for character in text:
        if character.isspace():
            counts[place] += 1
        else:
            place += 1
    return counts


def _are_same(found: Sequence[str], signed: Sequence[str]) -> bool:
    try:
        return canonical_text("".join(found)) == canonical_text("".join(signed))
    except NormalError:
        return False


def _parted(name: str, found: Sequence[str]) -> str | None:
    if len(found) <= 1 or (
        name in _PARAGRAPHS and all(line.endswith(SENTENCE_ENDS) for line in found[:-1])
    ):
        return None
    return f"分成了几段{_ALONE}"


def _odd_form(name: str, found: Sequence[str]) -> str | None:
    text = "".join(found)
    if not _is_spaced_so(name, text):
        return f"中有空格{_ALONE}"
    odd = next((character for character in text if not _is_plain(character)), None)
    if odd is not None and name not in _QUOTED:
        return f"中有特殊写法的字符 U+{ord(odd):04X}“{odd}”{_ALONE}"
    return None


def _is_spaced_so(name: str, text: str) -> bool:
    if any(character.isspace() and character not in _OUR_BLANKS for character in text):
        return False
    if name in _SPACED:
        return True
    if name in _WRITTEN:
        return _WITHIN_A_NUMBER.search(text) is None
    return not any(map(str.isspace, _BLANK.sub("", text)))


def _is_plain(character: str) -> bool:
    if unicodedata.category(character).startswith("M"):
        return False
    return (
        character in _KEPT
        or character.isspace()
        or unicodedata.normalize("NFKC", character) == character
    )
