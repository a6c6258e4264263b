"""A document on paper: typst sets the page, the same bytes for the same document.

The template of a scheme pack draws what is in ``fields`` and nothing else; form.typ, beside this
module, has the parts that all templates share.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from certgen.document import Document
from certgen.glyphs import FONT_PATHS, check_glyphs
from certgen.plain_pdf import plain_pdf
from certgen.symbol import ErrorLevel, Symbol, fit_symbol
from credential.fields import FIELDS

ATTACHMENT: Final = "credential.cose"
SYMBOL_SHARE: Final = 0.4
"""Of the page's width: the most that a symbol may take."""

# typst's stubs want the root to be of the input's own type, bytes; a path is right
_ROOT: Final[Any] = Path(__file__).parent
_OVERFLOW: Final = re.compile(r"zhengxin-overflow:(?P<field>[a-z_]+)")


class PageError(ValueError):
    """The document can't be set on this page. ``field``: the one that is too long, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class PageStyle:
    """``template``: typst source text. Sizes in millimetres; ``module_mm``: side of one module.

    ``error``: the symbol's level; where a symbol of that level is too large for the page, a lower
    one is taken.
    """

    name: str
    template: str
    width_mm: float
    height_mm: float
    module_mm: float
    error: ErrorLevel = "M"


def render_pdf(document: Document, style: PageStyle, *, at: int) -> bytes:
    """PDF/A-3u with the credential attached as ``credential.cose``; ``at``: Unix seconds.

    Raises:
        GlyphError: a character that no font has.
        SymbolError: the credential is too long for a symbol on this page.
        PageError: a value is too long for the page, or the template is wrong.
    """
    check_glyphs(document.fields)
    symbol = fit_symbol(
        document.qr_text, style.width_mm * SYMBOL_SHARE, style.module_mm, best=style.error
    )
    try:
        data = typst.compile(
            style.template.encode(),
            root=_ROOT,
            font_paths=page_fonts(),
            sys_inputs={"document": _page_json(document, style, symbol)},
            # 电子文件归档: PDF/A-3 is the only level that allows the attachment, u that the text
            # can be extracted
            pdf_standards="a-3u",
            timestamp=at,
        )
    except typst.TypstError as cause:
        raise _page_error(document, style, cause) from cause
    return plain_pdf(data)


def _page_json(document: Document, style: PageStyle, symbol: Symbol) -> str:
    return json.dumps(
        {
            "fields": [
                {"name": name, "label": FIELDS[name].label, "value": value}
                for name, value in document.fields.items()
            ],
            "width": style.width_mm,
            "height": style.height_mm,
            "module": style.module_mm,
            "side": symbol.side,
            "symbol": list(symbol.png()),
            "message": list(document.message),
        },
        ensure_ascii=False,
    )


def _page_error(document: Document, style: PageStyle, cause: typst.TypstError) -> PageError:
    overflow = _OVERFLOW.search(cause.message)
    if overflow is None or overflow["field"] not in document.fields:
        return PageError(f"版面“{style.name}”的模板有误，无法排版，请联系管理员")
    name = overflow["field"]
    length = len(document.fields[name])
    return PageError(
        f"版面“{style.name}”放不下：“{FIELDS[name].label}”有 {length} 个字，"
        "缩到最小字号仍超出，请缩短或改用较大的版面",
        name,
    )


@cache
def page_fonts() -> typst.Fonts:
    """Only ours: a font that happens to be on a machine would change the page."""
    folders = sorted({str(path.parent) for path in FONT_PATHS})
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )
    # typst sets a page without a font as a page without text, and says nothing
    if len(fonts.fonts()) != len(FONT_PATHS):
        raise PageError(f"字体文件不全，应有 {len(FONT_PATHS)} 个：{'、'.join(folders)}")
    return fonts
