"""Forms of letters that have no code of their own, from sheets drawn once.

A font draws a character otherwise where a feature asks for it (OpenType ``hwid``; ``locl``, which
Chinese text always has: — in the middle of the line and an em wide, without a gap between two). The
sheets are drawn anew by tests/verifier/extraction/form_sheets.py.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image

HALF_WIDTH: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
"""Characters of certificate numbers, of the sans-serif font."""
CHINESE: Final = {
    '"': (392, 475),
    "'": (205, 279),
    "ʻ": (268, 279),
    "—": (1000, 1000),
    "‚": (268, 279),
    "„": (465, 475),
    "‼": (609, 614),
    "⁇": (823, 912),
    "⁈": (727, 759),
    "⁉": (706, 759),
    "⸺": (2000, 2000),
    "⸻": (3000, 3000),
}
"""All that ``locl`` changes, and how wide they are in thousandths of an em, serif and sans-serif."""
_JOINED: Final = {"——": "⸺", "———": "⸻"}
"""What ``ccmp`` makes one letter of."""
EM: Final = 256
HEIGHT: Final = 320
"""Pixels of a sheet's em, and of a row; the baseline is an em from the top."""
SHEETS: Final = {
    name: Path(__file__).with_name(f"{name}.png") for name in ("half_width", "chinese_forms")
}


def half_width(text: str) -> Image.Image:
    """White on black, half an em wide; ``text``: one of HALF_WIDTH."""
    left = HALF_WIDTH.index(text) * EM // 2
    return _sheet("half_width").crop((left, 0, left + EM // 2, HEIGHT))


def has_chinese_form(text: str) -> bool:
    return _JOINED.get(text, text) in CHINESE


def chinese(text: str, *, serif: bool) -> tuple[Image.Image, float]:
    """White on black, and how many ems it is wide."""
    text = _JOINED.get(text, text)
    before = list(CHINESE)[: list(CHINESE).index(text)]
    left = EM * sum(map(_cells, before))
    row = 0 if serif else HEIGHT
    cell = (left, row, left + EM * _cells(text), row + HEIGHT)
    return _sheet("chinese_forms").crop(cell), CHINESE[text][0 if serif else 1] / 1000


def _cells(text: str) -> int:
    return -(-CHINESE[text][0] // 1000)


@lru_cache(maxsize=2)
def _sheet(name: str) -> Image.Image:
    with Image.open(SHEETS[name]) as image:
        return image.convert("L")
