"""The DOCX is read back with python-docx, its symbol by a decoder, its parts as bare XML."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime

import docx
import pytest
import zxingcpp
from docx.table import Table
from docx.text.paragraph import Paragraph
from PIL import Image

from certgen.document import Document
from certgen.letter_docx import render_docx
from certgen.symbol import fit_symbol
from credential.fields import FIELDS
from tests.certgen import documents
from tests.samples import AT

DOCUMENTS = {
    "letter": documents.letter(),
    "certificate": documents.certificate(),
    "long certificate": documents.long_certificate(),
    "household": documents.household_certificate(),
}


@pytest.fixture(params=DOCUMENTS, scope="module")
def file(request: pytest.FixtureRequest) -> tuple[Document, bytes]:
    document = DOCUMENTS[request.param]
    return document, render_docx(document, at=AT)


def _lines(data: bytes) -> list[str]:
    """Paragraphs and table rows in the order of the page."""
    lines = []
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            lines += ["".join(cell.text for cell in row.cells) for row in block.rows]
    return ["".join(line.split()) for line in lines]


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read(name).decode()


def test_the_fields_and_nothing_else_in_their_order(file: tuple[Document, bytes]) -> None:
    document, data = file
    inside = [name for name in document.fields if name not in ("title", "caption", "number")]
    expected = [document.fields["title"]]
    expected += [f"{FIELDS[name].label}：{document.fields[name]}" for name in inside]
    expected += [document.fields["caption"], f"编号：{document.fields['number']}"]

    assert "".join(_lines(data)) == "".join("".join(expected).split())
    starts = [line for line in _lines(data) if line]
    for name in inside:
        assert sum(line.startswith(f"{FIELDS[name].label}：") for line in starts) == 1, name


def test_the_symbol_then_the_words_then_the_number(file: tuple[Document, bytes]) -> None:
    document, data = file
    last = docx.Document(io.BytesIO(data)).paragraphs[-3:]

    assert "graphicData" in last[0]._p.xml and last[0].text == ""
    assert last[1].text == document.fields["caption"]
    assert last[2].text == f"编号：{document.fields['number']}"


def test_the_symbol_is_read_and_half_a_millimetre_a_module(file: tuple[Document, bytes]) -> None:
    document, data = file
    (shape,) = docx.Document(io.BytesIO(data)).inline_shapes
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        (name,) = [part for part in parts.namelist() if part.startswith("word/media/")]
        picture = Image.open(io.BytesIO(parts.read(name)))
    (code,) = zxingcpp.read_barcodes(picture)
    symbol = fit_symbol(document.qr_text, 80, 0.5)

    assert code.text == symbol.text
    assert shape.width.mm == pytest.approx(symbol.side * 0.5, abs=0.01)
    assert shape.height == shape.width


def test_every_run_names_its_chinese_font(file: tuple[Document, bytes]) -> None:
    _, data = file
    runs = re.findall(r"<w:r>(.*?)</w:r>", _part(data, "word/document.xml"), re.S)
    written = [run for run in runs if "<w:t" in run]
    assert written
    for run in written:
        assert re.search(r'w:eastAsia="(宋体|黑体)"', run)
    labels = [run for run in written if re.search("：</w:t>", run)]
    assert labels and all('w:eastAsia="黑体"' in run for run in labels)


def test_nothing_that_hides_or_changes_text(file: tuple[Document, bytes]) -> None:
    _, data = file
    body = _part(data, "word/document.xml")
    for element in ("ins", "del", "sdt", "fldSimple", "fldChar", "instrText", "vanish", "pict"):
        assert re.search(rf"<w:{element}[ />]", body) is None, element
    assert "txbx" not in body and "AlternateContent" not in body
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = parts.namelist()
        assert not [name for name in names if "custom" in name.lower() or "thumbnail" in name]
        assert len(names) == len(set(names))
        rels = "".join(parts.read(name).decode() for name in names if name.endswith(".rels"))
    assert "External" not in rels


def test_the_same_input_gives_the_same_bytes() -> None:
    document = documents.letter()
    data = render_docx(document, at=AT)
    again = (
        "import sys; from tests.certgen import documents; from tests.samples import AT;"
        "from certgen.letter_docx import render_docx;"
        "sys.stdout.buffer.write(render_docx(documents.letter(), at=AT))"
    )

    assert render_docx(document, at=AT) == data
    assert (
        subprocess.run([sys.executable, "-c", again], capture_output=True, check=True).stdout
        == data
    )
    assert render_docx(document, at=AT + 2) != data


def test_the_file_bears_the_time_of_issue_and_no_name() -> None:
    data = render_docx(documents.letter(), at=AT)
    properties = docx.Document(io.BytesIO(data)).core_properties

    assert properties.created is not None
    assert properties.created.replace(tzinfo=None) == datetime(2026, 3, 5, 2, 0)
    assert (properties.title, properties.author) == ("信用承诺书", "")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(2026, 3, 5, 10, 0, 0)}


def test_the_pledge_starts_a_page_of_its_own() -> None:
    data = render_docx(documents.letter(), at=AT)
    breaking = [
        paragraph.text
        for paragraph in docx.Document(io.BytesIO(data)).paragraphs
        if paragraph.paragraph_format.page_break_before
    ]
    assert breaking == ["承诺内容："]


def test_a_title_longer_than_its_property() -> None:
    """python-docx refuses 256 characters; the page has them all."""
    issued = documents.letter()
    long = replace(issued, fields={**issued.fields, "title": "信用承诺书" * 60})
    written = docx.Document(io.BytesIO(render_docx(long, at=issued.claims.issued_at)))
    assert written.core_properties.title == ("信用承诺书" * 60)[:255]
    assert "信用承诺书" * 60 in [paragraph.text for paragraph in written.paragraphs]
