"""Connections and transactions: what a commit means, who may write, what a clerk reads."""

import stat
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from credential.protocols import RegistryUnavailable
from registry import database
from registry.database import RegistryError, has_wal_reset_bug, read, read_url, write
from registry.registry import Registry, close_registry, open_registry
from registry.subjects import find_subject, import_subjects
from tests.registry.office import PERSON, open_office
from tests.samples import AT


@pytest.mark.parametrize(
    ("version", "buggy"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_range_of_the_wal_reset_bug(version: tuple[int, ...], buggy: bool) -> None:
    assert has_wal_reset_bug(version) is buggy


@pytest.mark.parametrize("url", ["", "registry.sqlite3", "mysql://h/n", "sqlite://", "sqlite:///"])
def test_a_wrong_address_says_what_one_looks_like(url: str) -> None:
    with pytest.raises(
        RegistryError, match=r"应为 sqlite:////目录/registry\.sqlite3 或 postgresql"
    ):
        open_registry(url)


def test_plain_postgresql_means_psycopg() -> None:
    assert read_url("postgresql://u@h/n").drivername == "postgresql+psycopg"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"无法创建或打开登记库文件 .*/none/r\.sqlite3"):
        open_registry(f"sqlite:///{tmp_path}/none/r.sqlite3")


def test_a_file_of_something_else_is_not_a_registry(tmp_path: Path) -> None:
    (tmp_path / "r.sqlite3").write_text("证信" * 1000)
    with pytest.raises(RegistryUnavailable, match="登记库暂时无法使用"):
        open_registry(f"sqlite:///{tmp_path}/r.sqlite3")


def test_postgresql_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnavailable, match="登记库暂时无法使用，请稍后再试") as caught:
        open_registry("postgresql+psycopg://clerk:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_sqlite_settings(sqlite_url: str, tmp_path: Path) -> None:
    registry = open_registry(sqlite_url)

    def settings(one: database.Database) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        with one.engine.connect() as connection:
            return {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in names}

    common = {"journal_mode": "wal", "foreign_keys": 1, "recursive_triggers": 1}
    assert settings(registry.main) == common | {"synchronous": 2}, "FULL: a commit is a commit"
    assert settings(registry.scans) == common | {"synchronous": 1}
    assert stat.S_IMODE((tmp_path / "registry.sqlite3").stat().st_mode) == 0o600
    assert (tmp_path / "registry-scans.sqlite3").exists()
    close_registry(registry)


def test_a_second_writer_waits_and_then_says_so(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = open_registry(sqlite_url)
    lock_file = tmp_path / "own.lock"
    guarded = database.Database(registry.main.engine, lock_file)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database._one_writer(lock_file):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    monkeypatch.setattr(database, "WAIT", 0.05)
    with pytest.raises(RegistryUnavailable, match="登记库正忙于另一项写入"):
        write(guarded, lambda connection: connection.execute(text("SELECT 1")))
    assert read(guarded, lambda c: c.execute(text("SELECT 1")).scalar()) == 1, "readers don't wait"
    leave.set()
    holder.join()
    assert write(guarded, lambda c: c.execute(text("SELECT 2")).scalar()) == 2
    close_registry(registry)


def test_writers_take_turns(sqlite_url: str, tmp_path: Path) -> None:
    inside, most = 0, 0

    def enter() -> None:
        nonlocal inside, most
        for _ in range(5):
            with database._one_writer(tmp_path / "own.lock"):
                inside += 1
                most = max(most, inside)
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_refused_write_leaves_nothing(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="应写明经办人"):
        import_subjects(registry, [PERSON], at=AT, who="", why="导入")
    assert find_subject(registry, PERSON.key, "jiande") is None


def test_an_error_never_shows_personal_data(registry: Registry) -> None:
    open_office(registry)
    twice = text("INSERT INTO subjects SELECT * FROM subjects WHERE name = :name")
    with pytest.raises(RegistryError, match="登记库拒绝写入：与已有记录冲突") as caught:
        write(registry.main, lambda c: c.execute(twice, {"name": PERSON.name}))
    assert PERSON.name not in f"{caught.value}{caught.value.__cause__}"


def test_a_broken_statement_is_no_answer(registry: Registry) -> None:
    with pytest.raises(RegistryUnavailable, match="登记库暂时无法使用"):
        read(registry.main, lambda connection: connection.execute(text("SELECT * FROM nothing")))


def test_a_full_disk_is_said(sqlite_url: str) -> None:
    registry = open_registry(sqlite_url)

    def fill(connection: database.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE much AS SELECT zeroblob(1000000) AS x")

    with pytest.raises(RegistryUnavailable) as caught:
        write(registry.main, fill)
    assert str(caught.value) == "磁盘已满，登记库无法写入，请腾出空间后再试"
    close_registry(registry)


def test_a_deadlock_is_tried_again(postgres_url: str) -> None:
    """Two transactions lock two subjects in opposite order: PostgreSQL ends one, which runs again."""
    registry = open_registry(postgres_url)
    open_office(registry)
    both = threading.Barrier(2, timeout=10)
    tries: list[str] = []
    done: list[str] = []

    def lock(first: str, second: str) -> None:
        waited = False

        def work(connection: database.Connection) -> None:
            nonlocal waited
            tries.append(first)
            for kind in (first, second):
                connection.execute(
                    text("SELECT key FROM subjects WHERE type = :kind FOR UPDATE"), {"kind": kind}
                )
                if not waited:
                    waited = True
                    both.wait()

        write(registry.main, work)
        done.append(first)

    kinds = ("cooperative", "household")
    threads = [threading.Thread(target=lock, args=order) for order in (kinds, kinds[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    close_registry(registry)
    assert sorted(done) == sorted(kinds), "both ended"
    # the one that was ended may meet the other again: PostgreSQL hands a freed row to whoever is first
    assert len(tries) > 2, "one of the two ran again"
