"""Whether a font's glyph is, byte for byte, the letter that its code reads as in our own fonts.

A subset may hold any outline under any code: a 3 closed to an 8, a hatching too thin for one reader's
grey and black on another's paper, hints that press a letter flat where a browser follows them and
PDFium does not. Our pages have our letters, whose programs every program that saves them anew keeps;
a glyph that differs is not judged but said.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import uharfbuzz as hb  # type: ignore[import-untyped]

from verifier.extraction.font_program import Glyph, Hints
from verifier.extraction.known_glyphs import is_known
from verifier.extraction.our_fonts import PATHS, our_hints, our_program
from verifier.extraction.outline_program import beginning

_FORMS: Final[tuple[tuple[str, dict[str, bool]], ...]] = (
    ("", {}),
    ("zh-cn", {}),  # — in the middle of the line (letter_forms.py)
    ("", {"hwid": True}),  # certificate numbers
    ("zh-cn", {"hwid": True}),
)
"""Language, and features asked for."""
_END: Final = b"\x0e"
_HANZI: Final = "\u2e80"
_EM: Final = 1000.0
_ROUNDED: Final = 1.0
"""Thousandths of an em, by programs that write whole ones."""


def is_our_letter(glyph: Glyph, text: str) -> bool:
    """``text``: what its number reads as."""
    known = is_known(glyph.code, text) or glyph.code in our_programs(text)
    return known and is_our_hinting(glyph.hints) and _is_our_width(glyph.width, text)


def _is_our_width(width: float, text: str) -> bool:
    """By it some readers part words and lines, and LibreOffice sets the next letter."""
    if len(text) == 1 and text >= _HANZI and width == _EM:
        return True
    return any(abs(width - ours) <= _ROUNDED for ours in our_widths(text))


def is_not_defined(glyph: Glyph) -> bool:
    """Glyph 0 (ISO 32000-1 §9.7.6.3), which no page of ours shows, or a blank one."""
    blank = glyph.code[beginning(glyph.code)[2] :] == _END
    return blank or glyph.code in {our_program(path, 0) for path in PATHS}


@lru_cache(maxsize=64)
def is_our_hinting(hints: Hints) -> bool:
    """Those of one of our fonts' parts, as they stand or as Ghostscript writes them."""
    return hints in our_hints() or any(hints == _by_ghostscript(ours) for ours in our_hints())


def _by_ghostscript(hints: Hints) -> Hints:
    """pdfwrite writes what is left out as 0, and one width less behind a 0."""
    nothing = (0.0,)
    across, upright = (
        nothing + widths[:-1] if widths else ()
        for widths in (hints.widths_across, hints.widths_upright)
    )
    return hints._replace(
        widths_across=across,
        widths_upright=upright,
        scale=nothing,
        shift=nothing,
        fuzz=nothing,
        expansion=nothing,
    )


@lru_cache(maxsize=8192)
def our_programs(text: str) -> frozenset[bytes]:
    """In each font, and in each form that it has there."""
    return frozenset(our_program(path, glyph) for path, glyph, _ in _forms(text))


@lru_cache(maxsize=8192)
def our_widths(text: str) -> frozenset[int]:
    """Likewise, in thousandths of an em."""
    return frozenset(width for _, _, width in _forms(text))


@lru_cache(maxsize=64)
def _forms(text: str) -> frozenset[tuple[Path, int, int]]:
    """Font, glyph and width of each."""
    return frozenset(
        (path, *shaped)
        for path in PATHS
        for language, features in _FORMS
        if (shaped := _shaped(path, text, language, features))[0]
    )


def _shaped(path: Path, text: str, language: str, features: dict[str, bool]) -> tuple[int, int]:
    """The one glyph that the font makes of it, and its width; 0 where it makes none or several."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    if language:
        # punctuation alone is of no script, and so of no language
        buffer.script, buffer.language = "Hani", language
    hb.shape(_font(path), buffer, {"liga": False, **features})
    glyphs = [int(info.codepoint) for info in buffer.glyph_infos]
    if len(glyphs) != 1:
        return 0, 0
    return glyphs[0], int(buffer.glyph_positions[0].x_advance)


@cache
def _font(path: Path) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
