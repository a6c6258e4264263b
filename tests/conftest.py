"""Shared fixtures, and the rule that nothing is skipped in CI."""

import os

import pytest
from hypothesis import HealthCheck, settings

from credential.cose import Ed25519Signer
from credential.trust import TrustList, sign_trust_list
from tests import samples
from tests.shared import run_folder

# Two cores shared with a browser and a database: time says nothing about a property.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

run_folder()  # in the first process, before the workers that share it

_skipped: list[tuple[str, str]] = []


@pytest.fixture
def at() -> int:
    """When the samples were issued: 2026-03-05 10:00:00 in Asia/Shanghai."""
    return samples.AT


@pytest.fixture
def root() -> Ed25519Signer:
    return samples.ROOT


@pytest.fixture
def issuer() -> Ed25519Signer:
    return samples.ISSUER


@pytest.fixture
def trust() -> TrustList:
    return samples.TRUST


@pytest.fixture
def trust_message() -> bytes:
    return sign_trust_list(samples.TRUST, samples.ROOT)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file is named by its place: where it holds a time of making, workers would name it otherwise."""
    return argname if isinstance(val, bytes) and len(val) > 32 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who needs the demonstration comes first, in one process: it makes it while others work on."""
    items.sort(key=lambda item: item.path.name not in {"test_docs.py", "test_demo.py"})


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append((report.nodeid, _reason(report)))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append((report.nodeid, _reason(report)))


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test checks nothing: with CI=true it fails the run (workers report to the first process)."""
    if in_ci() and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if in_ci() and _skipped:
        terminalreporter.section("skipped in CI: this fails the run", red=True)
        for name, reason in sorted(set(_skipped)):
            terminalreporter.line(f"{name}: {reason}")
