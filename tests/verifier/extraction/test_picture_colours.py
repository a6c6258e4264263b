"""Pictures that OCR reads as one thing and a browser shows as another."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from credential.verdict import AxisName, Indication, SubIndication
from tests.verifier import paper
from verifier.extraction.picture import decode_picture
from verifier.extraction.picture_colours import looks_alike
from verifier.extraction.refusal import Refused
from verifier.extraction.run import extract
from verifier.limits import Limits

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PAPER = Image.new("L", (64, 64), 255)
WORDS = "图片带有特殊的颜色配置、透明或多帧，不同软件显示的内容可能不同，不能由人工确认"


def saved(image: Image.Image, form: str = "PNG", **how: object) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **how)
    return output.getvalue()


def numbers(*values: float) -> bytes:
    return b"".join(struct.pack(">l", round(value * 65536)) for value in values)


def gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">LH", 1, round(value * 256))


def table(*values: int) -> bytes:
    return b"curv" + bytes(4) + struct.pack(f">L{len(values)}H", len(values), *values)


def formula(kind: int, *values: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + numbers(*values)


COLUMNS = {
    b"rXYZ": b"XYZ " + bytes(4) + numbers(0.4361, 0.2225, 0.0139),
    b"gXYZ": b"XYZ " + bytes(4) + numbers(0.3851, 0.7169, 0.0971),
    b"bXYZ": b"XYZ " + bytes(4) + numbers(0.1431, 0.0606, 0.7141),
}


def profile(curve: bytes, space: bytes = b"RGB ", **more: bytes) -> bytes:
    names = [b"kTRC"] if space == b"GRAY" else [b"rTRC", b"gTRC", b"bTRC"]
    columns = {} if space == b"GRAY" else COLUMNS
    tags = dict.fromkeys(names, curve) | columns | {n.encode(): v for n, v in more.items()}
    place, listed, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        listed += struct.pack(">4s2L", name, place + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = (
        struct.pack(">L", place + len(body))
        + bytes(8)
        + b"mntr"
        + space
        + b"XYZ "
        + bytes(12)
        + b"acsp"
    )
    return head.ljust(128, b"\0") + struct.pack(">L", len(tags)) + listed + body


def srgb_light() -> list[int]:
    values = np.arange(256) / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return [round(one * 65535) for one in light]


def turned() -> bytes:
    """Of the attack: 16 shows as white, 240 as black."""
    light = srgb_light()
    light[6:31], light[226:250] = [65535] * 25, [0] * 24
    return table(*light)


def faint_gone() -> bytes:
    light = srgb_light()
    light[232:] = [65535] * 24
    return table(*light)


HONEST: Mapping[str, bytes] = {
    "sRGB": SRGB,
    "a table": profile(table(*srgb_light())),
    "Adobe RGB": profile(gamma(2.19921875)),
    "gamma 1.8": profile(gamma(1.8)),
    "a phone's": profile(formula(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)),
    "with an offset": profile(formula(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0)),
    "a power alone": profile(formula(0, 2.2)),
}
"""That cameras and scanners write."""
LYING: Mapping[str, bytes] = {
    "dark is light": profile(turned()),
    "faint is white": profile(faint_gone()),
    "all is dark": profile(gamma(6.0)),
    "linear": profile(table()),
    "linear by formula": profile(formula(1, 1.0, 1.0, 0.0)),
    "steps": profile(table(*[value // 64 * 64 * 257 for value in range(256)])),
    "a table of colours": profile(gamma(2.2), A2B0=b"mft2" + bytes(44)),
    "another primary": profile(gamma(2.2), rXYZ=COLUMNS[b"bXYZ"]),
    "cut short": profile(gamma(2.2))[:140],
    "no profile": b"no profile",
    "of another kind of picture": profile(gamma(2.2), b"GRAY"),
}


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("name", HONEST)
def test_profiles_of_honest_pictures(name: str, form: str) -> None:
    assert looks_alike(saved(PAPER.convert("RGB"), form, icc_profile=HONEST[name]))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("name", LYING)
def test_profiles_that_change_what_is_seen(name: str, form: str) -> None:
    assert not looks_alike(saved(PAPER.convert("RGB"), form, icc_profile=LYING[name]))


def test_a_gray_profile() -> None:
    assert looks_alike(saved(PAPER, icc_profile=profile(gamma(2.2), b"GRAY")))
    assert not looks_alike(saved(PAPER, icc_profile=profile(turned(), b"GRAY")))


def with_chunk(kind: bytes, body: bytes) -> bytes:
    info = PngInfo()
    info.add(kind, body)
    return saved(PAPER, pnginfo=info)


def marked(transform: int) -> bytes:
    """A JPEG with Adobe's marker."""
    data = saved(PAPER.convert("RGB"), "JPEG")
    return data[:2] + b"\xff\xee\0\x0eAdobe\0\x64" + bytes(4) + bytes((transform,)) + data[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


def two_profiles(first: bytes, second: bytes) -> bytes:
    named = [chunk(b"iCCP", b"a\0\0" + zlib.compress(one)) for one in (first, second)]
    return in_front(b"".join(named))


def in_front(chunks: bytes) -> bytes:
    data = saved(PAPER.convert("RGB"))
    return data[:33] + chunks + data[33:]


def behind_the_pixels(kind: bytes, body: bytes) -> bytes:
    data = saved(PAPER)
    return data[:-12] + chunk(kind, body) + data[-12:]


def palette(entries: int, *, last: int, odd: bytes = b"") -> bytes:
    """Colours of so many entries, and a pixel of the value ``last``."""
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 2, 1, 8, 3, 0, 0, 0))
    colours = chunk(b"PLTE", bytes(range(3 * entries)) + odd)
    pixels = chunk(b"IDAT", zlib.compress(bytes((0, 0, last))))
    return b"\x89PNG\r\n\x1a\n" + head + colours + pixels + chunk(b"IEND", b"")


