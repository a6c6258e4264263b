"""What spreadsheet programs pass over, by its namespace or its place, is never read as the table's."""

import re
import zipfile
from io import BytesIO

import pytest

from certgen.table import read_table
from certgen.table_header import Column, TableError
from tests.certgen.sheets import with_part, xlsx

_SHEET, _BOOK, _TEXTS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_X14AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
_X15AC = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
_COLUMNS = (Column("product", ("产品",)), Column("amount", ("数量",)))
_IGNORED = f'xmlns:x="urn:x" xmlns:mc="{_MC}" mc:Ignorable="x"'
_HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>产品</t></is></c>' + (
    '<c r="B1" t="inlineStr"><is><t>数量</t></is></c></row>'
)
_CELLS = '<c r="A3" t="inlineStr"><is><t>杨梅</t></is></c><c r="B3"><v>9500</v></c>'
_FIRST = '<row r="2"><c r="A2" t="inlineStr"><is><t>草莓</t></is></c><c r="B2"><v>85</v></c></row>'
_UNSEEN = "表格程序不显示的内容"
_DAMAGED = "内部有误"


def _sheet(rows: str, names: str = "", after: str = "", main: str = _MAIN) -> bytes:
    """A workbook of this sheet; ``rows``: after a head and a first row."""
    sheet = f'<worksheet xmlns="{main}" {names}><sheetData>{_HEAD}{_FIRST}{rows}</sheetData>{after}'
    return with_part(xlsx([["产品"]]), _SHEET, f"{sheet}</worksheet>".encode())


def _amounts(data: bytes) -> list[str]:
    return [str(row.cells["amount"]) for row in read_table(data, _COLUMNS).rows]


def _part(data: bytes, name: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        text = archive.read(name).decode()
    assert re.search(old, text)
    return with_part(data, name, re.sub(old, new, text, count=1).encode())


def _texts(texts: str, names: str = "") -> bytes:
    """A workbook whose amount is the first of these shared texts."""
    data = xlsx([["产品", "数量"], ["草莓", "0"]])
    sheet = _HEAD + _FIRST.replace('"B2"', '"B2" t="s"').replace("85", "0")
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    data = with_part(data, _SHEET, sheet.encode())
    with zipfile.ZipFile(BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    if "sharedStrings" not in relations:
        one = f'<Relationship Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml" Id="r9"/>'
        relations = relations.replace("</Relationships>", f"{one}</Relationships>")
        data = with_part(data, "xl/_rels/workbook.xml.rels", relations.encode())
    return with_part(data, _TEXTS, f'<sst xmlns="{_MAIN}" {names}>{texts}</sst>'.encode())


@pytest.mark.parametrize(
    "row",
    [
        f'<x:row r="3">{_CELLS}</x:row>',
        f'<row xmlns="urn:x" r="3">{_CELLS}</row>',
        f'<row r="3" xmlns="urn:x">{_CELLS}</row>',
        f'<mc:AlternateContent><mc:Choice Requires="x"><row r="3">{_CELLS}</row></mc:Choice>'
        "</mc:AlternateContent>",
        f'<extLst><ext><row r="3">{_CELLS}</row></ext></extLst>',
        f'<row r="3"><extLst><ext>{_CELLS}</ext></extLst></row>',
        f'<foo><row r="3">{_CELLS}</row></foo>',
        '<row r="3"><x:c r="A3"><v>1</v></x:c><c r="B3"><v>9500</v></c></row>',
        '<row r="3"><c r="A3"><x:v>1</x:v></c></row>',
        '<row r="3"><c r="A3"><v><x:t>1</x:t></v></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><x:is><t>9500</t></x:is></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><t>9500</t></c></row>',
        '<row r="3"><c r="A3"><c r="B3"><v>5</v></c></c></row>',
    ],
)
def test_a_row_or_a_cell_that_no_program_shows_is_refused(row: str) -> None:
    """A row that nobody saw was issued."""
    with pytest.raises(TableError, match=f"第 [123] 行.*{_UNSEEN}"):
        read_table(_sheet(row, _IGNORED), _COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "<x:r><t>9</t></x:r><r><t>85</t></r>",
        "<x:w><r><t>9</t></r></x:w><r><t>85</t></r>",
        "<r><x:t>9</x:t></r><r><t>85</t></r>",
        "<r><rPr><t>9</t></rPr><t>85</t></r>",
        "<extLst><r><t>9</t></r></extLst><r><t>85</t></r>",
    ],
)
def test_letters_that_no_program_shows_are_refused(text: str) -> None:
    """985 was issued where 85 stood."""
    row = f'<row r="3"><c r="B3" t="inlineStr"><is>{text}</is></c></row>'
    for data in (_sheet(row, _IGNORED), _texts(f"<si>{text}</si>", _IGNORED)):
        with pytest.raises(TableError, match=_DAMAGED):
            read_table(data, _COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "<x:si><t>9500</t></x:si>",
        "<x:a><si><t>9500</t></si></x:a>",
        "<extLst><ext><si><t>9500</t></si></ext></extLst>",
        '<si xmlns="urn:x"><t>9500</t></si>',
        "<si><si><t>9500</t></si></si>",
    ],
)
def test_shared_texts_are_counted_as_programs_count_them(text: str) -> None:
    """9500 was issued where 85 stood."""
    assert _amounts(_texts("<si><t>85</t></si>", _IGNORED)) == ["85"]
    with pytest.raises(TableError, match=_DAMAGED):
        read_table(_texts(f"{text}<si><t>85</t></si>", _IGNORED), _COLUMNS)


