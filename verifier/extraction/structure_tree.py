"""The structure of a tagged PDF: words that stand in place of what is drawn (ISO 32000-2 §14.7, §14.9)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final

import pikepdf
from pikepdf import Name

Number = tuple[int, int]
"""Of an object, and its generation."""
Elements = Mapping[int, Mapping[int, Number]]
"""By page, from 0, and MCID: the element that holds it."""

_ELEMENT: Final = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/A", "/Alt"})
"""Typst writes no more. Others hold words that some readers read aloud, copy and export."""
_ROLES: Final = frozenset({"/Document", "/Div", "/P", "/Span", "/Figure"})
"""Typst's, of our pages: of a formula, or of another's own, pdf.js hides the letters from screen readers,
and poppler leaves them out."""
_OTHER_ROLES: Final = {
    "/Datetime": "/Span", "/Em": "/Span", "/Strong": "/Span", "/Terms": "/Part", "/Title": "/P",
}  # fmt: skip
"""What typst says of those that it may use (§14.8.6.2)."""
_WORDS: Final = frozenset({"/ActualText", "/Alt"})
_ROOT: Final = frozenset({"/Type", "/K", "/ParentTree", "/ParentTreeNextKey", "/RoleMap"})
_MARKED: Final = frozenset({"/Type", "/MCID", "/Pg"})
_MOST: Final = 100_000
"""Elements that wait to be gone through."""


def odd_element(item: pikepdf.Object, keys: Set[str]) -> Iterator[tuple[str, str]]:
    """Code and words for an element, if ``item`` is one, that says more than what is drawn."""
    is_element = {"/S", "/P"} <= keys or item.get(Name.Type) == Name.StructElem
    if not is_element and keys.isdisjoint(_WORDS):
        return
    odd = sorted(key[1:] for key in keys - _ELEMENT)
    if "/Alt" in keys and (item.get(Name.S) != Name.Figure or not _is_a_caption(item.Alt)):
        odd.append("Alt")
    if odd:
        yield "STRUCTURE", f"代替页面文字的说明（{'、'.join(name[:40] for name in odd[:5])}）"


def elements_as_drawn(
    pdf: pikepdf.Pdf, marked: Sequence[Sequence[int]], *, unmarked: bool
) -> Elements | None:
    """What holds each mark, if who goes by the structure reads all letters in the order in which they are
    drawn, else None: what it leaves out or has elsewhere makes 10 or 1000 of a 100. ``marked``: MCIDs of
    each page as they come in its content; ``unmarked``: letters stand outside of these."""
    root = pdf.Root.get(Name.StructTreeRoot)
    if root is None:
        return {}
    if not isinstance(root, pikepdf.Dictionary):
        return None
    pages = [page.obj for page in pdf.pages]
    told = list(_told(root, {page.objgen: number for number, page in enumerate(pages)}))
    drawn = [(page, number) for page, numbers in enumerate(marked) for number in numbers]
    if unmarked or [one and one[:2] for one in told] != drawn:
        return None
    holders: dict[int, dict[int, Number]] = {}
    for page, number, holder in filter(None, told):
        holders.setdefault(page, {})[number] = holder
    numbers = [pages[page].get(Name.StructParents) for page in holders]
    if not all(isinstance(number, int) for number in numbers) or len(set(numbers)) < len(numbers):
        return None
    said: dict[object, Mapping[int, Number]] = dict(zip(numbers, holders.values(), strict=True))
    return holders if _is_same(root.get(Name.ParentTree), said) else None


def _told(
    root: pikepdf.Object, pages: Mapping[Number, int]
) -> Iterator[tuple[int, int, Number] | None]:
    """Page, from 0, MCID and element of what the elements hold, in order (§14.7.5); None for what is not
    to be followed: an element that comes again, or says more, or too many of them."""
    left: list[tuple[object, int, Number]] = [(root, -1, (0, 0))]
    seen: set[Number] = set()
    while left:
        item, page, holder = left.pop()
        if isinstance(item, int) and not isinstance(item, bool):
            yield page, item, holder
        elif isinstance(item, pikepdf.Array):
            left.extend((kid, page, holder) for kid in reversed(list(item)))
        elif isinstance(item, pikepdf.Dictionary):
            if item.get(Name.Type) == Name.MCR:
                known, held = _MARKED, item.get(Name.MCID)
            else:
                known, held = _ROOT if item.objgen == root.objgen else _ELEMENT, item.get(Name.K)
                holder = item.objgen
            if (item.is_indirect and item.objgen in seen) or not _is_known(item, known):
                yield None
                return
            if item.is_indirect:
                seen.add(item.objgen)
            own = item.get(Name.Pg)
            if own is not None:
                page = pages.get(own.objgen, -1) if isinstance(own, pikepdf.Dictionary) else -1
            left.append((held, page, holder))
        elif item is not None:
            yield None
        if len(left) > _MOST:
            yield None
            return


def _is_known(item: pikepdf.Dictionary, known: Set[str]) -> bool:
    if known is _ROOT and dict(_named(item.get(Name.RoleMap))) != _OTHER_ROLES:
        return False
    return item.keys() <= known and (known is not _ELEMENT or str(item.get(Name.S)) in _ROLES)


def _named(roles: object) -> Iterator[tuple[str, str]]:
    for name, role in roles.items() if isinstance(roles, pikepdf.Dictionary) else ():
        yield name, str(role)


def _is_same(tree: object, said: Mapping[object, Mapping[int, Number]]) -> bool:
    """By the parents' tree (§14.7.5.4) each mark has the element that holds it, and there is no other."""
    if not isinstance(tree, pikepdf.Dictionary) or tree.keys() != {"/Nums"}:
        return False
    pairs = list(tree.Nums) if isinstance(tree.Nums, pikepdf.Array) else [None]
    if len(pairs) % 2 or not all(isinstance(key, int) for key in pairs[::2]):
        return False
    found: dict[object, Mapping[int, Number]] = {}
    for key, parents in zip(pairs[::2], pairs[1::2], strict=True):
        if key in found or not isinstance(parents, pikepdf.Array):
            return False
        elements = [one for one in parents if isinstance(one, pikepdf.Dictionary)]
        if len(elements) != len(parents):
            return False
        found[key] = {place: element.objgen for place, element in enumerate(elements)}
    return found == said


def _is_a_caption(said: object) -> bool:
    """A symbol's: words, and no value."""
    return isinstance(said, pikepdf.String) and not any(map(str.isnumeric, str(said)))
