"""What a sheet says beside its values: its box, errors, what it hides; and XML said twice is refused."""

import random
import re
from io import BytesIO

import pytest
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from certgen import sheet_cells
from certgen.rich_text import STRUCK_LETTERS
from certgen.runs import Runs
from certgen.sheet_cells import Oddities, SheetFacts, SheetReader
from certgen.sheet_size import check_workbook
from certgen.sheet_xml import WorkbookError
from certgen.table import read_table
from certgen.table_header import Column
from tests.certgen.sheets import with_part, xlsx

SHEET = "xl/worksheets/sheet1.xml"
_NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PLAIN = Oddities()


def _read(content: bytes, odd: Oddities = PLAIN, size: int = 1 << 16) -> SheetReader:
    reader = SheetReader(odd)
    for start in range(0, len(content), size):
        reader.feed(content[start : start + size])
    reader.close()
    return reader


def _facts(data: str, before: str = "", odd: Oddities = PLAIN) -> SheetFacts:
    reader = SheetReader(odd)
    reader.feed(f"<worksheet {_NAMES}>{before}<sheetData>{data}</sheetData></worksheet>".encode())
    return reader.close()


def _rows_of(runs: Runs) -> dict[int, int]:
    return {row: number for row in range(1, 20) if (number := runs.at(row)) is not None}


def test_one_stray_cell_in_the_last_corner_is_refused_and_named() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "产品", " "
    data = BytesIO()
    book.save(data)
    with pytest.raises(
        WorkbookError,
        match=r"表格太大：最末单元格在 XFD1048576，请删除.*请另存为 CSV 或分成几个文件",
    ):
        check_workbook(data.getvalue())


def test_a_reference_hidden_in_a_character_reference_counts_too() -> None:
    sheet = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1048576"><x:c r="&#88;FD1048576"><x:v/>'
        b"</x:c></x:row></x:sheetData></x:worksheet>"
    )
    data = with_part(xlsx([["产品"]]), SHEET, sheet)
    with pytest.raises(WorkbookError, match="XFD1048576"):
        check_workbook(data)


def test_cells_that_do_not_say_where_they_stand_count_too() -> None:
    """The reader counts on from the cell and the row before."""
    wide = "<c/>" * 1000 + "<c><v>1</v></c>"
    for rows, last in (
        (f'<row r="1"><c><v>1</v></c></row><row r="3000">{wide}</row>', "ALM3000"),
        (f'<row><c r="A1"><v>1</v></c></row><row r="2999"/><row>{wide}</row>', "ALM3000"),
        ('<row r="1048575"/><row><c/><c r="C1048576"><v/></c><c><v/></c></row>', "C1048576"),
    ):
        data = with_part(
            xlsx([["产品"]]),
            SHEET,
            f"<worksheet {_NAMES}><sheetData>{rows}</sheetData></worksheet>".encode(),
        )
        with pytest.raises(WorkbookError, match=f"表格太大：最末单元格在 {last}，"):
            check_workbook(data)
    sheet = f'<worksheet {_NAMES}><sheetData><row r="XFD1"><c><v>1</v></c></row></sheetData></worksheet>'.encode()
    with pytest.raises(WorkbookError, match="内部有误"):
        check_workbook(with_part(xlsx([["产品"]]), SHEET, sheet))


@pytest.mark.parametrize("seed", range(20))
def test_the_box_is_no_smaller_than_the_readers(seed: int) -> None:
    draw = random.Random(seed)

    def cells(number: int) -> str:
        column = 0
        written = []
        for _ in range(draw.randint(0, 4)):
            step = draw.randint(1, 3)
            column += step
            place = f' r="{"ABCDEFGHIJKL"[column - 1]}{number}"'
            said = place if step > 1 or draw.random() < 0.5 else ""
            content = draw.choice(["<v>1</v>", "", "<v/>", "<f>1</f>"])
            written.append(f"<c{said}>{content}</c>")
        return "".join(written)

    number, rows = 0, ""
    for _ in range(draw.randint(1, 4)):
        step = draw.randint(1, 3)
        number += step
        said = f' r="{number}"' if step > 1 or draw.random() < 0.5 else ""
        rows += f"<row{said}>{cells(number)}</row>"
    sheet = f"<worksheet {_NAMES}><sheetData>{rows}</sheetData></worksheet>".encode()
    data = with_part(xlsx([["产品"]]), SHEET, sheet)
    extent = _read(sheet)
    with CalamineWorkbook.from_object(BytesIO(data)) as book:
        laid_out = list(book.get_sheet_by_index(0).iter_rows())
    assert len(laid_out) <= extent.rows
    assert max(map(len, laid_out), default=0) <= extent.columns


