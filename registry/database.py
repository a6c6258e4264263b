"""Connections and transactions: the settings of each database, one writer at a time, errors in Chinese."""

import fcntl
import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from credential.protocols import RegistryUnavailable

write_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
WAIT: Final = 10
"""Seconds to wait for another writer, and for PostgreSQL to answer a new connection."""
_ATTEMPTS: Final = 5
_PAUSE: Final = 0.02
"""Seconds before the second attempt, at most; n times that before the one after the nth."""
_AGAIN: Final = frozenset({"40001", "40P01"})
"""SQLSTATE serialization_failure and deadlock_detected: the same work may succeed now."""
_DISK_FULL: Final = "53100"
"""SQLSTATE disk_full."""
_IMMEDIATE: Final = "zhengxin_immediate"

T = TypeVar("T")


class RegistryError(ValueError):
    """The registry refuses; the message is for the clerk or operator who must put it right."""


@dataclass(frozen=True, slots=True)
class Database:
    """``lock_file``: held by whoever writes, where SQLite's library needs that; else None.

    ``reader``: SQLite's own read-only connection for :func:`read_one`.
    """

    engine: Engine
    lock_file: Path | None
    reader: sqlite3.Connection | None = None
    reading: threading.Lock = field(default_factory=threading.Lock)


def read_url(url: str) -> URL:
    """Raises RegistryError where this is no address of a registry."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise RegistryError(_URL_HELP) from error
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    # an in-memory database is gone with the process: nothing printed may depend on it
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite+pysqlite")
    raise RegistryError(_URL_HELP)


_URL_HELP: Final = (
    "登记库地址有误：应为 sqlite:////目录/registry.sqlite3 或 postgresql+psycopg://用户@主机/库名"
)


def open_database(url: URL, *, synchronous: str = "FULL") -> Database:
    """``synchronous`` (SQLite): FULL where a commit must outlive a power cut, NORMAL for counts."""
    if url.get_backend_name() == "postgresql":
        return Database(_engine(url, {"connect_timeout": WAIT}), None)
    path = Path(url.database or "").absolute()
    try:
        # personal data: for the owner only; SQLite gives -wal and -shm the same mode
        path.touch(mode=0o600)
    except OSError as error:
        raise RegistryError(f"无法创建或打开登记库文件 {path}：请检查目录是否存在、可写") from error
    engine = _engine(url, {"timeout": WAIT})
    _set_up_sqlite(engine, synchronous)
    guarded = has_wal_reset_bug(sqlite3.sqlite_version_info)
    lock_file = path.with_name(f"{path.name}.lock") if guarded else None
    # read-only, so that closing it never checkpoints; shared by threads under a lock of ours
    reader = sqlite3.connect(
        f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
    )
    return Database(engine, lock_file, reader)


def close_database(database: Database) -> None:
    if database.reader is not None:
        database.reader.close()
    database.engine.dispose()


def _engine(url: URL, arguments: dict[str, object]) -> Engine:
    return create_engine(
        url,
        connect_args=arguments,
        # parameters are personal data, and errors reach logs
        hide_parameters=True,
        json_serializer=write_json,
    )


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """3.7.0 to 3.51.2 can corrupt a WAL when two connections write or checkpoint at one instant."""
    return (3, 7, 0) <= version <= (3, 51, 2)


def _set_up_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # transactions are begun below, so that schema changes are part of them too
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {WAIT * 1000}",
            "journal_mode = WAL",
            # KiB, and pages of the log: with the defaults (2 MB, 1,000) a long job reads and copies
            # the same pages of its indexes again and again, and its labels cost more the more there are
            "cache_size = -16384",
            "wal_autocheckpoint = 8000",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            # else INSERT OR REPLACE deletes a row without its delete trigger
            "recursive_triggers = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def write(database: Database, work: Callable[[Connection], T]) -> T:
    """Run ``work`` in one transaction; again from the start where PostgreSQL asks for that.

    Raises:
        RegistryError: a constraint or ``work`` refused; nothing is written.
        RegistryUnavailable: the database did not answer; nothing is known to be written.
    """
    attempt = 1
    while True:
        try:
            with _one_writer(database.lock_file), database.engine.connect() as plain:
                connection = plain.execution_options(**{_IMMEDIATE: True})
                with connection.begin():
                    return work(connection)
        except DBAPIError as error:
            if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in _AGAIN:
                raise _refused(error) from error
            # so that the other one, which PostgreSQL let live, is through first
            time.sleep(random.uniform(0.5, 1) * _PAUSE * attempt)
            attempt += 1
        except SQLAlchemyError as error:
            raise _refused(error) from error


def read(database: Database, work: Callable[[Connection], T]) -> T:
    """Run ``work`` on one snapshot (SQLite) or connection (PostgreSQL).

    Raises:
        RegistryUnavailable: the database did not answer.
    """
    try:
        with database.engine.connect() as connection:
            return work(connection)
    except SQLAlchemyError as error:
        raise _refused(error) from error


def read_one(
    database: Database, sql: Mapping[str, str], parameters: tuple[object, ...]
) -> tuple[Any, ...] | None:
    """The row of one fixed statement, or None; for what is asked with every scan.

    ``sql`` by dialect. On SQLite straight through the driver, which keeps the statement prepared:
    SQLAlchemy's own work is ten times SQLite's here.

    Raises:
        RegistryUnavailable: the database did not answer.
    """
    if database.reader is None:

        def work(connection: Connection) -> tuple[Any, ...] | None:
            statement = sql[connection.dialect.name]
            row = connection.exec_driver_sql(statement, parameters).first()
            return None if row is None else tuple(row)

        return read(database, work)
    try:
        with database.reading:
            # to the end, or the open statement would hold the WAL
            rows: list[tuple[Any, ...]] = database.reader.execute(
                sql["sqlite"], parameters
            ).fetchall()
    except sqlite3.Error as error:
        raise _unavailable(error) from error
    return rows[0] if rows else None


def read_json(value: Any) -> Any:
    """Of a statement as text: JSONB comes read, SQLite's text does not."""
    return json.loads(value) if isinstance(value, str) else value


def _refused(error: SQLAlchemyError) -> RegistryError | RegistryUnavailable:
    # the text of the cause may name personal data: it stays in the chain, never in the message
    if isinstance(error, IntegrityError):
        return RegistryError("登记库拒绝写入：与已有记录冲突，或试图改动只可追加的历史")
    if isinstance(error, DataError):
        return RegistryError("登记库拒绝写入：有超出范围或无法保存的内容")
    return _unavailable(error.orig if isinstance(error, DBAPIError) else error)


def _unavailable(cause: BaseException | None) -> RegistryUnavailable:
    sqlite_code = getattr(cause, "sqlite_errorcode", None)
    if sqlite_code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == _DISK_FULL:
        return RegistryUnavailable("磁盘已满，登记库无法写入，请腾出空间后再试")
    return RegistryUnavailable("登记库暂时无法使用，请稍后再试")


@contextmanager
def _one_writer(lock_file: Path | None) -> Iterator[None]:
    """Across threads and processes; the system frees the lock of a process that died."""
    if lock_file is None:
        yield
        return
    try:
        handle = lock_file.open("ab")
    except OSError as error:
        raise RegistryUnavailable("登记库的写入锁文件无法打开，请检查目录权限") from error
    with handle:
        deadline = time.monotonic() + WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise RegistryUnavailable("登记库正忙于另一项写入，请稍后再试") from None
                time.sleep(0.002)
        yield


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect at hand."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
