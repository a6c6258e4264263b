from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from scheme.facts import FactSpec, FactType, FactValue
from scheme.predicates import (
    AgeAtLeast,
    Answer,
    AtLeast,
    AtMost,
    CannotSay,
    Equals,
    In,
    Not,
    Predicate,
    Present,
    ProductIn,
    ask,
    facts_of,
    settled_facts,
)
from scheme.products import ProductGroup
from scheme.rules import OPERATORS

SPECS = {
    "name": FactSpec(FactType.TEXT, "姓名"),
    "product": FactSpec(FactType.TEXT, "产品名称"),
    "amount": FactSpec(FactType.NUMBER, "金额"),
    "born": FactSpec(FactType.DATE, "出生日期"),
    "died": FactSpec(FactType.DATE, "死亡日期"),
}
PRODUCTS = (ProductGroup("fungi", "食用菌", ("菇",)),)
AGE = AgeAtLeast("born", "died", 75)
BORN = date(1948, 3, 5)


def answer(predicate: Predicate, **facts: FactValue) -> Answer:
    return ask(predicate, facts, SPECS, PRODUCTS)


def test_the_set_is_closed_and_each_has_a_key_in_packs() -> None:
    assert {*OPERATORS.values(), Not} == set(get_args(Predicate))


@pytest.mark.parametrize(
    ("predicate", "facts", "expected"),
    [
        (Equals("name", "甲"), {"name": "甲"}, True),
        (Equals("name", "c"), {"name": "C"}, False),
        (In("name", ("甲", "乙")), {"name": "乙"}, True),
        (In("name", ("甲", "乙")), {"name": "丙"}, False),
        # 合肥: 5000 passes, 5000.01 does not
        (AtMost("amount", Decimal(5000)), {"amount": 5000}, True),
        (AtMost("amount", Decimal(5000)), {"amount": Decimal("5000.01")}, False),
        (AtLeast("amount", Decimal(18)), {"amount": 18}, True),
        (AtLeast("amount", Decimal(18)), {"amount": 17}, False),
        (Present("name"), {"name": "甲"}, True),
        (Present("name"), {}, False),
        (AGE, {"born": BORN, "died": date(2023, 3, 5)}, True),
        (AGE, {"born": BORN, "died": date(2023, 3, 4)}, False),
        (ProductIn("product", ("fungi",)), {"product": "香菇"}, True),
        (ProductIn("product", ("fungi",)), {"product": "手机"}, False),
    ],
)
def test_answers(predicate: Predicate, facts: dict[str, FactValue], expected: bool) -> None:
    assert answer(predicate, **facts) is expected
    assert answer(Not(predicate), **facts) is (not expected)


@pytest.mark.parametrize(
    "predicate",
    [Equals("name", "甲"), Not(Equals("name", "甲")), In("name", ("甲",))],
)
def test_a_missing_fact_is_neither_yes_nor_no(predicate: Predicate) -> None:
    assert answer(predicate) == CannotSay("缺少“姓名”，补充后再定", ("name",))


def test_all_missing_facts_are_named() -> None:
    assert answer(AGE) == CannotSay("缺少“出生日期”、“死亡日期”，补充后再定", ("born", "died"))


def test_death_before_birth_settles_nothing() -> None:
    found = answer(Not(AGE), born=BORN, died=date(1948, 3, 4))
    assert found == CannotSay("“死亡日期”早于“出生日期”，请核对后再定")


def test_facts_looked_at_and_settled() -> None:
    assert facts_of(Not(AGE)) == ("born", "died")
    assert settled_facts(Not(AGE)) == ("born", "died")
    assert settled_facts(Present("name")) == ("name",)
    assert settled_facts(Not(Present("name"))) == ()
    assert settled_facts(Not(Not(Present("name")))) == ("name",)
