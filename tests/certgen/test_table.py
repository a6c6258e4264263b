"""A clerk's table: header wherever it stands, rows by the numbers that the clerk sees."""

import pickle
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from io import BytesIO
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from certgen.number_format import read_format
from certgen.shown import (
    EXPECTED_LEGIBLE,
    EXPECTED_ROOM,
    EXPECTED_SHOWN,
    EXPECTED_STANDING,
    EXPECTED_UPRIGHT,
    HIDDEN_ROW,
    Fault,
)
from certgen.table import LARGEST, TableRow, read_table, stream_table
from certgen.table_header import Column, TableError
from tests.certgen.sheets import with_part, xlsx, xlsx_with

COLUMNS = (
    Column("product", ("产品名称", "产品", "品名"), required=True),
    Column("quantity", ("产品数量", "数量"), required=True),
    Column("produced_on", ("采收日期", "日期"), is_ranked=True),
    Column("remark", ("备注",)),
)
HEADER = ["序号", "产品", "数量", "采收日期"]


def _refused(data: bytes) -> str:
    with pytest.raises(TableError) as error:
        read_table(data, COLUMNS)
    return str(error.value)


def test_the_header_is_found_below_a_title_and_an_empty_row() -> None:
    rows = [["产品 合格证台账"], [], HEADER, [1, "草莓", "500斤", date(2026, 3, 5)]]
    table = read_table(xlsx(rows), COLUMNS)
    assert table.header_row == 3
    assert dict(table.headers) == {
        "product": "产品",
        "quantity": "数量",
        "produced_on": "采收日期",
    }
    assert [row.number for row in table.rows] == [4]
    assert dict(table.rows[0].cells) == {
        "product": "草莓",
        "quantity": "500斤",
        "produced_on": datetime(2026, 3, 5),
    }


@pytest.mark.parametrize(
    "header", ["产品 名称*", "产品名称（必填）", "产品\n名称：", "ｐｒｏｄｕｃｔ"]
)
def test_a_header_matches_however_it_is_set(header: str) -> None:
    table = read_table(xlsx([[header, "数量"], ["草莓", 1]]), COLUMNS)
    assert table.rows[0].cells["product"] == "草莓"


def test_a_row_says_one_thing_in_two_columns_that_mean_the_same() -> None:
    rows = [
        ["数量", "产品", "产品数量"],
        [500, "草莓", 500],
        ["", "柑橘", 3],
        [5, "桃", 50],
        [7, "梨"],
    ]
    table = read_table(xlsx(rows), COLUMNS)
    assert table.headers["quantity"] == "产品数量"
    expected = "与列“数量”的“{}”相同（两列是同一项：请改成一致，或删去其中一列）"
    assert [dict(row.faults) for row in table.rows] == [
        {},
        {},
        {"quantity": Fault(expected.format(5), "50")},
        {"quantity": Fault(expected.format(7), "")},
    ]
    # refused too where the better column says nothing: a fault is of a cell that is there
    assert table.rows[3].cells["quantity"] == 7


def test_a_second_sheet_that_lacks_a_column_is_not_lost() -> None:
    sheets = (
        [[*HEADER, "产地"], [1, "草莓", 1, "x", "建德"]],
        [["产品", "产地"], ["柑橘", "建德"]],
    )
    three = (*COLUMNS, Column("origin", ("产地",), required=True))
    with pytest.raises(TableError) as error:
        read_table(xlsx(*sheets), three)
    assert str(error.value) == "工作表“表2”也带数据，但缺少列：产品数量。请每次只交一个工作表"
    summary = [["产品", "合计"], ["柑橘", 3]]
    assert len(read_table(xlsx(sheets[0], summary), three).rows) == 1


def test_a_row_of_failed_formulas_is_a_row() -> None:
    def fail(sheet: Worksheet) -> None:
        for place in ("B3", "C3", "C4"):
            sheet[place].data_type, sheet[place].value = "e", "#REF!"

    table = read_table(xlsx_with([HEADER, [1, "草莓", 1]], fail), COLUMNS)
    # the third waits for something to be filled in
    assert [(row.number, dict(row.cells)) for row in table.rows[1:]] == [
        (3, {"product": "#REF!", "quantity": "#REF!"})
    ]


def test_a_whole_row_that_begins_as_a_remark_is_a_row() -> None:
    header = ["主体", "产品", "数量", "采收日期", "备注", "产地", "等级"]
    columns = (*COLUMNS, *(Column(name, ()) for name in ("主体", "产地", "等级")))
    table = read_table(xlsx([header, ["合计农业公司", "草莓", 1], ["合计", "", 1]]), columns)
    assert [row.number for row in table.rows] == [2]
    assert table.notes == (3,)


