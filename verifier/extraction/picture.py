"""A picture of the symbol: PNG or JPEG, only the symbols are read."""

import io

import numpy as np
from PIL import Image

from verifier.evidence import Evidence, Form, PageSize, Symbol
from verifier.extraction.refusal import over_limit, unsupported
from verifier.extraction.symbols import Picture, read_symbols, read_symbols_harder
from verifier.limits import Limits

_DOTS_PER_MM = 300 / 25.4
"""A picture has no size on paper: places are given as if it had 300 dots an inch."""


def read_picture(data: bytes, limits: Limits) -> Evidence:
    """Raises Refused where the picture is too large or has too many symbols."""
    picture = decode_picture(data, limits)
    found = read_symbols(picture) or read_symbols_harder(picture)
    if len(found) > limits.symbols:
        raise over_limit("SYMBOLS", f"二维码超过 {limits.symbols} 个", Form.PICTURE)
    height, width = picture.shape
    symbols = []
    for item in found:
        x0, y0, x1, y1 = (round(side / _DOTS_PER_MM, 2) for side in item.box)
        symbols.append(Symbol(item.text, 1, (x0, y0, x1, y1)))
    size = PageSize(round(width / _DOTS_PER_MM, 2), round(height / _DOTS_PER_MM, 2))
    return Evidence(Form.PICTURE, pages=(size,), symbols=tuple(symbols))


def decode_picture(data: bytes, limits: Limits) -> Picture:
    """Gray, on white where it is transparent."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > limits.image_pixels:
                raise over_limit(
                    "IMAGE_PIXELS", f"图片超过 {limits.image_pixels // 1_000_000} 百万像素"
                )
            if getattr(image, "n_frames", 1) > 1:
                raise unsupported("ANIMATED", "图片有多帧，请上传单张图片")
            colour = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise unsupported("IMAGE_DAMAGED", "图片损坏，无法读取") from error
    white = Image.new("RGBA", colour.size, "white")
    return np.asarray(Image.alpha_composite(white, colour).convert("L"))
