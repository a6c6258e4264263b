"""service/scan_counter.py: no look-up is lost or counted twice, and the number never goes back."""

from collections.abc import Mapping

import pytest

from credential.protocols import RegistryUnavailable
from service import scan_counter
from service.scan_counter import ScanCounter
from service.web.context import ScanCount

ONE, OTHER = b"one", b"other"


class Store:
    """What is written. ``down``: it does not answer."""

    def __init__(self) -> None:
        self.counts: dict[bytes, tuple[int, int]] = {}
        self.down = False

    def stored(self, identifier: bytes) -> tuple[int, int] | None:
        self._answer()
        return self.counts.get(identifier)

    def add(self, new: Mapping[bytes, tuple[int, int]]) -> None:
        self._answer()
        for identifier, (count, first_at) in new.items():
            before, first = self.counts.get(identifier, (0, first_at))
            self.counts[identifier] = before + count, first

    def _answer(self) -> None:
        if self.down:
            raise RegistryUnavailable("down")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def counter(store: Store) -> ScanCounter:
    return ScanCounter(store.stored, store.add)


def test_look_ups_are_counted_before_and_after_they_are_written(
    store: Store, counter: ScanCounter
) -> None:
    assert [counter.count(ONE, 100 + n) for n in range(3)] == [
        ScanCount(1, 100),
        ScanCount(2, 100),
        ScanCount(3, 100),
    ]
    assert counter.count(OTHER, 200) == ScanCount(1, 200)
    assert store.counts == {}
    counter.flush()
    assert store.counts == {ONE: (3, 100), OTHER: (1, 200)}
    assert counter.count(ONE, 300) == ScanCount(4, 100)
    counter.flush()
    counter.flush()
    assert store.counts == {ONE: (4, 100), OTHER: (1, 200)}


def test_what_was_written_before_is_counted_on(store: Store, counter: ScanCounter) -> None:
    store.counts[ONE] = 41, 7
    assert counter.count(ONE, 100) == ScanCount(42, 7)
    counter.flush()
    assert store.counts == {ONE: (42, 7)}


def test_the_number_does_not_go_back_while_counts_are_being_written(store: Store) -> None:
    seen: list[int] = []

    def add(new: Mapping[bytes, tuple[int, int]]) -> None:
        seen.append(counter.count(ONE, 102).number)
        store.add(new)
        seen.append(counter.count(ONE, 103).number)

    counter = ScanCounter(store.stored, add)
    counter.count(ONE, 100)
    counter.count(ONE, 101)
    counter.flush()
    assert (seen, counter.count(ONE, 104).number) == ([3, 4], 5)
    seen.clear()
    counter._add = store.add
    counter.flush()
    assert store.counts == {ONE: (5, 100)}


def test_nothing_is_lost_while_the_registry_does_not_answer(
    store: Store, counter: ScanCounter
) -> None:
    store.counts[ONE] = 10, 7
    store.down = True
    assert counter.count(ONE, 100).number == 1, "how often before is not known now"
    counter.flush()
    counter.count(ONE, 101)
    store.down = False
    counter.flush()
    assert store.counts == {ONE: (12, 7)}


def test_a_full_memory_forgets_nothing_unwritten(
    store: Store, counter: ScanCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_counter, "_REMEMBERED", 1)
    for _ in range(3):
        counter.count(ONE, 100)
        counter.count(OTHER, 100)
    counter.flush()
    assert counter._known == {}
    assert counter.count(ONE, 200) == ScanCount(4, 100)
    counter.flush()
    assert store.counts == {ONE: (4, 100), OTHER: (3, 100)}


def test_stopping_writes_what_is_left(store: Store, counter: ScanCounter) -> None:
    counter.start()
    counter.count(ONE, 100)
    counter.stop()
    assert store.counts == {ONE: (1, 100)}
    assert not counter._thread.is_alive()
