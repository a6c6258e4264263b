"""The letter's picture is one symbol to the pixel: nothing beside it, nothing inside it."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from certgen.symbol import make_symbol
from credential.verdict import AxisName, Indication
from tests.verifier import paper
from verifier.extraction.docx_package import BODY, PICTURE
from verifier.extraction.docx_picture import Seen, look_at_picture
from verifier.limits import Limits

ISSUED = paper.pledge()
HONEST = make_symbol(ISSUED.qr_text).png(12)
SIDE = make_symbol(ISSUED.qr_text).side


def look(data: bytes) -> Seen:
    return look_at_picture(data, Limits())


def png(image: Image.Image, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, "PNG", **options)
    return output.getvalue()


def opened(mode: str = "1") -> Image.Image:
    return Image.open(io.BytesIO(HONEST)).convert(mode)


def test_ours():
    assert look(HONEST) == Seen((ISSUED.qr_text,), SIDE * 12 * 1500)


def test_the_same_pixels_packed_otherwise():
    """As another release of zlib may, or a writer that parts the stream."""
    for data in (with_pixels(zlib.compress(ROWS, 1)), with_pixels(PACKED[:99], PACKED[99:])):
        assert look(data) == look(HONEST)


def words_beside() -> bytes:
    wide = Image.new("RGB", (SIDE * 24, SIDE * 12), "white")
    wide.paste(opened("RGB"), (0, 0))
    ImageDraw.Draw(wide).text((SIDE * 12 + 20, 60), "64", fill=(255, 145, 0), font_size=90)
    return png(wide)


def words_beside_in_one_bit() -> bytes:
    wide = Image.new("1", (SIDE * 12, SIDE * 24), 1)
    wide.paste(opened(), (0, 0))
    ImageDraw.Draw(wide).text((40, SIDE * 13), "64", fill=0, font_size=90)
    return png(wide)


def faint_in_the_quiet_zone() -> bytes:
    image = opened("L")
    ImageDraw.Draw(image).rectangle((2, 2, 30, 30), fill=238)
    return png(image)


def mark_in_the_quiet_zone() -> bytes:
    image = opened()
    ImageDraw.Draw(image).rectangle((12, 12, 23, 23), fill=0)
    return png(image)


def module_turned() -> bytes:
    """A single one in the middle: error correction reads past it."""
    image = opened()
    at = SIDE // 2 * 12
    was = image.getpixel((at, at))
    ImageDraw.Draw(image).rectangle((at, at, at + 11, at + 11), fill=0 if was else 1)
    return png(image)


def part_of_a_module() -> bytes:
    image = opened()
    at = SIDE // 2 * 12
    image.putpixel((at + 5, at + 5), 0 if image.getpixel((at + 5, at + 5)) else 1)
    return png(image)


def palette() -> bytes:
    image = opened("P")
    return png(image)


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """After IHDR, which ends at byte 33."""
    return HONEST[:33] + chunk(kind, content) + HONEST[33:]


def chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def with_pixels(*contents: bytes, end: bytes = b"") -> bytes:
    pixels = b"".join(chunk(b"IDAT", content) for content in contents)
    return HONEST[:33] + pixels + chunk(b"IEND", end)


PACKED = HONEST[41:-16]
ROWS = zlib.decompress(PACKED)
assert with_pixels(PACKED) == HONEST, "one IDAT"


ODD: tuple[Callable[[], bytes], ...] = (
    words_beside,
    words_beside_in_one_bit,
    faint_in_the_quiet_zone,
    mark_in_the_quiet_zone,
    module_turned,
    part_of_a_module,
    palette,
)


@pytest.mark.parametrize("draw", ODD, ids=lambda draw: draw.__name__)
def test_odd_pictures(draw: Callable[[], bytes]):
    assert look(draw()) == Seen((ISSUED.qr_text,), None)


@pytest.mark.parametrize(
    "data",
    [
        with_chunk(b"gAMA", struct.pack(">I", 6_000_000)),
        with_chunk(b"tRNS", b"\x00\x01"),
        with_chunk(b"tEXt", b"a\x00b"),
        HONEST + b"x",
        with_pixels(PACKED + b"PK\3\4"),
        with_pixels(PACKED, b"PK\3\4"),
        with_pixels(PACKED, end=b"PK\3\4"),
        with_pixels(zlib.compress(ROWS + b"PK\3\4")),
        with_pixels(PACKED[:-1] + bytes([PACKED[-1] ^ 1])),
        HONEST[:-17] + bytes([HONEST[-17] ^ 1]) + HONEST[-16:],
        HONEST[:-1] + bytes([HONEST[-1] ^ 1]),
    ],
    ids=[
        *("gamma", "transparency", "text", "more bytes", "behind the stream", "in a second IDAT"),
        *("in the end", "behind the last row", "another Adler-32", "another CRC", "CRC of the end"),
    ],
)
def test_what_changes_the_look_of_the_pixels(data: bytes):
    assert look(data).width is None


def test_damaged():
    assert look(HONEST[:60]) == Seen((), None)


@pytest.mark.parametrize("draw", [words_beside, module_turned])
def test_a_letter_with_another_picture(draw: Callable[[], bytes]):
    def edit(parts: dict[str, bytes]) -> None:
        parts[PICTURE] = draw()

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), paper.known(ISSUED))
    assert verdict.indication is Indication.INDETERMINATE
    (finding,) = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert finding.code == "PICTURE"
    assert finding.message == "DOCX 的图片与出证系统绘制的二维码不同，无法核对"


@pytest.mark.parametrize("change", [(b'cx="', b'cx="1'), (b'cy="', b'cy="1')])
def test_a_picture_of_another_size(change: tuple[bytes, bytes]):
    """Stretched over the page it would cover words."""

    def edit(parts: dict[str, bytes]) -> None:
        parts[BODY] = parts[BODY].replace(*change)

    verdict = paper.check(paper.repack(paper.docx_of(ISSUED), edit), paper.known(ISSUED))
    assert verdict.indication is Indication.INDETERMINATE
    (finding,) = paper.axis(verdict, AxisName.VISIBILITY).findings
    assert finding.code == "PICTURE"
