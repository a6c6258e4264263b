"""Transplants, decoys and hidden text: the page is genuine but for what a trick adds to it.

What is hidden is set in the page's own fonts, so that nothing but its being hidden tells.
"""

import io
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

import pikepdf
from lxml import etree  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name
from PIL import Image

from benchmarks.robustness_edits import change_docx, streams_of
from certgen.symbol import make_symbol

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PIXELS: Final = 6
_LEAST_MM: Final = 22.0
"""Side of a decoy that a phone reads."""
_MM: Final = 72 / 25.4
FOREIGN: Final = "https://pay.example.com/abc"

PdfTrick = Callable[[pikepdf.Pdf, Random], bool]


def transplant_picture(data: bytes, other: bytes) -> bytes | None:
    """The symbol of ``other`` (a page of the same style) in its place on ``data``."""
    with (
        pikepdf.open(io.BytesIO(data)) as opened,
        pikepdf.open(io.BytesIO(other)) as source,
    ):
        pairs = list(zip(opened.pages, source.pages, strict=False))
        pasted = 0
        for page, wanted in pairs:
            for (name, _), (_, new) in zip(_pictures(page), _pictures(wanted), strict=True):
                page.resources.XObject[Name(name)] = opened.copy_foreign(new)
                pasted += 1
        if not pasted:
            return None
        return _saved(opened)


def _pictures(page: pikepdf.Page) -> list[tuple[str, pikepdf.Object]]:
    if "/XObject" not in page.resources:
        return []
    held = page.resources.XObject.items()
    return [(name, one) for name, one in held if one.get("/Subtype") == Name.Image]


def _saved(opened: pikepdf.Pdf) -> bytes:
    output = io.BytesIO()
    opened.save(output)
    return output.getvalue()


def _symbol(opened: pikepdf.Pdf, text: str) -> pikepdf.Object:
    image = Image.open(io.BytesIO(make_symbol(text).png(_PIXELS))).convert("L")
    picture = opened.make_stream(image.tobytes())
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height = image.size
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    return opened.make_indirect(picture)


def add_decoy(data: bytes, text: str, random: Random) -> bytes:
    """A second symbol: on a page of the document or one of its own, drawn first or last."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        place = random.randrange(len(opened.pages))
        box = opened.pages[place].mediabox
        width, height = float(box[2]), float(box[3])
        side = random.uniform(1, 1.6) * _LEAST_MM * _MM
        if random.random() < 0.4 or side > min(width, height) * 0.9:
            place = random.choice((0, len(opened.pages)))
            width, height = 595.0, 842.0
            opened.add_blank_page(page_size=(width, height))
            if place == 0:
                page = opened.pages[-1]
                opened.pages.insert(0, page)
                del opened.pages[-1]
        page = opened.pages[place]
        page.contents_coalesce()
        resources = page.obj.get("/Resources", page.resources)
        page.obj.Resources = resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        resources.XObject[Name.Decoy] = _symbol(opened, text)
        x, y = random.uniform(0, width - side), random.uniform(0, height - side)
        page.contents_add(
            f"q {side:.2f} 0 0 {side:.2f} {x:.2f} {y:.2f} cm /Decoy Do Q".encode(),
            prepend=random.random() < 0.5,
        )
        return _saved(opened)


def _own_words(opened: pikepdf.Pdf, random: Random) -> tuple[str, str]:
    """A font of page 1 by its name, and the codes of some letters of it, in hexadecimal."""
    page = opened.pages[0]
    fonts = dict(page.resources.Font)
    shown = [one for stream in streams_of(opened) for one in stream.shown if len(one.codes) > 2]
    one = random.choice(shown)
    for name, font in fonts.items():
        if "/ToUnicode" in font and one.letters:
            held = font.ToUnicode.read_bytes()
            if all(code.hex().encode() in held.lower() for code in one.letters):
                return name, b"".join(one.codes[: random.randint(2, 8)]).hex()
    raise ValueError("no font of the page's own")


def _appended(draw: Callable[[str, str, float, float], str]) -> PdfTrick:
    """``draw``: font, codes and a place on the page -> content."""

    def trick(opened: pikepdf.Pdf, random: Random) -> bool:
        font, codes = _own_words(opened, random)
        page = opened.pages[0]
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        x, y = random.uniform(0.05, 0.6) * width, random.uniform(0.05, 0.9) * height
        page.contents_coalesce()
        page.contents_add(b"q", prepend=True)
        page.contents_add(f"Q q {draw(font, codes, x, y)} Q".encode())
        return True

    return trick


def _optional(opened: pikepdf.Pdf, random: Random) -> bool:
    group = opened.make_indirect(Dictionary(Type=Name.OCG, Name="x"))
    opened.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
    page = opened.pages[0]
    resources = page.obj.get("/Resources", page.resources)
    page.obj.Resources = resources
    resources.Properties = Dictionary(hidden=group)
    return _appended(
        lambda font, codes, x, y: (
            f"/OC /hidden BDC BT {font} 10 Tf {x:.1f} {y:.1f} Td <{codes}> Tj ET EMC"
        )
    )(opened, random)


def _set(font: str, size: float, codes: str, x: float, y: float) -> str:
    return f"BT {font} {size} Tf {x:.1f} {y:.1f} Td <{codes}> Tj ET"


HIDDEN: Final[Mapping[str, PdfTrick]] = {
    "white": _appended(lambda f, c, x, y: f"1 g {_set(f, 10, c, x, y)}"),
    "nearly white": _appended(lambda f, c, x, y: f"0.9 g {_set(f, 10, c, x, y)}"),
    "invisible render mode": _appended(lambda f, c, x, y: f"3 Tr {_set(f, 10, c, x, y)}"),
    "clipped": _appended(lambda f, c, x, y: f"0 0 1 1 re W n {_set(f, 10, c, x + 20, y + 20)}"),
    "off the page": _appended(lambda f, c, x, y: _set(f, 10, c, x + 2000, y)),
    "below the page": _appended(lambda f, c, x, y: _set(f, 10, c, x, y - 2000)),
    "optional content": _optional,
    "0.5 pt": _appended(lambda f, c, x, y: _set(f, 0.5, c, x, y)),
    "covered": _appended(
        lambda f, c, x, y: f"{_set(f, 8, c, x, y)} 1 g {x - 1:.1f} {y - 3:.1f} 90 14 re f"
    ),
}


def hide_words(data: bytes, how: str, random: Random) -> bytes | None:
    with pikepdf.open(io.BytesIO(data)) as opened:
        return _saved(opened) if HIDDEN[how](opened, random) else None


def cover_words(data: bytes, random: Random) -> bytes | None:
    """A white box over a line of the page: the text below it is still there to be extracted."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        page = opened.pages[0]
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        x, y = random.uniform(0.1, 0.3) * width, random.uniform(0.45, 0.8) * height
        page.contents_coalesce()
        page.contents_add(b"q", prepend=True)
        box = f"{x:.1f} {y:.1f} {0.4 * width:.1f} {0.05 * height:.1f}"
        page.contents_add(f"Q q 1 g {box} re f Q".encode())
        return _saved(opened)


