"""Bombs, loops, huge pages and crashes, each beside healthy requests, which they must not touch."""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from credential.verdict import Indication, SubIndication, Verdict
from tests import samples
from tests.verifier import paper
from tests.verifier.children import abort_in_pdfium
from verifier.isolation import Isolation
from verifier.limits import Limits
from verifier.verify import verify

LIMITS = Limits(
    front_door_seconds=3.0,
    text_seconds=4.0,
    picture_seconds=8.0,
    ocr_seconds=6.0,
    address_space=1 << 30,
)
ISSUED = paper.producer()
KNOWN = paper.known(ISSUED)
PAGE = paper.pdf(ISSUED)


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation(LIMITS, workers=2) as made:
        yield made


def checked(isolation: Isolation, data: bytes) -> Verdict:
    return verify(
        data, "upload", trust=samples.TRUST, at=paper.NOW, records=KNOWN, isolation=isolation
    )


def pdf(change: Callable[[pikepdf.Pdf, pikepdf.Page], None]) -> bytes:
    opened = pikepdf.new()
    change(opened, opened.add_blank_page(page_size=(200, 200)))
    output = io.BytesIO()
    opened.save(output, compress_streams=True)
    return output.getvalue()


# Bombs


def inflating_page() -> bytes:
    def change(opened: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.Contents = opened.make_stream(b"q Q " * 25_000_000)

    return pdf(change)


def packed_twice() -> bytes:
    """100 MB in some hundred bytes: deflated, and deflated again."""

    def change(opened: pikepdf.Pdf, page: pikepdf.Page) -> None:
        packed = zlib.compress(zlib.compress(bytes(100 << 20), 9), 9)
        stream = opened.make_stream(b"")
        stream.write(packed, filter=Array([Name.FlateDecode, Name.FlateDecode]))
        page.Contents = stream

    return pdf(change)


def docx_bomb() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (60 << 20) + b"</a>")
    return output.getvalue()


def docx_of_elements() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b"<b/>" * 300_000 + b"</a>")
    return output.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + crc


def huge_png() -> bytes:
    """60,000 x 60,000 pixels in some kilobytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1 << 20), 9))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    """A header that says 65,000 x 65,000."""
    output = io.BytesIO()
    paper.Image.new("L", (16, 16)).save(output, "JPEG")
    data = bytearray(output.getvalue())
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(data)


def huge_image_in_a_page() -> bytes:
    """24,000 x 24,000 bits: 72 MB in some ten kilobytes."""

    def change(opened: pikepdf.Pdf, page: pikepdf.Page) -> None:
        image = opened.make_stream(b"")
        image.write(zlib.compress(bytes(3_000 * 24_000), 9), filter=Name.FlateDecode)
        image.Type, image.Subtype = Name.XObject, Name.Image
        image.Width, image.Height = 24_000, 24_000
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 1
        page.Resources = Dictionary(XObject=Dictionary(X=image))
        page.Contents = opened.make_stream(b"q 200 0 0 200 0 0 cm /X Do Q")

    return pdf(change)


# Loops


def forms_in_forms() -> bytes:
    """Forms that draw each other ten times: 10^8 characters from a few kilobytes."""

    def change(opened: pikepdf.Pdf, page: pikepdf.Page) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        below = None
        for _ in range(8):
            form = opened.make_stream(b"/X Do " * 10 if below else b"BT /F 9 Tf (0123456789) Tj ET")
            form.Type, form.Subtype = Name.XObject, Name.Form
            form.BBox = Array([0, 0, 200, 200])
            form.Resources = Dictionary(Font=Dictionary(F=font))
            if below is not None:
                form.Resources.XObject = Dictionary(X=below)
            below = form
        page.Resources = Dictionary(XObject=Dictionary(X=below))
        page.Contents = opened.make_stream(b"/X Do")

    return pdf(change)


def deep_array() -> bytes:
    data = b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"]" * 100_000 + b"\nendobj\n"
    return data + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def pages_that_hold_themselves() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"
    )


def form_that_draws_itself() -> bytes:
    def change(opened: pikepdf.Pdf, page: pikepdf.Page) -> None:
        form = opened.make_indirect(opened.make_stream(b"/X Do /X Do"))
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([0, 0, 200, 200])
        form.Resources = Dictionary(XObject=Dictionary(X=form))
        page.Resources = Dictionary(XObject=Dictionary(X=form))
        page.Contents = opened.make_stream(b"/X Do")

    return pdf(change)


# Huge pages


def huge_page() -> bytes:
    def change(_: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.mediabox = Array([0, 0, 14_400, 14_400])

    return pdf(change)


def endless_page() -> bytes:
    def change(_: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.mediabox = Array([0, 0, 10**12, 10**12])

    return pdf(change)


def too_many_pages() -> bytes:
    def change(opened: pikepdf.Pdf, _: pikepdf.Page) -> None:
        for _ in range(30):
            opened.add_blank_page(page_size=(200, 200))

    return pdf(change)


LIMITED = [
    inflating_page,
    packed_twice,
    docx_bomb,
    docx_of_elements,
    huge_png,
    huge_jpeg,
    huge_image_in_a_page,
    forms_in_forms,
    huge_page,
    endless_page,
    too_many_pages,
]
DAMAGED = [deep_array, pages_that_hold_themselves, form_that_draws_itself]
"""No limit is reached: the parsers see the loop themselves, and nothing of ours is found."""


def beside(isolation: Isolation, data: bytes) -> tuple[Verdict, float, list[Verdict]]:
    """A file's verdict and seconds, and the healthy ones that were verified meanwhile."""
    healthy: list[Verdict] = []
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        waiting: Future[Verdict] = threads.submit(checked, isolation, data)
        while not healthy or not waiting.done():
            healthy.append(checked(isolation, PAGE))
        return waiting.result(), time.monotonic() - began, healthy


@pytest.mark.parametrize("make", [*LIMITED, *DAMAGED], ids=lambda make: make.__name__)
def test_a_bomb_beside_healthy_requests(isolation: Isolation, make: Callable[[], bytes]) -> None:
    verdict, taken, healthy = beside(isolation, make())
    assert {one.indication for one in healthy} == {Indication.PASSED}
    assert taken < LIMITS.total_seconds + 5
    assert {axis.indication for axis in verdict.axes} == {Indication.INDETERMINATE}
    if make in LIMITED:
        assert verdict.sub_indication is SubIndication.PROCESSING_LIMIT
    else:
        assert verdict.sub_indication in {
            SubIndication.PROCESSING_LIMIT,
            SubIndication.UNSUPPORTED_FORMAT,
            SubIndication.PARSER_DISAGREEMENT,
            SubIndication.NO_SIGNATURE_FOUND,
            SubIndication.HIDDEN_CONTENT,
        }


# A native crash


@pytest.mark.parametrize("again", range(2))
def test_an_abort_inside_pdfium_ends_one_child_only(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch, again: int
) -> None:
    monkeypatch.setattr("verifier.isolation._answer", abort_in_pdfium)
    verdict = checked(isolation, PAGE)
    monkeypatch.undo()
    assert {axis.indication for axis in verdict.axes} == {Indication.INDETERMINATE}
    assert verdict.sub_indication is SubIndication.PROCESSING_LIMIT
    assert verdict.axes[0].findings[0].code == "CHILD_ENDED"
    assert checked(isolation, PAGE).indication is Indication.PASSED
