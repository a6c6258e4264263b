"""The pages of a rewritten PDF: characters with places, a second opinion, the picture, the symbols."""

import io
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pdfplumber
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from credential.verdict import Place
from verifier.evidence import Box, Evidence, Form, Glyph, PageSize, Symbol
from verifier.extraction.front_door import CleanPdf
from verifier.extraction.marks import erase_box, unexplained_boxes
from verifier.extraction.reference import Reference
from verifier.extraction.refusal import over_limit
from verifier.extraction.resetting import Letter, Seen, reset_page
from verifier.extraction.symbols import Found, read_symbols, read_symbols_harder
from verifier.limits import Limits

_MM: Final = 25.4 / 72
_SYMBOL_MARGIN_MM: Final = 0.3
"""By which a decoder's corners may lie inside the modules."""
Picture = npt.NDArray[np.uint8]


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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page as pictured: pixels to the point across and down (PDFium rounds pages up)."""

    number: int
    picture: Picture
    across: float
    down: float

    def box(self, pixels: tuple[int, int, int, int]) -> Box:
        x0, y0, x1, y1 = pixels
        return (
            _round(x0 / self.across * _MM),
            _round(y0 / self.down * _MM),
            _round(x1 / self.across * _MM),
            _round(y1 / self.down * _MM),
        )


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
    return Evidence(
        Form.PDF,
        pages=tuple(page.size for page in seen),
        glyphs=tuple(glyph for page in seen for glyph in page.glyphs),
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
    sheet = _picture(page, number, limits)
    seen, marks = reset_page(sheet.picture, _letters(characters, sheet), reference)
    found = decode(sheet.picture)
    for symbol in found:
        erase_box(marks, symbol.box, round(sheet.across * _SYMBOL_MARGIN_MM / _MM))
    boxes = unexplained_boxes(marks, sheet.across / _MM)[: limits.flags]
    return _Page(
        size=PageSize(_round(page.get_width() * _MM), _round(page.get_height() * _MM)),
        glyphs=[_glyph(item, look, number) for item, look in zip(characters, seen, strict=True)],
        second_text=page.get_textpage().get_text_range(errors="replace"),
        symbols=[Symbol(symbol.text, number, sheet.box(symbol.box)) for symbol in found],
        unexplained=[Place(number, sheet.box(box)) for box in boxes],
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


def _picture(page: pdfium.PdfPage, number: int, limits: Limits) -> _Sheet:
    width, height = page.get_width(), page.get_height()
    largest = math.sqrt(limits.render_pixels / (width * height)) * 0.99
    scale = min(limits.dpi / 72, largest)
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    gray = np.ascontiguousarray(picture.reshape(picture.shape[:2]))
    return _Sheet(number, gray, gray.shape[1] / width, gray.shape[0] / height)


def _letters(characters: Iterable[_Character], sheet: _Sheet) -> list[Letter]:
    return [
        Letter(
            item.text,
            item.font,
            item.x * sheet.across,
            item.baseline * sheet.down,
            item.size * sheet.down,
            item.plain,
        )
        for item in characters
    ]


def _glyph(item: _Character, seen: Seen, page: int) -> Glyph:
    x0, y0, x1, y1 = (_round(side * _MM) for side in item.box)
    return Glyph(
        item.text,
        page,
        (x0, y0, x1, y1),
        _round(item.baseline * _MM),
        round(item.size, 2),
        seen.ink,
        seen.misfit,
    )


def _round(value: float) -> float:
    """Hundredths of a millimetre."""
    return round(value, 2)
