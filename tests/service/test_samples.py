"""The sample workbooks, read back by the very code that reads an office's."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from certgen.pledge_rows import PledgeRow, read_pledge_table, read_pledges
from certgen.row_error import RowError
from certgen.rows import BatchRow, read_batch, read_batch_table
from certgen.subject_rows import read_subject_table, read_subjects
from credential.identifiers import check_id_number
from scheme.facts import age_at
from service.samples import sample_subjects, write_samples
from tests.samples import AT

TODAY = date(2026, 3, 5)
GB_11643 = {"11010519491231002X", "440524188001010014", "360426199101010071"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Subjects, batches and pledges."""
    return list(write_samples(tmp_path_factory.mktemp("samples") / "a" / "b", TODAY))


@pytest.fixture(scope="module")
def batches(written: list[Path]) -> tuple[list[BatchRow], list[RowError]]:
    return read_batch(read_batch_table(written[1].read_bytes()), AT)


@pytest.fixture(scope="module")
def pledges(written: list[Path]) -> list[PledgeRow]:
    rows, errors = read_pledges(read_pledge_table(written[2].read_bytes()), AT)
    assert errors == []
    return rows


def test_the_subjects_import_without_an_error(written: list[Path]) -> None:
    table = read_subject_table(written[0].read_bytes())
    rows, errors = read_subjects(table, ("A", "B", "C", "c"))
    assert errors == []
    assert Counter(row.grade for row in rows) == {"A": 18, "B": 842, "C": 81, "c": 1765}
    assert table.header_row == 2
    assert table.notes == (2709,)
    assert any(row.consent for row in rows)


def test_six_rows_are_wrong_by_themselves(
    batches: tuple[list[BatchRow], list[RowError]],
) -> None:
    rows, errors = batches
    assert len(rows) == 234
    assert [error.message for error in errors] == [
        "第 74 行，列“产地”：应为产地（如 建德市杨村桥镇），得到空白",
        "第 96 行，列“采收日期”：应为不晚于今天（2026年3月5日）的日期，得到 “2026.3.25”",
        "第 162 行：与第 10 行重复，同一批次只开具一次；确属两批的，请填写“批次号”加以区分",
        "第 184 行，列“数量”：应为数字加单位（如 500斤），得到 “若干”",
        "第 206 行，列“统一社会信用代码（农户编号）”：应为 18 位统一社会信用代码（第 18 位（校验码）不符），"
        "得到 “93330182MA0T075631”",
        "第 228 行，列“采收日期”：应为存在的日期（如 2026-03-05、2026.3.5 或 2026年3月5日），得到 “2026年2月30日”",
    ]


def test_four_more_are_for_the_registry_and_the_scheme_to_refuse(
    batches: tuple[list[BatchRow], list[RowError]],
) -> None:
    codes = {subject.uscc or subject.household for subject in sample_subjects()}
    names = {subject.name for subject in sample_subjects()}
    rows, _ = batches
    unknown = [
        row.number
        for row in rows
        if (row.uscc or row.household or "") not in codes and row.producer not in names
    ]
    assert unknown == [30, 52]
    assert [row.number for row in rows if row.product in {"生牛乳", "稻谷"}] == [118, 140]


def test_eight_pledges_one_under_75_and_one_of_another_proof(pledges: list[PledgeRow]) -> None:
    assert len(pledges) == 8
    ages = [
        age_at(row.born, row.died)
        for row in pledges
        if row.born and row.died and "75周岁" in row.proof
    ]
    assert ages == [94, 75, 73]
    assert [row.proof for row in pledges].count("公证当事人的学历证明") == 1
    assert {row.alias for row in pledges} == {None, "王五"}


def test_nobodys_identity_number_is_used(pledges: list[PledgeRow]) -> None:
    assert {row.id_number for row in pledges} == GB_11643
    assert {check_id_number(number) for number in GB_11643} == GB_11643


def test_the_same_day_gives_the_same_files(written: list[Path], tmp_path: Path) -> None:
    again = write_samples(tmp_path / "c", TODAY)
    assert [path.name for path in written] == ["subjects.xlsx", "batches.xlsx", "pledges.xlsx"]
    assert [p.read_bytes() for p in written] == [p.read_bytes() for p in again]
