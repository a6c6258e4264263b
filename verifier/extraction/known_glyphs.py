"""Glyphs of our own fonts as our own pages hold them: known by a digest, our fonts unopened.

A digest of the program and what it reads as, of each letter that GB 2312-80 has and of ASCII, as
typst and as the label writer embed it. tests/verifier/extraction/known_glyphs_file.py makes the file,
and lets in only what our_letters.py finds in our fonts; what is not in it is looked up there.
"""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("known_glyphs.bin")
SIZE: Final = 16
"""Bytes of a digest: nobody finds a second program to one (2^128 / 2^15 tries)."""


def is_known(code: bytes, text: str) -> bool:
    """``code``: of a glyph without calls; ``text``: what its number reads as."""
    return glyph_digest(code, text) in known_glyphs()


def glyph_digest(code: bytes, text: str) -> bytes:
    return blake2b(text.encode() + b"\0" + code, digest_size=SIZE).digest()


@cache
def known_glyphs() -> frozenset[bytes]:
    data = FILE.read_bytes()
    return frozenset(data[place : place + SIZE] for place in range(0, len(data), SIZE))
