"""Reports as pages: the detailed one of a file, and the summary of a pile."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from credential.verdict import FieldText, Indication, Verdict
from service.web.templating import TEMPLATES
from service.web.verdict_page import MARKS, axis_views, field_label, render_verdict
from verifier.difference import Kind, Part, difference
from verifier.page_picture import PagePicture
from verifier.pile import DOUBTFUL, Row, Summary

_DOUBTFUL: Final = (MARKS[Indication.INDETERMINATE][0], f"? {DOUBTFUL}")


@dataclass(frozen=True, slots=True)
class NoteView:
    """A marked place's finding, beside the picture."""

    number: int
    style: str
    label: str | None
    message: str
    expected: str | None
    found: str | None


@dataclass(frozen=True, slots=True)
class TextRow:
    """One field of the whole text. ``changed``: this reader sees a difference in it."""

    label: str
    parts: tuple[Part, ...]

    @property
    def changed(self) -> bool:
        return any(part.kind is not Kind.SAME for part in self.parts)


def report_page(verdict: Verdict, pictures: Sequence[PagePicture], site: str) -> str:
    """A file by itself: pictures and style are in it, nothing is loaded from anywhere."""
    notes = {
        finding.number: NoteView(
            finding.number,
            view.style,
            finding.label,
            finding.message,
            finding.expected,
            finding.found,
        )
        for view in axis_views(verdict)
        for finding in view.findings
    }
    sheets = [
        {
            "page": picture.page,
            "source": "data:image/png;base64," + base64.b64encode(picture.png).decode(),
            "notes": [notes[mark.number] for mark in picture.marks],
        }
        for picture in pictures
    ]
    return render_verdict(
        "report.html", verdict, site=site, pictures=sheets, rows=text_rows(verdict.texts)
    )


def text_rows(texts: Sequence[FieldText]) -> list[TextRow]:
    return [TextRow(field_label(text.field), _parts(text)) for text in texts]


def _parts(text: FieldText) -> tuple[Part, ...]:
    """Of a value that this reader may not see in full, what the file says stands alone."""
    if text.signed is None or (text.hidden and text.found is not None):
        return (Part(Kind.SAME, text.found or ""),)
    return difference(text.signed, text.found or "")


def pile_page(summary: Summary, name: str, at: int, site: str = "") -> str:
    rows = [
        {
            "place": place,
            "file": row.file,
            "style": _mark(row)[0],
            "mark": _mark(row)[1],
            "number": row.number,
            "message": row.message,
        }
        for place, row in enumerate(summary.rows, 1)
    ]
    marks = Counter(map(_mark, summary.rows))
    shown = [MARKS[one] for one in Indication] + [_DOUBTFUL] * (_DOUBTFUL in marks)
    counts = [{"style": one[0], "words": one[1], "number": marks[one]} for one in shown]
    return TEMPLATES.get_template("pile.html").render(
        name=name,
        rows=rows,
        counts=counts,
        duplicates=summary.duplicate_lines(),
        passed_over=summary.passed_over_lines(),
        policy=summary.policy,
        at=at,
        site=site,
    )


def _mark(row: Row) -> tuple[str, str]:
    return _DOUBTFUL if row.is_doubtful else MARKS[row.indication]
