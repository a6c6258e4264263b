"""Printed labels as a phone sees them: rasterised at true size, degraded, read by two decoders.

``python -m tests.certgen.scanning 1000`` does it for a thousand random labels of each style, half
of them at each resolution; with ``all``, by each way of degrading alone as well.
"""

import io
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
import zxingcpp

from certgen.label_pdf import write_labels
from tests.certgen.labels import STYLES, label, layout, style

Picture = npt.NDArray[np.uint8]


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
    return {code.text for code in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)}


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


DECODERS: Final = {"zxing-cpp": by_zxing, "OpenCV": by_opencv}


def printed(id: str, seeds: range, dpi: int) -> Iterator[tuple[str, Picture]]:
    """The symbol's text and the picture of each label, with the white that its roll has around."""
    labels = [label(id, seed) for seed in seeds]
    file = io.BytesIO()
    write_labels(file, style(id), [labels])
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        for one, page in zip(labels, pdf, strict=True):
            picture = page.render(scale=dpi / 72).to_pil().convert("L")
            edge = dpi // 12
            yield one.qr_text, np.pad(np.asarray(picture), edge, constant_values=255)


def read_rates(
    id: str, seeds: range, dpi: int, ways: Collection[str] = tuple(WAYS)
) -> dict[tuple[str, str], float]:
    """Share of labels read rightly, by way and decoder."""
    counts: dict[tuple[str, str], int] = {(way, name): 0 for way in ways for name in DECODERS}
    for text, picture in printed(id, seeds, dpi):
        for way in ways:
            seen = WAYS[way](picture)
            for name, decode in DECODERS.items():
                read = {found.replace("/1/0", "/1/", 1) for found in decode(seen)}
                counts[way, name] += read == {text}
    return {key: count / len(seeds) for key, count in counts.items()}


COMBINED: Final = ("clean", "blur+skew+jpeg")
DIFFERENT: Final = [
    id for place, id in enumerate(STYLES) if layout(id) not in map(layout, STYLES[:place])
]
"""Without the styles that look like another one (一蛋一证 like 一果一证)."""


def main(amount: int, ways: Collection[str]) -> None:
    for id in DIFFERENT:
        for dpi in (203, 300):
            rates = read_rates(id, range(dpi == 300, amount, 2), dpi, ways)
            shown = "  ".join(f"{way}/{name} {rate:.1%}" for (way, name), rate in rates.items())
            print(f"{id} {dpi} dpi  {shown}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, WAYS if "all" in sys.argv else COMBINED)
