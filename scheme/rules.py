"""Reading the ordered rules of a pack and their predicates, checked against the declared facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from scheme.facts import FACT_TYPE_WORDS, FactSpec, FactType, FactValue, has_type
from scheme.model import Condition, Outcome, Rule
from scheme.predicates import (
    AgeAtLeast,
    AtLeast,
    AtMost,
    Equals,
    In,
    Not,
    Predicate,
    Present,
    ProductIn,
    settled_facts,
)
from scheme.reading import Table, show
from scheme.texts import facts_in, text_problems

OPERATORS: Final[Mapping[str, type]] = {
    "equals": Equals,
    "in": In,
    "at_least": AtLeast,
    "at_most": AtMost,
    "present": Present,
    "age_at_least": AgeAtLeast,
    "product_in": ProductIn,
}
"""The keys of a predicate in a pack; ``not = true`` beside one turns it round."""

_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}
_CONDITIONS: Final = {condition.value: condition for condition in Condition}
OLDEST: Final = 150


@dataclass(frozen=True, slots=True)
class Known:
    """What rules may refer to: declared facts, and ids of product groups."""

    facts: Mapping[str, FactSpec]
    products: tuple[str, ...]


def read_rules(table: Table, known: Known) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for entry in table.tables("rules"):
        rule = _read_rule(entry, known)
        if rule.id and rule.id in {other.id for other in rules}:
            entry.problem("id", f"“{rule.id}”重复")
        if rules and not rules[-1].when:
            entry.problem("id", f"“{rule.id}”永远轮不到：它前面的“{rules[-1].id}”没有条件")
        rules.append(rule)
    if not rules:
        table.problem("rules", "至少要有一条规则")
    return tuple(rules)


def _read_rule(table: Table, known: Known) -> Rule:
    rule = Rule(
        id=table.name("id"),
        when=tuple(_read_predicate(entry, known) for entry in table.tables("when")),
        outcome=table.choice("outcome", _OUTCOMES),
        reason=table.text("reason"),
        conditions=table.choices("conditions", _CONDITIONS),
    )
    if (rule.outcome is Outcome.ADMIT_WITH_CONDITIONS) != bool(rule.conditions):
        table.problem("conditions", "admit_with_conditions 应写明条件，其他结果不能带条件")
    problems = text_problems(rule.reason, known.facts)
    for problem in problems:
        table.problem("reason", problem)
    if not problems:
        # a reason must be printable whenever its rule decides
        settled = {name for predicate in rule.when for name in settled_facts(predicate)}
        for name in sorted(facts_in(rule.reason) - settled):
            table.problem("reason", f"用到事实“{name}”，但本规则的条件不保证它已提供")
    table.close()
    return rule


def _read_predicate(table: Table, known: Known) -> Predicate:
    found = [operator for operator in OPERATORS if table.has(operator)]
    negated = table.boolean("not", default=False)
    if len(found) != 1:
        table.problem("、".join(found) or "equals", f"应恰有一个谓词：{'、'.join(OPERATORS)}")
        # the rest can't be judged without knowing the predicate
        return Present("")
    predicate = _read_operator(found[0], table, known)
    table.close()
    return Not(predicate) if negated else predicate


def _read_operator(operator: str, table: Table, known: Known) -> Predicate:
    match operator:
        case "equals":
            fact = _fact(table, "fact", known, *FactType)
            return Equals(fact, _values(table, "equals", [table.data["equals"]], fact, known)[0])
        case "in":
            fact = _fact(table, "fact", known, *FactType)
            values = table.data["in"]
            if not isinstance(values, list) or not values:
                table.problem("in", f"应为非空的数组，得到 {show(values)}")
                values = [""]
            return In(fact, _values(table, "in", values, fact, known))
        case "at_least" | "at_most":
            fact = _fact(table, "fact", known, FactType.NUMBER)
            bound = table.decimal(operator, "-1000000000000", "1000000000000")
            return AtLeast(fact, bound) if operator == "at_least" else AtMost(fact, bound)
        case "present":
            if table.data["present"] is not True:
                table.problem("present", "应为 true；要问“没有提供”，另写 not = true")
            return Present(_fact(table, "fact", known, *FactType))
        case "age_at_least":
            born = _fact(table, "born", known, FactType.DATE)
            on = _fact(table, "on", known, FactType.DATE)
            return AgeAtLeast(born, on, table.integer("age_at_least", 1, OLDEST))
        case _:
            fact = _fact(table, "fact", known, FactType.TEXT)
            groups = table.names("product_in")
            for group in groups:
                if group not in known.products:
                    table.problem("product_in", f"没有产品类别“{group}”")
            return ProductIn(fact, groups)


def _fact(table: Table, key: str, known: Known, *types: FactType) -> str:
    name = table.text(key, 32)
    spec = known.facts.get(name)
    if name and spec is None:
        table.problem(key, f"事实“{name}”未在 [facts] 中声明")
    elif spec is not None and spec.type not in types:
        words = "或".join(FACT_TYPE_WORDS[type] for type in types)
        table.problem(key, f"事实“{name}”应为{words}，声明的是{FACT_TYPE_WORDS[spec.type]}")
    return name


def _values(
    table: Table, key: str, found: Sequence[object], fact: str, known: Known
) -> tuple[FactValue, ...]:
    spec = known.facts.get(fact)
    values: list[FactValue] = []
    for item in found:
        value = Decimal(str(item)) if isinstance(item, float) else item
        if spec is not None and not has_type(value, spec.type):
            words = FACT_TYPE_WORDS[spec.type]
            table.problem(key, f"事实“{fact}”是{words}，不能与 {show(item)} 相比")
            value = ""
        values.append(value)  # type: ignore[arg-type]  # an undeclared fact is a problem already
    return tuple(values)
