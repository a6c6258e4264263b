"""What paper goes through before it is uploaded: scanners, cameras, light, compression."""

import io
import math
from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

Page = npt.NDArray[np.uint8]
_DESK: Final = 70
"""Gray level under the paper."""


def page_picture(data: bytes, dpi: int, number: int = 0) -> Page:
    gray = pdfium.PdfDocument(data)[number].render(scale=dpi / 72, grayscale=True).to_numpy()
    return np.asarray(gray.reshape(gray.shape[:2]), np.uint8).copy()


def page_pictures(data: bytes, dpi: int) -> list[Page]:
    return [page_picture(data, dpi, number) for number in range(len(pdfium.PdfDocument(data)))]


def photograph(
    page: Page, random: np.random.Generator, *, aslant: float = 0.05, shadow: float = 0.4
) -> Page:
    """On a desk, seen from the side, with a shadow, noise and a little blur.

    ``aslant``: by how much of the page's sides its corners are moved; ``shadow``: light lost at the
    dark end.
    """
    height, width = page.shape
    size = round(width * 1.24), round(height * 1.24)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.float32(0.12) * np.array([width, height], np.float32)
    moved += random.uniform(-aslant, aslant, (4, 2)).astype(np.float32) * np.array(
        [width, height], np.float32
    )
    turn = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    seen = cv2.warpPerspective(page, turn, size, borderValue=_DESK, flags=cv2.INTER_AREA)
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    angle = random.uniform(0, 2 * math.pi)
    fall = math.cos(angle) * x / size[0] + math.sin(angle) * y / size[1]
    light = 1 - shadow * (fall - fall.min()) / np.ptp(fall)
    noisy = seen * light + random.normal(0, 6, seen.shape)
    blurred = cv2.GaussianBlur(np.clip(noisy, 0, 255).astype(np.uint8), (0, 0), 0.8)
    return np.asarray(blurred, np.uint8)


def jpeg(page: Page, quality: int = 70) -> bytes:
    output = io.BytesIO()
    Image.fromarray(page).save(output, "JPEG", quality=quality)
    return output.getvalue()


def scanned_pdf(pages: list[Page], dpi: int, *, bitonal: bool = False, quality: int = 60) -> bytes:
    """Pictures as the pages of a PDF, as a scanner makes it."""
    images = [Image.fromarray(page) for page in pages]
    if bitonal:
        images = [image.point(lambda value: 255 * (value > 140)).convert("1") for image in images]
    options = {} if bitonal else {"quality": quality}
    output = io.BytesIO()
    images[0].save(
        output, "PDF", save_all=True, append_images=images[1:], resolution=dpi, **options
    )
    return output.getvalue()


Degrade = Callable[[bytes, np.random.Generator], bytes]


def _scan(dpi: int, *, bitonal: bool = False, turn: float = 0.0) -> Degrade:
    def degrade(data: bytes, random: np.random.Generator) -> bytes:
        pages = page_pictures(data, dpi)
        if turn:
            pages = [_turned(page, random.uniform(-turn, turn)) for page in pages]
        return scanned_pdf(pages, dpi, bitonal=bitonal)

    return degrade


def _turned(page: Page, degrees: float) -> Page:
    image = Image.fromarray(page)
    return np.asarray(image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255))


def _photo(dpi: int, aslant: float, shadow: float, quality: int, quarters: int = 0) -> Degrade:
    """A PDF of photographs where there are several pages."""

    def degrade(data: bytes, random: np.random.Generator) -> bytes:
        seen = [
            np.ascontiguousarray(
                np.rot90(photograph(page, random, aslant=aslant, shadow=shadow), quarters)
            )
            for page in page_pictures(data, dpi)
        ]
        return jpeg(seen[0], quality) if len(seen) == 1 else scanned_pdf(seen, dpi, quality=quality)

    return degrade


DEGRADATIONS: Final[Mapping[str, Degrade]] = {
    "PDF of a scan, 150 dpi": _scan(150),
    "PDF of a scan, 200 dpi, two colours": _scan(200, bitonal=True),
    "PDF of a scan, 300 dpi, turned by up to 2 degrees": _scan(300, turn=2.0),
    "photograph": _photo(250, 0.03, 0.3, 75),
    "photograph, from the side, in shadow": _photo(300, 0.08, 0.6, 60),
    "photograph, on its side": _photo(250, 0.04, 0.3, 70, quarters=1),
    "photograph, small, JPEG 40": _photo(150, 0.05, 0.5, 40),
}
