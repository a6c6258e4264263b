"""A table -> chunks of checked rows, and the rows refused: all that can be known before anything is signed."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from certgen.label_sheet import Sheet
from certgen.row_error import RowError
from certgen.rows import (
    BATCH_COLUMNS,
    EXPECTED_LABELS,
    BatchRow,
    check_batch_columns,
    duplicate_row,
    read_batch_row,
    row_key,
)
from certgen.table import TableRow, TableStream, stream_table
from certgen.table_header import TableError
from credential.claims import Kind, Profile, Role
from credential.subjects import SubjectFacts, SubjectType
from registry.jobs import NewChunk, RowRefusal
from registry.registry import Registry
from scheme.model import Pack, Per, Style
from service.bulk.rows import RowText, Share, row_text, write_rows
from service.bulk.source import Source
from service.certificates import find_row_subjects, one_subject, refused_by_rules
from service.errors import UserError

ROWS: Final = 1000
"""Of the table, checked at a time."""
LABELS: Final = 1000
"""Of a chunk: signed, drawn and committed together."""
MOST: Final = 2_000_000
"""Labels of one job."""


_KEYS_KB: Final = 16 << 10
"""Memory for the keys of a job's rows."""
_KEPT: Final = 10_000
_DECIDED: Final[dict[tuple[bytes, str, Role, SubjectType], str | None]] = {}
"""Reasons for refusing, or None: a season's rows name a few products, and a decision takes 1.5 ms."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what rows are checked. ``digest``: key of the personal digests; ``at``: Unix seconds."""

    pack: Pack
    style: Style
    digest: bytes
    at: int


@dataclass(frozen=True, slots=True)
class RawRows:
    headers: Mapping[str, str]
    rows: Sequence[TableRow]


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """``headers``: as they stand in the table, by column key."""

    rows: Sequence[RowText]
    refused: Sequence[RowRefusal]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    chunks: Sequence[NewChunk]
    refused: Sequence[RowRefusal]


def open_rows(source: Source) -> TableStream:
    """Raises UserError: the file is no batch table."""
    try:
        stream = stream_table(source.open, BATCH_COLUMNS)
        check_batch_columns(stream.headers)
    except TableError as error:
        raise UserError(str(error)) from error
    return stream


def raw_rows(stream: TableStream) -> Iterator[RawRows]:
    rows: list[TableRow] = []
    try:
        for _, row in stream.rows:
            if row is not None:
                rows.append(row)
            if len(rows) == ROWS:
                yield RawRows(stream.headers, rows)
                rows = []
    except TableError as error:
        raise UserError(str(error)) from error
    if rows:
        yield RawRows(stream.headers, rows)


def check_rows(registry: Registry, rules: Rules, raw: RawRows) -> CheckedRows:
    """Read and judge some rows, each by itself."""
    pack = rules.pack
    read: list[BatchRow] = []
    refused: list[RowRefusal] = []
    for table_row in raw.rows:
        row = read_batch_row(raw.headers, table_row, rules.at)
        if isinstance(row, BatchRow):
            read.append(row)
        else:
            refused += map(_refusal, row)
    subjects = find_row_subjects(registry, pack, read, rules.digest)
    rows: list[RowText] = []
    for row in read:
        subject = one_subject(raw.headers, row, subjects[row.number])
        if isinstance(subject, RowError):
            refused.append(_refusal(subject))
        elif (problem := _problem(rules, raw.headers, row, subject)) is not None:
            refused.append(problem)
        else:
            key = row_key(f"{pack.id}/{Profile.DOCUMENT}", Kind.CERTIFICATE, subject.key, row)
            rows.append(row_text(row, subject, key, row.labels or 1))
    return CheckedRows(rows, refused, raw.headers)


def _problem(
    rules: Rules, headers: Mapping[str, str], row: BatchRow, subject: SubjectFacts
) -> RowRefusal | None:
    layout = rules.style.layout
    assert layout is not None
    if row.labels is None and layout.per is Per.PIECE:
        column = headers.get("labels", "标签张数")
        return _refusal(RowError(row.number, column, f"{EXPECTED_LABELS}（每枚一张）", ""))
    # all that the rules ask of a row
    said = rules.pack.sha256, row.product, row.role, subject.type
    if said not in _DECIDED:
        if len(_DECIDED) >= _KEPT:
            _DECIDED.clear()
        _DECIDED[said] = refused_by_rules(rules.pack, row, subject)
    if (reason := _DECIDED[said]) is not None:
        column = headers.get("product", "产品名称")
        return RowRefusal(row.number, column, f"第 {row.number} 行，列“{column}”：{reason}")
    return None


def _refusal(error: RowError) -> RowRefusal:
    return RowRefusal(error.row, error.column, error.message)


def collect_chunks(checked: Iterable[CheckedRows], sheet: Sheet, start: int) -> CheckedTable:
    """In the order of the table. Every chunk but the last ends a full sheet.

    Raises:
        UserError: more labels than a job may have.
    """
    each = max(LABELS // sheet.labels, 1) * sheet.labels
    room = each - (start - 1)
    chunks: list[NewChunk] = []
    shares: list[Share] = []
    refused: list[RowRefusal] = []
    headers: Mapping[str, str] = {}
    total = 0
    for some, repeated in _first_rows(checked):
        headers = some.headers
        refused += some.refused
        for row in some.rows:
            if (first := repeated.get(row.number)) is not None:
                refused.append(_refusal(duplicate_row(row.number, first)))
                continue
            total += row.labels
            if total > MOST:
                raise UserError(f"一次最多 {MOST:,} 枚标签，请分成几个文件")
            made = 0
            while made < row.labels:
                count = min(room, row.labels - made)
                shares.append(Share(row, made + 1, count))
                made += count
                room -= count
                if room == 0:
                    chunks.append(_chunk(shares, headers))
                    shares, room = [], each
    if shares:
        chunks.append(_chunk(shares, headers))
    return CheckedTable(chunks, sorted(refused, key=lambda refusal: refusal.row))


def _first_rows(
    checked: Iterable[CheckedRows],
) -> Iterator[tuple[CheckedRows, Mapping[int, int]]]:
    """With the rows that repeat one before, and which it was. The keys of a million rows go to a
    file of SQLite's own that is gone when it is closed: as objects they would be 100 MB.

    Raises:
        UserError: the folder for such files is full.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as keys:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_KEYS_KB}"):
            keys.execute(f"PRAGMA {setting}").close()
        keys.execute("CREATE TABLE keys (key BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        for some in checked:
            try:
                yield some, _repeated(keys, [(row.issue_key[:16], row.number) for row in some.rows])
            except sqlite3.Error as error:
                raise UserError("临时文件夹无法写入（可能磁盘已满），请腾出空间后再试") from error


def _repeated(keys: sqlite3.Connection, rows: Sequence[tuple[bytes, int]]) -> dict[int, int]:
    """Numbers of the rows whose keys are there already, each with the first row that had it."""
    keys.execute("BEGIN")
    new = keys.executemany("INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
    keys.execute("COMMIT")
    if new.rowcount == len(rows):
        return {}
    first = "SELECT row FROM keys WHERE key = ?"
    found = {number: keys.execute(first, (key,)).fetchone()[0] for key, number in rows}
    return {number: row for number, row in found.items() if row != number}


def _chunk(shares: Sequence[Share], headers: Mapping[str, str]) -> NewChunk:
    return NewChunk(write_rows(shares, headers), sum(share.count for share in shares))
