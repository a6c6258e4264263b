"""Does a picture look alike to every program? What says how its values are shown, as closed lists.

OCR reads the values as they stand, and so does a report's own picture; browsers, viewers and printers
follow the profile and the gamma beside them. A curve that makes dark values white shows them another
number than the one that was read. So a profile has to be a camera's or a scanner's: three primaries
near those of sRGB and smooth curves near its own, no table (ICC.1:2022 §8.3, §9.2).
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image

_HEAD: Final = 128
_ENTRY: Final = struct.Struct(">4s2L")
_TAGS: Final = frozenset(
    b"desc cprt wtpt bkpt chad chrm lumi meas tech view vued dmnd dmdd dscm "
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC".split()
)
_PRIMARIES: Final = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
"""Of sRGB, under D50."""
_WHITE: Final = (0.9642, 1.0, 0.8249)
_FAR: Final = 0.2
"""Adobe RGB, the widest that a camera writes, is 0.174 off."""
_FAR_WHITE: Final = 0.05
_LEVELS: Final = 26
"""Of 255, a curve beside that of sRGB: a gamma of 1.8 is 20 off."""
_STEEPEST: Final = 3.0
_FLATTEST: Final = 2.0
"""Levels that a curve rises in one, and in eight above the darkest: no text is drawn out of nothing
or made to vanish by it."""
_DARKEST: Final = 32
_PARAMETERS: Final = (1, 3, 4, 5, 7)
"""§10.18: of a parametric curve, by its kind."""
_PLAIN_CHUNKS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS pHYs tEXt zTXt iTXt tIME eXIf bKGD hIST sRGB iCCP".split()
)
"""PNG (Third Edition) §11: of an ICC profile and of transparency see below. Without Apple's iDOT, by
which some begin in the middle and others do not."""
_SAID: Final = {
    b"gAMA": {struct.pack(">L", 45455)},
    b"cHRM": {struct.pack(">8L", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)},
    b"cICP": {bytes((1, 13, 0, 1)), bytes((12, 13, 0, 1))},
    b"sBIT": {bytes([8] * count) for count in range(1, 5)},
}
"""As sRGB has them (PNG §11.3.2), and Display P3."""
_COLOUR_TYPE: Final = 25
"""Its place in a PNG (§11.2.1)."""
_PALETTE: Final = 3
_SINGLE: Final = frozenset([b"IHDR", b"PLTE", b"tRNS", b"bKGD", b"hIST", b"sRGB", b"iCCP", *_SAID])
_TEXTS: Final = frozenset([b"tEXt", b"zTXt", b"iTXt"])
_GAIN: Final = (b"hdrgm", b"hdr-gain-map", b"gainmap", b"iso:std:iso:ts:21496")
_ANOTHER: Final = re.compile(rb"\xff\xd9\0*\xff\xd8\xff")
"""A JPEG right behind the end of one: Pillow knows it only where a directory (MPF) names it."""
_HIDDEN_LETTER: Final = re.compile(
    rb"&#(?:x0*[2-7][0-9a-f]|0*(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]));"
)
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By the colour type (PNG §11.2.1)."""
_STEP: Final = 1 << 20
_WINDOW: Final = 1 << 15
_ADOBE: Final = 12
"""Bytes of its marker (TN 5116 §18)."""
_YCC: Final = 1
"""Adobe's marker in a JPEG: three colours as JFIF has them."""


