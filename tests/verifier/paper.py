"""Real pages of the sample credentials, altered and honest, and a verifier in this process."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import docx
import pikepdf
from docx.document import Document as Docx
from PIL import Image

from certgen.document import Document
from certgen.letter_docx import render_docx
from certgen.page import PageStyle, render_pdf
from certgen.symbol import make_symbol
from credential.claims import Claims
from credential.fields import FIELDS
from credential.protocols import Record, RegistryUnavailable, StatusSnapshot
from credential.qr_text import write_qr_text
from credential.status import Status
from credential.verdict import Axis, AxisName, Verdict
from tests import samples
from tests.published import valid_verdict
from verifier.evidence import Evidence
from verifier.extraction.run import extract
from verifier.limits import Limits
from verifier.verify import verify

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
NOW: Final = samples.AT + samples.DAY + 60
_SET: Final[dict[tuple[object, ...], bytes]] = {}


def _style(name: str, template: str, width: float, height: float, module: float) -> PageStyle:
    return PageStyle(name, (TEMPLATES / template).read_text(), width, height, module)


A5: Final = _style("a5", "jiande/certificate-a5.typ", 148, 210, 0.5)
A4: Final = _style("a4", "jiande/certificate-a5.typ", 210, 297, 0.7)
LABEL: Final = _style("80x60", "jiande/certificate-80x60.typ", 80, 60, 0.38)
LETTER: Final = _style("letter", "gaoping/letter.typ", 210, 297, 0.5)
STYLES: Final = {"a5": A5, "80x60": LABEL, "letter": LETTER}


def document(claims: Claims, fields: Mapping[str, str], **changed: str | None) -> Document:
    """A sample as issued, with some printed values changed (None: left out) after signing."""
    message = samples.signed(claims)
    values = {**fields, **changed}
    printed = {name: text for name in FIELDS if (text := values.get(name)) is not None}
    return Document(claims, message, write_qr_text(message, samples.BASE_URL), printed)


def producer(**changed: str | None) -> Document:
    return document(samples.PRODUCER, samples.PRODUCER_FIELDS, **changed)


def household(**changed: str | None) -> Document:
    return document(samples.HOUSEHOLD, samples.HOUSEHOLD_FIELDS, **changed)


def pledge(**changed: str | None) -> Document:
    return document(samples.PLEDGE, samples.PLEDGE_FIELDS, **changed)


def with_symbol_of(shown: Document, other: Document) -> Document:
    """A transplant: the printed content of one document, the symbol and attachment of another."""
    return replace(shown, message=other.message, qr_text=other.qr_text)


def pdf(paper: Document, style: PageStyle = A5) -> bytes:
    """The same page is set once: hundreds of tests alter it."""
    key = (paper.message, paper.qr_text, *paper.fields.items(), style)
    if key not in _SET:
        _SET[key] = render_pdf(paper, style, at=samples.AT)
    return _SET[key]


def edit_pdf(
    data: bytes, change: Callable[[pikepdf.Pdf], None], *, in_parts: bool = False
) -> bytes:
    """``in_parts``: content that was added stays a stream of its own, which is told of by itself."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        change(opened)
        for page in () if in_parts else opened.pages:
            parts = page.obj.get("/Contents")
            if isinstance(parts, pikepdf.Array) and all(
                isinstance(part, pikepdf.Stream) for part in parts
            ):
                page.contents_coalesce()
        opened.save(output)
    return output.getvalue()


def append_content(content: str, resources: str = "") -> Callable[[pikepdf.Pdf], None]:
    """Draw something more on page 1; font /Odd, where it is used, is Helvetica."""

    def change(opened: pikepdf.Pdf) -> None:
        page = opened.pages[0]
        if "/Odd" in content:
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            fonts = page.obj.Resources.get("/Font", pikepdf.Dictionary())
            fonts[pikepdf.Name("/Odd")] = font
            page.obj.Resources.Font = fonts
        page.contents_add(f"q {content} Q".encode())

    return change


def symbol_picture(opened: pikepdf.Pdf, text: str) -> pikepdf.Object:
    """The symbol as an image of a PDF."""
    image = Image.open(io.BytesIO(symbol_png(text))).convert("L")
    picture = opened.make_stream(image.tobytes())
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = image.size
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    return opened.make_indirect(picture)


def symbol_png(text: str, pixels: int = 6) -> bytes:
    return make_symbol(text).png(pixels)


def symbol_jpeg(text: str) -> bytes:
    output = io.BytesIO()
    Image.open(io.BytesIO(symbol_png(text))).convert("L").save(output, "JPEG", quality=70)
    return output.getvalue()


def docx_of(paper: Document, change: Callable[[Docx], None] | None = None) -> bytes:
    """The letter as issued, or changed with python-docx and saved by it."""
    data = render_docx(paper, at=samples.AT)
    if change is None:
        return data
    made = docx.Document(io.BytesIO(data))
    change(made)
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def repack(data: bytes, edit: Callable[[dict[str, bytes]], None]) -> bytes:
    """A DOCX with some of its parts changed, packed as plainly as we do it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    edit(parts)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def record_of(paper: Document, **changed: object) -> Record:
    known = Record(
        id=paper.claims.id,
        message_sha256=hashlib.sha256(paper.message).digest(),
        recorded_at=samples.AT,
        status=Status.VALID,
        fields=_issued(paper.claims),
    )
    return replace(known, **changed)  # type: ignore[arg-type]


def _issued(claims: Claims) -> Mapping[str, str]:
    every = samples.CREDENTIALS.values()
    return next((fields for known, fields in every if known == claims), {})


@dataclass(frozen=True)
class Registry:
    """A registry that knows some records, or does not answer."""

    known: Mapping[bytes, Record] = field(default_factory=dict)
    down: Exception | None = None

    def record(self, identifier: bytes) -> Record | None:
        if self.down is not None:
            raise self.down
        return self.known.get(identifier)


def registry(*records: Record) -> Registry:
    return Registry({record.id: record for record in records})


UNAVAILABLE: Final = Registry(down=RegistryUnavailable("down", samples.AT))


@dataclass(frozen=True)
class Direct:
    """Extraction in this process: for files of our own making only."""

    limits: Limits = field(default_factory=Limits)

    def extract(self, data: bytes) -> Evidence:
        return extract(data, self.limits, lambda _: None)


def check(
    data: bytes,
    records: Registry | None = None,
    *,
    snapshots: tuple[StatusSnapshot, ...] = (),
    at: int = NOW,
    reveal: bool = False,
    limits: Limits | None = None,
) -> Verdict:
    verdict = verify(
        data,
        "upload",
        trust=samples.TRUST,
        at=at,
        records=records,
        snapshots=snapshots,
        isolation=Direct(limits or Limits()),
        reveal=reveal,
    )
    return valid_verdict(verdict)


def known(*papers: Document) -> Registry:
    return registry(*(record_of(paper) for paper in papers))


def axis(verdict: Verdict, name: AxisName) -> Axis:
    return next(axis for axis in verdict.axes if axis.name is name)
