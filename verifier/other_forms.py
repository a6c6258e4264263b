"""Files of one form that are a document of another form too, for whoever opens them with its program."""

import re
from itertools import islice
from typing import Final

_PDF: Final = re.compile(rb"%PDF-|startxref")
_OBJECT: Final = re.compile(rb"[\s\0]obj[\s\0()<>\[\]{}/%]")
"""ISO 32000-1 §7.3.10: what stands before it may be a comment, which ends with its line."""
_FEWEST: Final = 2
"""Objects: a page has three at least, and of noise one file in a thousand has one."""
_ZIP: Final = b"PK\x05\x06\0\0\0\0"
"""The end of a directory (APPNOTE 4.3.16), of one disk."""
_HYBRID: Final = b"AdditionalStreams"
"""The entry of a trailer, as it is spelt, by which LibreOffice finds the text document to open instead."""


def has_pdf(data: bytes) -> bool:
    """Readers look for a PDF behind other bytes (ISO 32000-1 Annex H.3.4.1), some without any header, and
    mend it by its objects alone. Bytes as they stand: a letter's XML was packed so that its codes were
    a PDF."""
    if _PDF.search(data) is not None:
        return True
    return len(list(islice(_OBJECT.finditer(data), _FEWEST))) == _FEWEST


def has_zip(data: bytes) -> bool:
    """Readers look for a ZIP from the end on."""
    return _ZIP in data


def has_text_document(data: bytes) -> bool:
    """LibreOffice's "hybrid PDF": wherever in the file the trailer stands."""
    return _HYBRID in data