def lie_in_the_map(data: bytes, shown: str, said: str) -> bytes | None:
    """``shown`` stands on the page; its fonts' ToUnicode maps say ``said`` of that letter."""
    old, new = (one.encode("utf-16-be").hex().encode() for one in (shown, said))
    changed = 0
    with pikepdf.open(io.BytesIO(data)) as opened:
        for item in list(opened.objects):
            if isinstance(item, Dictionary) and Name.ToUnicode in item:
                text = item.ToUnicode.read_bytes()
                lied, count = re.subn(rb"(?i)(> *<)" + old + b">", rb"\g<1>" + new + b">", text)
                changed += count
                item.ToUnicode.write(lied)
        return _saved(opened) if changed else None


def _run(text: str, *properties: tuple[str, Mapping[str, str]]) -> etree._Element:
    run = etree.Element(f"{_W}r")
    held = etree.SubElement(run, f"{_W}rPr")
    for name, attributes in properties:
        etree.SubElement(held, f"{_W}{name}", {f"{_W}{k}": v for k, v in attributes.items()})
    etree.SubElement(run, f"{_W}t").text = text
    return run


def _beside(make: Callable[[], etree._Element]) -> Callable[[etree._Element, Random], bool]:
    def trick(root: etree._Element, random: Random) -> bool:
        written = [one for one in root.iter(f"{_W}p") if "".join(one.itertext()).strip()]
        random.choice(written).append(make())
        return True

    return trick


def _wrapped(name: str) -> etree._Element:
    mark = etree.Element(
        f"{_W}{name}",
        {f"{_W}id": "1", f"{_W}author": "x", f"{_W}date": "2026-01-01T00:00:00Z"},
    )
    run = _run("9200")
    if name == "del":
        run[-1].tag = f"{_W}delText"
    mark.append(run)
    return mark


HIDDEN_DOCX: Final[Mapping[str, Callable[[etree._Element, Random], bool]]] = {
    "vanish": _beside(lambda: _run("9200", ("vanish", {}))),
    "white": _beside(lambda: _run("9200", ("color", {"val": "FFFFFF"}))),
    "0.5 pt": _beside(lambda: _run("9200", ("sz", {"val": "1"}))),
    "inserted, not accepted": _beside(lambda: _wrapped("ins")),
    "deleted, still there": _beside(lambda: _wrapped("del")),
    "struck through": _beside(lambda: _run("9200", ("strike", {}))),
}


def hide_words_docx(data: bytes, how: str, random: Random) -> bytes | None:
    return change_docx(data, lambda root: HIDDEN_DOCX[how](root, random))


def hide_signed_docx(data: bytes, shown: str, signed: str) -> bytes | None:
    """The signed word is there and vanishes, another one is seen in its place."""

    def change(root: etree._Element) -> bool:
        run = next((one for one in root.iter(f"{_W}t") if one.text == signed), None)
        if run is None:
            return False
        run.text = shown
        parent = run.getparent()
        assert parent is not None
        parent.addnext(_run(signed, ("vanish", {})))
        return True

    return change_docx(data, change)
