"""A workbook as an office formats one, with bytes that do not depend on the clock."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl.writer import excel

from service.sample_workbook import office_workbook


def _make() -> bytes:
    rows = [("草莓", date(2026, 3, 5)), ("柑橘", datetime(2026, 3, 5, 9, 30))]
    return office_workbook("台账", "标题", (("产品", 12), ("日期", 20)), rows, "备注：略")


def test_it_looks_like_an_offices() -> None:
    sheet = openpyxl.load_workbook(BytesIO(_make()))["台账"]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:B1"]
    assert [cell.value for cell in sheet[1]] == ["标题", None]
    assert [cell.value for cell in sheet[2]] == ["产品", "日期"]
    assert sheet["A2"].font.b
    assert sheet["A2"].fill.fgColor.rgb == "00DDEBF7"
    assert sheet.column_dimensions["B"].width == 20
    assert sheet.freeze_panes == "A3"
    assert sheet["B3"].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet["B4"].number_format == "yyyy-mm-dd hh:mm"
    assert sheet["A5"].value == "备注：略"


def test_the_clock_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, **_: object) -> "Later":
            return cls(2031, 1, 1)

    first = _make()
    monkeypatch.setattr(excel.datetime, "datetime", Later)
    assert _make() == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        assert b"2026-01-01T00:00:00Z" in archive.read("docProps/core.xml")
