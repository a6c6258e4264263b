"""A table handed in as a file is the table handed in as bytes, and it may not change meanwhile."""

import os
from pathlib import Path

import pytest

from service.bulk.checking import RawRows, open_rows, raw_rows
from service.bulk.source import Source, given, handed_in
from service.errors import UserError
from tests.service.bulk.office import row, table


def _rows(source: Source) -> list[RawRows]:
    return list(raw_rows(open_rows(source)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_read_as_its_bytes_are(tmp_path: Path, encoding: str) -> None:
    data = table([row(number) for number in range(1200)]).decode("utf-8-sig").encode(encoding)
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    whole, source = given(data), handed_in(path)
    assert (source.size, source.sha256) == (whole.size, whole.sha256)
    assert _rows(source) == _rows(whole)
    assert sum(len(some.rows) for some in _rows(source)) == 1200
    source.check_same()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(table([row(1)]))
    source = handed_in(path)
    os.utime(path, ns=(0, 1))
    with pytest.raises(UserError, match=r"^table\.csv 在读取时被改动，请保存好后重新提交$"):
        source.check_same()
