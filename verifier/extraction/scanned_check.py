"""A scanned page held against its picture: is what PDFium draws what a decoder of ours makes of the data?"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image

from credential.verdict import Place, SubIndication
from verifier.evidence import Flag
from verifier.extraction.scan_page import Budget
from verifier.extraction.scanned_pages import ScannedSheet
from verifier.extraction.scanned_picture import OddPictureError, decode_scanned
from verifier.extraction.sheet import Sheet, picture_page
from verifier.limits import Limits

Gray = npt.NDArray[np.uint8]
_CELL: Final = 24
"""Pixels of a side of the squares whose means are compared: two millimetres at 300 dpi, so large that
half a pixel's move tells for little."""
_UNLIKE: Final = 30.0
"""Of 255, between two such means; honest pages reach 14, a digit at 12 points that is another one 40."""
_SCANNER_TITLE: Final = re.compile(
    r"(?:adobe scan|scan|scans|scanned(?: document)?|scanner|doc|document|image|img|page|s?km(?:_?c)?"
    r"|untitled|扫描件|扫描文档|扫描|文档|图像)[0-9 _.:-]{0,40}(?:\.(?:pdf|jpe?g|png|tiff?))?"
    r"|[0-9 _-]{8,40}",
    re.IGNORECASE,
)
"""What scanners call their files: a reader shows it above the page, and it says nothing."""

Scan = tuple[ScannedSheet, ...] | str
"""The pages of a scanner's file, or words for why it is none."""


def odd_pages(
    scan: Scan, pages: Sequence[pdfium.PdfPage], limits: Limits, budget: Budget
) -> list[str | None]:
    """For each page of a scanner's file."""
    if isinstance(scan, str):
        return []
    return [
        odd_page(one, picture_page(page, number, limits), limits, budget)
        for number, (one, page) in enumerate(zip(scan, pages, strict=True), 1)
    ]


def digest_of(scan: Scan, page: int) -> str:
    return "" if isinstance(scan, str) else scan[page - 1].picture.digest


def odd_page(scan: ScannedSheet, sheet: Sheet, limits: Limits, budget: Budget) -> str | None:
    """Words for why a person can't confirm what this page shows."""
    picture = scan.picture
    if picture.width * picture.height > limits.image_pixels:
        return f"图片超过 {limits.image_pixels // 1_000_000} 百万像素"
    if budget.is_spent():
        return "核对图片超时"
    try:
        samples = decode_scanned(picture)
    except OddPictureError as odd:
        return str(odd)
    if difference(scan, samples, sheet.picture) > _UNLIKE:
        return "两种程序画出的页面不同"
    return None


def difference(scan: ScannedSheet, samples: Gray, drawn: Gray) -> float:
    """The largest between means of small squares of the page as drawn and as it follows from the data."""
    height, width = drawn.shape
    x0, y0, x1, y1 = scan.box
    sides = round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)
    size = max(sides[2] - sides[0], 1), max(sides[3] - sides[1], 1)
    turned = Image.fromarray(np.rot90(samples, scan.quarters))
    page = Image.new("L", (width, height), 255)
    page.paste(turned.resize(size, Image.Resampling.BILINEAR), sides[:2])
    return float(np.abs(_means(np.asarray(page)) - _means(drawn)).max())


def _means(picture: Gray) -> npt.NDArray[np.float64]:
    """Of squares that overlap by half."""
    rows, columns = (side // (_CELL // 2) for side in picture.shape)
    half = picture[: rows * _CELL // 2, : columns * _CELL // 2]
    squares = half.reshape(rows, _CELL // 2, columns, _CELL // 2)
    parts = squares.mean(axis=(1, 3))
    return np.asarray(parts[1:, 1:] + parts[1:, :-1] + parts[:-1, 1:] + parts[:-1, :-1]) / 4


def form_flag(odd: str) -> Flag:
    """Which says what to do instead."""
    return Flag(
        SubIndication.HIDDEN_CONTENT,
        "SCAN_FORM",
        f"扫描成 PDF 的写法不能由人工确认（{odd}），各阅读程序可能显示不同的内容；"
        "请把各页重新扫描或另存为 JPEG、PNG 图片再核验",
    )


def scan_flags(
    scan: Scan,
    scans: frozenset[int],
    odd: Sequence[str | None],
    others: Sequence[Flag],
) -> tuple[Flag, ...]:
    """``scans``: the pages that pictures cover; ``odd``: what is wrong with each that was looked at;
    ``others``: flags of the file for whatever else."""
    if not scans:
        return ()
    if isinstance(scan, str):
        return (form_flag(scan),)
    if scans != frozenset(range(1, len(scan) + 1)):
        return (form_flag("有的页不是扫描图像"),)
    if words := next(filter(None, odd), None):
        return (form_flag(words),)
    hidden = (SubIndication.HIDDEN_CONTENT, SubIndication.PARSER_DISAGREEMENT)
    return (form_flag("见指出的其他各处"),) if any(f.sub in hidden for f in others) else ()


def telling_titles(titles: Sequence[str], scan: Scan) -> tuple[str, ...]:
    """Without those that a scanner gives."""
    if isinstance(scan, str):
        return tuple(titles)
    return tuple(title for title in titles if not _SCANNER_TITLE.fullmatch(title.strip()))


def text_layers(
    scan: Scan, scans: frozenset[int], pages: Sequence[Sequence[object]]
) -> Iterator[Flag]:
    """What a scanner's own OCR, or anyone, wrote beside the picture is not read. Where it is sure that
    nobody sees it, it hides nothing."""
    unseen = not isinstance(scan, str)
    sub = SubIndication.CONTENT_NOT_COMPARED if unseen else SubIndication.HIDDEN_CONTENT
    how = "不显示的文字层（供检索）" if unseen else "文字层"
    for number in sorted(scans):
        if pages[number - 1]:
            message = f"第 {number} 页是扫描图像，另带有{how}；文字层未采用，只以画面为准"
            yield Flag(sub, "TEXT_LAYER", message, Place(number))
