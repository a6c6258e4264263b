"""An empty batch table for a clerk to fill in, with a sheet that says what goes where."""

from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from certgen.rows import BATCH_COLUMNS, MOST_LABELS

_NOTES: Final = {
    "producer": (
        "与代码、农户编号三者填一",
        "建德市某某果蔬专业合作社",
        "登记的名称，同名时须填代码",
    ),
    "uscc": ("三者填一", "（18 位代码）", "统一社会信用代码；单元格已设为文本"),
    "household": ("三者填一", "NH…", "农户编号；不填身份证号"),
    "product": ("必填", "草莓", "不超过 60 字；小标签更短，放不下会指出"),
    "quantity": ("必填", "500斤", "数字加单位；单位也可另填一列"),
    "unit": ("可不填", "斤", "数量没有写单位时"),
    "origin": ("必填", "建德市杨村桥镇", "不填农户住址"),
    "division": ("可不填", "330182", "不填为主体登记的"),
    "produced_on": ("必填", "2026-03-05", "采收或生产日期，不得晚于今天"),
    "basis": ("必填", "质量安全控制符合要求", "可几项，以“、”隔开：自行检测合格、委托检测合格"),
    "role": ("可不填", "生产者", "生产者或收购者，不填为生产者"),
    "contact": ("可不填", "0571-00001234", "不填为主体登记的"),
    "batch": ("可不填", "2026-03-A", "同一天同样的两批，以此区分"),
    "labels": ("一果一证等必填", "500", f"标签张数，1 至 {MOST_LABELS}；其他样式不填为一张"),
}
_GREY: Final = PatternFill("solid", start_color="FFE8EEE8")


def batch_template() -> bytes:
    """XLSX: the sheet 批次表 has headers only, so that no example is ever issued."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "批次表"
    sheet.freeze_panes = "A2"
    for place, column in enumerate(BATCH_COLUMNS, start=1):
        cell = sheet.cell(1, place, column.names[0])
        cell.font, cell.fill = Font(bold=column.required), _GREY
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 18
        # a code kept as a number loses its last digits
        sheet.column_dimensions[letter].number_format = "@"
    notes = book.create_sheet("填写说明")
    notes.append(["列", "要否", "例", "说明"])
    for column in BATCH_COLUMNS:
        notes.append([column.names[0], *_NOTES[column.key]])
    for letter, width in zip("ABCD", (20, 22, 28, 56), strict=True):
        notes.column_dimensions[letter].width = width
    for row in notes.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    data = BytesIO()
    book.save(data)
    return data.getvalue()
