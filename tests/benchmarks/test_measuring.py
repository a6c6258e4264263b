"""Rounds in alternation, ratios round by round."""

import pytest

from benchmarks.measuring import Figure, Work, alternate, microseconds, milliseconds, ratio


def test_each_round_does_every_case_once_in_turns_and_the_first_is_left_out() -> None:
    done: list[tuple[str, int]] = []

    def case(name: str) -> "Prepared":
        return Prepared(name, done)

    taken = alternate({"a": case("a"), "b": case("b")}, 2)
    assert done == [("b", 0), ("a", 0), ("a", 1), ("b", 1), ("b", 2), ("a", 2)]
    assert {name: len(values) for name, values in taken.items()} == {"a": 2, "b": 2}
    assert all(value > 0 for values in taken.values() for value in values)


class Prepared:
    def __init__(self, name: str, done: list[tuple[str, int]]) -> None:
        self.name, self.done = name, done

    def __call__(self, number: int) -> Work:
        def work() -> int:
            self.done.append((self.name, number))
            return 2

        return work


def test_figures_have_their_units() -> None:
    assert milliseconds("x", [0.5, 0.25]) == Figure("x", "ms", (500.0, 250.0))
    assert microseconds("x", [0.5]) == Figure("x", "µs", (500_000.0,))
    assert milliseconds("x", [0.001, 0.009, 0.002]).median == 2.0


def test_a_ratio_is_of_the_same_round() -> None:
    whole = Figure("whole", "ms", (30.0, 20.0, 100.0))
    sign, page = Figure("sign", "ms", (5.0, 4.0, 10.0)), Figure("page", "ms", (10.0, 6.0, 30.0))
    found = ratio("r", whole, sign, page, target=1.5)
    assert (found.rounds, found.median) == ((2.0, 2.0, 2.5), 2.0)
    assert (found.of, found.floor) == ("whole", ("sign", "page"))
    assert (found.target, found.least) == (1.5, None)
    assert ratio("r", sign, whole, least=0.5).least == 0.5


def test_a_ratio_of_rates_is_turned_over() -> None:
    ours, bare = Figure("ours", "requests/s", (500.0,)), Figure("bare", "requests/s", (2000.0,))
    assert ratio("r", ours, bare, inverse=True).rounds == pytest.approx((4.0,))
