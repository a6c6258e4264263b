"""How the data of a file's streams are packed: Flate or not at all, and an image just as long as it says.

Where data end early or a depth of colour is unknown, one reader draws nothing and another what there
is; each decoder of JPEG, JPEG 2000, JBIG2 and CCITT mends in its own way (ISO 32000-1 §7.4, §8.9.5).
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

import pikepdf
from pikepdf import Name

from credential.plain_deflate import is_plainly_deflated

_DEPTHS: Final = frozenset({1, 8})
_ELSEWHERE: Final = frozenset({"/F", "/FFilter", "/FDecodeParms", "/DL"})
"""Data in another file (§7.3.8.2)."""
_PARAMETERS: Final = frozenset({"/Predictor", "/Columns", "/Colors", "/BitsPerComponent"})
_PNG: Final = range(10, 16)
"""§7.4.4.4, table 10."""
_LAST_KIND: Final = 4
"""PNG (ISO/IEC 15948) §9.2, table 8."""
_MASK: Final[Mapping[str, object]] = {
    "/Type": Name.XObject,
    "/Subtype": Name.Image,
    "/ImageMask": True,
    "/BitsPerComponent": 1,
    "/Interpolate": False,
    "/Filter": Name.FlateDecode,
}
_OF_ITS_OWN: Final = frozenset({"/Width", "/Height", "/Decode", "/Length"})
"""What else a mask must say (§8.9.5, table 89)."""


def odd_packing(stream: pikepdf.Stream) -> Iterator[tuple[str, str]]:
    """Code and words for one stream whose data readers may unpack differently."""
    is_image = stream.get(Name.Subtype) == Name.Image
    parameters = stream.get(Name.DecodeParms)
    packed = stream.get(Name.Filter, Name.FlateDecode)
    if not _ELSEWHERE.isdisjoint(stream.keys()):
        yield "PACKING", "写在其他文件里的数据"
    elif packed != Name.FlateDecode:
        what = "图片" if is_image else "数据"
        yield "PACKING", f"{what}压缩方式不是出证系统所用的（各阅读程序可能画得不同）"
    elif not is_plain_flate(stream):
        yield "DEFLATE", "压缩数据的写法各阅读程序可能读得不同"
    elif is_image:
        if not (_is_whole_image(stream, parameters) or is_whole_mask(stream)):
            yield "IMAGE_DATA", "数据与所写尺寸不符的图片（各阅读程序可能画得不同）"
    elif parameters is not None and stream.get(Name.Type) != Name.XRef:
        yield "PACKING", "无法核对的数据压缩参数"


def is_plain_flate(stream: pikepdf.Stream) -> bool:
    """Not packed at all, or as zlib packs."""
    if Name.Filter not in stream:
        return True
    return stream.Filter == Name.FlateDecode and is_plainly_deflated(stream.read_raw_bytes())


def _is_whole_image(image: pikepdf.Stream, parameters: object) -> bool:
    width, height = image.get(Name.Width), image.get(Name.Height)
    depth, colours = image.get(Name.BitsPerComponent), components(image.get(Name.ColorSpace))
    if not (_is_size(width) and _is_size(height) and depth in _DEPTHS) or colours is None:
        return False
    if parameters is not None and not _fit(parameters, width, depth, colours):
        return False
    row = (width * int(depth) * colours + 7) // 8
    if parameters is not None and not has_known_rows(image.read_raw_bytes(), row, height):
        return False
    return _length(image) == row * height


def has_known_rows(packed: bytes, width: int, count: int) -> bool:
    """Whether there are so many rows of a PNG predictor, each of a kind that there is: of another, some
    readers take the row as it stands, and others say that the file is broken and mend it."""
    try:
        rows = zlib.decompressobj().decompress(packed, (width + 1) * count + 1)
    except zlib.error:
        return False
    return len(rows) == (width + 1) * count and max(rows[:: width + 1], default=0) <= _LAST_KIND


def is_whole_mask(image: pikepdf.Stream) -> bool:
    """A label's symbol as cairo writes it: a square stencil that paints its ones (§8.9.6.2)."""
    said = dict(image.items())
    if said.keys() != _MASK.keys() | _OF_ITS_OWN:
        return False
    side, decode = said["/Width"], said["/Decode"]
    written = all(_is_same(said[key], value) for key, value in _MASK.items())
    painted = isinstance(decode, pikepdf.Array) and len(decode) == 2
    painted = painted and _is_same(decode[0], 1) and _is_same(decode[1], 0)
    square = _is_size(side) and _is_same(said["/Height"], side)
    return written and painted and square and _length(image) == (side + 7) // 8 * side


def _is_same(one: object, other: object) -> bool:
    """A number is no truth value, and 1.0 is not 1."""
    return type(one) is type(other) and one == other


def _length(image: pikepdf.Stream) -> int | None:
    try:
        return len(image.read_bytes())
    except pikepdf.PdfError:
        return None


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _fit(parameters: object, width: int, depth: object, colours: int) -> bool:
    if not isinstance(parameters, pikepdf.Dictionary) or not parameters.keys() <= _PARAMETERS:
        return False
    return (
        parameters.get(Name.Predictor) in _PNG
        and parameters.get(Name.Columns) == width
        and parameters.get(Name.Colors, 1) == colours
        and parameters.get(Name.BitsPerComponent, 8) == depth
    )


def components(space: object) -> int | None:
    """Of one of the colour spaces of our pages; None for any other."""
    if space == Name.DeviceGray:
        return 1
    if space == Name.DeviceRGB:
        return 3
    if isinstance(space, pikepdf.Array) and len(space) == 2 and space[0] == Name.ICCBased:
        profile = space[1]
        count = profile.get(Name.N) if isinstance(profile, pikepdf.Stream) else None
        return int(count) if count in {1, 3} else None
    return None
