"""Every test that takes ``registry`` runs on a new SQLite file and in a new PostgreSQL schema."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from registry.registry import Registry, close_registry, open_registry

_POSTGRES = os.environ.get(
    "ZHENGXIN_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test"
)
_HELP = (
    "PostgreSQL is not reachable: apt-get install postgresql, or set ZHENGXIN_TEST_POSTGRES_URL "
    "to an empty database (postgresql+psycopg://user:password@host/name)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/registry.sqlite3"
    else:
        yield from _new_schema()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/registry.sqlite3"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    yield from _new_schema()


@pytest.fixture
def registry(url: str) -> Iterator[Registry]:
    opened = open_registry(url)
    yield opened
    close_registry(opened)


def _new_schema() -> Iterator[str]:
    schema = f"zhengxin_test_{secrets.token_hex(6)}"
    engine = create_engine(_POSTGRES, connect_args={"connect_timeout": 3})
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        engine.dispose()
        pytest.skip(_HELP)
    try:
        separator = "&" if "?" in _POSTGRES else "?"
        yield f"{_POSTGRES}{separator}options=-csearch_path%3D{schema}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
