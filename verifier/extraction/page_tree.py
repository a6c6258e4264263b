"""How many pages a PDF says it has, in each place where it says so (ISO 32000-1 §7.7.3, Annex F).

Readers believe one place or the other and open no page beyond it: a page that was verified here
would not be shown there, or one that stands in no count would be.
"""

from collections.abc import Iterator

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pikepdf import Name


def odd_page_counts(pdf: pikepdf.Pdf, opened: int, *, even: bool) -> Iterator[str]:
    """Words for each place that disagrees with the pages there are. ``opened``: how many PDFium opens of
    the file; ``even``: whether its tree is, as it stood there."""
    if not even:
        yield "页面目录所记页数（Count）或上级（Parent）与实际不符"
    there = len(pdf.pages)
    for item in pdf.objects:
        linear = isinstance(item, pikepdf.Dictionary) and "/Linearized" in item
        # Poppler takes the number of pages from here
        if linear and item.get(Name.N) != there:
            yield "线性化信息所记页数与实际不符"
    if opened != there:
        yield f"一种解析程序只能打开 {opened} 页，另一种 {there} 页"


def is_even(pdf: pikepdf.Pdf) -> bool:
    """Whether the pages stand in their tree as they should. To be asked before ``pdf.pages``, which
    mends it."""
    catalog = pdf.trailer.get(Name.Root)
    root = catalog.get(Name.Pages) if isinstance(catalog, pikepdf.Dictionary) else None
    return isinstance(root, pikepdf.Dictionary) and _is_even(root)


def _is_even(root: pikepdf.Object) -> bool:
    """Each node counts the pages under it, each stands once, and each names the node it is under."""
    order, under, seen = [root], [-1], set[tuple[int, int]]()
    for at, node in enumerate(order):  # grows as it is read
        numbered = isinstance(node, pikepdf.Dictionary) and node.is_indirect
        if not numbered or node.objgen in seen:
            return False
        seen.add(node.objgen)
        if Name.Kids not in node:
            continue
        if not isinstance(node.Kids, pikepdf.Array):
            return False
        for kid in node.Kids:
            order.append(kid)
            under.append(at)
    pages = [int(Name.Kids not in node) for node in order]
    for at in range(len(order) - 1, 0, -1):
        node, parent = order[at], order[under[at]]
        if node.get(Name.Type) != (Name.Page if Name.Kids not in node else Name.Pages):
            return False
        if not _is_same(node.get(Name.Parent), parent):
            return False
        if Name.Kids in node and node.get(Name.Count) != pages[at]:
            return False
        pages[under[at]] += pages[at]
    return bool(root.get(Name.Count) == pages[0])


def _is_same(one: object, other: pikepdf.Object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.objgen == other.objgen


def opened_pages(data: bytes) -> int:
    """How many pages PDFium opens; none where it opens no file."""
    try:
        with pdfium.PdfDocument(data) as document:
            return len(document)
    except pdfium.PdfiumError:
        return 0
