from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scheme.model import Rule
from scheme.predicates import AgeAtLeast, AtLeast, AtMost, Equals, In, Not, Present, ProductIn
from tests.scheme.sample_pack import Source, problem, problems, with_rules

AGE = {"age_at_least": 75, "born": "born", "on": "died"}


def rule(*when: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"id": "rule", "when": list(when), "outcome": "refuse", "reason": "不行", **more}


def found(*when: dict[str, Any], **more: object) -> str:
    def change(s: Source) -> None:
        s["certificate"]["rules"] = [rule(*when, **more)]

    return problem(change)


def read(*when: dict[str, Any]) -> Rule:
    certificate = with_rules(rule(*when)).certificate
    assert certificate is not None
    return certificate.rules[0]


def test_every_predicate_is_read() -> None:
    when = read(
        {"fact": "name", "equals": "甲"},
        {"fact": "died", "equals": date(2026, 3, 5)},
        {"fact": "amount", "equals": 1.5},
        {"fact": "name", "in": ["甲", "乙"], "not": True},
        {"fact": "amount", "at_least": 18},
        {"fact": "amount", "at_most": 5000.01},
        {"fact": "name", "present": True},
        AGE,
        {"fact": "product", "product_in": ["fungi"]},
    ).when
    assert when == (
        Equals("name", "甲"),
        Equals("died", date(2026, 3, 5)),
        Equals("amount", Decimal("1.5")),
        Not(In("name", ("甲", "乙"))),
        AtLeast("amount", Decimal(18)),
        AtMost("amount", Decimal("5000.01")),
        Present("name"),
        AgeAtLeast("born", "died", 75),
        ProductIn("product", ("fungi",)),
    )


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (
            {"fact": "name"},
            "键“equals”：应恰有一个谓词：equals、in、at_least、at_most、present、age_at_least、product_in",
        ),
        ({"fact": "name", "equals": "甲", "in": ["甲"]}, "键“equals、in”：应恰有一个谓词"),
        ({"fact": "nmae", "equals": "甲"}, "键“fact”：事实“nmae”未在 [facts] 中声明"),
        ({"fact": "name", "equals": 1}, "键“equals”：事实“name”是文字，不能与 1 相比"),
        ({"fact": "clean", "equals": "是"}, "键“equals”：事实“clean”是是或否，不能与 “是” 相比"),
        ({"fact": "name", "in": []}, "键“in”：应为非空的数组，得到 一个数组"),
        ({"fact": "name", "in": ["甲", 2]}, "键“in”：事实“name”是文字，不能与 2 相比"),
        ({"fact": "name", "at_least": 1}, "键“fact”：事实“name”应为数字，声明的是文字"),
        (
            {"fact": "amount", "at_most": "5"},
            "键“at_most”：应为 -1000000000000 至 1000000000000 的数字，得到 “5”",
        ),
        ({"fact": "amount", "at_most": float("nan")}, "键“at_most”：应为"),
        (
            {"fact": "name", "present": False},
            "键“present”：应为 true；要问“没有提供”，另写 not = true",
        ),
        ({"fact": "name", "present": True, "not": 1}, "键“not”：应为 true 或 false，得到 1"),
        ({**AGE, "on": "name"}, "键“on”：事实“name”应为日期，声明的是文字"),
        ({**AGE, "age_at_least": 0}, "键“age_at_least”：应为 1 至 150 的整数，得到 0"),
        ({**AGE, "fact": "name"}, "键“fact”：没有这个键"),
        ({"fact": "product", "product_in": ["grain"]}, "键“product_in”：没有产品类别“grain”"),
        (
            {"fact": "amount", "product_in": ["fungi"]},
            "键“fact”：事实“amount”应为文字，声明的是数字",
        ),
        ({"fact": "name", "equals": "甲", "nto": True}, "键“nto”：没有这个键"),
    ],
)
def test_a_wrong_predicate_is_named(predicate: dict[str, Any], message: str) -> None:
    place = "scheme.toml，表 [certificate] 的 [[rules]] 第 1 项 的 [[when]] 第 1 项，"
    assert found(predicate).startswith(place + message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"id": "A"}, "键“id”：应为至多 32 位的小写字母"),
        (
            {"outcome": "deny"},
            "键“outcome”：应为下列之一：admit、admit_with_conditions、refuse、defer，得到 “deny”",
        ),
        ({"reason": ""}, "键“reason”：应为 1 至 200 字的文字"),
        ({"reason": "{{ nmae }}"}, "键“reason”：用到未声明的事实“nmae”"),
        ({"reason": "{{ name"}, "键“reason”：第 1 行：Jinja2 语法有误"),
        ({"reason": "{{ name }}"}, "键“reason”：用到事实“name”，但本规则的条件不保证它已提供"),
        (
            {"conditions": ["wet_signed_copy"]},
            "键“conditions”：admit_with_conditions 应写明条件，其他结果不能带条件",
        ),
        ({"outcome": "admit_with_conditions"}, "键“conditions”：admit_with_conditions 应写明条件"),
        (
            {"conditions": ["handshake"]},
            "键“conditions”：应为数组，各项为下列之一且不重复：wet_signed_copy、",
        ),
        ({"wehn": []}, "键“wehn”：没有这个键"),
    ],
)
def test_a_wrong_rule_is_named(more: dict[str, object], message: str) -> None:
    place = "scheme.toml，表 [certificate] 的 [[rules]] 第 1 项，"
    assert found(**more).startswith(place + message)


def test_a_fact_that_is_only_asked_to_be_absent_is_not_settled() -> None:
    absent = {"fact": "name", "present": True, "not": True}
    assert "不保证它已提供" in found(absent, reason="{{ name }}")
    assert read({"fact": "name", "present": True}).when == (Present("name"),)


def test_rules_that_can_never_be_reached() -> None:
    def change(s: Source) -> None:
        s["certificate"]["rules"] = [rule(), rule(), rule(id="last")]

    assert problems(change) == (
        "scheme.toml，表 [certificate] 的 [[rules]] 第 2 项，键“id”：“rule”重复",
        "scheme.toml，表 [certificate] 的 [[rules]] 第 2 项，键“id”：“rule”永远轮不到：它前面的“rule”没有条件",
        "scheme.toml，表 [certificate] 的 [[rules]] 第 3 项，键“id”：“last”永远轮不到：它前面的“rule”没有条件",
    )
