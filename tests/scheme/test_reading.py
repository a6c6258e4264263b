from collections.abc import Callable
from decimal import Decimal

import pytest

from scheme.model import Assumption
from scheme.reading import Log, Table, show


@pytest.mark.parametrize(
    ("value", "shown"),
    [(True, "true"), ("a", "“a”"), ({}, "一个表"), ([], "一个数组"), (3, "3"), (None, "None")],
)
def test_found_values_are_shown_as_typed(value: object, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    ("read", "stand_in"),
    [
        (lambda t: t.text("x"), ""),
        (lambda t: t.name("x"), ""),
        (lambda t: t.integer("x", 5, 9), 5),
        (lambda t: t.decimal("x", "0.5", "9"), Decimal("0.5")),
        (lambda t: t.boolean("x"), False),
        (lambda t: t.choice("x", {"a": 1, "b": 2}), 1),
        (lambda t: t.names("x"), ()),
        (lambda t: t.choices("x", {"a": 1}), ()),
        (lambda t: t.tables("x"), ()),
        (lambda t: dict(t.table("x").data), {}),
    ],
)
def test_a_wrong_value_is_one_problem_and_a_stand_in(
    read: Callable[[Table], object], stand_in: object
) -> None:
    log = Log()
    assert read(Table({"x": object()}, "[t]", log)) == stand_in
    (problem,) = log.problems
    assert problem.startswith("scheme.toml，表 [t]，键“x”：应为")


def test_what_may_be_left_out() -> None:
    log = Log()
    table = Table({}, "", log)
    assert table.names("x") == table.choices("x", {"a": 1}) == table.tables("x") == ()
    assert table.table("x").data == {}
    assert table.boolean("x", default=True) is True
    assert log.problems == []


def test_unknown_keys_are_problems_and_remarks_are_not() -> None:
    log = Log()
    table = Table({"a": "x", "b": 1, "assumed": True, "note": "假定"}, "[t]", log)
    assert table.named() == ("a", "b")
    table.text("a")
    table.close()
    assert log.problems == ["scheme.toml，表 [t]，键“b”：没有这个键"]
    assert log.assumptions == [Assumption("[t]", "假定")]


def test_an_assumption_of_the_whole_pack_is_at_the_file() -> None:
    log = Log()
    Table({"assumed": True, "note": "假定"}, "", log).close()
    assert log.assumptions == [Assumption("scheme.toml", "假定")]
