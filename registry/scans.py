"""How often each credential was scanned, counted in batches, apart from what must not be lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, case

from registry import tables
from registry.database import read_one, upsert, write
from registry.registry import Registry

_COUNT: Final = "SELECT count, first_at FROM scan_counts WHERE credential = {}"
_COUNT_SQL: Final = {"sqlite": _COUNT.format("?"), "postgresql": _COUNT.format("%s")}


@dataclass(frozen=True, slots=True)
class ScanCount:
    """``first_at``: Unix seconds of the first scan."""

    count: int
    first_at: int


def add_scans(registry: Registry, scans: Mapping[bytes, tuple[int, int]]) -> None:
    """Add for each credential the number of new scans and the time of the first of them."""
    rows = [
        {"credential": identifier, "count": count, "first_at": first_at}
        # in one order everywhere: two servers flushing at once can't wait for each other
        for identifier, (count, first_at) in sorted(scans.items())
    ]

    def work(connection: Connection) -> None:
        table, statement = tables.scan_counts, upsert(connection, tables.scan_counts)
        new = statement.excluded
        earliest = case((new.first_at < table.c.first_at, new.first_at), else_=table.c.first_at)
        summed = {"count": table.c.count + new["count"], "first_at": earliest}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["credential"], set_=summed), rows
        )

    if rows:
        write(registry.scans, work)


def scan_count(registry: Registry, identifier: bytes) -> ScanCount | None:
    """What was flushed so far, or None where it was never scanned."""
    row = read_one(registry.scans, _COUNT_SQL, (identifier,))
    return None if row is None else ScanCount(row[0], row[1])
