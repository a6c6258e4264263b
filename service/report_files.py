"""What is written of one verified file, on a disk or into an answer: everything but the signature."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from certgen.detail import Detail, DetailNote, DetailSheet, DetailText, detail_pdf
from credential.verdict import Indication, Verdict
from service.piles import verdict_line
from service.reports import report_values
from service.web.report_page import report_page, text_rows
from service.web.verdict_page import axis_views, field_label, verdict_page
from verifier.page_picture import PagePicture, PixelSource, picture_pages
from verifier.pile import Item

REPORT: Final = "report"
DETAIL: Final = "report-detail"


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """``annexes``: whose SHA-256 the signed report prints; ``pages``: for a reader; both by name."""

    annexes: Mapping[str, bytes]
    pages: Mapping[str, bytes]

    @property
    def digests(self) -> dict[str, str]:
        return {name: hashlib.sha256(data).hexdigest() for name, data in self.annexes.items()}


def report_files(
    verdict: Verdict, item: Item, source: PixelSource, *, site: str, at: int
) -> ReportFiles:
    """``site``: the office's address; ``at``: Unix seconds, for the PDF.

    Raises:
        VerifierBusy: the queue for children is full.
        GlyphError, PageError: the detailed PDF could not be set.
    """
    data = item.content if isinstance(item.content, bytes) else b""
    pictures = picture_pages(data, verdict, source) if data else ()
    return ReportFiles(
        {
            f"{REPORT}.json": verdict_line(verdict).encode() + b"\n",
            f"{DETAIL}.pdf": detail_pdf(detail_of(verdict, pictures), at=at),
        },
        {
            f"{REPORT}.html": verdict_page(verdict, site).encode(),
            f"{DETAIL}.html": report_page(verdict, pictures, site).encode(),
        },
    )


def detail_of(verdict: Verdict, pictures: Sequence[PagePicture]) -> Detail:
    notes = {
        finding.number: DetailNote(
            finding.number,
            axis.indication is Indication.FAILED,
            finding.label or "",
            finding.message,
            finding.expected,
            finding.found,
        )
        for axis, view in zip(verdict.axes, axis_views(verdict), strict=True)
        for finding in view.findings
    }
    values = report_values(verdict, {})
    names = ("verdict", "file", "file_digest", "checked_at", "policy", "checked")
    return Detail(
        tuple((field_label(name), values[name]) for name in names if name in values),
        tuple(
            DetailSheet(one.page, one.png, tuple(notes[mark.number] for mark in one.marks))
            for one in pictures
        ),
        tuple(
            DetailText(row.label, row.changed, tuple((p.kind, p.text) for p in row.parts))
            for row in text_rows(verdict.texts)
        ),
    )
