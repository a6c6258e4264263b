"""Pictures on a page: the one of its symbol, black and white, a pixel for each module.

Anything else may cover, or show in one reader alone, what is no text: a white picture with rows that
only some can unpack, one too large for others. Of symbols what they say is decoded from the page as
it is drawn (symbols.py).
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Name

from credential.symbol_size import QUIET_ZONE, SIDES
from verifier.extraction.packed_streams import components, is_whole_mask

_FINDER: Final = np.array(
    [[max(abs(x - 3), abs(y - 3)) in {0, 1, 3} for x in range(7)] for y in range(7)]
)
"""§6.3.3: black where it is true."""

Modules = npt.NDArray[np.bool_]


def odd_picture(image: pikepdf.Stream) -> Iterator[tuple[str, str]]:
    """Code and words for a picture that is no symbol's. Its data are as long as they should be."""
    modules = _modules(image)
    if modules is None or not _is_symbol(modules):
        yield "PICTURE", "二维码以外的图片，或二维码不是每格一点的黑白图片"


def _modules(image: pikepdf.Stream) -> Modules | None:
    """Black is true; None where a pixel is neither black nor white."""
    side, height = image.get(Name.Width), image.get(Name.Height)
    stencil = is_whole_mask(image)
    colours = 1 if stencil else components(image.get(Name.ColorSpace))
    depth = image.get(Name.BitsPerComponent)
    if side != height or side not in SIDES | {size + 2 * QUIET_ZONE for size in SIDES}:
        return None
    if colours is None or depth not in {1, 8}:
        return None
    try:
        data = np.frombuffer(image.read_bytes(), np.uint8)
    except pikepdf.PdfError:
        return None
    rows = data.reshape(side, -1) if len(data) % side == 0 else None
    if rows is None:
        return None
    samples = rows if depth == 8 else 255 * np.unpackbits(rows, axis=1)[:, : side * colours]
    if samples.shape[1] != side * colours:
        return None
    pixels = samples.reshape(side, side, colours)
    if stencil:  # it paints its ones
        pixels = 255 - pixels
    black, white = (pixels == 0).all(axis=2), (pixels == 255).all(axis=2)
    return black if (black | white).all() else None


def _is_symbol(modules: Modules) -> bool:
    """With the quiet zone or without it: 85 pixels may be either."""
    side = len(modules)
    inner = (modules[edge : side - edge, edge : side - edge] for edge in (0, QUIET_ZONE))
    return any(
        len(symbol) in SIDES
        and symbol.sum() == modules.sum()
        and all(
            np.array_equal(corner, _FINDER)
            for corner in (symbol[:7, :7], symbol[:7, -7:], symbol[-7:, :7])
        )
        for symbol in inner
    )
