"""How wide text is, and where a line of Chinese may break (避头尾)."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from certgen.label_font import glyph_of

CLOSING: Final = frozenset("，。、；：？！）》”’」』】〉〕…·％%,.;:?!)]}〞")
"""Never the first of a line."""
OPENING: Final = frozenset("（《“‘「『【〈〔([{■□￥¥")
"""Never the last of a line."""
_PIECES: Final = re.compile(r"[!-~]+|\s+|.", re.DOTALL)
_WORDS: Final = re.compile(r"\S+\s*")
_MISSING: Final = 1000


def text_width(text: str) -> float:
    """In ems. A character that no font has counts as one em: it is refused where it is drawn."""
    return sum(map(_character_width, text)) / 1000


@cache
def _character_width(character: str) -> int:
    glyph = glyph_of(character)
    return _MISSING if glyph is None else glyph.width


@lru_cache(maxsize=16384)
def break_lines(text: str, first: float, width: float, *, words: bool = False) -> tuple[str, ...]:
    """Lines of at most ``width`` ems, the first of ``first``; white space at a break is dropped.

    ``words``: breaks only at white space where that is possible.

    A run that is wider than a line breaks anywhere. A width of which even one character is more
    gives one character a line.
    """
    if text_width(whole := text.strip() if words else text.rstrip()) <= first:
        return (whole,)
    lines: list[str] = []
    line = ""
    for piece in _WORDS.findall(text) if words else _unbreakable(text):
        room = first if not lines else width
        if text_width((line + piece).rstrip()) <= room:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        elif not lines and first < width:
            lines.append("")
        line = ""
        rest = piece.lstrip()
        while text_width(rest) > width and len(rest) > 1:
            cut = _fitting(rest, width)
            lines.append(rest[:cut])
            rest = rest[cut:]
        line = rest
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def _fitting(text: str, width: float) -> int:
    """Characters that fit, at least one."""
    count = 1
    while count < len(text) and text_width(text[: count + 1]) <= width:
        count += 1
    return count


def _unbreakable(text: str) -> Sequence[str]:
    """Pieces between which a line may break."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        joined = pieces and (
            piece[0] in CLOSING
            or piece.isspace()
            or (pieces[-1][-1] in OPENING and not pieces[-1].isspace())
        )
        if joined:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
