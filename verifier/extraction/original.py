"""The file as it was sent and as qpdf wrote it anew, drawn beside each other.

All evidence is of the copy, and the person opens the file: whatever made the two differ, a page that
does is not the page that was read.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from verifier.extraction.sheet import Draft, draft_page


def beside_original(
    original: bytes, pages: Sequence[pdfium.PdfPage]
) -> Iterator[tuple[Draft, bool]]:
    """``pages``, of the copy and not turned, each drawn, and whether the original's has the same pixels.

    In colours, since in gray some could be exchanged. Page counts are compared elsewhere: a page that
    is not there counts as drawn otherwise.
    """
    with pdfium.PdfDocument(original) as document:
        there = len(document)
        for at, page in enumerate(pages):
            draft = draft_page(page)
            if at >= there:
                yield draft, False
                continue
            sent = document[at]
            sent.set_rotation(0)
            yield draft, np.array_equal(draft_page(sent), draft)
