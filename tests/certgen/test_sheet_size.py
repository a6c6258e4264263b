"""What would not fit into memory is refused before a sheet is laid out."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from certgen import sheet_size
from certgen.sheet_size import SheetSizeError, check_workbook
from tests.certgen.sheets import xlsx


def _with(data: bytes, name: str, content: bytes) -> bytes:
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return changed.getvalue()


def test_an_ordinary_workbook_passes() -> None:
    check_workbook(xlsx([["产品", "数量"], ["草莓", 1]]))


def test_one_stray_cell_in_the_last_corner_is_refused_and_named() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "产品", " "
    data = BytesIO()
    book.save(data)
    with pytest.raises(SheetSizeError, match=r"表格太大：最末单元格在 XFD1048576"):
        check_workbook(data.getvalue())


def test_a_reference_hidden_in_a_character_reference_counts_too() -> None:
    sheet = (
        b'<x:worksheet xmlns:x="u"><x:row r="1"/><x:c r="&#88;FD1048576"><x:v/></x:c></x:worksheet>'
    )
    data = _with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(SheetSizeError, match="XFD1048576"):
        check_workbook(data)


def test_a_million_rows_that_only_have_borders_take_no_room() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="Z{n}" s="1"/></row>' for n in range(2, 1_048_577)
    )
    sheet = f'<w><row r="1"><c r="A1" t="n"><v>1</v></c></row>{rows}</w>'.encode()
    check_workbook(_with(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet))


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
