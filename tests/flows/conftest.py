"""The office of tests/flows/office.py, to look at or to change."""

from pathlib import Path

import pytest

from tests.flows.office import Place, copied, made_office
from tests.registry.conftest import postgres_url

__all__ = ["office", "own", "postgres_url"]


@pytest.fixture(scope="session")
def office() -> Place:
    """Shared: only what changes nothing may be done with it."""
    return made_office()


@pytest.fixture
def own(tmp_path: Path) -> Place:
    """The same office, to change."""
    return copied(tmp_path / "office")
