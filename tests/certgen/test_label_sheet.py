import pytest

from certgen.label_drawing import LabelDrawer, chunks
from certgen.label_sheet import A4_SHEETS, Sheet, SheetError, check_sheet, single
from tests.certgen.labels import style


@pytest.mark.parametrize("count", [24, 40, 65])
def test_the_sheets_in_common_sale_fit_their_paper(count: int) -> None:
    sheet = A4_SHEETS[count]
    assert sheet.labels == count
    right, bottom = sheet.corner(count - 1)
    assert right + sheet.label_width <= 210.01
    assert bottom + sheet.label_height <= 297.01


def test_positions_go_row_by_row() -> None:
    sheet = Sheet(100, 100, 3, 2, 20, 30, 5, 7, 2, 3)
    assert [sheet.corner(place) for place in (0, 2, 3)] == [(5, 7), (49, 7), (5, 40)]


@pytest.mark.parametrize(
    ("sheet", "start", "message"),
    [
        (Sheet(100, 100, 3, 2, 40, 30, 5, 7), 1, "标签纸排不下：3 列 2 行需要 125×67 mm"),
        (Sheet(100, 100, 0, 2, 40, 30, 5, 7), 1, "行数、列数应不少于 1"),
        (Sheet(100, 100, 1, 1, 60, 40, -5, 7), 1, "边距和间隔不得为负"),
        (A4_SHEETS[65], 1, "样式“一袋一证（60×40 毫米）”为 60×40 mm，标签纸每格只有 38.1×21.2 mm"),
        (Sheet(210, 297, 3, 7, 65, 42, 5, 1), 22, "起始位置应为 1 至 21，得到 22"),
        (Sheet(210, 297, 3, 7, 65, 42, 5, 1), 0, "起始位置应为 1 至 21，得到 0"),
    ],
)
def test_what_can_not_be_printed_is_refused(sheet: Sheet, start: int, message: str) -> None:
    with pytest.raises(SheetError, match=message):
        check_sheet(sheet, style("one-bag"), start)
    with pytest.raises(SheetError, match=message):
        LabelDrawer.of(style("one-bag"), sheet, start)


def test_one_label_a_page() -> None:
    sheet = single(style("one-bag"))
    assert (sheet.width, sheet.height, sheet.labels) == (60, 40, 1)


@pytest.mark.parametrize("start", [1, 2, 24])
@pytest.mark.parametrize("count", [1, 23, 24, 25, 500])
def test_chunks_end_with_a_full_sheet(start: int, count: int) -> None:
    parts = list(chunks(count, A4_SHEETS[24], start, size=100))
    assert [place for part in parts for place in part] == list(range(count))
    assert all((part.stop + start - 1) % 24 == 0 for part in parts[:-1])
    assert list(chunks(0, A4_SHEETS[24])) == []
