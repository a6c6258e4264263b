"""A label's symbol as cairo writes it: the one shape of a mask that is let through."""

import zlib
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pikepdf
import pytest
import zxingcpp
from pikepdf import Array, Name

from verifier.extraction.packed_streams import has_known_rows, odd_packing
from verifier.extraction.pdf_inventory import odd_contents
from verifier.extraction.symbol_pictures import odd_picture

FILE = pikepdf.new()
CODE = zxingcpp.create_barcode("ZX1", zxingcpp.BarcodeFormat.QRCode, ec_level="L", version=1)
BLACK = np.asarray(CODE.to_image(scale=1, add_quiet_zones=False)) < 128
ROWS = np.packbits(BLACK, axis=1).tobytes()


def mask(data: bytes = ROWS, **changed: object) -> pikepdf.Stream:
    """None: left out."""
    image = pikepdf.Stream(FILE, b"")
    image.write(zlib.compress(data), filter=Name.FlateDecode)
    said = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": 21,
        "Height": 21,
        "BitsPerComponent": 1,
        "ImageMask": True,
        "Decode": Array([1, 0]),
        "Interpolate": False,
    }
    for key, value in {**said, **changed}.items():
        if value is not None:
            image[Name("/" + key)] = value
        elif "/" + key in image:
            del image[Name("/" + key)]
    return image


def codes(image: pikepdf.Stream) -> set[str]:
    def found() -> Iterator[tuple[str, str]]:
        yield from odd_packing(image)
        yield from odd_contents(image, image.keys())
        yield from odd_picture(image)

    return {code for code, _ in found()}


def test_the_mask_of_a_symbol_is_plain():
    assert not codes(mask())


ODD = {
    "zeros are painted": mask(Decode=Array([0, 1])),
    "no decode": mask(Decode=None),
    "decode of truth values": mask(Decode=Array([True, False])),
    "decode of other numbers": mask(Decode=Array([Decimal("1.0"), 0])),
    "decode of three": mask(Decode=Array([1, 0, 1])),
    "decode of no array": mask(Decode=1),
    "no mask": mask(ImageMask=False),
    "a number for a mask": mask(ImageMask=1),
    "smoothed": mask(Interpolate=True),
    "nothing said of smoothing": mask(Interpolate=None),
    "a colour space": mask(ColorSpace=Name.DeviceGray),
    "eight bits": mask(BitsPerComponent=8),
    "no bits": mask(BitsPerComponent=None),
    "not square": mask(ROWS[:-3], Height=20),
    "larger": mask(Width=25, Height=25),
    "a row less": mask(ROWS[:-3]),
    "a byte more": mask(ROWS + b"\0"),
    "predicted": mask(DecodeParms=pikepdf.Dictionary(Predictor=15, Columns=21)),
    "not packed": mask(Filter=None),
    "packed in group 4": mask(Filter=Name.CCITTFaxDecode),
    "packed twice": mask(Filter=Array([Name.FlateDecode, Name.FlateDecode])),
    "masked": mask(Mask=Array([0, 0])),
    "a soft mask": mask(SMask=mask()),
    "another picture for print": mask(Alternates=Array([])),
    "in a layer": mask(OC=pikepdf.Dictionary(Type=Name.OCG)),
    "inked": mask(bytes(byte ^ 0xFF for byte in ROWS)),
    "a colour key": mask(Intent=Name.Perceptual),
}


@pytest.mark.parametrize("name", ODD)
def test_no_other_mask_is(name):
    assert codes(ODD[name])


def test_data_that_readers_unpack_differently():
    """A stored block behind another kind: poppler takes another length for it than zlib."""
    image, deflated = mask(), zlib.compressobj(9)
    parts = [deflated.compress(ROWS[:9]), deflated.flush(zlib.Z_SYNC_FLUSH), deflated.flush()]
    assert not codes(image)
    image.write(b"".join(parts), filter=Name.FlateDecode)
    assert list(odd_packing(image)) == [("DEFLATE", "压缩数据的写法各阅读程序可能读得不同")]


def test_rows_of_a_predictor_that_there_is_not():
    rows = bytes([0, 1, 2, 3, 4, 4])
    assert has_known_rows(zlib.compress(rows), 1, 3)
    assert not has_known_rows(zlib.compress(b"\5" + rows[1:]), 1, 3)
    assert not has_known_rows(zlib.compress(rows), 1, 2)
    assert not has_known_rows(zlib.compress(rows), 1, 4)
    assert not has_known_rows(b"x", 1, 3)