@pytest.mark.parametrize("seed", range(10))
def test_ordinary_rows_count_as_those_read_element_by_element(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    values = [
        ' t="s"><v>0</v></c>',
        ' t="s"><v>1</v></c>',
        ' s="8" t="s"><v>1</v></c>',
        ' s="7"><v>1.5</v></c>',
        ' t="inlineStr"><is><t xml:space="preserve"> 建德 </t></is></c>',
        "><v>1</v></c>",
    ]
    others = [
        ' s="1"/>',
        "/>",
        "></c>",
        "><f>A1</f></c>",
        ' t="e"><v>#REF!</v></c>',
        "><v>2</v>\n</c>",
        ' t="inlineStr"><is/></c>',
    ]
    rows = []
    for number in sorted(draw.sample(range(1, 400), 60)):
        kinds = values + others if draw.random() < 0.3 else [*values, others[0]]
        cells = [
            f'<c r="{letter}{number}"{draw.choice(kinds)}'
            for letter in ("A", "B", "H", "CD")
            if draw.random() < 0.8
        ]
        looks = draw.choice(
            ['ht="14.25" customHeight="1"', 'hidden="0"', 'hidden="1"', 'ht="0"', ""]
        )
        said = f'r="{number}" spans="1:9" {looks} x14ac:dyDescent="0.2"'
        rows.append(f"<row {said}>{''.join(cells)}</row>")
    content = (
        f'<worksheet {_NAMES} xmlns:x14ac="u"><sheetData>{"".join(rows)}<row><c><v/></c></row></sheetData></worksheet>'
    ).encode()
    odd = Oddities(frozenset({7}), {0: STRUCK_LETTERS})

    def measured() -> tuple[object, ...]:
        extent = _read(content, odd, draw.randint(40, 900))
        styles = {
            (row, column): style
            for column, runs in extent.styles.items()
            for row in range(1, 402)
            if (style := runs.at(row)) is not None
        }
        hidden = [row for row in range(1, 402) if extent.hidden_rows.at(row) is not None]
        return extent.rows, extent.columns, extent.row, extent.faults, styles, hidden

    quick = measured()
    assert len(sheet_cells._ROWS.findall(content)) > 3
    monkeypatch.setattr(sheet_cells, "_ROWS", re.compile(b"(?!)"))
    assert quick == measured()


def test_an_ordinary_row_is_checked_by_the_parser_too() -> None:
    for text in ("&nosuch;", "\x01"):
        row = f'<row r="1"><c r="A1" t="str"><v>{text}</v></c></row>'
        sheet = f"<worksheet {_NAMES}><sheetData>{row}</sheetData></worksheet>".encode()
        with pytest.raises(WorkbookError, match="内部有误"):
            check_workbook(with_part(xlsx([["产品"]]), SHEET, sheet))


def test_a_million_rows_that_only_have_borders_take_no_room() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_577))
    first = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{a}</v></c><c r="B{n}" t="str"><v>{b}</v></c></row>'
        for n, a, b in ((1, "产品", "数量"), (2, "草莓", "500斤"))
    )
    sheet = f"<worksheet {_NAMES}><sheetData>{first}{rows}</sheetData></worksheet>".encode()
    data = with_part(xlsx([["产品"]]), SHEET, sheet)
    columns = (Column("product", ("产品",)), Column("quantity", ("数量",)))
    table = read_table(data, columns)
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (2, {"product": "草莓", "quantity": "500斤"})
    ]


@pytest.mark.parametrize("reference", ["A0x", "ABCD1", "A12345678", "-1", "１"])
def test_a_reference_that_is_none_is_refused(reference: str) -> None:
    sheet = f'<worksheet {_NAMES}><sheetData><row><c r="{reference}"><v/></c></row></sheetData></worksheet>'.encode()
    data = with_part(xlsx([["产品"]]), SHEET, sheet)
    with pytest.raises(WorkbookError, match="内部有误"):
        check_workbook(data)


_COLUMNS = (
    Column("product", ("产品名称",), required=True),
    Column("labels", ("标签张数",), required=True),
    Column("origin", ("产地",)),
)


def _book(*rows: list[object], other: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if other:
        book.create_sheet("说明")["A1"] = other
    data = BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("cell", "read"),
    [("#REF!", "#REF!"), ("#N/A", "#N/A"), ("=COUNT(A1:A9)", "（公式没有算出结果）")],
)
@pytest.mark.parametrize("before", [0, 2])
def test_an_error_value_and_a_formula_without_a_result_are_no_empty_cells(
    cell: str, read: str, before: int
) -> None:
    """Also in a table that begins further right, whose first columns the reader leaves out."""
    left: list[object] = [None] * before
    data = _book([*left, "产品名称", "标签张数"], [*left, "草莓", 3], [*left, "杨梅", cell])
    assert [dict(row.cells) for row in read_table(data, _COLUMNS).rows] == [
        {"product": "草莓", "labels": 3},
        {"product": "杨梅", "labels": read},
    ]