def test_a_sheet_in_what_programs_pass_over_is_refused() -> None:
    data = _sheet("")
    wrapped = _part(data, _SHEET, "(?s)<sheetData>.*</sheetData>", r'<x:a xmlns:x="u">\g<0></x:a>')
    foreign = _part(data, _SHEET, "<sheetData>", '<x:sheetData xmlns:x="u"/><sheetData>')
    none = _part(data, _SHEET, f'xmlns="{_MAIN}"', 'xmlns="urn:x"')
    rows = _part(data, _SHEET, f'xmlns="{_MAIN}"', f'xmlns="urn:x" xmlns:m="{_MAIN}"')
    rows = _part(rows, _SHEET, "<worksheet", "<m:worksheet")
    rows = _part(rows, _SHEET, "</worksheet", "</m:worksheet")
    rows = _part(rows, _SHEET, "<sheetData", "<m:sheetData")
    rows = _part(rows, _SHEET, "</sheetData", "</m:sheetData")
    for odd in (wrapped, foreign, none):
        with pytest.raises(TableError, match=_DAMAGED):
            read_table(odd, _COLUMNS)
    with pytest.raises(TableError, match=_UNSEEN):
        read_table(rows, _COLUMNS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"<sheet [^>]*/>", r'\g<0><x:sheet xmlns:x="u" name="清单" sheetId="9"/>'),
        (r"<sheet [^>]*/>", r'<x:a xmlns:x="u">\g<0></x:a>'),
        (r"(?s)<sheets>.*</sheets>", r'<x:a xmlns:x="u">\g<0></x:a>'),
        (r"<sheet ", r'<sheet xmlns:x="u" x:id="rId2" '),
        (r"<sheets>", r'<x:workbookPr xmlns:x="u" date1904="1"/><sheets>'),
    ],
)
def test_sheets_and_the_calendar_are_the_workbooks_own(old: str, new: str) -> None:
    with pytest.raises(TableError, match=_DAMAGED):
        read_table(_part(_sheet(""), _BOOK, old, new), _COLUMNS)


