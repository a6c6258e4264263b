"""The pages of a rewritten PDF: characters with places, a second opinion, the picture, the symbols."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

from credential.verdict import Place, SubIndication
from verifier.evidence import Box, Evidence, Flag, Form, Glyph, PageSize, ScannedPage, Symbol
from verifier.extraction.characters import Character, read_characters
from verifier.extraction.file_title import odd_titles
from verifier.extraction.front_door import CleanPdf
from verifier.extraction.marks import erase_box, unexplained_boxes
from verifier.extraction.original import beside_original
from verifier.extraction.placing import Letter
from verifier.extraction.reference import REFERENCE, Reference
from verifier.extraction.refusal import over_limit
from verifier.extraction.resetting import Seen, reset_page
from verifier.extraction.scan_page import Budget, is_credential_form, scan_page
from verifier.extraction.scanned_check import (
    digest_of,
    odd_pages,
    scan_flags,
    telling_titles,
    text_layers,
)
from verifier.extraction.sheet import (
    MM,
    Picture,
    Sheet,
    coloured_box,
    draft_page,
    hundredths,
    picture_page,
)
from verifier.extraction.symbol_check import check_symbol
from verifier.extraction.symbols import Found, read_symbols, read_symbols_harder, with_harder
from verifier.limits import Limits
from verifier.lines import segments_of
from verifier.visibility import is_confirmed, is_visible

_EDGE: Final = 1
"""Pixels by which an edge is blurred."""
_COVERS: Final = 0.8
"""Part of a page that a scan's pictures cover; our own symbol covers a tenth of a label."""


def read_pdf(cleaned: CleanPdf, limits: Limits, stage: Callable[[float], None]) -> Evidence:
    """Evidence of all pages. Raises Refused where a limit is reached."""
    stage(limits.text_seconds)
    characters = read_characters(cleaned.data, limits)
    stage(limits.picture_seconds)
    pages = list(pdfium.PdfDocument(cleaned.data))
    budget = Budget(limits)
    scans = frozenset(n for n, page in enumerate(pages, 1) if _is_scan(page))
    drawn_otherwise, coloured = _drawn_small(cleaned, pages, scans)
    seen_characters = [() if n in scans else page for n, page in enumerate(characters, 1)]
    titles = telling_titles(cleaned.titles, cleaned.scan)
    flags = [*cleaned.flags, *drawn_otherwise, *odd_titles(titles, seen_characters)]
    drawn = [*zip(pages, characters, coloured, strict=True)]
    seen = _look(drawn, limits, read_symbols, scans)
    if not any(page.symbols for page in seen):
        # only then: the retry costs ten times the first look
        seen = _look(drawn, limits, read_symbols_harder, scans)
    symbols = [symbol for page in seen for symbol in page.symbols]
    scanned: list[ScannedPage] = []
    odd: list[str | None] = []
    if any(is_credential_form(symbol.text) for symbol in symbols):
        if odd := odd_pages(cleaned.scan, pages, limits, budget):
            # OCR has as long as on a picture
            stage(limits.picture_seconds)
            budget = Budget(limits)
        for number in sorted(scans):
            sheet = picture_page(pages[number - 1], number, limits)
            found = with_harder(sheet.picture, read_symbols(sheet.picture))
            read = scan_page(sheet.picture, number, found, sheet.across / MM, budget)
            scanned.append(replace(read, digest=digest_of(cleaned.scan, number)))
            known = {symbol.text for symbol in symbols if symbol.page == number}
            symbols.extend(symbol for symbol in _placed(found, sheet) if symbol.text not in known)
    glyphs = tuple(glyph for page in seen for glyph in page.glyphs)
    # what the parent does with them is for it alone: it has no time limit
    if len(glyphs) > limits.segments and _segments(seen) > limits.segments:
        raise over_limit("SEGMENTS", f"文字超过 {limits.segments} 段", Form.PDF)
    return Evidence(
        Form.PDF,
        pages=tuple(page.size for page in seen),
        glyphs=glyphs,
        second_text=tuple(page.second_text for page in seen),
        symbols=tuple(symbols),
        attachments=cleaned.attachments,
        unexplained=tuple(place for page in seen for place in page.unexplained),
        flags=(
            *flags,
            *scan_flags(cleaned.scan, scans, odd, flags),
            *text_layers(cleaned.scan, scans, characters),
            *_foreign_fonts(seen),
        ),
        scanned=tuple(scanned),
    )


def _drawn_small(
    cleaned: CleanPdf, pages: Sequence[pdfium.PdfPage], scans: frozenset[int]
) -> tuple[list[Flag], list[Box | None]]:
    """What the original shows otherwise, and where each page that is no scan has a colour. The
    original is not drawn of a file on which readers are known to disagree."""
    disagreement = SubIndication.PARSER_DISAGREEMENT
    known = any(flag.sub is disagreement for flag in cleaned.flags)
    drafts = (
        ((draft_page(page), True) for page in pages)
        if known
        else beside_original(cleaned.original, pages)
    )
    flags: list[Flag] = []
    coloured: list[Box | None] = []
    for number, (draft, same) in enumerate(drafts, 1):
        coloured.append(None if number in scans else coloured_box(pages[number - 1], draft))
        if not same:
            message = (
                f"第 {number} 页在原文件中的画面与规范重写后的不同，各阅读程序可能显示不同的内容"
            )
            flags.append(Flag(disagreement, "DRAWN_OTHERWISE", message, Place(number)))
    return flags, coloured


