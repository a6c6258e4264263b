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
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import Matrix

from verifier.evidence import Box, Form
from verifier.extraction.plain_content import Instruction, plain_instructions
from verifier.extraction.plain_unicode import plain_unicode
from verifier.extraction.refusal import over_limit
from verifier.limits import Limits
from verifier.typesetting import CLOSING

_LONGEST_FONT: Final = 80
_ASIDE: Final = 0.02
"""Parts of an em. On 267 honest pages and savings each blank begins where the letter before it ends, to
0.01, and what comes after it on its line begins where it ends, or in a full line behind two thirds."""
_WHITE_HALF: Final = 0.5
"""Of an em: of a mark at a line's end."""
_TAKEN_BACK: Final = 0.35
"""Parts of a blank that typst takes back in a full line, at most; between two figures nothing."""
_BLANKS: Final = " \u3000"
"""Those of signed words."""
_APART: Final = 0.5
"""Parts of an em between two lines, at least."""


class Character(NamedTuple):
    """Points from the top left; ``baseline`` and ``x``: of its origin. ``plain``: upright and not
    stretched. ``blank_astray``: a blank drawn right before or after it is not the gap that is seen.
    ``mark``: the MCID under which it stands (ISO 32000-1 §14.7.4)."""

    text: str
    font: str
    box: Box
    x: float
    baseline: float
    size: float
    plain: bool
    blank_astray: bool = False
    mark: int | None = None


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
    return device.pages


class _Drawn(NamedTuple):
    """The matrix of a letter or blank, its size there, and how far it moves the pen; text space.
    ``text``: what it reads as."""

    matrix: Matrix
    size: float
    advance: float
    text: str

    def gap(self, other: "_Drawn") -> tuple[float, float]:
        """From where this ends to where the other begins, along the line and across it, in ems."""
        a, b, c, d, e, f = self.matrix
        to_x = other.matrix[4] - e - a * self.advance
        to_y = other.matrix[5] - f - b * self.advance
        em = self.size * (a * d - b * c)
        if not em:
            return math.inf, math.inf
        return (d * to_x - c * to_y) / em, (a * to_y - b * to_x) / em

    def is_like(self, other: "_Drawn") -> bool:
        """Of one size and direction."""
        mine, its = ([part * one.size for part in one.matrix[:4]] for one in (self, other))
        return all(
            abs(x - y) <= _ASIDE * max(map(abs, mine)) for x, y in zip(mine, its, strict=True)
        )


def _drawn(  # noqa: PLR0917  # as pdfminer has them
    matrix: Matrix, size: float, scaling: float, rise: float, advance: float, text: str
) -> _Drawn:
    a, b, c, d, e, f = matrix
    if rise == 0 and scaling == 1:
        return _Drawn(matrix, size, advance, text)
    stretched = (a * scaling, b * scaling, c, d, e + rise * c, f + rise * d)
    return _Drawn(stretched, size, advance / scaling if scaling else 0.0, text)


def _is_in_its_gap(before: _Drawn | None, blank: _Drawn, after: _Drawn | None) -> bool:
    """What copies a page takes a blank into account wherever it stands, of whatever size: over a letter,
    half over two, or away from them, it makes 12 00 of the 1200 that is seen."""
    if before is None or not blank.is_like(before):
        return False
    along, across = before.gap(blank)
    # typst takes the white half from a mark that ends a line
    white = _WHITE_HALF if before.text in CLOSING else 0.0
    if not -white - _ASIDE <= along <= _ASIDE or abs(across) > _ASIDE:
        return False
    if after is None:
        return True
    along, across = blank.gap(after)
    in_number = before.text.isnumeric() and after.text.isnumeric()
    back = _ASIDE if in_number else max(_ASIDE, _TAKEN_BACK * blank.advance / blank.size)
    is_next = blank.is_like(after) and abs(across) <= _ASIDE and along >= -back
    return is_next or abs(across) >= _APART


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

    def begin_mark(self, number: int | None) -> None:
        self.device.mark = number

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
        self._before: _Drawn | None = None
        self._last: _Drawn | None = None
        self._blank: _Drawn | None = None
        self._astray = False
        self.mark: int | None = None

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:  # noqa: ARG002  # pdfminer's own names
        self.pages.append([])
        self._before = self._last = self._blank = self.mark = None
        self._astray = False
        _, bottom, _, top = page.mediabox
        self._height = abs(float(top) - float(bottom))

    def begin_tag(self, tag: PSLiteral, props: object = None) -> None:  # noqa: ARG002
        said = props.get("MCID") if isinstance(props, dict) else None
        self.mark = said if isinstance(said, int) else None

    def end_tag(self) -> None:
        self.mark = None

    def end_page(self, page: PDFPage) -> None:  # noqa: ARG002  # pdfminer's own names
        self._follow(None, is_blank=False)
        letters = self.pages[-1]
        if self._astray and letters:
            letters[-1] = letters[-1]._replace(blank_astray=True)

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
        self._follow(
            _drawn(matrix, fontsize, scaling, rise, advance, text), is_blank=text.isspace()
        )
        if text.isspace():
            self._astray |= text not in _BLANKS
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
                blank_astray=self._astray,
                mark=self.mark,
            )
        )
        self._astray = False
        return advance

    def _follow(self, drawn: _Drawn | None, *, is_blank: bool) -> None:
        """``drawn``: what comes next on the page, None at its end."""
        if self._blank is not None and not _is_in_its_gap(self._before, self._blank, drawn):
            self._astray = True
        self._before = self._last
        self._blank = drawn if is_blank else None
        self._last = drawn
