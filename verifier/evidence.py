"""Evidence: what the child process saw in an upload, as a pure value. It judges nothing.

Boxes are millimetres from the top left of the page (x0, y0, x1, y1); pages count from 1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from credential.legible import legible_name
from credential.verdict import Place, SubIndication
from verifier.pdf_signature import PdfSignatures

Box = tuple[float, float, float, float]


class Form(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    PICTURE = "picture"
    UNKNOWN = "unknown"


class Glyph(NamedTuple):
    """One character of a page. A tuple: a letter has a thousand and a half.

    ``baseline``: millimetres from the top; ``size``: points as drawn. ``ink``: how much is
    drawn where the character stands, in parts of its own ink, 0 (nothing) to 1. ``misfit``: the largest
    difference, 0 to 1, between the picture and the reference letter of this very character.
    ``darkness``: of its strokes, 0 (white) to 1 (black).
    """

    text: str
    page: int
    box: Box
    baseline: float
    size: float
    ink: float
    misfit: float
    darkness: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a DOCX body or table cell, in body order; ``symbol``: it holds the QR symbol."""

    text: str
    symbol: bool = False


@dataclass(frozen=True, slots=True)
class PageSize:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A decoded QR symbol and where its modules are; no box in a DOCX."""

    text: str
    page: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """``data``: the content, or empty where it is larger than any credential."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that the child saw and that keeps the verdict from PASSED.

    ``message``: with a stranger's words in it, such as the name of a part; they stay on its line, or a
    report and a terminal would have lines of theirs.
    """

    sub: SubIndication
    code: str
    message: str
    place: Place | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", legible_name(self.message))


class ScanState(StrEnum):
    """How far OCR got with a page that is a picture."""

    READ = "read"
    NOT_INSTALLED = "not installed"
    OUT_OF_TIME = "out of time"


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """A line by OCR. ``box``: as uploaded; ``flat``: on the page laid flat and upright, by which
    lines are put in order. ``confidences``: of each character, 0 to 1."""

    text: str
    box: Box
    flat: Box
    confidences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page that is a picture. ``symbols``: on the page laid flat; ``digest``: SHA-256 of the picture's
    data in its PDF, in hexadecimal, or empty."""

    page: int
    state: ScanState
    lines: tuple[ScannedLine, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``second_text``: each page's text by the second parser. ``signatures``: None where the file
    has nothing of an electronic signature.

    ``unexplained``: where the picture has ink that neither text nor symbol nor a rule explains.
    ``scanned``: the pages that are pictures; what a file says beside their pictures is no text of theirs.
    """

    form: Form
    pages: tuple[PageSize, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    second_text: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unexplained: tuple[Place, ...] = ()
    flags: tuple[Flag, ...] = ()
    signatures: PdfSignatures | None = None
    scanned: tuple[ScannedPage, ...] = ()


UNREADABLE: Final = frozenset(
    {
        SubIndication.PROCESSING_LIMIT,
        SubIndication.UNSUPPORTED_FORMAT,
        SubIndication.FORMAT_FAILURE,
    }
)
"""With one of these the evidence is not complete: nothing in it settles the content."""


def stopped(sub: SubIndication, code: str, message: str, form: Form = Form.UNKNOWN) -> Evidence:
    """Evidence of a file that could not be read to its end."""
    return Evidence(form, flags=(Flag(sub, code, message),))
