"""Products: which group of goods a written product name belongs to.

In Chinese the thing itself stands last (奶油草莓 is a strawberry, 肉鸡 a hen, 鸡蛋 an egg), so the
longest known word that *ends* the name decides, and a name that ends otherwise (草莓干) is unknown:
better asked about than guessed. So is a name that says more than one thing: what a clerk hides in
brackets or behind a 和 is printed and signed too.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_BRACKETS: Final = re.compile(
    r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|《([^《》]*)》|“([^“”]*)”"
)
_JOINTS: Final = "[、,;/|+&·・•]|以及|和|及|与|或|加"
"""What stands between two products. 加州鲈 has one too: known words are not cut."""
_BETWEEN_NOTES: Final = re.compile("[、,;/]")
_NO_LETTER: Final = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """``words``: what names of this group end with.

    ``marks`` turn a product of the groups ``of`` into one of this group wherever they stand in the
    name: 野生 makes 香菇 (cultivated fungi) a wild one. ``notes``: all that brackets beside a
    product of this group may hold; a mark inside a note is none (阳光 is no 光鸡).
    ``anywhere``: a word of this group beside another product leaves the name undecided.
    """

    id: str
    title: str
    words: tuple[str, ...]
    marks: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    anywhere: bool = False


def classify_product(groups: Sequence[ProductGroup], name: str) -> ProductGroup | None:
    """The group of a product as a clerk wrote it, or None where a person has to look.

    None: a part that no word ends, parts of several groups, brackets with anything but notes, any
    other sign, or a word of a group ``anywhere`` besides the one that decides.
    """
    whole = "".join(unicodedata.normalize("NFKC", name).split())
    known = _words_of(tuple(groups))
    endings = [_ending(known, part) for part in _parts(known, _BRACKETS.sub("", whole))]
    # signs between its letters do not make 野·生 another word
    letters = _NO_LETTER.sub("", whole)
    words = [word for word, _ in filter(None, endings)]
    found = {group.id: group for _, group in filter(None, endings)}
    for group in found.values():
        said = _without(group.notes, letters)
        for other in groups:
            if group.id in other.of and any(mark in said for mark in other.marks):
                return other
    if len(found) != 1 or not all(endings):
        return None
    (group,) = found.values()
    rest = _without([*words, *group.notes], letters)
    foreign = (word for g in groups if g.anywhere and g is not group for word in g.words)
    if any(word in rest for word in foreign):
        return None
    return group if all(note in group.notes for note in _notes(whole)) else None


@dataclass(frozen=True, slots=True)
class _Words:
    """``endings``: the group of each word; ``joints``: what stands between two products, and the
    known words that have it within."""

    endings: Mapping[str, ProductGroup]
    joints: re.Pattern[str]


@lru_cache(maxsize=64)
def _words_of(groups: tuple[ProductGroup, ...]) -> _Words:
    endings: dict[str, ProductGroup] = {}
    for group in groups:
        for word in group.words:
            endings.setdefault(word, group)
    known = [word for word in endings if re.search(_JOINTS, word)]
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    return _Words(endings, re.compile("|".join([*longest_first, f"(?P<joint>{_JOINTS})"])))


def _ending(words: _Words, part: str) -> tuple[str, ProductGroup] | None:
    """The longest known word that ends the part, if there is nothing but letters in it."""
    if _NO_LETTER.search(part):
        return None
    ends = (part[start:] for start in range(len(part)))
    return next(((end, words.endings[end]) for end in ends if end in words.endings), None)


def _parts(words: _Words, plain: str) -> list[str]:
    """The name cut where it joins products; a known word stays whole."""
    parts, start = [], 0
    for found in words.joints.finditer(plain):
        if found["joint"]:
            parts.append(plain[start : found.start()])
            start = found.end()
    return [*parts, plain[start:]]


def _notes(whole: str) -> Iterator[str]:
    for found in _BRACKETS.finditer(whole):
        yield from _BETWEEN_NOTES.split(next(filter(None, found.groups()), ""))


def _without(words: Sequence[str], text: str) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text
