"""The row of column names in a clerk's table: which it is, what it names, and that no data stand above it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

HEADER_WITHIN: Final = 30
"""Rows from the top in which the header must stand."""


class TableError(ValueError):
    """The table as a whole is refused; the message is for the clerk who handed it in."""


@dataclass(frozen=True, slots=True)
class Column:
    """``names``: headers that mean this column, best first; the key itself is always one.
    ``is_code``: zeros in front that the sheet shows are part of what is said, as in 000123.
    ``is_ranked``: names for more than one thing, of which the best that is there is meant: 采收日期
    before 开具日期. Where it is not, two columns of one row may not say different things."""

    key: str
    names: tuple[str, ...]
    required: bool = False
    is_code: bool = False
    is_ranked: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """``row``: from 0. ``places`` and ``texts``, as they stand, by column key; ``others``: of columns
    of the same meaning that a better name stands beside."""

    row: int
    places: Mapping[str, int]
    texts: Mapping[str, str]
    others: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)


def find_header(
    rows: Callable[[], Iterator[Sequence[object]]], columns: Sequence[Column]
) -> Header | None:
    """The row with the most known names, the first of several; one name alone may be a title.

    ``rows``: of a sheet from its first one, as often as they are asked for.

    Raises:
        TableError: one name twice in a row.
    """
    ranks = _ranks(columns)
    best: Header | None = None
    for number, row in enumerate(islice(rows(), HEADER_WITHIN)):
        header = _header(number, row, ranks)
        if len(header.places) > max(1, len(best.places) if best else 0):
            best = header
    return best


def missing(header: Header, columns: Sequence[Column]) -> list[str]:
    return [c.names[0] for c in columns if c.required and c.key not in header.places]


def check_above(
    rows: Iterable[Sequence[object]], header: Header, columns: Sequence[Column]
) -> None:
    """What is not read because it stands above the header is a title, and no row of the table.

    Raises:
        TableError: a row there has something in each column that a row needs, or their names.
    """
    needed = [header.places[column.key] for column in columns if column.required]
    ranks = _ranks(columns)
    for number, row in enumerate(islice(rows, header.row), start=1):
        texts = [str(cell).strip() for cell in row]
        # 填报单位：… 日期：…
        has_labels = any(text.endswith((":", "：")) for text in texts)
        is_full = all(place < len(texts) and texts[place] for place in needed)
        is_header = not missing(_header(number, row, ranks), columns)
        if (is_full and not has_labels) or is_header:
            raise TableError(
                f"第 {number} 行在表头（第 {header.row + 1} 行）之上，不会被读："
                f"是数据的请移到表头下面，否则请删去"
            )


def _ranks(columns: Sequence[Column]) -> Mapping[str, tuple[Column, int]]:
    """The column that each name means, and how good a name it is."""
    return {
        _plain(name): (column, rank)
        for column in columns
        for rank, name in enumerate((*column.names, column.key))
    }


def _header(number: int, row: Sequence[object], ranks: Mapping[str, tuple[Column, int]]) -> Header:
    places: dict[str, int] = {}
    texts: dict[str, str] = {}
    chosen: dict[str, int] = {}
    others: dict[str, list[tuple[int, str]]] = {}
    for place, cell in enumerate(row):
        if not isinstance(cell, str) or (known := ranks.get(_plain(cell))) is None:
            continue
        column, rank = known
        key, text = column.key, " ".join(cell.split())
        if key in chosen and chosen[key] == rank:
            raise TableError(f"第 {number + 1} 行表头中列“{text}”出现两次")
        worse: tuple[int, str] | None = (place, text)
        if key not in chosen or rank < chosen[key]:
            worse = (places[key], texts[key]) if key in chosen else None
            places[key], texts[key], chosen[key] = place, text, rank
        if worse is not None and not column.is_ranked:
            others.setdefault(key, []).append(worse)
    return Header(number, places, texts, others)


def _plain(header: str) -> str:
    """产品 名称*（必填） → 产品名称"""
    compact = "".join(unicodedata.normalize("NFKC", header).split()).lower()
    return re.sub(r"\(.*?\)|[*:]", "", compact)
