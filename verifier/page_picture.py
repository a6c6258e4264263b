"""A page with the differing places marked, for a report: pixels from the child, marks and PNG here."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PIL import Image, ImageDraw

from credential.verdict import Axis, Indication, Verdict
from verifier.evidence import Box
from verifier.extraction.page_pixels import LONGEST, SIZE

MOST_PAGES: Final = 6
"""Pages pictured in one report: the first and those with a mark."""
_COLOURS: Final = {Indication.FAILED: (192, 22, 22), Indication.INDETERMINATE: (150, 80, 0)}
_PADDING_MM: Final = 0.8


class PixelSource(Protocol):
    """Whoever pictures one page of an upload in isolation: see verifier.isolation."""

    def page_pixels(self, data: bytes, page: int) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """``number``: of the finding in the report, from 1; ``box`` in millimetres."""

    number: int
    page: int
    box: Box
    indication: Indication


@dataclass(frozen=True, slots=True)
class PagePicture:
    """``png``: made here of pixels alone, whatever the upload was."""

    page: int
    png: bytes
    marks: tuple[Mark, ...]


def marks_of(verdict: Verdict) -> tuple[Mark, ...]:
    """Every finding that has a place, numbered as the report numbers findings."""
    numbered: list[tuple[Axis, int, Box, int]] = []
    number = 0
    for axis in verdict.axes:
        for finding in axis.findings:
            number += 1
            place = finding.place
            if place is not None and place.box is not None:
                numbered.append((axis, number, place.box, place.page))
    return tuple(
        Mark(number, page, box, axis.indication)
        for axis, number, box, page in numbered
        if axis.indication is not Indication.PASSED
    )


def picture_pages(data: bytes, verdict: Verdict, source: PixelSource) -> tuple[PagePicture, ...]:
    """The first page and those with a mark; a page that can't be pictured is left out.

    Raises:
        VerifierBusy: the queue for children is full.
    """
    marks = marks_of(verdict)
    pages = sorted({1, *(mark.page for mark in marks)})[:MOST_PAGES]
    pictures = []
    for page in pages:
        if (read := _image(source.page_pixels(data, page))) is None:
            continue
        image, across = read
        here = tuple(mark for mark in marks if mark.page == page)
        pictures.append(PagePicture(page, _marked(image, here, across), here))
    return tuple(pictures)


def _image(pixels: bytes | None) -> tuple[Image.Image, float] | None:
    """The picture and its pixels to the millimetre.

    Checked by its length alone: a child that was taken over can send no more than a wrong picture.
    """
    if pixels is None or len(pixels) < SIZE.size:
        return None
    width, height, wide = SIZE.unpack_from(pixels)
    if not (0 < width <= LONGEST and 0 < height <= LONGEST and wide):
        return None
    if len(pixels) != SIZE.size + 3 * width * height:
        return None
    image = Image.frombytes("RGB", (width, height), pixels[SIZE.size :])
    return image, width / (wide / 100)


def _marked(image: Image.Image, marks: Sequence[Mark], across: float) -> bytes:
    """``across``: pixels to the millimetre."""
    draw = ImageDraw.Draw(image, "RGBA")
    pad = _PADDING_MM * across
    for mark in marks:
        # Pillow goes through each row of a box, however far it lies outside
        x0, x1 = (_within(side * across, image.width, pad) for side in mark.box[::2])
        y0, y1 = (_within(side * across, image.height, pad) for side in mark.box[1::2])
        colour = _COLOURS[mark.indication]
        sides = (x0 - pad, y0 - pad, max(x1, x0) + pad, max(y1, y0) + pad)
        draw.rectangle(sides, fill=(*colour, 36), outline=(*colour, 255), width=3)
        _flag(draw, mark, sides, colour)
    output = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(output, "PNG", optimize=True)
    return output.getvalue()


def _within(place: float, side: int, pad: float) -> float:
    return min(max(place, -2 * pad), side + 2 * pad)


def _flag(
    draw: ImageDraw.ImageDraw,
    mark: Mark,
    sides: tuple[float, float, float, float],
    colour: tuple[int, int, int],
) -> None:
    """The finding's number, in a small flag at the box's upper right corner."""
    text = str(mark.number)
    wide = 12 + 13 * len(text)
    x, y = sides[2] + 4, max(sides[1], 0)
    x = min(x, draw.im.size[0] - wide)
    draw.rectangle((x, y, x + wide, y + 26), fill=(*colour, 255))
    draw.text((x + 6, y + 1), text, fill=(255, 255, 255, 255), font_size=22)
