"""Scan counts: added in batches, never in the way of issuing."""

from concurrent.futures import ThreadPoolExecutor

from registry.database import write
from registry.registry import Registry, close_registry, open_registry
from registry.scans import ScanCount, add_scans, scan_count
from tests.samples import AT

ONE, OTHER = bytes(10), bytes(range(10))


def test_counts_add_up_and_the_first_stays(registry: Registry) -> None:
    assert scan_count(registry, ONE) is None
    add_scans(registry, {})
    add_scans(registry, {ONE: (3, AT + 5), OTHER: (1, AT)})
    # a second server flushes later what it counted earlier
    add_scans(registry, {ONE: (2, AT + 2)})
    add_scans(registry, {ONE: (1, AT + 9)})
    assert scan_count(registry, ONE) == ScanCount(6, AT + 2)
    assert scan_count(registry, OTHER) == ScanCount(1, AT)


def test_servers_flushing_at_once_lose_nothing(registry: Registry) -> None:
    batches = [{ONE: (1, AT), OTHER: (2, AT)}, {OTHER: (2, AT), ONE: (1, AT)}] * 8
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda batch: add_scans(registry, batch), batches))
    assert scan_count(registry, ONE) == ScanCount(16, AT)
    assert scan_count(registry, OTHER) == ScanCount(32, AT)


def test_a_long_issue_does_not_keep_scans_waiting(sqlite_url: str) -> None:
    registry = open_registry(sqlite_url)

    def count_inside(_: object) -> ScanCount | None:
        add_scans(registry, {ONE: (1, AT)})
        return scan_count(registry, ONE)

    assert write(registry.main, count_inside) == ScanCount(1, AT)
    close_registry(registry)
