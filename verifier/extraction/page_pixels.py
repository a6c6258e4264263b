"""One page as raw pixels, for a report: runs in the child, and pixels are all that leaves it.

Raw, because the parent can check them by their length alone; a PNG would have to be parsed.
"""

import struct
import warnings
from typing import Final

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from verifier.evidence import Form
from verifier.extraction.front_door import rewrite_pdf, sniff
from verifier.extraction.picture import DOTS_PER_MM, decode_image
from verifier.extraction.sheet import MM
from verifier.limits import Limits

SIZE: Final = struct.Struct(">HHI")
"""Width and height in pixels, width in hundredths of a millimetre; then three bytes a pixel."""
LONGEST: Final = 1_600
"""Pixels of the longer side: 137 dpi on A4."""


def page_pixels(data: bytes, page: int, limits: Limits) -> bytes | None:
    """``page`` from 1, in colour. None for a page that is not there and for a DOCX, which has none."""
    warnings.simplefilter("ignore")
    try:
        form = sniff(data, limits)
        if form is Form.PDF:
            return _pdf_page(rewrite_pdf(data, limits).data, page)
        if form is Form.PICTURE and page == 1:
            return _picture(decode_image(data, limits))
    except Exception:  # the verdict says what is wrong with the file; a report has no picture then
        return None
    return None


def _pdf_page(data: bytes, number: int) -> bytes | None:
    document = pdfium.PdfDocument(data)
    if not 1 <= number <= len(document):
        return None
    page = document[number - 1]
    scale = LONGEST / max(page.get_width(), page.get_height())
    return _packed(page.render(scale=scale).to_pil(), page.get_width() * MM)


def _picture(image: Image.Image) -> bytes:
    return _packed(image, image.width / DOTS_PER_MM)


def _packed(image: Image.Image, width_mm: float) -> bytes:
    image = image.convert("RGB")
    image.thumbnail((LONGEST, LONGEST))
    return SIZE.pack(*image.size, round(width_mm * 100)) + np.asarray(image).tobytes()