def test_a_formula_with_its_result_is_read_also_where_that_is_an_empty_text() -> None:
    data = with_part(
        _book(["产品名称", "标签张数"]),
        SHEET,
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>产品名称</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>标签张数</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"草"&amp;"莓"</f><v>草莓</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"杨梅"</f><v>杨梅</v></c><c r="B3" t="str"><f>""</f><v></v></c></row>'
        "</sheetData></worksheet>".encode(),
    )
    assert [dict(row.cells) for row in read_table(data, _COLUMNS).rows] == [
        {"product": "草莓", "labels": 2},
        {"product": "杨梅"},
    ]


def test_what_is_no_row_of_the_table_may_hold_errors() -> None:
    data = _book(
        ["产品名称", "标签张数", "产地"],
        ["草莓", 3],
        ["", "#N/A"],
        ["合计", "#REF!"],
        other="#REF!",
    )
    (row,) = read_table(data, _COLUMNS).rows
    assert row.cells == {"product": "草莓", "labels": 3}


def test_faults_without_end_are_not_gathered() -> None:
    rows = (["草莓", "#REF!"] for _ in range(1001))
    with pytest.raises(WorkbookError, match=r"超过 1,000 行有错误值.*第一处在单元格 B2"):
        check_workbook(_book(["产品名称", "标签张数"], *rows))


@pytest.mark.parametrize(
    "said",
    ['hidden="1"', 'hidden="true"', 'hidden="on"', 'ht="0" customHeight="1"', 'ht="7.4"'],
)
def test_rows_that_do_not_show_are_named(said: str) -> None:
    value = "<v>1</v>"
    facts = _facts(
        f'<row r="1"><c r="A1">{value}</c></row><row r="2" {said}><c r="A2">{value}</c></row>'
        f'<row r="3" hidden="0" ht="14.25"><c r="A3">{value}</c></row><row r="4" hidden="false"/>'
    )
    assert _rows_of(facts.hidden_rows) == {2: 1}


def test_rows_are_as_low_as_the_sheet_says_unless_they_say_themselves() -> None:
    facts = _facts(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" ht="12"><c r="A2"><v>1</v></c></row>',
        '<sheetFormatPr defaultRowHeight="0"/>',
    )
    assert _rows_of(facts.hidden_rows) == {1: 1}


def test_numbers_have_as_much_room_as_their_column() -> None:
    columns = '<cols><col min="2" max="3" width="2.6"/><col min="4" max="4" width="20"/></cols>'
    facts = _facts('<row r="1"><c r="F1"><v>1</v></c></row>', columns)
    assert [facts.room(column) for column in range(1, 6)] == [8, 2, 2, 20, 8]
    facts = _facts("", f'<sheetFormatPr defaultColWidth="12.5" defaultRowHeight="15"/>{columns}')
    assert [facts.room(column) for column in (1, 2)] == [12, 2]


def test_columns_that_do_not_show_are_named() -> None:
    columns = (
        '<cols><col min="1" max="1" width="9"/><col min="2" max="3" width="9" hidden="1"/>'
        '<col min="5" max="5" width="0" customWidth="1"/></cols>'
    )
    row = '<row r="1"><c r="H1"><v>1</v></c></row>'
    facts = _facts(row, columns)
    assert [column for column in range(1, 9) if facts.unseen(column)] == [2, 3, 5]
    narrow = _facts(row, f'<sheetFormatPr defaultColWidth="0.1" defaultRowHeight="15"/>{columns}')
    assert [column for column in range(1, 9) if narrow.unseen(column)] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("sqref", "columns"),
    [("B2:C9 E1", [2, 3, 5]), ("D:D", [4]), ("2:9", [1, 2, 3, 4, 5, 6]), ("B2", [2])],
)
def test_columns_whose_cells_a_rule_may_strike_through_are_named(
    sqref: str, columns: list[int]
) -> None:
    rule = (
        f'<conditionalFormatting sqref="{sqref}"><cfRule dxfId="1"/></conditionalFormatting>'
        '<conditionalFormatting sqref="F1"><cfRule dxfId="0"/><cfRule/></conditionalFormatting>'
    )
    facts = _facts("", rule, Oddities(rules=frozenset({1})))
    assert [column for column in range(1, 7) if facts.unseen(column)] == columns


