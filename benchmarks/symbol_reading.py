"""Printed labels as a phone sees them: rasterised at true size, degraded, read by two decoders."""

import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import zxingcpp

from certgen.label_drawing import Label
from certgen.label_pdf import write_labels
from scheme.model import Style

Picture = npt.NDArray[np.uint8]
_FORMAT: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def _same(picture: Picture) -> Picture:
    return picture


def _blurred(picture: Picture) -> Picture:
    """By 0.1 mm at 203 dpi."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8), np.uint8)


def _skewed(picture: Picture) -> Picture:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3, 1)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderValue=(255,)), np.uint8)


def _jpeg(picture: Picture) -> Picture:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def _all_three(picture: Picture) -> Picture:
    return _jpeg(_skewed(_blurred(picture)))


WAYS: Final[Mapping[str, Callable[[Picture], Picture]]] = {
    "clean": _same,
    "blur": _blurred,
    "skew": _skewed,
    "jpeg": _jpeg,
    "blur+skew+jpeg": _all_three,
}


def by_zxing(picture: Picture) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture, _FORMAT)}


def by_opencv(picture: Picture) -> set[str]:
    """As a phone does: the picture enlarged, and sharpened where it is not read as it is."""
    detector = cv2.QRCodeDetectorAruco()
    for prepare in (_same, _sharpened):
        for scale in (1, 2, 3, 4):
            larger = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
            text, _, _ = detector.detectAndDecode(prepare(np.asarray(larger, np.uint8)))
            if text:
                return {text}
    return set()


def _sharpened(picture: Picture) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), 3)
    return np.asarray(cv2.addWeighted(picture, 2.5, soft, -1.5, 0), np.uint8)


COMBINED: Final = ("clean", "blur+skew+jpeg")
DECODERS: Final = {"zxing-cpp": by_zxing, "OpenCV": by_opencv}


def printed(labels: Sequence[Label], style: Style, dpi: int) -> Iterator[tuple[str, Picture]]:
    """The symbol's text and the picture of each label, with the white that its roll has around."""
    file = io.BytesIO()
    write_labels(file, style, [labels])
    with pdfium.PdfDocument(file.getvalue()) as pdf:
        for one, page in zip(labels, pdf, strict=True):
            picture = page.render(scale=dpi / 72).to_pil().convert("L")
            edge = dpi // 12
            yield one.qr_text, np.pad(np.asarray(picture), edge, constant_values=255)


def read_counts(
    labels: Sequence[Label], style: Style, dpi: int, ways: Collection[str] = tuple(WAYS)
) -> dict[tuple[str, str], int]:
    """Labels read rightly, by way and decoder."""
    counts = {(way, name): 0 for way in ways for name in DECODERS}
    for text, picture in printed(labels, style, dpi):
        for way in ways:
            seen = WAYS[way](picture)
            for name, decode in DECODERS.items():
                counts[way, name] += {as_signed(found) for found in decode(seen)} == {text}
    return counts


def as_signed(text: str) -> str:
    """Without the leading zero that credential.symbol_size may ask for."""
    return text.replace("/1/0", "/1/", 1)
