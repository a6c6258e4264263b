"""The pages of a file as PDFium draws them: the picture, the symbols in it, a second opinion on the text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

from verifier.evidence import Box, PageSize
from verifier.extraction.original import beside_original
from verifier.extraction.sheet import (
    MM,
    Draft,
    Picture,
    Sheet,
    coloured_box,
    draft_page,
    hundredths,
    picture_page,
)
from verifier.extraction.symbols import Found
from verifier.limits import Limits

_COVERS: Final = 0.8
"""Part of a page that a scan's pictures cover; our own symbol covers a tenth of a label."""
Decode = Callable[[Picture], list[Found]]


@dataclass(frozen=True, slots=True)
class DrawnPage:
    size: PageSize
    is_scan: bool
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class ReadPage:
    """``second_text``: as PDFium reads it, of no scan."""

    found: Sequence[Found]
    second_text: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    """``coloured``: where it has a colour; ``same``: the original shows the same."""

    coloured: Box | None
    same: bool


class Copy:
    """The file as it was rewritten. Its pages are opened once, by the first who asks: with their fonts
    that takes longer than a draft."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def pages(self) -> Sequence[pdfium.PdfPage]:
        return list(pdfium.PdfDocument(self._data))


def picture_pages(copy: Copy, limits: Limits, decode: Decode) -> Iterator[DrawnPage | ReadPage]:
    """Of each page first how it looks, then what is read from it."""
    for number, page in enumerate(copy.pages, 1):
        is_scan = _is_scan(page)
        sheet = picture_page(page, number, limits)
        size = PageSize(hundredths(page.get_width() * MM), hundredths(page.get_height() * MM))
        yield DrawnPage(size, is_scan, sheet)
        text = "" if is_scan else page.get_textpage().get_text_range(errors="replace")
        yield ReadPage(decode(sheet.picture), text)


def draft_pages(copy: Copy, original: bytes | None) -> Iterator[DraftPage]:
    """``original``: None where it is not to be drawn."""
    drafts: Iterator[tuple[Draft, bool]] = (
        ((draft_page(page), True) for page in copy.pages)
        if original is None
        else beside_original(original, copy.pages)
    )
    for page, (draft, same) in zip(copy.pages, drafts, strict=True):
        yield DraftPage(coloured_box(page, draft), same)


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Pictures cover the page, in one piece or in bands."""
    whole = page.get_width() * page.get_height()
    boxes = [item.get_bounds() for item in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    covered = sum((float(x1) - x0) * (float(y1) - y0) for x0, y0, x1, y1 in boxes)
    return bool(covered > _COVERS * whole)
