"""What would not fit into memory is refused before a sheet is laid out."""

import random
import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from certgen import sheet_size
from certgen.sheet_size import SheetSizeError, check_workbook
from certgen.table import Column, read_table
from tests.certgen.sheets import xlsx


def _with(data: bytes, name: str, content: bytes) -> bytes:
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content, zipfile.ZIP_DEFLATED, 1)
    return changed.getvalue()


def test_an_ordinary_workbook_passes() -> None:
    check_workbook(xlsx([["产品", "数量"], ["草莓", 1]]))


def test_one_stray_cell_in_the_last_corner_is_refused_and_named() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "产品", " "
    data = BytesIO()
    book.save(data)
    with pytest.raises(
        SheetSizeError,
        match=r"表格太大：最末单元格在 XFD1048576，请删除.*请另存为 CSV 或分成几个文件",
    ):
        check_workbook(data.getvalue())


def test_a_reference_hidden_in_a_character_reference_counts_too() -> None:
    sheet = (
        b'<x:worksheet xmlns:x="u"><x:row r="1"/><x:c r="&#88;FD1048576"><x:v/></x:c></x:worksheet>'
    )
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(SheetSizeError, match="XFD1048576"):
        check_workbook(data)


def test_cells_that_do_not_say_where_they_stand_count_too() -> None:
    """The reader counts on from the cell and the row before."""
    wide = "<c/>" * 1000 + "<c><v>1</v></c>"
    for rows, last in (
        (f'<row r="1"><c><v>1</v></c></row><row r="3000">{wide}</row>', "ALM3000"),
        (f'<row><c r="A1"><v>1</v></c></row><row r="2999"/><row>{wide}</row>', "ALM3000"),
        ('<row r="1048575"/><row><c r="A1"/><c r="C7"><v/></c><c><v/></c></row>', "D1048576"),
    ):
        data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", f"<w>{rows}</w>".encode())
        with pytest.raises(SheetSizeError, match=f"表格太大：最末单元格在 {last}，"):
            check_workbook(data)
    sheet = b'<w><row r="XFD1"><c><v>1</v></c></row></w>'
    with pytest.raises(SheetSizeError, match="内部有误"):
        check_workbook(_with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet))


@pytest.mark.parametrize("seed", range(20))
def test_the_box_is_no_smaller_than_the_readers(seed: int) -> None:
    draw = random.Random(seed)

    def place(letters: str) -> str:
        return draw.choice(["", f' r="{letters}{draw.randint(1, 12)}"'])

    def cell() -> str:
        content = draw.choice(["<v>1</v>", "", "<is><t>a</t></is>", "<v/>", "<f>1</f>"])
        return f"<c{place(draw.choice('ABCD'))}>{content}</c>"

    def row() -> str:
        return f"<row{place('')}>{''.join(cell() for _ in range(draw.randint(0, 4)))}</row>"

    rows = "".join(row() for _ in range(draw.randint(1, 4)))
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    extent = sheet_size._Extent()
    extent.feed(sheet)
    extent.close()
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
        "><is/></c>",
    ]
    rows = []
    for number in sorted(draw.sample(range(1, 400), 60)):
        kinds = values + others if draw.random() < 0.3 else [*values, others[0]]
        cells = [
            f'<c r="{letter}{number}"{draw.choice(kinds)}'
            for letter in ("A", "B", "CD", "H")
            if draw.random() < 0.8
        ]
        rows.append(f'<row r="{number}" spans="1:9" x14ac:dyDescent="0.2">{"".join(cells)}</row>')
    content = f'<w xmlns:x14ac="u"><c r="E3">{"".join(rows)}</c><row><c><v/></c></row></w>'.encode()

    def measured() -> tuple[int, int, int, object]:
        extent = sheet_size._Extent()
        size = draw.randint(40, 900)
        for start in range(0, len(content), size):
            extent.feed(content[start : start + size])
        extent.close()
        return extent.rows, extent.columns, extent.row, extent.faults

    quick = measured()
    assert len(sheet_size._ROWS.findall(content)) > 3
    monkeypatch.setattr(sheet_size, "_ROWS", re.compile(b"(?!)"))
    assert quick == measured()


def test_an_ordinary_row_is_checked_by_the_parser_too() -> None:
    for text in ("&nosuch;", "\x01"):
        sheet = f'<w><row r="1"><c r="A1" t="str"><v>{text}</v></c></row></w>'.encode()
        with pytest.raises(SheetSizeError, match="内部有误"):
            check_workbook(_with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet))


def test_a_million_rows_that_only_have_borders_take_no_room() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_577))
    first = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{a}</v></c><c r="B{n}" t="str"><v>{b}</v></c></row>'
        for n, a, b in ((1, "产品", "数量"), (2, "草莓", "500斤"))
    )
    sheet = f"<w><sheetData>{first}{rows}</sheetData></w>".encode()
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    columns = (Column("product", ("产品",)), Column("quantity", ("数量",)))
    table = read_table(data, columns)
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (2, {"product": "草莓", "quantity": "500斤"})
    ]


def test_a_document_type_is_refused() -> None:
    sheet = b'<!DOCTYPE w [<!ENTITY a "b">]><w/>'
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(SheetSizeError, match="文档类型声明"):
        check_workbook(data)


@pytest.mark.parametrize("reference", ["A0x", "ABCD1", "A12345678", "-1", "１"])
def test_a_reference_that_is_none_is_refused(reference: str) -> None:
    sheet = f'<w><c r="{reference}"><v/></c></w>'.encode()
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(SheetSizeError, match="内部有误"):
        check_workbook(data)


def test_bytes_are_counted_as_they_inflate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_size, "LARGEST_INFLATED", 2 << 20)
    data = _with(xlsx([["产品"]]), "xl/media/zero.bin", bytes(3 << 20))
    with pytest.raises(SheetSizeError, match="展开后超过 2 MB"):
        check_workbook(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 nothing", "已损坏"),
        (xlsx([["产品"]])[:-60], "已损坏"),
        (_with(xlsx([["产品"]]), "content.xml", b"<a/>"), "不是 XLSX"),
        (_with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", b"<w><c></w>"), "内部有误"),
    ],
)
def test_a_broken_or_foreign_file_is_refused_in_chinese(data: bytes, message: str) -> None:
    with pytest.raises(SheetSizeError, match=message):
        check_workbook(data)


_COLUMNS = (
    Column("product", ("产品名称",), required=True),
    Column("labels", ("标签张数",)),
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
    data = _with(
        _book(["产品名称", "标签张数"]),
        "xl/worksheets/sheet1.xml",
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
    with pytest.raises(SheetSizeError, match=r"超过 1,000 行有错误值.*第一处在单元格 B2"):
        check_workbook(_book(["产品名称", "标签张数"], *rows))
