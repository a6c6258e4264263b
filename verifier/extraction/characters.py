"""The characters of a rewritten PDF and where they stand, by pdfminer.

pdfplumber opens the file; its own table of every line, curve and letter would take as long again as
half of the reading, and only the letters are wanted.
"""

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pdfplumber
from pdfminer.layout import LTChar
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, stream_value
from pdfminer.psparser import literal_name
from pdfminer.utils import Matrix

from verifier.evidence import Box, Form
from verifier.extraction.plain_content import Instruction, plain_instructions
from verifier.extraction.plain_unicode import plain_unicode
from verifier.extraction.refusal import over_limit
from verifier.limits import Limits

_LONGEST_FONT: Final = 80
_OVER: Final = 0.2
"""Parts of an em: what is copied of 12 00 looks like 1200 where the blank's room is taken back. On 244
honest pages and savings no blank reaches 0.12 into a letter beside it."""


class Character(NamedTuple):
    """Points from the top left; ``baseline`` and ``x``: of its origin. ``plain``: upright and not
    stretched. ``behind_blanks``: some lie over it."""

    text: str
    font: str
    box: Box
    x: float
    baseline: float
    size: float
    plain: bool
    behind_blanks: bool = False


def read_characters(data: bytes, limits: Limits) -> list[list[Character]]:
    """Of each page, in the order in which they are drawn, without white space.

    Raises:
        Refused: more characters or more content than the limits allow.
    """
    with pdfplumber.open(io.BytesIO(data)) as document:
        fonts = _Fonts()
        device = _Characters(fonts, limits)
        interpreter = _Interpreter(fonts, device)
        for page in document.pages:
            interpreter.process_page(page.page_obj)
    return list(map(_marked, device.pages, device.blanks))


class _Blank(NamedTuple):
    """From where to where, on which baseline, and how large. Points, as a letter's."""

    start: float
    end: float
    baseline: float
    size: float


def _marked(page: list[Character], blanks: Sequence[_Blank]) -> list[Character]:
    """With the letters told that a blank lies over."""
    lines: dict[int, list[int]] = {}
    for place, letter in enumerate(page if blanks else ()):
        lines.setdefault(round(letter.baseline), []).append(place)
    for blank in blanks:
        least = _OVER * blank.size
        line = round(blank.baseline)
        for place in (at for near in (line - 1, line, line + 1) for at in lines.get(near, ())):
            letter = page[place]
            if min(blank.end, letter.box[2]) - max(blank.start, letter.box[0]) > least:
                page[place] = letter._replace(behind_blanks=True)
    return page


class _Fonts(PDFResourceManager):
    """The fonts of a file, with what their codes read as."""

    def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
        said = spec.get("ToUnicode")
        known = plain_unicode(said.get_data()) if isinstance(said, PDFStream) else None
        if known is None or literal_name(spec.get("Subtype")) != "CIDFontType0":
            return super().get_font(objid, spec)
        font = super().get_font(objid, {key: spec[key] for key in spec if key != "ToUnicode"})
        font.unicode_map = known  # type: ignore[attr-defined]  # it is a PDFCIDFont's
        return font


class _Interpreter(PDFPageInterpreter):
    """Counts what it reads. A form (ISO 32000-1 §8.10) is read each time that it is drawn, and it may
    draw others: a short file may draw billions."""

    device: "_Characters"

    def execute(self, streams: Sequence[object]) -> None:
        contents = [stream_value(one) for one in streams]
        self.device.count_content(sum(len(one.get_data()) for one in contents))
        plain = self._plain(contents)
        if plain is None:
            super().execute(streams)
            return
        self.stream_ids.clear()
        self.stream_ids.update(one.objid for one in contents if one.objid is not None)
        for name, operands in plain:
            getattr(self, name)(*operands)

    def _plain(self, contents: Sequence[PDFStream]) -> list[Instruction] | None:
        """Of one stream, as ours are, that draws no form around itself; None leaves it to pdfminer."""
        if len(contents) != 1:
            return None
        known = contents[0].objid
        if known is None or known in self.parent_stream_ids:
            return None
        return plain_instructions(contents[0].get_data())


class _Characters(PDFTextDevice):
    """Keeps the letters and counts what is drawn; stops as soon as a limit is reached."""

    def __init__(self, resources: PDFResourceManager, limits: Limits) -> None:
        super().__init__(resources)
        self.pages: list[list[Character]] = []
        self._limits = limits
        self._height = 0.0
        self._letters = self._content = 0
        self.blanks: list[list[_Blank]] = []

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:  # noqa: ARG002  # pdfminer's own names
        self.pages.append([])
        self.blanks.append([])
        _, bottom, _, top = page.mediabox
        self._height = abs(float(top) - float(bottom))

    def count_content(self, size: int) -> None:
        """``size``: bytes that are about to be read as drawing."""
        self._content += size
        if self._content > self._limits.page_content:
            megabytes = self._limits.page_content >> 20
            raise over_limit("PAGE_CONTENT", f"页面内容超过 {megabytes} MB", Form.PDF)

    def render_char(  # noqa: PLR0917  # so pdfminer calls it
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: PDFGraphicState,
    ) -> float:
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
        advance = font.char_width(cid) * fontsize * scaling
        # one glyph may read as many letters
        self._letters += len(text) or 1
        if self._letters > self._limits.glyphs:
            raise over_limit("GLYPHS", f"文字超过 {self._limits.glyphs} 个", Form.PDF)
        if text.isspace():
            start, size = matrix[4], abs(matrix[0]) * fontsize
            line = self._height - matrix[5]
            self.blanks[-1].append(_Blank(start, start + matrix[0] * advance, line, size))
            return advance
        name = str(font.fontname)[:_LONGEST_FONT]
        a, b, c, d, e, f = matrix
        if font.is_vertical() or b or c:
            item = LTChar(
                matrix, font, fontsize, scaling, rise, text,
                font.char_width(cid), font.char_disp(cid), ncs, graphicstate,
            )  # fmt: skip
            x0, y0, x1, y1, size = item.x0, item.y0, item.x1, item.y1, item.size
        else:
            # as LTChar has it, in a third of the time
            low = font.get_descent() * fontsize + rise
            x0, x1 = sorted((e, a * advance + e))
            y0, y1 = sorted((d * low + f, d * (low + fontsize) + f))
            size = y1 - y0
        height = self._height
        self.pages[-1].append(
            Character(
                text=text,
                font=name,
                box=(x0, height - y1, x1, height - y0),
                x=e,
                baseline=height - f,
                size=size,
                # an upright, unstretched letter: its matrix turns an em into a square
                plain=b == 0 and c == 0 and a > 0 and math.isclose(a, d, rel_tol=0.01),
            )
        )
        return advance
