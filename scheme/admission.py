"""Admission: may this be issued. Ordered rules over declared facts; the first that matches decides.

A rule that can't be answered, because a fact is not given, stops the search: what comes after it
must not decide in its place. Nothing is ever admitted by default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scheme.facts import FactValue, given_facts
from scheme.kinds import CERTIFICATE
from scheme.model import Condition, Outcome, Pack, Rule
from scheme.predicates import Answer, CannotSay, ask
from scheme.texts import TextError, render

NO_KIND: Final = "no-kind"
NO_RULE: Final = "no-rule"


@dataclass(frozen=True, slots=True)
class Decision:
    """``rule``: the id of the rule that decided, or NO_KIND, NO_RULE; ``reason``: Chinese.

    ``missing``: names of facts without which the rule could not be answered.
    """

    outcome: Outcome
    rule: str
    reason: str
    conditions: tuple[Condition, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def admitted(self) -> bool:
        return self.outcome in {Outcome.ADMIT, Outcome.ADMIT_WITH_CONDITIONS}


def decide(pack: Pack, kind: str, facts: Mapping[str, FactValue]) -> Decision:
    """``kind``: “certificate” or the id of a pledge kind. Facts the pack does not know are ignored.

    Raises:
        FactError: a known fact has the wrong type.
    """
    given = given_facts(pack.facts, facts)
    rules = _rules(pack, kind)
    if rules is None:
        return Decision(Outcome.REFUSE, NO_KIND, f"{pack.place}的方案没有“{kind}”这种文件")
    for rule in rules:
        answer = _matches(pack, rule, given)
        if isinstance(answer, CannotSay):
            return Decision(Outcome.DEFER, rule.id, answer.reason, missing=answer.missing)
        if answer:
            return _decided(pack, rule, given)
    return Decision(Outcome.DEFER, NO_RULE, "没有规则适用于这种情形，请人工核实")


def _rules(pack: Pack, kind: str) -> tuple[Rule, ...] | None:
    if kind == CERTIFICATE:
        return pack.certificate.rules if pack.certificate is not None else None
    pledge = next((pledge for pledge in pack.pledges if pledge.id == kind), None)
    return pledge.rules if pledge is not None else None


def _matches(pack: Pack, rule: Rule, facts: Mapping[str, FactValue]) -> Answer:
    """All predicates hold; one plain no settles it, whatever the others cannot say."""
    unsaid: CannotSay | None = None
    for predicate in rule.when:
        answer = ask(predicate, facts, pack.facts, pack.products)
        if answer is False:
            return False
        if isinstance(answer, CannotSay):
            unsaid = unsaid or answer
    return unsaid or True


def _decided(pack: Pack, rule: Rule, facts: Mapping[str, FactValue]) -> Decision:
    try:
        reason = render(rule.reason, facts, pack.facts, f"规则“{rule.id}”的理由")
    except TextError as error:  # a reason that can't be said can't admit
        return Decision(Outcome.DEFER, rule.id, f"{error}，请人工核实")
    return Decision(rule.outcome, rule.id, reason, rule.conditions)
