"""Do two files say and show the same to a person?"""

import io
import zipfile
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]

from benchmarks.degrading import page_picture

_DPI: Final = 150
BODY: Final = "word/document.xml"
SEEN: Final = 64
"""Grey levels of 255 beyond what stands within one dot, 0.17 mm: strokes that a byte of a font moved by
part of a dot differ by up to 40, a dot or stroke that was added or taken away by more than 128."""


def is_same(data: bytes, other: bytes, levels: int = SEEN) -> bool:
    """Of a PDF its text and its pictures, of a DOCX its text and its pictures' bytes. ``levels`` 0: every
    pixel is the same."""
    if data.startswith(b"%PDF-"):
        return _said(data) == _said(other) and all(
            _looks_same(page_picture(data, _DPI, page), page_picture(other, _DPI, page), levels)
            for page in range(len(pdfium.PdfDocument(data)))
        )
    if data.startswith(b"PK"):
        return _said_docx(data) == _said_docx(other)
    return data == other


def _looks_same(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8], levels: int) -> bool:
    if one.shape != other.shape:
        return False
    if levels == 0:
        return bool(np.array_equal(one, other))
    return _within(one, other, levels) and _within(other, one, levels)


def _within(picture: npt.NDArray[np.uint8], around: npt.NDArray[np.uint8], levels: int) -> bool:
    """Each pixel between the darkest and the lightest of those around its place in the other."""
    beside = np.ones((3, 3), np.uint8)
    darkest = cv2.erode(around, beside).astype(np.int16) - levels
    lightest = cv2.dilate(around, beside).astype(np.int16) + levels
    return bool(((picture >= darkest) & (picture <= lightest)).all())


def _said(data: bytes) -> list[str]:
    return [
        page.get_textpage().get_text_range(errors="replace") for page in pdfium.PdfDocument(data)
    ]


def _said_docx(data: bytes) -> tuple[str, list[bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read(BODY))
        media = [archive.read(name) for name in archive.namelist() if "/media/" in name]
    return "".join(root.itertext()), media
