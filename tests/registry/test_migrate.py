"""Migrations make the tables of registry/tables.py, and the database itself keeps history as it is."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, text

from credential.status import Status
from registry import tables
from registry.credentials import Acknowledgement
from registry.database import RegistryError, read, write
from registry.grades import open_dispute
from registry.issuing import IssueRequest, record_credentials
from registry.jobs import find_job
from registry.keys import publish_trust_list
from registry.registry import Registry, close_registry, open_registry
from registry.scans import scan_count
from registry.status import change_status
from registry.subjects import record_consent
from tests import samples
from tests.registry.labels import make_labels
from tests.registry.office import COOPERATIVE, PERSON, WHO, issue_key, open_office, signed_claims
from tests.samples import AT

_NOT_OURS = {"alembic_version", "status_numbers", "scan_counts"}


def test_the_steps_lead_to_the_tables(registry: Registry) -> None:
    with registry.main.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or name not in _NOT_OURS,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, tables.metadata) == []


def test_opening_again_changes_nothing(url: str) -> None:
    close_registry(open_registry(url))
    registry = open_registry(url)
    open_office(registry)
    close_registry(registry)
    close_registry(open_registry(url))


def test_one_opened_before_is_not_looked_at_again(url: str) -> None:
    registry = open_registry(url)
    with registry.main.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of a newer program'"))
    close_registry(registry)
    again = open_registry(url, up_to_date=True)
    assert scan_count(again, bytes(10)) is None
    assert find_job(again, 1) is None
    close_registry(again)


def test_processes_that_open_a_new_registry_at_once(url: str) -> None:
    code = f"from registry.registry import open_registry; open_registry({url!r})"
    started = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], errors


def test_a_registry_of_a_newer_program_is_left_alone(url: str) -> None:
    registry = open_registry(url)
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    write(registry.main, lambda connection: connection.execute(newer))
    close_registry(registry)
    with pytest.raises(RegistryError, match="登记库的结构比本程序新：请升级程序"):
        open_registry(url)


def _fill(registry: Registry) -> None:
    """At least one row in every history."""
    open_office(registry)
    record_consent(registry, PERSON.key, True, "同意书 2026-1", at=AT, who=WHO)
    open_dispute(registry, COOPERATIVE.key, "jiande", "对扣分有异议", at=AT, who=WHO)
    publish_trust_list(registry, lambda *_: b"list", at=AT, who=WHO, why="首次")
    request = IssueRequest(issue_key("甲"), acknowledgement=Acknowledgement(bytes(32), AT))
    (stored,) = record_credentials(
        registry,
        [request],
        lambda _, allotment: signed_claims(samples.PRODUCER, allotment),
        at=AT,
        who=WHO,
    )
    change_status(registry, stored.id, Status.SUSPENDED, "抽检中", at=AT, who=WHO)
    make_labels(registry, stored)


def test_history_can_only_grow(registry: Registry) -> None:
    _fill(registry)
    for table in tables.HISTORY:
        rows = _rows(registry, table)
        assert rows, table.name
        column = next(c for c in table.columns if not c.primary_key).name
        statements = [
            f"UPDATE {table.name} SET {column} = {column}",
            f"DELETE FROM {table.name}",
        ]
        if registry.main.engine.dialect.name == "postgresql":
            statements.append(f"TRUNCATE {table.name} CASCADE")
        else:
            statements.append(f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name}")
        for statement in statements:
            with pytest.raises(RegistryError, match="试图改动只可追加的历史"):
                write(registry.main, lambda c, s=statement: c.execute(text(s)))
        assert _rows(registry, table) == rows


def test_every_table_is_history_or_kept_beside_one() -> None:
    beside = {"subjects", "grade_states", "jobs", "job_chunks", "job_refusals", "job_parts"}
    assert {table.name for table in tables.HISTORY} | beside == set(tables.metadata.tables)


def _rows(registry: Registry, table: Table) -> list[object]:
    return read(registry.main, lambda c: list(c.execute(table.select()).all()))
