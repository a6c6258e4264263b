"""Scanned pages as PDF files, as scanners write them and otherwise."""

import io
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image

from benchmarks.degrading import page_picture
from tests.verifier import paper
from verifier.extraction.examined import Examined, examine_pdf
from verifier.extraction.page_tree import opened_pages
from verifier.limits import Limits

DPI: Final = 200
LABEL: Final = page_picture(paper.pdf(paper.producer(), paper.LABEL), DPI)
Change = Callable[[pikepdf.Pdf], None]


def jpeg(picture: npt.NDArray[np.uint8], **how: object) -> bytes:
    output = io.BytesIO()
    Image.fromarray(picture).save(output, "JPEG", **{"quality": 75, **how})
    return output.getvalue()


def in_pdf(*images: bytes, change: Change | None = None) -> bytes:
    """Each JPEG on a page of its own."""
    opened = pikepdf.new()
    for data in images:
        with Image.open(io.BytesIO(data)) as image:
            (width, height), colours = image.size, len(image.getbands())
        space = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}[colours]
        picture = opened.make_stream(
            data,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name(space),
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        across, down = width * 72 / DPI, height * 72 / DPI
        content = f"q {across:.4f} 0 0 {down:.4f} 0 0 cm /Im0 Do Q"
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, round(across, 4), round(down, 4)],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/Im0": picture})),
            Contents=opened.make_stream(content.encode()),
        )
        opened.pages.append(pikepdf.Page(opened.make_indirect(page)))
    if change is not None:
        change(opened)
    output = io.BytesIO()
    opened.save(output)
    return output.getvalue()


def label(change: Change | None = None, **how: object) -> bytes:
    return in_pdf(jpeg(LABEL, **how), change=change)


def picture_of(opened: pikepdf.Pdf) -> pikepdf.Stream:
    image = opened.pages[0].obj.Resources.XObject["/Im0"]
    assert isinstance(image, pikepdf.Stream)
    return image


def put(data: bytes, **entries: object) -> Change:
    """Other data in the first page's picture, and other entries; None: without it."""

    def change(opened: pikepdf.Pdf) -> None:
        image = picture_of(opened)
        packing = entries.pop("Filter", image.get("/Filter"))
        parameters = entries.pop("DecodeParms", None)
        image.write(data, filter=packing, decode_parms=parameters)
        for key, value in entries.items():
            image[f"/{key}"] = value

    return change


def content(words: str) -> Change:
    """``words`` with @ for the matrix of the page."""

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0].obj
        _, _, across, down = page.MediaBox
        matrix = f"{across} 0 0 {down} 0 0 cm"
        page.Contents = opened.make_stream(words.replace("@", matrix).encode())

    return change


def opened(data: bytes) -> Examined:
    return examine_pdf(data, (), Limits(), partial(opened_pages, data))


def why_not(data: bytes) -> str | None:
    """Why the file is none of scanned pages."""
    scan = opened(data).scan
    return scan if isinstance(scan, str) else None
