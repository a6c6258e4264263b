"""The pages of a rewritten PDF: characters with places, a second opinion, the picture, the symbols."""

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pdfplumber
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from credential.verdict import Place
from verifier.evidence import Box, Evidence, Form, Glyph, PageSize, Symbol
from verifier.extraction.front_door import CleanPdf
from verifier.extraction.marks import erase_box, unexplained_boxes
from verifier.extraction.reference import Reference
from verifier.extraction.refusal import over_limit
from verifier.extraction.resetting import Letter, Seen, reset_page
from verifier.extraction.sheet import MM, Picture, Sheet, coloured_box, hundredths, picture_page
from verifier.extraction.symbol_check import check_symbol
from verifier.extraction.symbols import Found, read_symbols, read_symbols_harder
from verifier.limits import Limits
from verifier.lines import segments_of

_EDGE: Final = 1
"""Pixels by which an edge is blurred."""


@dataclass(frozen=True, slots=True)
class _Character:
    """As pdfplumber gives it: points from the top left."""

    text: str
    font: str
    box: Box
    x: float
    baseline: float
    size: float
    plain: bool


def read_pdf(cleaned: CleanPdf, limits: Limits, stage: Callable[[float], None]) -> Evidence:
    """Evidence of all pages. Raises Refused where a limit is reached."""
    stage(limits.text_seconds)
    pages = _characters(cleaned.data, limits)
    stage(limits.picture_seconds)
    document = pdfium.PdfDocument(cleaned.data)
    seen = _look(document, pages, limits, read_symbols)
    if not any(page.symbols for page in seen):
        # only then: the retry costs ten times the first look
        seen = _look(document, pages, limits, read_symbols_harder)
    glyphs = tuple(glyph for page in seen for glyph in page.glyphs)
    # what the parent does with them is for it alone: it has no time limit
    if sum(len(segments_of(page.glyphs, n)) for n, page in enumerate(seen, 1)) > limits.segments:
        raise over_limit("SEGMENTS", f"文字超过 {limits.segments} 段", Form.PDF)
    return Evidence(
        Form.PDF,
        pages=tuple(page.size for page in seen),
        glyphs=glyphs,
        second_text=tuple(page.second_text for page in seen),
        symbols=tuple(symbol for page in seen for symbol in page.symbols),
        attachments=cleaned.attachments,
        unexplained=tuple(place for page in seen for place in page.unexplained),
        flags=cleaned.flags,
        signed=cleaned.signed,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    size: PageSize
    glyphs: list[Glyph]
    second_text: str
    symbols: list[Symbol]
    unexplained: list[Place]


def _look(
    document: pdfium.PdfDocument,
    pages: list[list[_Character]],
    limits: Limits,
    decode: Callable[[Picture], list[Found]],
) -> list[_Page]:
    reference = Reference()
    looked = []
    for number, characters in enumerate(pages, start=1):
        page = document[number - 1]
        looked.append(
            _look_at(page, number, characters, reference=reference, limits=limits, decode=decode)
        )
        if sum(len(page.symbols) for page in looked) > limits.symbols:
            raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个", Form.PDF)
    return looked


def _look_at(
    page: pdfium.PdfPage,
    number: int,
    characters: list[_Character],
    *,
    reference: Reference,
    limits: Limits,
    decode: Callable[[Picture], list[Found]],
) -> _Page:
    sheet = picture_page(page, number, limits)
    seen, marks = reset_page(sheet.picture, _letters(characters, sheet), reference)
    found = decode(sheet.picture)
    wrong = []
    for symbol in found:
        checked = check_symbol(sheet.picture, symbol)
        if checked.box is not None:
            erase_box(marks, checked.box, _EDGE)
        if checked.wrong is not None:
            wrong.append(checked.wrong)
    letters = [look.box for look in seen if look.box is not None]
    wrong.extend(unexplained_boxes(marks, sheet.across / MM, letters))
    places = [sheet.box(box) for box in wrong[: limits.flags]]
    coloured = coloured_box(page)
    if coloured is not None:
        places.append(coloured)
    return _Page(
        size=PageSize(hundredths(page.get_width() * MM), hundredths(page.get_height() * MM)),
        glyphs=[_glyph(item, look, number) for item, look in zip(characters, seen, strict=True)],
        second_text=page.get_textpage().get_text_range(errors="replace"),
        symbols=[Symbol(symbol.text, number, sheet.box(symbol.box)) for symbol in found],
        unexplained=[Place(number, box) for box in places],
    )


def _characters(data: bytes, limits: Limits) -> list[list[_Character]]:
    pages = []
    total = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            height = float(page.height)
            characters = [_character(char, height) for char in page.chars]
            page.close()
            total += len(characters)
            if total > limits.glyphs:
                raise over_limit("GLYPHS", f"文字超过 {limits.glyphs} 个", Form.PDF)
            pages.append([item for item in characters if not item.text.isspace()])
    return pages


def _character(char: dict[str, Any], height: float) -> _Character:
    a, b, c, d, e, f = (float(value) for value in char["matrix"])
    size = float(char["size"])
    # an upright, unstretched letter: its matrix turns an em into a square
    plain = b == 0 and c == 0 and a > 0 and math.isclose(a, d, rel_tol=0.01)
    return _Character(
        text=str(char["text"]),
        font=str(char["fontname"])[:80],
        box=(float(char["x0"]), float(char["top"]), float(char["x1"]), float(char["bottom"])),
        x=e,
        baseline=height - f,
        size=size,
        plain=plain,
    )


def _letters(characters: Sequence[_Character], sheet: Sheet) -> list[Letter]:
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


def _half_apart(left: _Character, right: _Character) -> bool:
    return left.baseline == right.baseline and math.isclose(
        right.x - left.x, left.size / 2, rel_tol=0.01
    )


def _glyph(item: _Character, seen: Seen, page: int) -> Glyph:
    left, top, right, bottom = item.box
    if seen.box is not None:
        # the file's own widths are its maker's words
        left, right = item.x, item.x + seen.advance * item.size
    x0, y0, x1, y1 = (hundredths(side * MM) for side in (left, top, right, bottom))
    return Glyph(
        item.text,
        page,
        (x0, y0, x1, y1),
        hundredths(item.baseline * MM),
        round(item.size, 2),
        seen.ink,
        seen.misfit,
        seen.darkness,
    )