def _segments(pages: Sequence["_Page"]) -> int:
    return sum(len(segments_of(page.glyphs, number)) for number, page in enumerate(pages, 1))


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Pictures cover the page, in one piece or in bands."""
    whole = page.get_width() * page.get_height()
    boxes = [item.get_bounds() for item in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    covered = sum((float(x1) - x0) * (float(y1) - y0) for x0, y0, x1, y1 in boxes)
    return bool(covered > _COVERS * whole)


def _placed(found: Sequence[Found], sheet: Sheet) -> list[Symbol]:
    return [Symbol(symbol.text, sheet.number, sheet.box(symbol.box)) for symbol in found]


@dataclass(frozen=True, slots=True)
class _Page:
    size: PageSize
    glyphs: list[Glyph]
    second_text: str
    symbols: list[Symbol]
    unexplained: list[Place]
    fonts: Sequence[str] = ()
    """The font of each letter, as the file names it."""


_Drawn = tuple[pdfium.PdfPage, list[Character], Box | None]
"""A page, its characters, and where it has a colour."""


def _look(
    pages: Sequence[_Drawn],
    limits: Limits,
    decode: Callable[[Picture], list[Found]],
    scans: frozenset[int],
) -> list[_Page]:
    looked = []
    for number, page in enumerate(pages, start=1):
        looked.append(
            _look_at_scan(page[0], number, limits, decode)
            if number in scans
            else _look_at(page, number, reference=REFERENCE, limits=limits, decode=decode)
        )
        if sum(len(page.symbols) for page in looked) > limits.symbols:
            raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个", Form.PDF)
    return looked


def _look_at_scan(
    page: pdfium.PdfPage, number: int, limits: Limits, decode: Callable[[Picture], list[Found]]
) -> _Page:
    sheet = picture_page(page, number, limits)
    return _Page(
        size=_size(page),
        glyphs=[],
        second_text="",
        symbols=_placed(decode(sheet.picture), sheet),
        unexplained=[],
    )


def _size(page: pdfium.PdfPage) -> PageSize:
    return PageSize(hundredths(page.get_width() * MM), hundredths(page.get_height() * MM))


def _look_at(
    drawn: _Drawn,
    number: int,
    *,
    reference: Reference,
    limits: Limits,
    decode: Callable[[Picture], list[Found]],
) -> _Page:
    page, characters, coloured = drawn
    sheet = picture_page(page, number, limits)
    seen, marks, wrong = reset_page(sheet.picture, _letters(characters, sheet), reference)
    found = decode(sheet.picture)
    for symbol in found:
        checked = check_symbol(sheet.picture, symbol)
        if checked.box is not None:
            erase_box(marks, checked.box, _EDGE)
        if checked.wrong is not None:
            wrong.append(checked.wrong)
    letters = [look.box for look in seen if look.box is not None]
    wrong.extend(unexplained_boxes(marks, sheet.across / MM, letters))
    places = [sheet.box(box) for box in wrong[: limits.flags]]
    if coloured is not None:
        places.append(coloured)
    return _Page(
        size=_size(page),
        glyphs=_glyphs(characters, seen, number),
        second_text=page.get_textpage().get_text_range(errors="replace"),
        symbols=_placed(found, sheet),
        unexplained=[Place(number, box) for box in places],
        fonts=[item.font for item in characters],
    )


def _foreign_fonts(pages: Sequence[_Page]) -> Iterator[Flag]:
    """Fonts most of whose letters look otherwise than ours."""
    for number, page in enumerate(pages, start=1):
        every = Counter(page.fonts)
        other = Counter(
            font
            for font, glyph in zip(page.fonts, page.glyphs, strict=bool(page.fonts))
            if is_visible(glyph) and not is_confirmed(glyph)
        )
        named = [font for font, count in other.items() if count * 2 > every[font]]
        if named:
            words = "、".join(font.partition("+")[2] or font for font in named[:5])
            yield Flag(
                SubIndication.HIDDEN_CONTENT,
                "OTHER_FONT",
                f"第 {number} 页的字体（{words}）不是出证系统所用的字体，可能由其他软件另存或打印，无法逐字核对",
                Place(number),
            )


def _letters(characters: Sequence[Character], sheet: Sheet) -> list[Letter]:
    half = [_half_apart(left, right) for left, right in pairwise(characters)]
    return [
        Letter(
            item.text,
            item.font,
            item.x * sheet.across,
            item.baseline * sheet.down,
            item.size * sheet.down,
            item.plain,
            before or after,
        )
        for item, before, after in zip(characters, [False, *half], [*half, False], strict=False)
    ]


def _half_apart(left: Character, right: Character) -> bool:
    return left.baseline == right.baseline and math.isclose(
        right.x - left.x, left.size / 2, rel_tol=0.01
    )


def _glyphs(characters: Sequence[Character], seen: Sequence[Seen], page: int) -> list[Glyph]:
    if not characters:
        return []
    points = []
    for item, look in zip(characters, seen, strict=True):
        left, top, right, bottom = item.box
        if look.box is not None:
            # the file's own widths are its maker's words
            left, right = item.x, item.x + look.advance * item.size
        points.append((left, top, right, bottom, item.baseline))
    places = np.round(np.array(points) * MM, 2).tolist()
    sizes = np.round(np.array([item.size for item in characters]), 2).tolist()
    return [
        Glyph(item.text, page, (x0, y0, x1, y1), level, size, look.ink, look.misfit, look.darkness)
        for item, look, (x0, y0, x1, y1, level), size in zip(
            characters, seen, places, sizes, strict=True
        )
    ]