def gray_of(depth: int, mask: int) -> bytes:
    """A pixel of the lowest gray but black, and that gray said to be transparent."""
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 1, 1, depth, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes((0, 1 << (8 - depth)))))
    unseen = chunk(b"tRNS", struct.pack(">H", mask)) if mask else b""
    return b"\x89PNG\r\n\x1a\n" + head + unseen + pixels + chunk(b"IEND", b"")


def masked_palette(mask: bytes) -> bytes:
    data = palette(3, last=1)
    place = data.index(b"IDAT") - 4
    return data[:place] + chunk(b"tRNS", mask) + data[place:]


def described(words: bytes, kind: bytes = b"\xe1") -> bytes:
    """A JPEG with metadata (XMP part 3, §1.1.3)."""
    data = saved(PAPER, "JPEG")
    body = b"http://ns.adobe.com/xap/1.0/\0" + words
    return data[:2] + b"\xff" + kind + struct.pack(">H", 2 + len(body)) + body + data[2:]


PLAIN: Mapping[str, Callable[[], bytes]] = {
    "gray": lambda: saved(PAPER),
    "black and white": lambda: saved(PAPER.convert("1")),
    "a palette": lambda: saved(PAPER.convert("P")),
    "the last of a palette": lambda: palette(3, last=2),
    "opaque": lambda: saved(PAPER.convert("RGBA")),
    "gamma of sRGB": lambda: with_chunk(b"gAMA", struct.pack(">L", 45455)),
    "said to be sRGB": lambda: with_chunk(b"sRGB", b"\0"),
    "eight bits": lambda: with_chunk(b"sBIT", b"\x08"),
    "Adobe's": lambda: marked(1),
    "gray of four bits": lambda: gray_of(4, 0),
    "a palette that is opaque": lambda: masked_palette(b"\xff\xff"),
    "a camera's metadata": lambda: described(b'<x:xmpmeta tiff:Make="A&#xA;B"/>'),
    "a film behind a photograph": lambda: saved(PAPER, "JPEG") + b"\0\0\0\x18ftypmp42",
}
ODD: Mapping[str, Callable[[], bytes]] = {
    "gamma": lambda: with_chunk(b"gAMA", struct.pack(">L", 450_000)),
    "primaries": lambda: with_chunk(b"cHRM", bytes(32)),
    "high dynamic range": lambda: with_chunk(b"cICP", bytes((9, 16, 0, 1))),
    "few bits": lambda: with_chunk(b"sBIT", b"\x01"),
    "frames that Pillow passes over": lambda: with_chunk(b"fcTL", bytes(26)),
    "transparent": lambda: saved(Image.new("LA", (64, 64), (0, 0))),
    "one value transparent": lambda: saved(PAPER, transparency=255),
    "two profiles": lambda: two_profiles(profile(turned()), SRGB),
    "one profile twice": lambda: two_profiles(SRGB, SRGB),
    "a profile that Pillow can't unpack": lambda: in_front(chunk(b"iCCP", b"a\0\0" + bytes(9))),
    "a profile behind the pixels": lambda: behind_the_pixels(
        b"iCCP", b"a\0\0" + zlib.compress(SRGB)
    ),
    "a profile as text": lambda: with_chunk(b"zTXt", b"Raw profile type icc\0\0x"),
    "a value past the palette": lambda: palette(3, last=3),
    "a palette that ends within a colour": lambda: palette(3, last=2, odd=b"\0"),
    "a place to begin from that some take": lambda: in_front(chunk(b"iDOT", bytes(28))),
    "four colours": lambda: saved(PAPER.convert("CMYK"), "JPEG"),
    "Adobe's, of another kind": lambda: marked(0),
    "Adobe's, cut short": lambda: (
        marked(1).replace(b"\0\x0eAdobe", b"\0\x0dAdobe", 1).replace(b"\x01\xff", b"\xff", 1)
    ),
    "Adobe's, twice": lambda: marked(1)[:18] + marked(1)[2:],
    "a gray of four bits that some take for transparent": lambda: gray_of(4, 1),
    "a gray of two bits that some take for transparent": lambda: gray_of(2, 1),
    "a palette with a hole": lambda: masked_palette(b"\xff\0"),
    "a gain map": lambda: described(b'<x hdrgm:Version="1.0"/>'),
    "a gain map in UTF-16": lambda: described('<x hdrgm:Version="1.0"/>'.encode("utf-16-be")),
    "a gain map of ISO 21496-1": lambda: described(b"urn:iso:std:iso:ts:21496:-1", b"\xe2"),
    "letters as numbers": lambda: described(b'<x xmlns:a="http://ns.adobe.com/&#x68;dr-/"/>'),
    "a second JPEG behind the first": lambda: saved(PAPER, "JPEG") + saved(PAPER, "JPEG"),
    "a second JPEG farther behind": lambda: saved(PAPER, "JPEG") + bytes(9) + saved(PAPER, "JPEG"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_pictures(name: str) -> None:
    assert looks_alike(PLAIN[name]())


@pytest.mark.parametrize("name", ODD)
def test_pictures_that_programs_show_differently(name: str) -> None:
    assert not looks_alike(ODD[name]())


def test_no_person_may_confirm_such_a_picture() -> None:
    """The verdict on a picture of a genuine symbol, with the profile of the attack."""
    symbol = Image.open(io.BytesIO(paper.symbol_png(paper.producer().qr_text)))
    data = saved(symbol.convert("RGB"), icc_profile=profile(turned()))
    verdict = paper.check(data, paper.known(paper.producer()))
    axis = paper.axis(verdict, AxisName.VISIBILITY)
    assert axis.indication is Indication.INDETERMINATE
    (flag,) = extract(data, Limits(), lambda _: None).flags
    assert (flag.sub, flag.code) == (SubIndication.HIDDEN_CONTENT, "COLOURS")
    assert flag.message.startswith(WORDS)


def test_sixteen_bits_are_not_read_by_their_lowest() -> None:
    with pytest.raises(Refused, match="图片每色多于 8 位，请另存为普通的 JPEG 或 PNG"):
        decode_picture(saved(Image.new("I;16", (8, 8), 65535)), Limits())


def _png(packed: bytes, interlaced: int = 0, height: int = 8) -> bytes:
    parts = (
        (b"IHDR", struct.pack(">LLBBBBB", 8, height, 8, 0, 0, 0, interlaced)),
        (b"IDAT", packed),
        (b"IEND", b""),
    )
    written = (
        struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _windowed(rows: bytes) -> bytes:
    """Its head says 256 bytes, and the last half reaches back farther."""
    return b"\x08\x1d" + zlib.compress(rows, 9)[2:]


ROWS = b"".join(b"\0" + bytes(range(n, n + 8)) for n in range(8))
LONG = (
    (b"\0" + bytes(range(8)))
    + b"".join(b"\0" + bytes((n,)) * 8 for n in range(63))
    + (b"\0" + bytes(range(8)))
)


def test_rows_that_are_whole() -> None:
    assert looks_alike(_png(zlib.compress(ROWS)))
    assert looks_alike(_png(zlib.compress(LONG, 9), height=65))


@pytest.mark.parametrize(
    "data",
    [
        _png(_windowed(LONG), height=65),
        _png(zlib.compress(ROWS), interlaced=1),
        _png(zlib.compress(ROWS + bytes(9))),
        _png(zlib.compress(ROWS) + b"more"),
    ],
    ids=["window", "passes", "a row more", "behind the end"],
)
def test_rows_that_readers_end_elsewhere(data: bytes) -> None:
    assert not looks_alike(data)
