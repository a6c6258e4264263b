"""The letter as DOCX, for offices that file Word documents: the same fields in the same order.

Plain paragraphs and one table only: no fields, content controls, text boxes or revisions, so that
what a program reads is what the eye sees. Each field starts a paragraph or is a table row; the
symbol, the words and the number close the document.
"""

import io
import zipfile
from datetime import UTC, datetime
from typing import Final

import docx
from docx.document import Document as DocxFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from certgen.document import Document
from certgen.symbol import QUIET_ZONE, fit_symbol
from credential.fields import FIELDS, SHANGHAI

SONG: Final = "宋体"
HEI: Final = "黑体"
_LATIN: Final = "Times New Roman"
_COLUMNS: Final = (Mm(42), Mm(118))
_LONGEST_TITLE: Final = 255
"""Characters of the property; on the page the title is whole."""
_MODULE_MM: Final = 0.5
_SYMBOL_MM: Final = 80.0
_PIXELS: Final = 12
"""A module; Word smooths what it scales, so the picture has more pixels than a printer shows."""

_LONG_TEXTS: Final = frozenset({"promise", "notice", "pledge", "liability"})
_OWN_PARAGRAPH: Final = _LONG_TEXTS | {
    "acknowledged",
    "pledged_on",
    "expires_on",
    "signature",
    "check_code",
    "platform",
}
_FINE_PRINT: Final = frozenset({"check_code", "platform"})
_SYMBOL_BLOCK: Final = frozenset({"title", "caption", "number"})


def render_docx(document: Document, *, at: int) -> bytes:
    """A4; ``at``: Unix seconds, the date in the file's properties. The same input, the same bytes.

    Raises:
        SymbolError: the credential is too long for any symbol of the page.
    """
    file = docx.Document()
    _set_page(file)
    _set_properties(file, document, at)
    _add_title(file, document.fields["title"])
    _add_body(file, document)
    _add_symbol(file, document)
    _drop_leftovers(file)
    data = io.BytesIO()
    file.save(data)
    return _repacked(data.getvalue(), at)


def _set_page(file: DocxFile) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    normal = file.styles["Normal"]
    normal.font.name = _LATIN
    normal.font.size = Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = Pt(0)
    # 固定值, so that rows of Chinese and rows of digits stand on one line across the table
    normal.paragraph_format.line_spacing = Pt(20)


def _set_properties(file: DocxFile, document: Document, at: int) -> None:
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    properties = file.core_properties
    properties.title = document.fields["title"][:_LONGEST_TITLE]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = moment
    properties.language = "zh-CN"
    properties.revision = 1


def _add_title(file: DocxFile, title: str) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(16)
    paragraph.paragraph_format.line_spacing = Pt(36)
    _write(paragraph, title, size=26, bold=True, spacing=6)


def _add_body(file: DocxFile, document: Document) -> None:
    """Table rows for the short fields; the order of the fields is kept."""
    table: Table | None = None
    for name, value in document.fields.items():
        if name in _SYMBOL_BLOCK:
            continue
        label = f"{FIELDS[name].label}："
        if name in _OWN_PARAGRAPH:
            table = None
            # 告知 on one page, 承诺 on the next, as on the printed letter
            new_page = name == "pledge" and "notice" in document.fields
            _add_text(file, name, label, value, new_page=new_page)
        else:
            if table is None:
                table = _add_table(file)
            _add_row(table, label, value)


def _add_table(file: DocxFile) -> Table:
    table: Table = file.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS, strict=True):
        column.width = width
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), "4")
        borders.append(line)
    table._tbl.tblPr.insert_element_before(
        borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    return table


def _add_row(table: Table, label: str, value: str) -> None:
    row = table.add_row()  # type: ignore[no-untyped-call]
    for cell, text, font, width in zip(
        row.cells, (label, value), (HEI, SONG), _COLUMNS, strict=True
    ):
        cell.width = width
        for place, line in enumerate(text.split("\n")):
            paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
            paragraph.paragraph_format.space_before = Pt(2)
            paragraph.paragraph_format.space_after = Pt(2)
            _write(paragraph, line, font=font)


def _add_text(file: DocxFile, name: str, label: str, value: str, *, new_page: bool) -> None:
    heading = file.add_paragraph()
    heading.paragraph_format.space_before = Pt(10 if name in _LONG_TEXTS else 6)
    heading.paragraph_format.page_break_before = new_page
    if name in _LONG_TEXTS:
        heading.paragraph_format.keep_with_next = True
        _write(heading, label, font=HEI)
        for line in value.split("\n"):
            paragraph = file.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = Pt(24)
            _write(paragraph, line)
        paragraph.paragraph_format.space_after = Pt(8)
        return
    size = 9.0 if name in _FINE_PRINT else 12.0
    if name in _FINE_PRINT:
        heading.paragraph_format.line_spacing = Pt(14)
    if name == "signature":
        # room for a signature in ink
        heading.paragraph_format.space_before = Pt(30)
        heading.paragraph_format.space_after = Pt(14)
        heading.paragraph_format.tab_stops.add_tab_stop(Mm(90), leader=WD_TAB_LEADER.LINES)
        value = "\t"
    _write(heading, label, font=HEI, size=size)
    first, *rest = value.split("\n")
    _write(heading, first, size=size)
    for line in rest:
        _write(file.add_paragraph(), line, size=size)


def _add_symbol(file: DocxFile, document: Document) -> None:
    """The picture, then the words, then the number: the end of the document."""
    symbol = fit_symbol(document.qr_text, _SYMBOL_MM, _MODULE_MM)
    picture = file.add_paragraph()
    picture.paragraph_format.space_before = Pt(14)
    picture.paragraph_format.keep_with_next = True
    picture.paragraph_format.line_spacing = 1.0  # a fixed line would crop the picture
    picture.paragraph_format.left_indent = -Mm(QUIET_ZONE * _MODULE_MM)
    width = Mm(symbol.side * _MODULE_MM)
    inline = picture.add_run().add_picture(io.BytesIO(symbol.png(_PIXELS)), width=width)._inline
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")  # left out, LibreOffice takes 3 mm
    words = file.add_paragraph()
    words.paragraph_format.keep_with_next = True
    _write(words, document.fields["caption"], font=HEI, size=14)
    number = file.add_paragraph()
    _write(number, f"{FIELDS['number'].label}：", font=HEI, size=10.5)
    _write(number, document.fields["number"], size=10.5)


def _drop_leftovers(file: DocxFile) -> None:
    """python-docx's own template brings a thumbnail of another page, custom XML and old styles."""
    for relations in (file.part.package.rels, file.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(("/thumbnail", "/customXml", "/stylesWithEffects")):
                del relations[key]


def _write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = SONG,
    size: float = 12,
    bold: bool = False,
    spacing: int = 0,
) -> None:
    """A run whose Chinese and Latin fonts are both named; ``spacing``: points after each character."""
    if not text:
        return
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = _LATIN
    run.bold = bold or None
    properties = run._r.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")  # ■, “ and ” are of both scripts: they are Chinese here
    if spacing:
        element = OxmlElement("w:spacing")
        element.set(qn("w:val"), str(spacing * 20))
        properties.insert_element_before(element, "w:w", "w:kern", "w:position", "w:sz")


def _repacked(data: bytes, at: int) -> bytes:
    """The same parts with one fixed time each: zip writes the clock into every entry."""
    moment = datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).timetuple()[:6]
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return packed.getvalue()