def test_a_style_that_programs_do_not_count_is_refused() -> None:
    for old, new in (
        ("<xf ", '<x:xf xmlns:x="u"/><xf '),
        ("<fonts", '<x:cellXfs xmlns:x="u"/><fonts'),
        (r"(?s)<fonts.*</fonts>", r'<x:a xmlns:x="u">\g<0></x:a>'),
        ("<font>", '<x:font xmlns:x="u"/><font>'),
    ):
        data = _part(_sheet(""), "xl/styles.xml", old, new)
        if new.startswith("<x:xf"):
            data = _part(_sheet(""), "xl/styles.xml", r"(<cellXfs[^>]*>)", r'\1<x:xf xmlns:x="u"/>')
        with pytest.raises(TableError, match=_DAMAGED):
            read_table(data, _COLUMNS)


def test_workbooks_as_excel_writes_them_are_read() -> None:
    names = (
        f'xmlns:r="{_OFFICE}" xmlns:mc="{_MC}" mc:Ignorable="x14ac xr" xmlns:x14ac="{_X14AC}" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" xr:uid="{00-1}"'
    )
    row = f'<row r="3" spans="1:2" x14ac:dyDescent="0.25">{_CELLS}</row>'
    row += '<row r="4" x14ac:dyDescent="0.25"><c r="B4"><f>B3*2</f><v>19000</v></c></row>'
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    after = (
        '<mergeCells count="1"><mergeCell ref="D8:E9"/></mergeCells>'
        '<conditionalFormatting sqref="B2"><cfRule type="cellIs" dxfId="0" priority="1">'
        "<formula>1</formula><extLst><ext/></extLst></cfRule></conditionalFormatting>"
        f'<mc:AlternateContent><mc:Choice Requires="x14" xmlns:x14="{_X14}"><controls><control>'
        f'<controlPr><anchor><from><xdr:col xmlns:xdr="{drawing}">0</xdr:col></from></anchor>'
        "</controlPr></control></controls></mc:Choice></mc:AlternateContent>"
        f'<extLst><ext uri="1" xmlns:x14="{_X14}"><x14:conditionalFormattings>'
        "<x14:conditionalFormatting><x14:cfRule><x14:dxf><font><b/></font></x14:dxf></x14:cfRule>"
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    data = _sheet(row, names, after)
    choice = (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x15"><x15ac:absPath url="C:\\\\" '
        f'xmlns:x15ac="{_X15AC}"/></mc:Choice></mc:AlternateContent>'
    )
    data = _part(data, _BOOK, "<sheets>", f"{choice}<sheets>")
    data = _part(data, _BOOK, "<sheets>", '<fileVersion appName="xl"/><sheets>')
    extension = (
        f'<extLst><ext uri="2" xmlns:x15="{_X15}"><x15:workbookPr chartTrackingRefBase="1"/></ext>'
        "</extLst></workbook>"
    )
    data = _part(data, _BOOK, "</workbook>", extension)
    slicers = (
        f'<extLst><ext xmlns:x14="{_X14}"><x14:dxfs><dxf><font/></dxf></x14:dxfs></ext></extLst>'
    )
    data = _part(data, "xl/styles.xml", "</styleSheet>", f"{slicers}</styleSheet>")
    assert _amounts(data) == ["85", "9500", "19000"]


def test_strict_workbooks_and_those_with_prefixes_are_read() -> None:
    row = f'<row r="3">{_CELLS}</row>'
    assert _amounts(_sheet(row, main=_STRICT)) == ["85", "9500"]
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", _HEAD + _FIRST + row)
    sheet = f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{prefixed}</x:sheetData></x:worksheet>'
    assert _amounts(with_part(xlsx([["产品"]]), _SHEET, sheet.encode())) == ["85", "9500"]


def test_an_attribute_of_another_namespace_is_not_the_cells() -> None:
    row = '<row r="3"><c r="A3" x:t="inlineStr"><v>1</v></c><c r="B3" x:r="J3"><v>9</v></c></row>'
    assert _amounts(_sheet(row, _IGNORED)) == ["85", "9"]
