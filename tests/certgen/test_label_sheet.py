import io

import numpy as np
import pypdfium2
import pytest

from certgen.label_drawing import LabelDrawer, chunks
from certgen.label_pdf import write_labels
from certgen.label_sheet import (
    A4_SHEETS,
    Sheet,
    SheetError,
    check_sheet,
    corner_of,
    read_sheet,
    single,
)
from tests.certgen.labels import label, style


@pytest.mark.parametrize("count", [24, 40, 65])
def test_the_sheets_in_common_sale_fit_their_paper(count: int) -> None:
    sheet = A4_SHEETS[count]
    assert sheet.labels == count
    right, bottom = sheet.corner(count - 1)
    assert right + sheet.label_width <= 210.01
    assert bottom + sheet.label_height <= 297.01


@pytest.mark.parametrize(
    ("count", "id"), [(24, "one-bag-70x37"), (40, "one-fruit-52x29"), (65, "one-fruit-38x21")]
)
def test_no_ink_is_where_an_office_printer_can_not_print(count: int, id: str) -> None:
    file = io.BytesIO()
    labels = [label(id, seed % 9) for seed in range(count)]
    write_labels(file, style(id), [labels], sheet=A4_SHEETS[count])
    dots = 120 / 25.4
    with pypdfium2.PdfDocument(file.getvalue()) as pdf:
        page = np.asarray(pdf[0].render(scale=120 / 72).to_pil().convert("L")) < 128
    across, down = np.flatnonzero(page.any(0)), np.flatnonzero(page.any(1))
    assert across[0] >= 4.9 * dots and across[-1] <= page.shape[1] - 4.9 * dots
    assert down[0] >= 4.9 * dots and down[-1] <= page.shape[0] - 4.9 * dots


def test_labels_move_inwards_only_as_far_as_their_margin_allows() -> None:
    wide, narrow = style("one-bag-70x37"), style("one-fruit")
    corners = [corner_of(A4_SHEETS[24], wide, place) for place in (0, 1, 23)]
    assert corners == [pytest.approx(at) for at in ((1.8, 1.8), (70, 1.8), (137.5, 257.5))]
    assert corner_of(Sheet(60, 30, 2, 1, 30, 30, 0, 0), narrow, 0) == (0, 0)


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


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("65", A4_SHEETS[65]),
        ("A4-24", A4_SHEETS[24]),
        ("5x13,38.1x21.2,4.65x10.7,2.5x0", A4_SHEETS[65]),
        ("3×8，70×37，0×0.5", A4_SHEETS[24]),
        ("2x3, 60x40", Sheet(210, 297, 2, 3, 60, 40, 45, 88.5)),
        ("2x3,60x40,5x6,2x3,130x140", Sheet(130, 140, 2, 3, 60, 40, 5, 6, 2, 3)),
    ],
)
def test_a_sheet_as_it_is_written(text: str, sheet: Sheet) -> None:
    assert read_sheet(text) == sheet


@pytest.mark.parametrize(
    "text", ["", "25", "3x8", "3x8,70", "1,2,3", "3x8,70x-3", "3x8" + ",9x9" * 5]
)
def test_a_sheet_written_otherwise_is_shown_the_form(text: str) -> None:
    with pytest.raises(SheetError) as refused:
        read_sheet(text)
    assert str(refused.value) == (
        "标签纸应为 24、40、65（A4 每张格数），或自定的 列x行,标签宽x高[,左x上边距[,横x竖间隔[,纸宽x高]]]"
        f"（毫米，如 3x7,65x42,5x1），得到 “{text}”"
    )


@pytest.mark.parametrize("text", ["1.5x8,70x37", "3x101,1x1"])
def test_columns_and_rows_are_whole_and_few(text: str) -> None:
    with pytest.raises(SheetError, match="列数和行数应为 1 至 100 的整数"):
        read_sheet(text)
