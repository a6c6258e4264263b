"""The structure of a tagged PDF: words that stand in place of what is drawn (ISO 32000-2 §14.7, §14.9)."""

from collections.abc import Iterator, Set
from typing import Final

import pikepdf
from pikepdf import Name

_ELEMENT: Final = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/A", "/Alt"})
"""Typst writes no more. Others hold words that some readers read aloud, copy and export."""


def odd_element(item: pikepdf.Object, keys: Set[str]) -> Iterator[tuple[str, str]]:
    """Code and words for an element, if ``item`` is one, that says more than what is drawn."""
    if not ({"/S", "/P"} <= keys or item.get(Name.Type) == Name.StructElem):
        return
    odd = sorted(key[1:] for key in keys - _ELEMENT)
    if "/Alt" in keys and (item.get(Name.S) != Name.Figure or not _is_a_caption(item.Alt)):
        odd.append("Alt")
    if odd:
        yield "STRUCTURE", f"代替页面文字的说明（{'、'.join(name[:40] for name in odd[:5])}）"


def _is_a_caption(said: object) -> bool:
    """A symbol's: words, and no value."""
    return isinstance(said, pikepdf.String) and not any(map(str.isnumeric, str(said)))
