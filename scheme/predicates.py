"""Predicates: the closed set of questions that a rule may ask of the declared facts.

Each answers yes, no, or that it cannot say and why. What cannot be said is never taken for a no:
a rule that might refuse is not passed over because nobody filled in its fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never, cast

from scheme.facts import FactSpec, FactValue, age_at
from scheme.products import ProductGroup, classify_product


@dataclass(frozen=True, slots=True)
class Equals:
    fact: str
    value: FactValue


@dataclass(frozen=True, slots=True)
class In:
    fact: str
    values: tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    fact: str
    bound: Decimal


@dataclass(frozen=True, slots=True)
class AtMost:
    fact: str
    bound: Decimal


@dataclass(frozen=True, slots=True)
class Present:
    fact: str


@dataclass(frozen=True, slots=True)
class AgeAtLeast:
    """Full years between the dates ``born`` and ``on``; the birthday itself counts."""

    born: str
    on: str
    years: int


@dataclass(frozen=True, slots=True)
class ProductIn:
    """The product's group is one of these; a name that no group knows is in none."""

    fact: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    predicate: "Predicate"


Predicate = Equals | In | AtLeast | AtMost | Present | AgeAtLeast | ProductIn | Not


@dataclass(frozen=True, slots=True)
class CannotSay:
    """``reason`` in Chinese; ``missing``: names of the facts that are not given."""

    reason: str
    missing: tuple[str, ...] = ()


Answer = bool | CannotSay


def facts_of(predicate: Predicate) -> tuple[str, ...]:
    """The facts that it looks at."""
    match predicate:
        case Not(inner):
            return facts_of(inner)
        case AgeAtLeast(born=born, on=on):
            return born, on
        case _:
            return (predicate.fact,)


def settled_facts(predicate: Predicate) -> tuple[str, ...]:
    """The facts that are certainly given once the predicate has answered yes."""
    inner, negated = predicate, False
    while isinstance(inner, Not):
        inner, negated = inner.predicate, not negated
    return () if isinstance(inner, Present) and negated else facts_of(inner)


def ask(
    predicate: Predicate,
    facts: Mapping[str, FactValue],
    specs: Mapping[str, FactSpec],
    products: Sequence[ProductGroup],
) -> Answer:
    """``facts``: as :func:`scheme.facts.given_facts` returns them, so of the right types."""
    if isinstance(predicate, Not):
        answer = ask(predicate.predicate, facts, specs, products)
        return answer if isinstance(answer, CannotSay) else not answer
    missing = tuple(name for name in facts_of(predicate) if name not in facts)
    if isinstance(predicate, Present):
        return not missing
    if missing:
        titles = "、".join(f"“{specs[name].title}”" for name in missing)
        return CannotSay(f"缺少{titles}，补充后再定", missing)
    if isinstance(predicate, AgeAtLeast):
        return _old_enough(predicate, facts, specs)
    return _compare(predicate, facts[predicate.fact], products)


def _compare(
    predicate: Equals | In | AtLeast | AtMost | ProductIn,
    value: FactValue,
    products: Sequence[ProductGroup],
) -> bool:
    match predicate:
        case Equals(value=expected):
            return value == expected
        case In(values=values):
            return value in values
        case AtLeast(bound=bound):
            return cast(Decimal, value) >= bound
        case AtMost(bound=bound):
            return cast(Decimal, value) <= bound
        case ProductIn(groups=groups):
            group = classify_product(products, cast(str, value))
            return group is not None and group.id in groups
    assert_never(predicate)


def _old_enough(
    predicate: AgeAtLeast, facts: Mapping[str, FactValue], specs: Mapping[str, FactSpec]
) -> Answer:
    born, on = cast(date, facts[predicate.born]), cast(date, facts[predicate.on])
    if on < born:
        titles = specs[predicate.on].title, specs[predicate.born].title
        return CannotSay("“{}”早于“{}”，请核对后再定".format(*titles))
    return age_at(born, on) >= predicate.years
