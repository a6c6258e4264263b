"""Bring a registry's tables up to date, in one transaction, one process at a time."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from registry.database import Database, RegistryError, read, write

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x7A68656E6778696E
"""PostgreSQL advisory lock: "zhengxin" in ASCII."""


def migrate(database: Database) -> None:
    """Create or bring up to date; nothing is written where nothing is to do.

    Raises:
        RegistryError: the tables were made by a newer version of this program.
        RegistryUnavailable: the database did not answer.
    """
    if read(database, _revision) == _head():
        return
    config = _config()

    def work(connection: Connection) -> None:
        lock_schema(connection)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise RegistryError("登记库的结构比本程序新：请升级程序，不要用旧程序打开") from error

    write(database, work)


def _config() -> Config:
    config = Config()
    # Alembic reads the option with %-interpolation
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@cache
def _head() -> str | None:
    """Kept: all the scripts are read and compiled for it, and a bulk job opens its registry thrice."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def lock_schema(connection: Connection) -> None:
    """Until the end of the transaction, nobody else changes tables (SQLite: has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