def test_the_same_header_twice_is_refused() -> None:
    message = _refused(xlsx([["产品", "数量", "数量"], ["草莓", 1, 2]]))
    assert message == "第 1 行表头中列“数量”出现两次"


def test_numbers_are_what_the_sheet_shows() -> None:
    table = read_table(xlsx([["产品", "数量"], ["草莓", 0.1 + 0.2], ["柑橘", 500]]), COLUMNS)
    assert [row.cells["quantity"] for row in table.rows] == [Decimal("0.3"), Decimal(500)]


def test_empty_rows_are_left_out_and_do_not_shift_the_numbers() -> None:
    table = read_table(xlsx([HEADER, [1, "草莓", 1], [], [None, " "], [2, "柑橘", 2]]), COLUMNS)
    assert [row.number for row in table.rows] == [2, 5]


@pytest.mark.parametrize(
    "remark", [["备注：以上如有误请联系"], ["合计", None, "500斤"], ["制表人：张三"], ["说明: 略"]]
)
def test_a_remark_below_the_rows_is_no_row(remark: Sequence[object]) -> None:
    table = read_table(xlsx([HEADER, [1, "草莓", 1], remark]), COLUMNS)
    assert [row.number for row in table.rows] == [2]
    assert table.notes == (3,)


def test_a_full_row_is_never_taken_for_a_remark() -> None:
    rows = [["备注", "产品", "数量"], ["备注：加急", "草莓", 1]]
    assert len(read_table(xlsx(rows), COLUMNS).rows) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_each_encoding(encoding: str, delimiter: str) -> None:
    amount = "1,200 公斤" if delimiter == "," else "1200 公斤"
    lines = [["台账"], ["产品", "数量"], ["䶮草莓", f'"{amount}"'], [], ["柑\u3000橘", "30箱"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    table = read_table(text.encode(encoding), COLUMNS)
    assert [(row.number, row.cells["product"]) for row in table.rows] == [
        (3, "䶮草莓"),
        (5, "柑\u3000橘"),
    ]
    assert table.rows[0].cells["quantity"] == amount


def test_a_csv_cell_of_two_lines_counts_as_one_row_as_in_excel() -> None:
    table = read_table('产品,数量\n"草\n莓",1\n柑橘,2\n'.encode(), COLUMNS)
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize("empty", ["\n", ",\n", " , \n"])
def test_empty_lines_of_a_csv_are_no_rows(empty: str) -> None:
    data = "产品,数量\n草莓,1\n" + 20_000 * empty + "柑橘,2\n"
    assert [row.number for row in read_table(data.encode(), COLUMNS).rows] == [2, 20_003]


def test_a_row_of_zeros_is_a_row() -> None:
    [row] = read_table(xlsx([["产品", "数量"], [0, 0]]), COLUMNS).rows
    assert dict(row.cells) == {"product": Decimal(0), "quantity": Decimal(0)}


def test_a_csv_of_two_encodings_is_refused_and_the_line_named() -> None:
    data = "产品,数量\n草莓,1\n".encode("gb18030") + "建德草莓,2\n".encode()
    said = "文件中混有两种编码（第 3 行是 UTF-8），请用一种编码另存后再试"
    assert _refused(data) == said
    # 小模 in GB 18030 happens to be UTF-8 of other letters
    table = read_table("产品,数量\n小模,1\n".encode("gb18030"), COLUMNS)
    assert [row.cells["product"] for row in table.rows] == ["小模"]


def test_a_longer_csv_is_streamed() -> None:
    data = b"product,quantity\n" + b"a,1\n" * 3 + LARGEST * b"\n"
    with pytest.raises(TableError, match="文件超过 20 MB，请分成几个文件"):
        read_table(data, COLUMNS)
    rows = stream_table(partial(BytesIO, data), COLUMNS).rows
    assert [number for number, _ in islice(rows, 3)] == [2, 3, 4]


def test_only_the_sheet_with_the_table_is_read() -> None:
    table = read_table(xlsx([["说明", "略"]], [HEADER, [1, "草莓", 1]], [HEADER]), COLUMNS)
    assert len(table.rows) == 1


def test_a_hidden_sheet_is_not_read() -> None:
    sheets = [HEADER, [1, "草莓", 1]], [HEADER, [1, "柑橘", 1]]
    table = read_table(xlsx(*sheets, hidden=[1]), COLUMNS)
    assert [row.cells["product"] for row in table.rows] == ["草莓"]


def _hide(row: int = 0, column: str = "") -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        if row:
            sheet.row_dimensions[row].hidden = True
        if column:
            sheet.column_dimensions[column].hidden = True

    return change


def _format(cell: str, code: str) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[cell].number_format = code

    return change


def test_a_hidden_row_is_read_as_one_that_is_refused() -> None:
    rows = [HEADER, [1, "草莓", 1], [2, "柑橘", 2], [None, None, None], ["合计", None, 3]]
    table = read_table(xlsx_with(rows, _hide(row=3)), COLUMNS)
    assert [(row.number, dict(row.faults)) for row in table.rows] == [
        (2, {}),
        (3, {None: HIDDEN_ROW}),
    ]
    # empty rows and remarks are no rows of the table, whether they show or not
    for row in (4, 5):
        table = read_table(xlsx_with(rows, _hide(row=row)), COLUMNS)
        assert [dict(row.faults) for row in table.rows] == [{}, {}]


@pytest.mark.parametrize("before", [0, 2])
def test_a_hidden_column_is_refused_if_it_is_one_that_is_read(before: int) -> None:
    left: list[object] = [None] * before
    rows = [[*left, "产品", "产品数量", "数量"], [*left, "草莓", 9999, 500]]
    hidden, other = ("B", "C") if not before else ("D", "E")
    with pytest.raises(TableError) as error:
        read_table(xlsx_with(rows, _hide(column=hidden)), COLUMNS)
    assert str(error.value) == (
        f"列“产品数量”（{hidden} 列）被隐藏：要用的请取消隐藏，不用的请删除这一列"
    )
    table = read_table(xlsx_with(rows, _hide(column=other)), COLUMNS)
    assert table.rows[0].cells["quantity"] == 9999


def test_a_header_that_does_not_show_is_refused() -> None:
    rows = [HEADER, [1, "草莓", 1]]
    assert _refused(xlsx_with(rows, _hide(row=1))) == (
        "表头（第 1 行）被隐藏或筛掉：请取消隐藏，或删除这一行"
    )
    said = _refused(xlsx_with(rows, _format("C1", ';;;"件数"')))
    assert said.startswith("第 1 行表头，列“数量”：应为显示与实际一致的内容")
    assert said.endswith("得到 “显示为 件数，实际为 数量”")


@pytest.mark.parametrize(
    "code",
    [
        "m/d",
        'yyyy"年"m"月"d"日"',
        "yyyy/m/d;@",
        "[$-F800]dddd\\,\\ mmmm\\ dd",
        'm"月"d"日" aaaa',
    ],
)
def test_a_day_is_read_as_a_day_in_every_known_format_of_days(code: str) -> None:
    """What certgen.number_format takes for a day, and so for shown, the reader takes for one too."""
    assert read_format(code).is_date
    rows = [HEADER, [1, "草莓", 1, 46000]]
    row = read_table(xlsx_with(rows, _format("D2", code)), COLUMNS).rows[0]
    assert (row.cells["produced_on"], row.faults) == (datetime(2025, 12, 9), {})


def test_a_number_is_what_the_sheet_shows_or_refused() -> None:
    rows = [["产品", "数量"], ["草莓", 1234.5678], ["柑橘", 500], ["桃", 500], ["杨梅", 7]]

    def change(sheet: Worksheet) -> None:
        for cell, code in (("B2", "0"), ("B3", "#,##0.00"), ("B4", '0"斤"'), ("A5", "0.00")):
            sheet[cell].number_format = code

    first, *others = read_table(xlsx_with(rows, change), COLUMNS).rows
    assert dict(first.faults) == {
        "quantity": Fault(EXPECTED_SHOWN, "显示为 1235，实际为 1234.5678")
    }
    assert [row.cells["quantity"] for row in others] == [Decimal(500), "500斤", Decimal(7)]
    assert not any(row.faults for row in others)


def test_a_number_that_its_column_rounds_off_is_refused() -> None:
    rows = [["产品", "数量"], ["草莓", 1.4], ["柑橘", 14], ["桃", "1.4斤"], ["梨", 9.6]]

    def narrow(width: float) -> Callable[[Worksheet], None]:
        def change(sheet: Worksheet) -> None:
            sheet.column_dimensions["B"].width = width

        return change

    faults = [row.faults for row in read_table(xlsx_with(rows, narrow(2.6)), COLUMNS).rows]
    assert faults == [
        {"quantity": Fault(EXPECTED_ROOM, "1.4（列宽只显示 2 位）")},
        {},
        {},
        {"quantity": Fault(EXPECTED_ROOM, "9.6（列宽只显示 2 位）")},
    ]
    wide = read_table(xlsx_with(rows, narrow(3)), COLUMNS).rows
    assert not any(row.faults for row in wide)


def test_zeros_in_front_are_part_of_a_code_alone() -> None:
    columns = (*COLUMNS, Column("batch", ("批次号",), is_code=True))
    rows = [["产品", "数量", "批次号"], ["草莓", 500, 123], ["草莓", 500, 1234]]

    def change(sheet: Worksheet) -> None:
        for cell in ("B2", "C2"):
            sheet[cell].number_format = "000000"

    read = read_table(xlsx_with(rows, change), columns).rows
    assert [dict(row.cells) for row in read] == [
        {"product": "草莓", "quantity": Decimal(500), "batch": "000123"},
        {"product": "草莓", "quantity": Decimal(500), "batch": Decimal(1234)},
    ]


def test_what_is_seen_otherwise_is_refused() -> None:
    white = CellRichText("15", TextBlock(InlineFont(color="FFFFFFFF"), "00"), "公斤")
    rows = [["产品", "数量"], ["草莓", white], ["柑橘", 5], ["桃", 500]]

    def change(sheet: Worksheet) -> None:
        sheet["B1"].alignment = Alignment(textRotation=90)
        sheet["B3"].alignment = Alignment(horizontal="fill")

    read = read_table(xlsx_with(rows, change), COLUMNS).rows
    assert [dict(row.faults) for row in read] == [
        {"quantity": Fault(EXPECTED_LEGIBLE, "1500公斤（白底白字，或字小于 4 磅）")},
        {"quantity": Fault(EXPECTED_UPRIGHT, "5（填充对齐、旋转或缩进过大）")},
        {},
    ]


def test_what_is_struck_through_is_refused() -> None:
    struck = CellRichText(TextBlock(InlineFont(strike=True), "9"), "500斤")
    rows = [["产品", "数量"], ["草莓", struck], ["柑橘", 500]]

    def change(sheet: Worksheet) -> None:
        sheet["A3"].font = Font(strike=True)
        sheet["C3"].font = Font(strike=True)

    read = read_table(xlsx_with(rows, change), COLUMNS).rows
    assert [dict(row.faults) for row in read] == [
        {"quantity": Fault(EXPECTED_STANDING, "9500斤（有删除线）")},
        {"product": Fault(EXPECTED_STANDING, "柑橘（有删除线）")},
    ]


@pytest.mark.parametrize(
    "letters",
    [
        *(
            Font(color=color)
            for color in ("FFFFFFFF", "00FAFBFC", Color(theme=0), Color(indexed=9))
        ),
        Font(color=Color(theme=0, tint=-0.05)),
        Font(size=1),
    ],
)
@pytest.mark.parametrize("paper", [PatternFill(), PatternFill("solid", fgColor="FFFFFFFF")])
def test_what_nobody_can_read_is_refused(letters: Font, paper: PatternFill) -> None:
    """Found: a row in white letters was issued."""

    def change(sheet: Worksheet) -> None:
        sheet["B3"].font, sheet["B3"].fill = letters, paper
        sheet["B2"].font = Font(color="FF7F7F7F", size=4)
        sheet["A2"].font, sheet["A2"].fill = letters, PatternFill("solid", fgColor="FF1F4E79")

    rows = [["产品", "数量"], ["草莓", "85公斤"], ["柑橘", "9500公斤"]]
    first, second = read_table(xlsx_with(rows, change), COLUMNS).rows
    assert dict(first.faults).keys() == ({"product"} if letters.size == 1 else set())
    found = "9500公斤（白底白字，或字小于 4 磅）"
    assert second.faults == {"quantity": Fault(EXPECTED_LEGIBLE, found)}


def test_shared_texts_struck_through_are_refused_where_they_stand() -> None:
    """As Excel and WPS write texts: all in a part of their own."""
    texts = ["<t>产品</t>", "<t>数量</t>", "<r><rPr><strike/></rPr><t>9</t></r><r><t>500斤</t></r>"]
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    said = "".join(f"<si>{text}</si>" for text in texts)
    relation = '<Relationship Type="u/sharedStrings" Target="sharedStrings.xml" Id="rId9"/></Relationships>'
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><f>B2</f><v>2</v></c></row>'
    )
    data = xlsx([["产品"]])
    with zipfile.ZipFile(BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    sheet = f"<worksheet {names}><sheetData>{rows}</sheetData></worksheet>"
    for name, content in (
        ("xl/_rels/workbook.xml.rels", relations.replace("</Relationships>", relation)),
        ("xl/sharedStrings.xml", f"<sst {names}>{said}</sst>"),
        ("xl/worksheets/sheet1.xml", sheet),
    ):
        data = with_part(data, name, content.encode())
    read = read_table(data, COLUMNS).rows
    fault = Fault(EXPECTED_STANDING, "9500斤（有删除线）")
    assert [dict(row.faults) for row in read] == [{"quantity": fault}, {"quantity": fault}]


def test_a_column_that_a_rule_may_strike_through_is_refused() -> None:
    rows = [["产品", "数量", "状态"], ["草莓", 500, "取消"]]

    def change(sheet: Worksheet) -> None:
        rule = FormulaRule(formula=['$C2="取消"'], font=Font(strike=True))
        sheet.conditional_formatting.add("B2:C9", rule)
        rule = FormulaRule(formula=['$C2="急"'], font=Font(bold=True))
        sheet.conditional_formatting.add("A2:A9", rule)

    assert _refused(xlsx_with(rows, change)) == (
        "列“数量”（B 列）有条件格式会画删除线、变成白字或改变数字的样子：请清除这些规则，再核对这一列"
    )


@pytest.mark.parametrize(
    ("letters", "fill", "is_refused"),
    [
        ("FFFFFFFF", None, True),
        ("FFFFFFFF", "FF1F4E78", False),
        ("FFFFFFFF", "FFFDFDFD", True),
        ("FFC00000", None, False),
    ],
)
def test_a_rule_may_not_make_letters_as_white_as_their_paper(
    letters: str, fill: str | None, *, is_refused: bool
) -> None:
    def change(sheet: Worksheet) -> None:
        paper = PatternFill(bgColor=fill) if fill else None
        rule = FormulaRule(formula=["$B2>9"], font=Font(color=letters), fill=paper)
        sheet.conditional_formatting.add("B2:B9", rule)

    data = xlsx_with([["产品", "数量"], ["草莓", 500]], change)
    if is_refused:
        assert _refused(data).startswith("列“数量”（B 列）有条件格式会画删除线、变成白字")
    else:
        assert len(read_table(data, COLUMNS).rows) == 1


def test_a_row_goes_from_process_to_process_with_its_faults() -> None:
    for row in (TableRow(2, {"a": "b"}), TableRow(2, {"a": "b"}, {None: HIDDEN_ROW})):
        assert pickle.loads(pickle.dumps(row)) == row


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b"x" * (LARGEST + 1), "文件超过 20 MB，请分成几个文件"),
        (b"\xd0\xcf\x11\xe0\xa1", "是旧版 .xls 或加了密码的表格，请另存为不加密码的 .xlsx"),
        (b"PK\x03\x04 no", "XLSX 文件已损坏，请重新保存后再试"),
        (b"\xff\xfe\x00\x01", "不是表格：应为 XLSX，或 UTF-8、GB 18030 编码的 CSV"),
        (b"a,b\x00", "不是表格：应为 XLSX，或 UTF-8、GB 18030 编码的 CSV"),
        (b'\xef\xbb\xbfa,"b', "CSV 的引号不成对，或一格的内容过长"),
        (b"hello", "没有找到表头：前 30 行中应有一行写着列名（产品名称、产品数量）"),
        ("产品\n草莓".encode(), "没有找到表头：前 30 行中应有一行写着列名（产品名称、产品数量）"),
        (
            "台账\n产品,日期\n草莓,x".encode(),
            "缺少列：产品数量（表头在第 2 行，认出的列：产品、日期）",
        ),
        ("产品,数量\n,\n".encode(), "表头（第 1 行）下面没有数据"),
        (
            xlsx([HEADER, [1, "草莓", 1]], [HEADER, [1, "柑橘", 1]]),
            "有多个工作表带数据：“表1”、“表2”，请每次只交一个",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_chinese(data: bytes, message: str) -> None:
    assert _refused(data) == message


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_whatever_the_bytes_only_a_table_error_comes_out(data: bytes) -> None:
    try:
        read_table(data, COLUMNS)
    except TableError as error:
        assert str(error)


_WORKBOOK = xlsx([HEADER, [1, "草莓", 1]])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(_WORKBOOK) - 1), st.integers(1, 255))
def test_a_damaged_workbook_is_read_or_refused(place: int, change: int) -> None:
    data = bytearray(_WORKBOOK)
    data[place] ^= change
    try:
        read_table(bytes(data), COLUMNS)
    except TableError as error:
        assert str(error)
