"""The pages of a rewritten PDF: characters with places, a second opinion, the picture, the symbols."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from credential.verdict import Place, SubIndication
from verifier.evidence import Evidence, Flag, Form, Glyph, PageSize, ScannedPage, Symbol
from verifier.extraction.ahead import ahead, one_thread
from verifier.extraction.characters import Character, read_characters
from verifier.extraction.examined import examine_pdf
from verifier.extraction.file_title import odd_titles
from verifier.extraction.front_door import rewrite_pdf
from verifier.extraction.ink_seen import unseen_ink
from verifier.extraction.marks import erase_box, unexplained_boxes
from verifier.extraction.page_tree import opened_pages
from verifier.extraction.pale_ink import colour_flags
from verifier.extraction.path_ink import Places
from verifier.extraction.pictured import (
    Copy,
    DraftPage,
    DrawnPage,
    ReadPage,
    draft_pages,
    picture_pages,
)
from verifier.extraction.placing import Letter
from verifier.extraction.reference import REFERENCE
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
from verifier.extraction.sheet import MM, Sheet, colours_of, picture_page
from verifier.extraction.structure_words import odd_alts, parted_words
from verifier.extraction.symbol_check import check_symbol
from verifier.extraction.symbols import Found, read_symbols, read_symbols_harder, with_harder
from verifier.limits import Limits
from verifier.lines import MM_PER_POINT, segments_of
from verifier.visibility import is_confirmed, is_visible

_EDGE: Final = 1
"""Pixels by which an edge is blurred."""


def read_pdf(
    data: bytes, limits: Limits, stage: Callable[[float], None], *, idle: bool
) -> tuple[Evidence, bool]:
    """Evidence of all pages, and whether there is something of an electronic signature. ``stage``:
    begins the next one, with its seconds; that of the front door has begun. ``idle``: another processor is.

    Raises:
        Refused: it is none that can be read, or a limit is reached.
    """
    rewritten = rewrite_pdf(data, limits)
    copy = Copy(rewritten.data)
    with one_thread(idle=idle) as thread:
        opened = thread.submit(opened_pages, data)
        pictured = ahead(thread, picture_pages(copy, limits, read_symbols))
        examined = examine_pdf(data, rewritten.warnings, limits, opened.result)
        # the original is not drawn of a file on which readers are known to disagree
        drafts = ahead(thread, draft_pages(copy, None if examined.is_disputed else data))
        stage(limits.text_seconds)
        characters = read_characters(rewritten.data, limits)
        stage(limits.picture_seconds)
        budget = Budget(limits)
        seen = _look(pictured, characters, examined.inked, limits)
        if not any(page.symbols for page in seen):
            # only then: the retry costs ten times the first look
            pictured = ahead(thread, picture_pages(copy, limits, read_symbols_harder))
            seen = _look(pictured, characters, examined.inked, limits)
        drafted = list(drafts)
    scans = frozenset(number for number, page in enumerate(seen, 1) if page.is_scan)
    seen_characters = [() if n in scans else page for n, page in enumerate(characters, 1)]
    titles = telling_titles(examined.titles, examined.scan)
    flags = [*examined.flags, *_drawn_otherwise(drafted), *odd_titles(titles, seen_characters)]
    flags.extend(odd_alts(examined.alts, seen_characters))
    symbols = [symbol for page in seen for symbol in page.symbols]
    scanned: list[ScannedPage] = []
    odd: list[str | None] = []
    if any(is_credential_form(symbol.text) for symbol in symbols):
        drawn_again = scans or not isinstance(examined.scan, str)
        pages = copy.pages if drawn_again else []
        if odd := odd_pages(examined.scan, pages, limits, budget):
            # OCR has as long as on a picture
            stage(limits.picture_seconds)
            budget = Budget(limits)
        for number in sorted(scans):
            sheet = picture_page(pages[number - 1], number, limits)
            found = with_harder(sheet.picture, read_symbols(sheet.picture))
            read, unread = scan_page(sheet.picture, number, found, sheet.across / MM, budget)
            flags.extend(unread)
            if drafted[number - 1].coloured is not None:
                colours = colours_of(pages[number - 1], limits)
                flags.extend(colour_flags(colours, sheet.picture, read, sheet.across / MM))
            scanned.append(replace(read, digest=digest_of(examined.scan, number)))
            known = {symbol.text for symbol in symbols if symbol.page == number}
            symbols.extend(symbol for symbol in _placed(found, sheet) if symbol.text not in known)
    glyphs = tuple(glyph for page in seen for glyph in page.glyphs)
    # what the parent does with them is for it alone: it has no time limit
    if len(glyphs) > limits.segments and _segments(seen) > limits.segments:
        raise over_limit("SEGMENTS", f"文字超过 {limits.segments} 段", Form.PDF)
    evidence = Evidence(
        Form.PDF,
        pages=tuple(page.size for page in seen),
        glyphs=glyphs,
        second_text=tuple(page.second_text for page in seen),
        symbols=tuple(symbols),
        attachments=examined.attachments,
        unexplained=tuple(_unexplained(seen, drafted)),
        flags=(
            *flags,
            *scan_flags(examined.scan, scans, odd, flags),
            *text_layers(examined.scan, scans, characters),
            *_blanks_astray(characters, scans),
            *parted_words(characters, examined.elements),
            *_foreign_fonts(seen),
            *_unseen(seen),
        ),
        scanned=tuple(scanned),
    )
    return evidence, examined.signed


def _unexplained(seen: Sequence["_Page"], drafted: Sequence[DraftPage]) -> Iterator[Place]:
    for number, (page, draft) in enumerate(zip(seen, drafted, strict=True), 1):
        yield from page.unexplained
        if draft.coloured is not None and not page.is_scan:
            yield Place(number, draft.coloured)


def _drawn_otherwise(drafted: Sequence[DraftPage]) -> Iterator[Flag]:
    for number, page in enumerate(drafted, 1):
        if not page.same:
            yield Flag(
                SubIndication.PARSER_DISAGREEMENT,
                "DRAWN_OTHERWISE",
                f"第 {number} 页在原文件中的画面与规范重写后的不同，各阅读程序可能显示不同的内容",
                Place(number),
            )


def _segments(pages: Sequence["_Page"]) -> int:
    return sum(len(segments_of(page.glyphs, number)) for number, page in enumerate(pages, 1))


def _placed(found: Sequence[Found], sheet: Sheet) -> list[Symbol]:
    return [Symbol(symbol.text, sheet.number, sheet.box(symbol.box)) for symbol in found]


@dataclass(frozen=True, slots=True)
class _Page:
    """``fonts``: of each letter, as the file names it; ``unseen``: where a line is drawn and not seen."""

    size: PageSize
    is_scan: bool
    second_text: str
    symbols: list[Symbol]
    glyphs: Sequence[Glyph] = ()
    unexplained: Sequence[Place] = ()
    fonts: Sequence[str] = ()
    unseen: Place | None = None


def _look(
    pictured: Iterator[DrawnPage | ReadPage],
    characters: Sequence[list[Character]],
    inked: Sequence[Places],
    limits: Limits,
) -> list[_Page]:
    looked: list[_Page] = []
    for drawn, claimed in zip(pictured, characters, strict=True):
        assert isinstance(drawn, DrawnPage)
        page = _look_at(drawn, pictured, claimed, limits)
        places = inked[drawn.sheet.number - 1] if inked else None
        looked.append(replace(page, unseen=unseen_ink(places, drawn.sheet)))
        if sum(len(page.symbols) for page in looked) > limits.symbols:
            raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个", Form.PDF)
    return looked


def _look_at(
    page: DrawnPage,
    pictured: Iterator[DrawnPage | ReadPage],
    characters: list[Character],
    limits: Limits,
) -> _Page:
    sheet = page.sheet
    if not page.is_scan:
        seen, marks, wrong = reset_page(sheet.picture, _letters(characters, sheet), REFERENCE)
    read = next(pictured)
    assert isinstance(read, ReadPage)
    looked = _Page(page.size, page.is_scan, read.second_text, _placed(read.found, sheet))
    if page.is_scan:
        return looked
    for symbol in read.found:
        checked = check_symbol(sheet.picture, symbol)
        if checked.box is not None:
            erase_box(marks, checked.box, _EDGE)
        if checked.wrong is not None:
            wrong.append(checked.wrong)
    letters = [look.box for look in seen if look.box is not None]
    wrong.extend(unexplained_boxes(marks, sheet.across / MM, letters))
    places = [sheet.box(box) for box in wrong[: limits.flags]]
    return replace(
        looked,
        glyphs=_glyphs(characters, seen, sheet.number),
        unexplained=[Place(sheet.number, box) for box in places],
        fonts=[item.font for item in characters],
    )


def _unseen(pages: Sequence[_Page]) -> Iterator[Flag]:
    for number, page in enumerate(pages, start=1):
        if page.unseen is not None:
            yield Flag(
                SubIndication.HIDDEN_CONTENT,
                "UNSEEN_INK",
                f"第 {number} 页画有线条而画面上看不到，各阅读程序可能显示不同的内容",
                page.unseen,
            )


def _blanks_astray(pages: Sequence[Sequence[Character]], scans: Collection[int]) -> Iterator[Flag]:
    """What is copied or read aloud has them between the digits of a number."""
    for number, page in enumerate(pages, start=1):
        found = next((one for one in page if one.blank_astray), None)
        if found is not None and number not in scans:
            x0, y0, x1, y1 = (round(side * MM_PER_POINT, 2) for side in found.box)
            message = f"第 {number} 页的空格不在文字间的空处，复制或朗读会得到别的内容"
            place = Place(number, (x0, y0, x1, y1))
            yield Flag(SubIndication.HIDDEN_CONTENT, "BLANKS", message, place)


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
