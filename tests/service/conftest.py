"""The office of tests/flows/office.py."""

from tests.flows.conftest import office, own

__all__ = ["office", "own"]
