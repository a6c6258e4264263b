"""Products: which group of goods a written product name belongs to.

In Chinese the thing itself stands last (奶油草莓 is a strawberry, 肉鸡 a hen, 鸡蛋 an egg), so the
longest known word that *ends* the name decides, and a name that ends otherwise (草莓干) is unknown:
better asked about than guessed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|《[^《》]*》|“[^“”]*”")


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """``words``: what names of this group end with.

    ``marks`` turn a product of the groups ``of`` into one of this group wherever they stand in the
    name: 野生 makes 香菇 (cultivated fungi) a wild one.
    """

    id: str
    title: str
    words: tuple[str, ...]
    marks: tuple[str, ...] = ()
    of: tuple[str, ...] = ()


def classify_product(groups: Sequence[ProductGroup], name: str) -> ProductGroup | None:
    """The group of a product as a clerk wrote it, or None where no word fits.

    What stands in brackets is a remark and decides nothing unless it bears a mark (野生).
    """
    whole = "".join(unicodedata.normalize("NFKC", name).split())
    plain = _IN_BRACKETS.sub("", whole)
    group = _longest(groups, plain)
    if group is None:
        return None
    marked = (g for g in groups if group.id in g.of and any(mark in whole for mark in g.marks))
    return next(marked, group)


def _longest(groups: Sequence[ProductGroup], name: str) -> ProductGroup | None:
    ending = [(len(w), group) for group in groups for w in group.words if name.endswith(w)]
    return max(ending, key=lambda found: found[0])[1] if ending else None