def looks_alike(data: bytes) -> bool:
    """``data``: a PNG or JPEG that was decoded before."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
        plain = _plain_png(data) if image.format == "PNG" else _plain_jpeg(data, image)
        profile = image.info.get("icc_profile")
        if not plain or image.mode == "CMYK" or not _is_opaque(image) or _is_past_palette(image):
            return False
        if "icc_profile" not in image.info:
            return True
        # None, where Pillow can't read it; others may
        return profile is not None and is_plain_profile(
            profile, gray=image.mode in {"1", "L", "LA"}
        )


def _is_opaque(image: Image.Image) -> bool:
    """Some show white behind it, some black."""
    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        return True
    return image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def _is_past_palette(image: Image.Image) -> bool:
    """A value that the palette does not have (PNG §11.2.2) is black to some, its last colour to others."""
    if image.mode != "P":
        return False
    colours = len(image.getpalette("RGB") or ()) // 3
    return int(np.asarray(image).max()) >= colours


def _plain_png(data: bytes) -> bool:
    """Every chunk known and whole, and those that a program takes one of there once and in front: of two
    profiles Pillow takes the last and libpng the first."""
    kinds, place, end = [], 8, b""
    packed = []
    while place + 12 <= len(data) and end != b"IEND":
        (length,) = struct.unpack_from(">L", data, place)
        body = data[place + 8 : place + 8 + length]
        end = data[place + 4 : place + 8]
        if data[place + 8 + length : place + 12 + length] != _checksum(end + body):
            return False
        if not _is_plain_chunk(end, body) or (end == b"tRNS" and not _is_no_mask(data, body)):
            return False
        kinds.append(end)
        if end == b"IDAT":
            packed.append(body)
        place += 12 + length
    if not _are_whole_rows(data, b"".join(packed)):
        return False
    single = [kind for kind in kinds if kind in _SINGLE]
    front = kinds[: kinds.index(b"IDAT")] if b"IDAT" in kinds else []
    return len(set(single)) == len(single) and all(kind in front for kind in single)


def _are_whole_rows(data: bytes, packed: bytes) -> bool:
    """Of one pass, as many rows as there are, packed in no larger window than is said (RFC 1950 §2.2): where
    one reader stops, and shows what it has, another goes on."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">LLBBBBB", data, 16)
    row = 1 + (width * depth * _CHANNELS.get(colour, 0) + 7) // 8
    window = 256 << (packed[0] >> 4 if packed else 0)
    stream, size = zlib.decompressobj(), 0
    try:
        while not stream.eof and (packed or stream.unconsumed_tail):
            size += len(stream.decompress(packed or stream.unconsumed_tail, _STEP))
            packed = b""
    except zlib.error:
        return False
    whole = stream.eof and not stream.unused_data and size == row * height
    return whole and not interlaced and window >= min(size, _WINDOW)


def _is_no_mask(data: bytes, body: bytes) -> bool:
    """Of colours in a palette, all of them opaque. Of one gray or one colour (PNG §11.3.1.1) programs
    differ in whether they compare it before or after the depth is made 8 bits."""
    return data[_COLOUR_TYPE] == _PALETTE and set(body) == {0xFF}


def _checksum(chunk: bytes) -> bytes:
    return struct.pack(">L", zlib.crc32(chunk))


def _is_plain_chunk(kind: bytes, body: bytes) -> bool:
    if kind in _SAID:
        return body in _SAID[kind]
    if kind == b"PLTE" and (not 3 <= len(body) <= 768 or len(body) % 3):  # §11.2.2
        return False
    # ImageMagick's way to keep a profile
    return kind in _PLAIN_CHUNKS and not (kind in _TEXTS and body.startswith(b"Raw profile"))


def _plain_jpeg(data: bytes, image: Image.Image) -> bool:
    if _ANOTHER.search(data) is not None:
        return False
    segments = getattr(image, "applist", [])
    parts = [
        body for name, body in segments if name == "APP2" and body.startswith(b"ICC_PROFILE\0")
    ]
    # each part once and in order: programs differ in what they make of others
    numbered = [body[12:14] for body in parts] == [
        bytes((place, len(parts))) for place in range(1, len(parts) + 1)
    ]
    if any(map(_says_gain, (body for name, body in segments if name in {"APP1", "APP2"}))):
        return False
    marks = [body for name, body in segments if name == "APP14" and body.startswith(b"Adobe")]
    # of a short one some read the byte that is not there
    if len(marks) > 1 or any(len(mark) != _ADOBE for mark in marks):
        return False
    # of one colour nothing is transformed
    plain = image.mode == "L" or image.info.get("adobe_transform", _YCC) == _YCC
    return numbered and plain


