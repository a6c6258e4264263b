"""The structure of a tagged PDF: words that stand in place of what is drawn (ISO 32000-2 §14.7, §14.9)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, TypeGuard

import pikepdf
from pikepdf import Name

Number = tuple[int, int]
"""Of an object, and its generation."""


_ELEMENT: Final = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/A", "/Alt"})
"""Typst writes no more. Others hold words that some readers read aloud, copy and export."""
_ALL: Final = frozenset({"/Type", "/S", "/P", "/K"})
_NONE: Final[Set[str]] = frozenset()
_GROUPS: Final = {"/Document": (_ALL, _NONE), "/Div": (_ALL, _NONE)}
"""Typst's, of our pages, that hold elements: which entries they have, and may have."""
_HOLDERS: Final = {
    "/P": (_ALL | {"/Pg"}, _NONE),
    "/Span": (_ALL | {"/Pg"}, frozenset({"/A"})),
    "/Figure": (_ALL | {"/Pg"}, frozenset({"/A", "/Alt"})),
}
"""That hold marks of a page. Of a formula, or of another's own, pdf.js hides the letters from screen readers,
and poppler leaves them out."""
_DEEPEST: Final = 4
"""Document, Div, Div, Span."""
_OTHER_ROLES: Final = {
    "/Datetime": "/Span", "/Em": "/Span", "/Strong": "/Span", "/Terms": "/Part", "/Title": "/P",
}  # fmt: skip
"""What typst says of those that it may use (§14.8.6.2)."""
_WORDS: Final = frozenset({"/ActualText", "/Alt"})
_NEEDED: Final = frozenset({"/Type", "/K", "/ParentTree"})
_ROOT: Final = _NEEDED | {"/ParentTreeNextKey", "/RoleMap"}
_MARKED: Final = frozenset({"/Type", "/MCID", "/Pg"})
_MOST: Final = 100_000
"""Elements that wait to be gone through."""


@dataclass(frozen=True, slots=True)
class Elements:
    """``holders``: by page, from 0, and MCID, the element that holds it; ``pictured``: page and MCID of the
    one figure, in whose place words are read aloud, or None."""

    holders: Mapping[int, Mapping[int, Number]] = field(default_factory=dict)
    pictured: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """A mark: where it is, the element that holds it, and whether that is within a figure."""

    page: int
    number: int
    holder: Number
    in_figure: bool


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
        return Elements()
    if not isinstance(root, pikepdf.Dictionary):
        return None
    pages = [page.obj for page in pdf.pages]
    numbers = {page: obj.get(Name.StructParents) for page, obj in enumerate(pages)}
    told = list(_told(root, {page.objgen: number for number, page in enumerate(pages)}))
    drawn = [(page, number) for page, numbers in enumerate(marked) for number in numbers]
    if unmarked or [one and (one.page, one.number) for one in told] != drawn:
        return None
    pictured = [(one.page, one.number) for one in told if one is not None and one.in_figure]
    holders: dict[int, dict[int, Number]] = {}
    for one in filter(None, told):
        holders.setdefault(one.page, {})[one.number] = one.holder
    keys = [numbers[page] for page in holders]
    plain = all(isinstance(key, int) for key in keys) and len(set(keys)) == len(keys)
    said: dict[object, Mapping[int, Number]] | None = None
    if plain:
        said = dict(zip(keys, holders.values(), strict=True))
    if len(pictured) > 1 or said is None or not _is_same(root.get(Name.ParentTree), said):
        return None
    return Elements(holders, pictured[0] if pictured else None)


def _told(root: pikepdf.Dictionary, pages: Mapping[Number, int]) -> Iterator[_Told | None]:
    """What the elements hold, in order (§14.7.5); None for what typst does not write of our pages. Readers
    pass over what they do not follow, each something else: an element that comes again, or without a
    number or a page of its own, or with another parent than the one that holds it, an array in an array,
    or what lies deep."""
    roles = dict(_named(root.get(Name.RoleMap)))
    document = list(_kids(root))
    plain = _NEEDED <= root.keys() <= _ROOT and root.Type == Name.StructTreeRoot
    plain = plain and roles == _OTHER_ROLES and len(document) == 1
    seen: set[Number] = {root.objgen}
    left: list[tuple[object, pikepdf.Dictionary, int]] = [
        (kid if plain else None, root, 1) for kid in document or [None]
    ]
    while left:
        item, parent, depth = left.pop()
        if not _is_element_of(item, parent, depth) or item.objgen in seen:
            yield None
            return
        seen.add(item.objgen)
        kids = list(_kids(item))
        if str(item.S) in _GROUPS:
            left.extend((kid, item, depth + 1) for kid in reversed(kids))
        else:
            yield from (_mark(kid, item, pages) for kid in kids)
        # an empty Div is a cell without words
        if not (kids or Name.Div == item.S) or len(left) > _MOST:
            yield None
            return


def _kids(item: pikepdf.Dictionary) -> Iterator[object]:
    held = item.get(Name.K)
    yield from held if isinstance(held, pikepdf.Array) else ()


def _is_element_of(
    item: object, parent: pikepdf.Dictionary, depth: int
) -> TypeGuard[pikepdf.Dictionary]:
    """§14.7.2, Table 355: a role of ours at its place, its entries, and the parent that holds it."""
    if not isinstance(item, pikepdf.Dictionary) or not item.is_indirect:
        return False
    known = _GROUPS.get(str(item.get(Name.S))) or _HOLDERS.get(str(item.get(Name.S)))
    own = item.get(Name.P)
    return (
        known is not None
        and known[0] <= item.keys() <= known[0] | known[1]
        and item.Type == Name.StructElem
        and (Name.Document == item.S) == (depth == 1)
        and depth <= _DEEPEST
        and isinstance(own, pikepdf.Dictionary)
        and own.is_indirect
        and own.objgen == parent.objgen
    )


def _mark(kid: object, holder: pikepdf.Dictionary, pages: Mapping[Number, int]) -> _Told | None:
    """§14.7.5.2: a number of the element's own page, or one that says its page."""
    page, number = holder.Pg, kid
    if isinstance(kid, pikepdf.Dictionary):
        if kid.keys() != _MARKED or kid.Type != Name.MCR:
            return None
        page, number = kid.Pg, kid.MCID
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    place = pages.get(page.objgen) if isinstance(page, pikepdf.Dictionary) else None
    in_figure = bool(Name.Figure == holder.S)
    return None if place is None else _Told(place, number, holder.objgen, in_figure)


def _named(roles: object) -> Iterator[tuple[str, str]]:
    for name, role in roles.items() if isinstance(roles, pikepdf.Dictionary) else ():
        yield name, str(role)


def _is_same(tree: object, said: Mapping[object, Mapping[int, Number]]) -> bool:
    """By the parents' tree (§14.7.5.4) each mark has the element that holds it, and there is no other."""
    if not isinstance(tree, pikepdf.Dictionary) or tree.keys() != {"/Nums"}:
        return False
    pairs = list(tree.Nums) if isinstance(tree.Nums, pikepdf.Array) else [None]
    keys = [int(str(key)) for key in pairs[::2] if isinstance(key, int)]
    # in rising order (§7.9.7), or some find none of them
    if len(pairs) != 2 * len(keys) or keys != sorted(keys) or min(keys, default=0) < 0:
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
