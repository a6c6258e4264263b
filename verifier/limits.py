"""How much one upload may cost. Defaults measured on the parsers of today, each configurable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, lengths in millimetres, times in seconds, pictures in pixels."""

    upload: int = 20 << 20
    upload_seconds: float = 120.0
    """Until the last byte of an upload is there: 20 MB at 1.4 Mbit/s."""
    pages: int = 30
    page_side: float = 1190.0
    """The longer side of A0 (1189 mm, ISO 216)."""
    dpi: int = 300
    render_pixels: int = 40_000_000
    symbols: int = 20
    image_pixels: int = 40_000_000
    docx_inflated: int = 50 << 20
    docx_elements: int = 200_000
    docx_parts: int = 500
    pdf_objects: int = 100_000
    pdf_values: int = 400_000
    """Dictionaries and arrays of a PDF, those inside others and the numbered ones."""
    stream: int = 64 << 20
    """Bytes of one decoded stream of a PDF."""
    page_content: int = 4 << 20
    """Bytes of all pages' decoded content, a form's each time that it is drawn; pdfminer reads about a megabyte in a second, and a letter
    has a tenth of one."""
    glyphs: int = 30_000
    """Characters of a PDF's text or a DOCX's: a thousand on each page."""
    segments: int = 3_000
    """Runs of text on all pages, or a DOCX's paragraphs; a letter of two pages has about a hundred."""
    signatures: int = 10
    """Electronic signatures of a PDF."""
    signature_bytes: int = 256 << 10
    """One signature, with its certificates and time stamps; ours has 2 kB."""
    flags: int = 100
    result: int = 16 << 20
    front_door_seconds: float = 5.0
    text_seconds: float = 15.0
    picture_seconds: float = 20.0
    """Rendering, symbols and OCR."""
    ocr_seconds: float = 17.0
    """After so long no further line is read; what was not read is said."""
    pades_seconds: float = 10.0
    address_space: int = 2 << 30
    """Bytes of address space for one child (RLIMIT_AS)."""
    open_files: int = 64
    brisk_seconds: float = 1.0
    """Of processor time: a child that takes more makes room for others."""
    slow_children: int = 8
    """That may run beside those; each may hold ``address_space``."""
    queue: int = 16
    """Verifications that may wait for a child; one more is refused at once."""

    @property
    def total_seconds(self) -> float:
        """A child that has not answered by then is killed."""
        return (
            self.front_door_seconds + self.text_seconds + self.picture_seconds + self.pades_seconds
        )
