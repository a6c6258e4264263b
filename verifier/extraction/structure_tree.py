"""The structure of a tagged PDF: words that stand in place of what is drawn (ISO 32000-2 §14.7, §14.9)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final

import pikepdf
from pikepdf import Name

_ELEMENT: Final = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/A", "/Alt"})
"""Typst writes no more. Others hold words that some readers read aloud, copy and export."""
_MOST: Final = 100_000
"""Elements that wait to be gone through."""


def odd_element(item: pikepdf.Object, keys: Set[str]) -> Iterator[tuple[str, str]]:
    """Code and words for an element, if ``item`` is one, that says more than what is drawn."""
    if not ({"/S", "/P"} <= keys or item.get(Name.Type) == Name.StructElem):
        return
    odd = sorted(key[1:] for key in keys - _ELEMENT)
    if "/Alt" in keys and (item.get(Name.S) != Name.Figure or not _is_a_caption(item.Alt)):
        odd.append("Alt")
    if odd:
        yield "STRUCTURE", f"代替页面文字的说明（{'、'.join(name[:40] for name in odd[:5])}）"


def is_read_as_drawn(pdf: pikepdf.Pdf, marked: Sequence[Sequence[int]], *, unmarked: bool) -> bool:
    """Whether who goes by the structure reads all letters, in the order in which they are drawn: what it
    leaves out or has elsewhere makes 10 or 1000 of a 100. ``marked``: MCIDs of each page as they come
    in its content; ``unmarked``: letters stand outside of these."""
    root = pdf.Root.get(Name.StructTreeRoot)
    if root is None:
        return True
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    drawn = [(page, number) for page, numbers in enumerate(marked) for number in numbers]
    return not unmarked and list(_told(root, pages)) == drawn


def _told(root: object, pages: Mapping[tuple[int, int], int]) -> Iterator[object]:
    """Page, from 0, and MCID of what each element holds, in order (§14.7.5); None for what is not to be
    followed: an element that comes again, or too many of them."""
    left = [(root, -1)]
    seen: set[tuple[int, int]] = set()
    while left:
        item, page = left.pop()
        if isinstance(item, int) and not isinstance(item, bool):
            yield page, item
        elif isinstance(item, pikepdf.Array):
            left.extend((kid, page) for kid in reversed(list(item)))
        elif isinstance(item, pikepdf.Dictionary):
            if item.is_indirect and item.objgen in seen:
                yield None
                return
            if item.is_indirect:
                seen.add(item.objgen)
            own = item.get(Name.Pg)
            page = page if own is None else pages.get(own.objgen, -1)
            left.append((item.get(Name.MCID if item.get(Name.Type) == Name.MCR else Name.K), page))
        elif item is not None:
            yield None
        if len(left) > _MOST:
            yield None
            return


def _is_a_caption(said: object) -> bool:
    """A symbol's: words, and no value."""
    return isinstance(said, pikepdf.String) and not any(map(str.isnumeric, str(said)))
