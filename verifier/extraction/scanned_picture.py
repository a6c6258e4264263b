"""The picture of a scanned page: what its dictionary says, and the samples by a decoder of ours.

Filters are those that scanners write and of which two decoders can be held against each other: JPEG,
Flate and CCITT group 4. JBIG2 and JPEG 2000 have one decoder here, so nobody may confirm them.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

import numpy as np
import numpy.typing as npt
import pikepdf
from pikepdf import Name

from verifier.extraction.jpeg_parts import OddJpegError
from verifier.extraction.packed_streams import components, is_plain_flate
from verifier.extraction.picture_colours import is_plain_profile
from verifier.extraction.scanned_bits import OddBitsError, decode_flate, decode_group4
from verifier.extraction.scanned_jpeg import decode_jpeg

Samples = npt.NDArray[np.uint8]
_ENTRIES: Final = frozenset(
    [
        "/Type",
        "/Subtype",
        "/Name",
        "/Width",
        "/Height",
        "/ColorSpace",
        "/BitsPerComponent",
        "/Decode",
        "/Filter",
        "/DecodeParms",
        "/Length",
        "/Interpolate",
    ]
)
"""No mask, no alternate, no rendering intent, no optional content (ISO 32000-1 §8.9.5)."""
_PROFILE: Final = frozenset({"/N", "/Alternate", "/Range", "/Filter", "/Length"})
_DEVICES: Final[Mapping[str, int]] = {"/DeviceGray": 1, "/DeviceRGB": 3}
_KINDS: Final = frozenset({(8, 1), (8, 3), (1, 1)})
"""Bits of a component, and components."""
_LARGEST_PROFILE: Final = 1 << 20
_PREDICTED: Final = range(10, 16)
_FLATE: Final = frozenset({"/Predictor", "/Columns", "/Colors", "/BitsPerComponent"})
_SWITCHES: Final = frozenset({"/BlackIs1", "/EncodedByteAlign", "/EndOfLine", "/EndOfBlock"})
_GROUP4: Final[Mapping[str, tuple[object, ...]]] = {
    "/K": (-1,),
    "/BlackIs1": (True, False),
    "/EndOfLine": (False,),
    "/EncodedByteAlign": (False,),
    "/EndOfBlock": (True, False),
    "/DamagedRowsBeforeError": (0,),
}
"""§7.4.6, table 11; beside Columns and Rows."""


class OddPictureError(Exception):
    """Words for what readers may show differently."""


@dataclass(frozen=True, slots=True)
class ScannedPicture:
    """``data``: as they stand in the file, packed by ``packing``; ``option``: whether its rows are
    predicted, or its ones black."""

    width: int
    height: int
    colours: int
    depth: int
    packing: str
    option: bool
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the data, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def read_entries(image: pikepdf.Stream) -> ScannedPicture:
    """What the dictionary says, with data not looked at. Raises OddPictureError."""
    if odd := sorted(image.keys() - _ENTRIES):
        raise OddPictureError(f"图片带有 {'、'.join(key[1:][:40] for key in odd[:5])}")
    shape: list[object] = [image.get(key) for key in ("/Width", "/Height", "/BitsPerComponent")]
    colours = _colours(image.get(Name.ColorSpace))
    if colours is None or not _are_whole(shape) or (shape[2], colours) not in _KINDS:
        raise OddPictureError("图片的颜色不是普通的黑白、灰度或 RGB")
    width, height, depth = shape
    decode = image.get(Name.Decode)
    if decode is not None and not (list(decode) == [0, 1] * colours and _are_whole(list(decode))):
        raise OddPictureError("图片的颜色被反转或改动（Decode）")
    packing = _single(image.get(Name.Filter))
    parameters = _single(image.get(Name.DecodeParms))
    option = _option(packing, parameters, (width, height, depth, colours))
    return ScannedPicture(
        width, height, colours, depth, str(packing), option, image.read_raw_bytes()
    )


def _are_whole(values: list[object]) -> TypeGuard[list[int]]:
    return all(type(value) is int for value in values)


def _single(value: object) -> object:
    if isinstance(value, pikepdf.Array) and len(value) == 1:
        return value[0]
    return value


def _option(packing: object, parameters: object, shape: tuple[int, int, int, int]) -> bool:
    if parameters is not None and not isinstance(parameters, pikepdf.Dictionary):
        raise OddPictureError("图片的压缩参数有误")
    said = {} if parameters is None else dict(parameters.items())
    width, height, depth, colours = shape
    # poppler and MuPDF take -1.0 for no number, or for another group
    if not all(_is_kind(value, switch=key in _SWITCHES) for key, value in said.items()):
        raise OddPictureError("图片的压缩参数有误")
    if packing == Name.DCTDecode and depth == 8 and not said:
        return False
    if packing == Name.FlateDecode and said.keys() <= _FLATE:
        if said.get("/Predictor", 1) == 1:
            return False
        written = {"/Columns": 1, "/Colors": 1, "/BitsPerComponent": 8} | said
        if written.pop("/Predictor") in _PREDICTED and written == {
            "/Columns": width,
            "/Colors": colours,
            "/BitsPerComponent": depth,
        }:
            return True
    if packing == Name.CCITTFaxDecode and depth == 1 and "/K" in said:
        size = said.pop("/Columns", 1728) == width and said.pop("/Rows", height) == height
        if size and all(value in _GROUP4.get(key, ()) for key, value in said.items()):
            return bool(said.get("/BlackIs1", False))
    raise OddPictureError("图片的压缩方式不能由两种程序核对（如 JBIG2、JPEG 2000）")


def _is_kind(value: object, *, switch: bool) -> bool:
    return isinstance(value, bool) if switch else type(value) is int


def _colours(space: object) -> int | None:
    if isinstance(space, pikepdf.Array) and not is_plain_profile_stream(space[-1]):
        return None
    return components(space)


def is_plain_profile_stream(profile: object) -> bool:
    """Whether readers that follow the profile show what those do that take the device's colours."""
    if not isinstance(profile, pikepdf.Stream) or not profile.keys() <= _PROFILE:
        return False
    if not is_plain_flate(profile):
        return False
    count = components(pikepdf.Array([Name.ICCBased, profile]))
    space = profile.get(Name.Alternate)
    if count is None or (space is not None and _DEVICES.get(str(space)) != count):
        return False
    if list(profile.get(Name.Range, ())) not in ([], [0, 1] * count):
        return False
    data = profile.read_bytes()
    return len(data) <= _LARGEST_PROFILE and is_plain_profile(data, gray=count == 1)


def decode_scanned(picture: ScannedPicture) -> Samples:
    """Gray. Raises OddPictureError where another decoder may make another picture of the data."""
    size = picture.width, picture.height
    decoders: Mapping[str, Callable[[], Samples]] = {
        "/DCTDecode": lambda: decode_jpeg(picture.data, *size, picture.colours),
        "/FlateDecode": lambda: decode_flate(
            picture.data, size, picture.depth, picture.colours, predicted=picture.option
        ),
        "/CCITTFaxDecode": lambda: decode_group4(picture.data, size, black_is_one=picture.option),
    }
    try:
        return decoders[picture.packing]()
    except (OddJpegError, OddBitsError) as odd:
        raise OddPictureError(f"图片：{odd}") from odd
    except (OSError, SyntaxError, ValueError) as error:
        raise OddPictureError("图片数据损坏") from error
