"""Errors say row, column, expected and found, and nobody's identity number."""

from certgen.row_error import RowError, shown


def test_the_sentence_of_the_house() -> None:
    error = RowError(17, "等级", "A、B、C 或 c", "F")
    assert error.message == "第 17 行，列“等级”：应为 A、B、C 或 c，得到 “F”"
    assert str(error) == error.message


def test_an_empty_cell_is_called_empty() -> None:
    assert RowError(3, "产地", "产地", "").message == "第 3 行，列“产地”：应为产地，得到空白"


def test_a_duplicate_names_the_first_row() -> None:
    error = RowError.duplicate(40, 12, "同一批次只开具一次")
    assert error.message == "第 40 行：与第 12 行重复，同一批次只开具一次"
    assert (error.row, error.first_row) == (40, 12)


def test_identity_numbers_are_masked_even_with_a_slip() -> None:
    # GB 11643-1999: the worked example, and the same with a wrong check character
    assert shown("张 11010519491231002X") == "张 110105********002X"
    assert shown("110105194912310021") == "110105********0021"


def test_codes_and_short_words_are_shown_whole() -> None:
    assert shown("93330182MA0TEXT040") == "93330182MA0TEXT040"
    assert shown("若干") == "若干"


def test_long_cells_are_cut() -> None:
    assert shown("草" * 41) == "草" * 40 + "…"
