"""Makes verifier/extraction/warm_pages: ``python -m tests.verifier.extraction.warm_pages_files``."""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pikepdf

from benchmarks.office import Desk, sample_office
from certgen.label_pdf import label_pdf
from certgen.seal import seal_pdf
from service.issuing import issue_rows
from service.printing import DOCX, PDF
from tests import samples, seals
from tests.certgen import labels
from tests.verifier import paper
from verifier import extraction

PAGES: Final = Path(extraction.__file__).with_name("warm_pages")
_TABLE: Final = """\
承诺人,身份证号,办理事项,替代证明,被继承人,被继承人出生日期,被继承人死亡日期,告知确认时间
李建国,11010519491231002X,放弃继承权声明公证,继承人放弃继承权涉及的财产证明,李玉山,1938-05-06,2024-07-18,2025-03-12 09:24
"""
"""What a letter tells and promises stands in its scheme and is the same in each; all else is made up."""


def warm_pages() -> Mapping[str, bytes]:
    """One of each kind that is uploaded, by its name; of a seal no authority is asked."""
    certificate, box = paper.producer(), labels.style("one-box-80x60")
    with sample_office(subjects=1) as office:
        pdf, written = (_letter(office.letters, form) for form in (PDF, DOCX))
    return {
        "a5.pdf": seal_pdf(paper.pdf(certificate, paper.A5), seals.seal(), at=samples.AT),
        "80x60.pdf": paper.pdf(certificate, paper.LABEL),
        "label.pdf": _saved_anew(label_pdf(labels.label(box.id), box)),
        "letter.pdf": pdf,
        "letter.docx": written,
    }


def _saved_anew(data: bytes) -> bytes:
    """The page is what counts; how the label writer puts down its objects may change."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(output)
    return output.getvalue()


def _letter(desk: Desk, form: str) -> bytes:
    run = replace(desk.run, formats=(form,))
    (issued,) = issue_rows(run, desk.judged(_TABLE.encode()).ready).issued
    return (run.out / issued.files[0]).read_bytes()


if __name__ == "__main__":
    for name, data in warm_pages().items():
        (PAGES / name).write_bytes(data)
