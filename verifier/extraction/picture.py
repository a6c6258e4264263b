"""A picture, PNG or JPEG: its symbols, and by OCR the text around them."""

import io
import warnings
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from credential.verdict import SubIndication
from verifier.evidence import Evidence, Flag, Form, PageSize, ScannedPage, Symbol
from verifier.extraction.jpeg_parts import OddJpegError
from verifier.extraction.pale_ink import colour_flags
from verifier.extraction.picture_colours import looks_alike
from verifier.extraction.refusal import Refused, over_limit, unsupported
from verifier.extraction.scan_page import Budget, is_credential_form, scan_page
from verifier.extraction.scanned_jpeg import check_jpeg
from verifier.extraction.symbols import (
    Found,
    Picture,
    read_symbols,
    read_symbols_harder,
    with_harder,
)
from verifier.limits import Limits

DOTS_PER_MM: Final = 300 / 25.4
"""A picture has no size on paper: places are given as if it had 300 dots an inch."""
_MODES: Final = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"})
"""Of eight bits at most: of more Pillow takes the lowest for all."""
_TWO_LOOKS: Final = Flag(
    SubIndication.HIDDEN_CONTENT,
    "COLOURS",
    "图片带有特殊的颜色配置、透明或多帧，不同软件显示的内容可能不同，不能由人工确认；请重新扫描或拍照，保存为普通的 JPEG 或 PNG",
)
_OPAQUE: Final = frozenset({"1", "L", "RGB", "CMYK", "YCbCr"})
_ROOM: Final = 2.5
"""A picture's area to its symbols', from which there is more than quiet zone and caption: a symbol
of 57 modules with its quiet zone has 1.3, our densest label 4."""


def read_picture(data: bytes, limits: Limits) -> Evidence:
    """Raises Refused where the picture is too large or has too many symbols."""
    image = decode_image(data, limits)
    picture: Picture = np.asarray(image.convert("L"))
    found = read_symbols(picture) or read_symbols_harder(picture)
    scanned: tuple[ScannedPage, ...] = ()
    unread: tuple[Flag, ...] = ()
    if _has_room_for_text(picture, found):
        found = with_harder(picture, found)
        page, unread = scan_page(picture, 1, found, DOTS_PER_MM, Budget(limits))
        scanned = (page,)
    if len(found) > limits.symbols:
        raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个", Form.PICTURE)
    height, width = picture.shape
    symbols = []
    for item in found:
        x0, y0, x1, y1 = (round(side / DOTS_PER_MM, 2) for side in item.box)
        symbols.append(Symbol(item.text, 1, (x0, y0, x1, y1)))
    size = PageSize(round(width / DOTS_PER_MM, 2), round(height / DOTS_PER_MM, 2))
    flags = [*unread, *([] if looks_alike(data) else [_TWO_LOOKS])]
    if scanned and (odd := _why_odd(data)) is not None:
        flags.append(
            Flag(
                SubIndication.HIDDEN_CONTENT,
                "PICTURE_DATA",
                f"{odd}：不同软件显示的内容可能不同，不能由人工确认；请用原件重新扫描或拍照，或另存为 PNG",
            )
        )
    if scanned and image.mode not in {"1", "L"}:
        colours = np.asarray(image.convert("RGB"))
        flags.extend(colour_flags(colours, picture, scanned[0], DOTS_PER_MM))
    return Evidence(
        Form.PICTURE, pages=(size,), symbols=tuple(symbols), scanned=scanned, flags=tuple(flags)
    )


def _why_odd(data: bytes) -> str | None:
    """Words for what decoders of JPEG may read differently. A PNG's rows are looked at with
    its colours."""
    if not data.startswith(b"\xff\xd8"):
        return None
    try:
        check_jpeg(data)
    except OddJpegError as odd:
        return str(odd)
    return None


def _has_room_for_text(picture: Picture, found: Sequence[Found]) -> bool:
    """A symbol that fills its picture has no paper around it that could be read."""
    if not any(is_credential_form(item.text) for item in found):
        return False
    boxes = [item.box for item in found]
    symbols = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in boxes)
    return picture.size > _ROOM * symbols


def decode_picture(data: bytes, limits: Limits) -> Picture:
    """Gray, on white where it is transparent. Raises Refused."""
    return np.asarray(decode_image(data, limits).convert("L"))


def decode_image(data: bytes, limits: Limits) -> Image.Image:
    """In its colours, on white where it is transparent. Raises Refused."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns of 89 megapixels and more, and refuses the double
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(data, limits)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels(limits) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise unsupported("IMAGE_DAMAGED", "图片损坏，无法读取") from error


def _decoded(data: bytes, limits: Limits) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
        if image.width * image.height > limits.image_pixels:
            raise _too_many_pixels(limits)
        if image.mode not in _MODES:
            raise unsupported("IMAGE_MODE", "图片每色多于 8 位，请另存为普通的 JPEG 或 PNG")
        if getattr(image, "n_frames", 1) > 1:
            raise unsupported("ANIMATED", "图片有多帧，请上传单张图片")
        if image.mode in _OPAQUE and "transparency" not in image.info:
            image.load()
            return image.copy()
        colour = image.convert("RGBA")
    white = Image.new("RGBA", colour.size, "white")
    return Image.alpha_composite(white, colour)


def _too_many_pixels(limits: Limits) -> Refused:
    words = f"图片超过 {limits.image_pixels // 1_000_000} 百万像素"
    return over_limit("IMAGE_PIXELS", words, Form.PICTURE)