def _says_gain(segment: bytes) -> bool:
    """A second picture by which the first is made lighter on some screens (ISO 21496-1, Adobe's hdrgm,
    Apple's); or letters of the metadata that are written as numbers, so that a search misses them."""
    said = segment.replace(b"\0", b"").lower()
    return any(word in said for word in _GAIN) or _HIDDEN_LETTER.search(said) is not None


def is_plain_profile(profile: bytes, *, gray: bool) -> bool:
    try:
        tags = dict(_tags(profile))
    except (struct.error, ValueError):
        return False
    space = b"GRAY" if gray else b"RGB "
    kind = profile[12:16] in {b"mntr", b"scnr", b"spac"}
    whole = struct.pack(">L", len(profile)) == profile[:4]
    if not (kind and whole) or profile[16:24] != space + b"XYZ " or not tags.keys() <= _TAGS:
        return False
    curves = [b"kTRC"] if gray else [b"rTRC", b"gTRC", b"bTRC"]
    try:
        smooth = all(_is_smooth(_curve(tags[name])) for name in curves)
        return smooth and (gray or _are_near([tags[name] for name in (b"rXYZ", b"gXYZ", b"bXYZ")]))
    except (struct.error, KeyError, ValueError, IndexError, ArithmeticError):
        return False


def _tags(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    (count,) = struct.unpack_from(">L", profile, _HEAD)
    names = set()
    for place in range(count):
        name, start, size = _ENTRY.unpack_from(profile, _HEAD + 4 + place * _ENTRY.size)
        if name in names:
            raise ValueError("a tag twice")
        names.add(name)
        yield name, profile[start : start + size]


def _are_near(columns: list[bytes]) -> bool:
    if any(column[:4] != b"XYZ " for column in columns):
        return False
    read = np.array([struct.unpack_from(">3l", column, 8) for column in columns]) / 65536
    near = bool((abs(read - np.array(_PRIMARIES)) <= _FAR).all())
    return near and bool((abs(read.sum(axis=0) - np.array(_WHITE)) <= _FAR_WHITE).all())


def _curve(tag: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Light for each of 256 values (§10.6, §10.18)."""
    values = np.arange(256) / 255
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">L", tag, 8)
        if count == 0:
            return values
        table = np.array(struct.unpack_from(f">{count}H", tag, 12))
        if count == 1:
            return np.asarray(values ** float(table[0] / 256))
        return np.interp(values, np.linspace(0, 1, count), table / 65535)
    if tag[:4] != b"para":
        raise ValueError("no curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    given = [one / 65536 for one in struct.unpack_from(f">{_PARAMETERS[kind]}l", tag, 12)]
    g, a, b, c, d, e, f = _whole(kind, given)
    rising = np.maximum(a * values + b, 0) ** g + e
    return np.where(values >= d, rising, c * values + f)


def _whole(kind: int, given: list[float]) -> list[float]:
    """The parameters g, a to f of the last kind, of which the others leave some out."""
    g, a, b, *rest = [*given, 1.0, 0.0][: max(3, len(given))]
    if kind < 3:
        start = -b / a if kind else 0.0
        level = rest[0] if rest else 0.0
        return [g, a, b, 0.0, start, level, level]
    c, d, *more = rest
    return [g, a, b, c, d, *(more or (0.0, 0.0))]


def _is_smooth(light: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> bool:
    light = np.clip(light, 0, 1)
    shown = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    levels = [float(one) for one in shown]
    near = all(abs(one - place) <= _LEVELS for place, one in enumerate(levels))
    rises = all(0 <= after - before <= _STEEPEST for before, after in pairwise(levels))
    bright = levels[_DARKEST:]
    seen = all(
        after - before >= _FLATTEST for before, after in zip(bright, bright[8:], strict=False)
    )
    return near and rises and seen
