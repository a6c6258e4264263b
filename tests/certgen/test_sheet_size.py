"""What does not fit into memory, or is read by programs in different ways, is refused."""

import zipfile
from io import BytesIO

import pytest

from certgen import sheet_size
from certgen.sheet_size import check_workbook
from certgen.sheet_xml import WorkbookError
from tests.certgen.sheets import with_part, xlsx


def test_an_ordinary_workbook_passes() -> None:
    check_workbook(xlsx([["产品", "数量"], ["草莓", 1]]))


def test_a_document_type_is_refused() -> None:
    sheet = b'<!DOCTYPE w [<!ENTITY a "b">]><w/>'
    data = with_part(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(WorkbookError, match="文档类型声明"):
        check_workbook(data)


def test_bytes_are_counted_as_they_inflate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_size, "LARGEST_INFLATED", 2 << 20)
    data = with_part(xlsx([["产品"]]), "xl/media/zero.bin", bytes(3 << 20))
    with pytest.raises(WorkbookError, match="展开后超过 2 MB"):
        check_workbook(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 nothing", "已损坏"),
        (xlsx([["产品"]])[:-60], "已损坏"),
        (with_part(xlsx([["产品"]]), "content.xml", b"<a/>"), "不是 XLSX"),
        (with_part(xlsx([["产品"]]), "xl/worksheets/sheet1.xml", b"<w><c></w>"), "内部有误"),
        (
            with_part(xlsx([["产品"]]), "xl/styles.xml", b'<?xml version="1.0" encoding="d"?><s/>'),
            "内部有误",
        ),
    ],
)
def test_a_broken_or_foreign_file_is_refused_in_chinese(data: bytes, message: str) -> None:
    with pytest.raises(WorkbookError, match=message):
        check_workbook(data)


_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _with_texts(part: str, target: str | None) -> bytes:
    """A workbook with shared texts in ``part``, to which a relationship leads, if one does."""
    data = xlsx([["产品"], ["草莓"]])
    texts = f'<sst xmlns="{_NAMES}"><si><t>草莓</t></si></sst>'.encode()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels")
    one = f'<Relationship Type="{_TYPES}/sharedStrings" Target="{target}" Id="r9"/>'.encode()
    if target is not None:
        relations = relations.replace(b"</Relationships>", one + b"</Relationships>")
    return with_part(with_part(data, part, texts), "xl/_rels/workbook.xml.rels", relations)


def test_shared_texts_are_where_every_program_looks_for_them() -> None:
    check_workbook(_with_texts("xl/sharedStrings.xml", "sharedStrings.xml"))
    check_workbook(_with_texts("xl/SharedStrings.xml", "/xl/SharedStrings.xml"))
    for part, target in (
        ("xl/sharedStrings.xml", "texts.xml"),
        ("xl/texts.xml", "texts.xml"),
        ("xl/sharedStrings.xml", None),
    ):
        with pytest.raises(WorkbookError, match="内部有误"):
            check_workbook(_with_texts(part, target))


def test_the_workbook_is_the_one_that_every_program_opens() -> None:
    """Excel goes by the relationship, and showed 9999 where 500 was read."""
    data = xlsx([["产品"], ["草莓"]])
    with zipfile.ZipFile(BytesIO(data)) as archive:
        root = archive.read("_rels/.rels")
    other = root.replace(b"xl/workbook.xml", b"xl/book.xml")
    assert other != root
    check_workbook(with_part(data, "_rels/.rels", root.replace(b'"xl/', b'"/xl/')))
    second = root.replace(b"</Relationships>", other[other.index(b"<Relationship ") :])
    for odd in (other, second.replace(b"rId", b"r", 1)):
        with pytest.raises(WorkbookError, match="内部有误"):
            check_workbook(with_part(data, "_rels/.rels", odd))


def test_a_part_that_is_there_twice_is_refused() -> None:
    data = _with_texts("xl/sharedStrings.xml", "sharedStrings.xml")
    for name in ("xl/SHAREDSTRINGS.xml", "xl\\sharedStrings.xml"):
        with pytest.raises(WorkbookError, match="内部有误"):
            check_workbook(with_part(data, name, b"<sst/>"))