@pytest.mark.parametrize(
    ("style", "ruled"),
    [
        ("<x:font><x:strike/></x:font>", True),
        ('<x:font><x:strike val="0"/></x:font>', False),
        ('<x:numFmt numFmtId="9" formatCode="0;;"/>', True),
        ("<x:fill/>", False),
    ],
)
def test_a_rule_with_a_style_of_its_own_may_mean_every_column(style: str, ruled: bool) -> None:
    rule = f'<x:cfRule xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:dxf>{style}</x:dxf></x:cfRule>'
    assert (_facts("", rule).unseen(3) is not None) is ruled


def test_the_anchor_of_a_control_is_no_row_of_the_sheet() -> None:
    anchor = "<anchor><from><xdr:col>1</xdr:col><xdr:row>5</xdr:row></from></anchor>"
    reader = SheetReader(PLAIN)
    reader.feed(
        f'<worksheet {_NAMES} xmlns:xdr="u"><sheetData/>{anchor}{anchor}</worksheet>'.encode()
    )
    assert not reader.close().hidden_rows


def test_odd_styles_are_noted_with_their_rows() -> None:
    odd = Oddities(frozenset({0, 12}))
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"><v>1</v></c><c r="B{n}" s="12"><v>2</v></c></row>'
        for n in range(2, 6)
    )
    mixed = (
        '<row r="7"><c r="A7" s="1"><v>1</v></c><c r="B7"><v>1</v></c><c r="C7" s="12"/></row>'
        '<row r="8"><c r="A8" s="012"><v>1</v></c><c r="B8" s="2"><v>1</v></c></row>'
    )
    facts = _facts(rows + mixed, odd=odd)
    assert {column: _rows_of(runs) for column, runs in facts.styles.items()} == {
        1: {8: 12},
        2: {2: 12, 3: 12, 4: 12, 5: 12, 7: 0},
    }


@pytest.mark.parametrize(
    ("text", "struck"),
    [
        ("<r><rPr><strike/></rPr><t>9</t></r><r><t>500</t></r>", True),
        ('<r><rPr><strike val="1"/></rPr><t>9</t></r>', True),
        ('<r><rPr><strike val="0"/></rPr><t>9</t></r>', False),
        ("<r><t>草</t></r><r><rPr><b/></rPr><t>莓</t></r>", False),
        ("<t>草莓</t><rPh><t>cao</t></rPh><rPh><t>mei</t></rPh>", False),
    ],
)
def test_letters_struck_through_within_a_text_are_noted(text: str, struck: bool) -> None:
    facts = _facts(f'<row r="1"><c r="A1" t="inlineStr"><is>{text}</is></c></row>')
    assert {column: _rows_of(runs) for column, runs in facts.styles.items()} == (
        {1: {1: STRUCK_LETTERS}} if struck else {}
    )


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>5<!-- x -->00</v></c></row>',
        '<row r="1"><c r="A1"><v>5<![CDATA[00]]></v></c></row>',
        '<row r="1"><c r="A1"><v>5<?x y?>00</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>草<!-- x -->莓</t></is></c></row>',
        '<row r="1"><c r="A1"><v>5</v><v>6</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is><v>6</v></c></row>',
        '<row r="1"><c r="A1"><is><t>a</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t><t>b</t></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t><r><t>b</t></r></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t><t>b</t></r></is></c></row>',
        '<row r="1"><c r="A1"><v>5</v></c><c r="A1"><v>6</v></c></row>',
        '<row r="1"><c r="A1"><v>5</v></c><c r="A1"/></row>',
        '<row r="1"><c r="B1"><v>5</v></c><c r="A1"><v>6</v></c></row>',
        '<row r="1"><c r="A2"><v>5</v></c></row>',
        '<row r="1"><c r="A1"><f>1</f><v>5</v></c><c r="A1"><f>1</f><v>6</v></c></row>',
        '<row r="2"><c r="A2"><v>5</v></c></row><row r="2"><c r="B2"><v>6</v></c></row>',
        '<row r="2"><c r="A2"><v>5</v></c></row><row r="1"><c r="A1"><v>6</v></c></row>',
        '<row r="2"><c r="A2"><f>1</f><v>5</v></c></row><row r="2"/>',
        '<row r="1"><row r="2"><c r="A2"><v>5</v></c></row></row>',
        '<row r="1"><c r="A1"><v>红旗</v></c></row>',
        '<c r="A1"><v>5</v></c>',
        '</sheetData><sheetData><row r="1"><c r="A1"><v>5</v></c></row>',
    ],
)
def test_what_programs_read_in_different_ways_is_refused(rows: str) -> None:
    with pytest.raises(WorkbookError, match="内部有误"):
        _facts(rows)
