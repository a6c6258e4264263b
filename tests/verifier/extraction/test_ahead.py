"""Items made in one other thread, some ahead of their use."""

import threading
import time
from collections.abc import Iterator

import pytest

from verifier.extraction.ahead import ahead, one_thread


@pytest.mark.parametrize("idle", [True, False])
def test_the_same_items_in_their_order(idle: bool) -> None:
    with one_thread(idle=idle) as thread:
        assert list(ahead(thread, range(20))) == list(range(20))
        assert list(ahead(thread, ())) == []


def test_all_are_made_in_one_other_thread_that_has_ended() -> None:
    made: set[threading.Thread] = set()

    def items() -> Iterator[int]:
        for item in range(5):
            made.add(threading.current_thread())
            yield item

    with one_thread(idle=True) as thread:
        list(ahead(thread, items()))
        list(ahead(thread, items()))
    (maker,) = made
    assert maker is not threading.main_thread()
    assert not maker.is_alive()


def test_it_begins_at_once_and_is_no_more_than_three_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for item in range(1, 100):
            made.append(item)
            yield item

    with one_thread(idle=True) as thread:
        taken = ahead(thread, items())
        thread.submit(int).result()  # the thread has come to the end of what it was asked
        assert made == [1, 2, 3]
        assert next(taken) == 1
        thread.submit(int).result()
        assert made == [1, 2, 3, 4]


def test_where_no_processor_is_idle_there_is_no_thread() -> None:
    with one_thread(idle=False) as thread:
        assert (
            list(ahead(thread, (threading.current_thread() for _ in range(4))))
            == [threading.main_thread()] * 4
        )


@pytest.mark.parametrize("idle", [True, False])
def test_what_making_one_raises_is_raised_where_it_is_taken(idle: bool) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("第 2 页")

    with one_thread(idle=idle) as thread:
        taken = ahead(thread, items())
        assert next(taken) == 1
        with pytest.raises(ValueError, match="第 2 页"):
            next(taken)


def test_where_the_user_gives_up_nothing_runs_on() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for item in range(3):
            time.sleep(0.05)
            made.append(item)
            yield item

    with pytest.raises(RuntimeError, match="refused"), one_thread(idle=True) as thread:
        ahead(thread, items())
        raise RuntimeError("refused")
    assert len(made) <= 1
