"""The symbol of a label as Ghostscript packs it, written out as our labels have it.

A decoder of group 4 (ITU-T T.6) mends what it does not understand, each in its own way. So the data
must be what an encoder makes of the picture they hold, byte for byte: nothing is left to be mended.
And an inline image ends where a reader thinks that it sees EI (ISO 32000-1 §8.9.7): so there is none
within the data, and behind the image nothing is drawn.
"""

import io
import re
import struct
from typing import Final

import numpy as np
import pikepdf
from pikepdf import Name
from PIL import Image

_BEGINS: Final = b" cm\nBI\n/IM true\n"
_IMAGE: Final = re.compile(
    rb"( cm\n)BI\n/IM true\n/W ([1-9][0-9]{1,2})\n/H \2\n/BPC 1\n/D\[1\n0\]\n/F/CCF\n"
    rb"/DP<</K -1\n/Columns \2>>\nID ((?:(?!EI).){1,4000})\n(EI Q\nQ\n)",
    re.DOTALL,
)
"""White is 1 (§7.4.6, BlackIs1), and 1 is painted (§8.9.6.2, Decode)."""
_LARGEST: Final = 177
"""Modules on a side (ISO/IEC 18004 table 1); so small a picture is packed in one strip."""
_TAGS: Final = {256: None, 257: None, 258: 1, 259: 4, 262: 0, 277: 1, 278: None}
"""Of TIFF 6.0; None: the side. A bit a pixel, group 4, white is 0, one strip."""
_SHORT, _LONG = 3, 4
_STRIP, _LENGTH = 273, 279


def write_out_symbols(pdf: pikepdf.Pdf) -> None:
    """In each page that ends with such an image, and no other."""
    for page in pdf.pages:
        content = page.obj.get(Name.Contents)
        if isinstance(content, pikepdf.Stream):
            plain = spelt_out(content.read_bytes())
            if plain is not None:
                content.write(plain)


def spelt_out(content: bytes) -> bytes | None:
    """With the image in hexadecimal; None where it does not end with one that is packed so."""
    found = _IMAGE.fullmatch(content, max(content.find(_BEGINS), 0))
    if found is None:
        return None
    side, data = int(found[2]), found[3]
    modules = _unpacked(data, side) if side <= _LARGEST else None
    if modules is None or _packed(modules) != data:
        return None
    bits = np.packbits(np.asarray(modules), axis=1).tobytes().hex()
    head = f"BI /W {side} /H {side} /IM true /BPC 1 /D [1 0] /F /AHx ID {bits}> "
    return content[: found.end(1)] + head.encode() + found[4]


def _unpacked(data: bytes, side: int) -> Image.Image | None:
    """White is true."""
    try:
        with Image.open(io.BytesIO(_tiff(data, side)), formats=("TIFF",)) as image:
            image.load()
            return image if image.mode == "1" and image.size == (side, side) else None
    except (OSError, SyntaxError, ValueError):
        return None


def _tiff(data: bytes, side: int) -> bytes:
    entries = {tag: (_SHORT, side if value is None else value) for tag, value in _TAGS.items()}
    start = 8 + 2 + 12 * (len(entries) + 2) + 4
    entries |= {_STRIP: (_LONG, start), _LENGTH: (_LONG, len(data))}
    rows = b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(entries.items())
    )
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + rows + bytes(4) + data


def _packed(modules: Image.Image) -> bytes | None:
    """As an encoder writes them, with the mark of the end."""
    output = io.BytesIO()
    # Pillow writes TIFF with black as 0, and the coder takes 0 for white
    modules.point(lambda value: 255 - value).save(output, "TIFF", compression="group4")
    with Image.open(output, formats=("TIFF",)) as image:
        known = image.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = known[_STRIP], known[_LENGTH]
    return output.getvalue()[start : start + length]
