"""Whether a font's glyph is, point for point, the letter that its code reads as in our own fonts.

A subset may hold any outline under any code: a 3 closed to an 8, a hatching too thin for one reader's
grey and black on another's paper. Our pages have our letters, which every program that saves them
anew keeps point for point; an outline that differs is not judged but said.
"""

from functools import cache, lru_cache
from typing import Final

import pylopdf_fonts_zh_cn as fonts
import uharfbuzz as hb  # type: ignore[import-untyped]

from verifier.extraction.known_glyphs import is_known
from verifier.extraction.outline_points import Contours, contours, without_closing

_ALIKE: Final = 1.0
"""Thousandths of an em by which a point may be off: programs round."""
_FORMS: Final[tuple[tuple[str, dict[str, bool]], ...]] = (
    ("", {}),
    ("zh-cn", {}),  # — in the middle of the line (letter_forms.py)
    ("", {"hwid": True}),  # certificate numbers
)
"""Language, and features asked for."""
_PATHS: Final = (str(fonts.serif_path()), str(fonts.sans_path()))


def is_our_letter(code: bytes, text: str) -> bool:
    """``code``: of a glyph without calls; ``text``: what its number reads as."""
    return is_known(code, text) or has_our_outline(code, text)


def has_our_outline(code: bytes, text: str) -> bool:
    """Taken apart, point by point."""
    outline, known = contours(code), _letters(text)
    return outline in known or any(_agree(outline, one) for one in known)


def is_not_defined(code: bytes) -> bool:
    """Glyph 0 (ISO 32000-1 §9.7.6.3), which no page of ours shows."""
    outline = contours(code)
    return not outline or any(_agree(outline, _drawn(path, 0)) for path in _PATHS)


def _agree(one: Contours, other: Contours) -> bool:
    return len(one) == len(other) and all(
        len(left) == len(right)
        and all(abs(a - b) <= _ALIKE for a, b in zip(left, right, strict=True))
        for left, right in zip(one, other, strict=True)
    )


@lru_cache(maxsize=8192)
def _letters(text: str) -> tuple[Contours, ...]:
    """In each font, and in each form that it has there."""
    found: dict[tuple[str, int], None] = {}
    for path in _PATHS:
        for language, features in _FORMS:
            glyph = _shaped(path, text, language, features)
            if glyph:
                found[path, glyph] = None
    return tuple(_drawn(path, glyph) for path, glyph in found)


def _shaped(path: str, text: str, language: str, features: dict[str, bool]) -> int:
    """The one glyph that the font makes of it; 0 where it makes none or several."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    if language:
        # punctuation alone is of no script, and so of no language
        buffer.script, buffer.language = "Hani", language
    hb.shape(_font(path), buffer, {"liga": False, **features})
    glyphs = [int(info.codepoint) for info in buffer.glyph_infos]
    return glyphs[0] if len(glyphs) == 1 else 0


@lru_cache(maxsize=8192)
def _drawn(path: str, glyph: int) -> Contours:
    pen: list[list[float]] = []
    _font(path).draw_glyph(glyph, _pen(), pen)
    return tuple(map(without_closing, pen))


@cache
def _font(path: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(path)))


@cache
def _pen() -> hb.DrawFuncs:
    """Each contour begins with its point, then six numbers for each curve; a line is a straight one."""
    pen = hb.DrawFuncs()
    pen.set_move_to_func(lambda x, y, done: done.append([x, y]))
    pen.set_line_to_func(lambda x, y, done: done[-1].extend((*done[-1][-2:], x, y, x, y)))
    pen.set_cubic_to_func(lambda *numbers: numbers[-1][-1].extend(numbers[:-1]))
    return pen
