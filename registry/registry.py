"""Opening a registry: its database, brought up to date, and the scan counts beside it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from registry.database import Database, close_database, open_database, read_url, write
from registry.migrate import lock_schema, migrate
from registry.tables import scans_metadata


@dataclass(frozen=True, slots=True)
class Registry:
    """``scans``: on SQLite a file of its own, so that counting scans never blocks issuing."""

    main: Database
    scans: Database


def open_registry(url: str, *, up_to_date: bool = False) -> Registry:
    """``sqlite:////home/registry.sqlite3`` or ``postgresql+psycopg://user@host/name``.

    ``up_to_date``: opened before, by this process or the one that it parted from, and not looked at again.

    Raises:
        RegistryError: the address is wrong, the file can't be made, or the tables are newer.
        RegistryUnavailable: the database did not answer.
    """
    parsed = read_url(url)
    main = open_database(parsed)
    scans = main
    try:
        if not up_to_date:
            migrate(main)
        if parsed.get_backend_name() != "postgresql":
            scans = open_database(_beside(parsed), synchronous="NORMAL")
        if not up_to_date:
            write(scans, _create_scan_counts)
    except BaseException:
        close_registry(Registry(main, scans))
        raise
    return Registry(main, scans)


def _create_scan_counts(connection: Connection) -> None:
    lock_schema(connection)
    scans_metadata.create_all(connection)


def close_registry(registry: Registry) -> None:
    close_database(registry.main)
    close_database(registry.scans)


def _beside(url: URL) -> URL:
    path = Path(url.database or "")
    return url.set(database=str(path.with_name(f"{path.stem}-scans{path.suffix}")))
