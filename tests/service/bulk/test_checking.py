"""Rows into chunks: each label in one chunk, each chunk but the last ends a sheet."""

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certgen.label_sheet import A4_SHEETS
from service.bulk import checking
from service.bulk.checking import CheckedRows, collect_chunks
from service.bulk.orders import Order, opened
from service.bulk.rows import RowText, read_rows, row_text
from service.errors import UserError
from tests.registry.office import COOPERATIVE
from tests.service.bulk.office import chunks, row, table
from tests.service.bulk.test_rows import BATCH

SHEET = A4_SHEETS[24]


def _row(number: int, labels: int, key: int | None = None) -> RowText:
    issue_key = (number if key is None else key).to_bytes(32, "little")
    text = row_text(BATCH, COOPERATIVE, issue_key, labels)
    return RowText(number, issue_key, labels, text.subject, text.said, text.own)


@given(
    st.lists(st.integers(1, 2500), min_size=1, max_size=12),
    st.integers(1, SHEET.labels),
    st.integers(1, 5),
)
def test_every_label_is_in_one_chunk_and_chunks_end_sheets(
    wanted: list[int], start: int, batch: int
) -> None:
    rows = [_row(number, labels) for number, labels in enumerate(wanted, start=2)]
    some = [CheckedRows(rows[i : i + batch], [], {}) for i in range(0, len(rows), batch)]
    found = collect_chunks(some, SHEET, start).chunks
    after = start - 1
    for chunk in found[:-1]:
        after += chunk.labels
        assert after % SHEET.labels == 0
    assert all(0 < chunk.labels <= checking.LABELS for chunk in found)
    shares: dict[bytes, list[tuple[int, int, bool]]] = {}
    for chunk in found:
        read = read_rows(chunk.rows)
        assert sum(one.count for one in read) == chunk.labels
        for one in read:
            shares.setdefault(one.issue_key, []).append((one.first, one.count, one.shared))
    for one in rows:
        pieces = shares[one.issue_key]
        assert pieces[0][0] == 1
        assert all(first + count == later for (first, count, _), (later, *_) in pairwise(pieces))
        assert sum(count for _, count, _ in pieces) == one.labels
        # its certificate is then recorded on its own
        assert {shared for *_, shared in pieces} == {len(pieces) > 1}


def test_the_same_batch_far_below_is_a_repetition() -> None:
    first = CheckedRows([_row(2, 1), _row(3, 1)], [], {})
    later = CheckedRows([_row(900, 5, key=3), _row(901, 1)], [], {})
    checked = collect_chunks([first, later], SHEET, 1)
    (refused,) = checked.refused
    assert refused.row == 900
    assert refused.message.startswith("第 900 行：与第 3 行重复")
    assert sum(chunk.labels for chunk in checked.chunks) == 3


def test_repetitions_among_rows_checked_together_name_the_first() -> None:
    some = CheckedRows([_row(2, 1), _row(3, 1, key=2), _row(4, 1, key=2), _row(5, 1)], [], {})
    refused = collect_chunks([some], SHEET, 1).refused
    assert [(one.row, "与第 2 行重复" in one.message) for one in refused] == [(3, True), (4, True)]


def test_no_room_for_the_keys_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(keys: sqlite3.Connection, _rows: object) -> dict[int, int]:
        keys.execute("PRAGMA max_page_count = 1")
        keys.execute("CREATE TABLE more (x)")
        return {}

    monkeypatch.setattr(checking, "_repeated", full)
    with pytest.raises(UserError, match="临时文件夹无法写入（可能磁盘已满）"):
        collect_chunks([CheckedRows([_row(2, 1)], [], {})], SHEET, 1)


def test_more_labels_than_a_job_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST", 1200)
    assert sum(
        chunk.labels
        for chunk in collect_chunks([CheckedRows([_row(2, 1200)], [], {})], SHEET, 1).chunks
    ) == (1200)
    with pytest.raises(UserError, match="一次最多 1,200 枚标签，请分成几个文件"):
        collect_chunks([CheckedRows([_row(2, 1200), _row(3, 1)], [], {})], SHEET, 1)


def test_what_the_rules_refuse_names_row_and_column(made: Order) -> None:
    rows = [row(1), row(2, product="小麦"), row(3, product="小麦")]
    with opened(made.registry_url) as registry:
        checked = chunks(registry, made, table(rows))
    assert [refusal.row for refusal in checked.refused] == [3, 4]
    for refusal in checked.refused:
        assert refusal.column == "产品名称"
        assert refusal.message.startswith(f"第 {refusal.row} 行，列“产品名称”：")
    assert [one.number for one in read_rows(checked.chunks[0].rows)] == [2]
