"""Rows that have a number are found again, however they were added."""

from certgen.runs import Runs


def test_each_row_has_the_number_it_was_added_with() -> None:
    runs = Runs()
    assert not runs
    runs.add(2, 7)
    runs.add(3, 7)
    runs.add(4, -1)
    runs.add(9, 7, 11)
    runs.add(12, 7)
    assert runs
    found = {row: runs.at(row) for row in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13)}
    assert found == dict(zip(found, (None, 7, 7, -1, None, None, 7, 7, 7, 7, None), strict=True))
