from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheme.admission import NO_KIND, NO_RULE, Decision, decide
from scheme.facts import FactError, FactType, FactValue
from scheme.model import Condition, Outcome, Pack
from scheme.pack import load_pack
from service.packs import load_packs
from tests.scheme.sample_pack import SHA256, TEMPLATES, TEXTS, sample_pack, source, with_rules

PACKS = load_packs(Path(__file__).resolve().parents[2] / "templates")

REFUSE: dict[str, Any] = {
    "id": "unclean",
    "when": [{"fact": "clean", "equals": False}],
    "outcome": "refuse",
    "reason": "有失信记录",
}
LARGE: dict[str, Any] = {
    "id": "large",
    "when": [{"fact": "amount", "at_least": 100}, {"fact": "name", "equals": "甲"}],
    "outcome": "admit",
    "reason": "{{ name }}的金额 {{ amount }} 不少于 100",
}


def certificate(pack: Pack, **facts: FactValue) -> Decision:
    return decide(pack, "certificate", facts)


def test_the_first_rule_that_matches_decides() -> None:
    pack = with_rules(REFUSE, LARGE)
    refused = certificate(pack, clean=False, amount=100, name="甲")
    assert refused == Decision(Outcome.REFUSE, "unclean", "有失信记录")
    assert not refused.admitted
    admitted = certificate(pack, clean=True, amount=Decimal("100.5"), name="甲")
    assert admitted == Decision(Outcome.ADMIT, "large", "甲的金额 100.5 不少于 100")
    assert admitted.admitted


def test_a_rule_is_not_passed_over_for_a_missing_fact() -> None:
    decision = certificate(with_rules(REFUSE, LARGE), amount=100, name="甲")
    assert decision == Decision(
        Outcome.DEFER, "unclean", "缺少“无失信记录”，补充后再定", missing=("clean",)
    )


def test_one_plain_no_settles_a_rule_whatever_is_missing() -> None:
    decision = certificate(with_rules(LARGE, REFUSE), name="乙", clean=False)
    assert decision.rule == "unclean"


def test_no_rule_and_no_kind_are_said() -> None:
    decision = certificate(with_rules(LARGE), amount=1, name="甲")
    assert decision == Decision(Outcome.DEFER, NO_RULE, "没有规则适用于这种情形，请人工核实")
    decision = decide(sample_pack(), "licence", {})
    assert decision == Decision(Outcome.REFUSE, NO_KIND, "样例市的方案没有“licence”这种文件")
    bare = source(lambda s: s.pop("certificate") and s.pop("styles"))
    pack = load_pack(bare, TEXTS, SHA256, TEMPLATES)
    assert certificate(pack).rule == NO_KIND


def test_conditions_are_handed_on() -> None:
    decision = decide(sample_pack(), "proof", {})
    assert decision.outcome is Outcome.ADMIT_WITH_CONDITIONS
    assert decision.conditions == (Condition.WET_SIGNED_COPY,)
    assert decision.admitted


def test_a_reason_that_cannot_be_said_admits_nothing() -> None:
    rule = {**LARGE, "reason": "{{ amount / (amount - 100) }}"}
    decision = certificate(with_rules(rule), amount=100, name="甲")
    assert decision.outcome is Outcome.DEFER
    assert decision.reason == (
        "规则“large”的理由：无法用所给的事实生成，请核对其中的运算，请人工核实"
    )


def test_a_fact_of_the_wrong_type_is_named() -> None:
    with pytest.raises(FactError, match="“金额”（amount）应为数字，得到“100”"):
        certificate(with_rules(LARGE), amount="100")


_VALUES = {
    FactType.TEXT: st.text(max_size=20)
    | st.sampled_from(
        [
            "producer",
            "collector",
            "household",
            "individual",
            "unmarried",
            "kinship-and-parents-death",
            "草莓",
            "野生香菇",
            "猪肉",
            "{{x}}",
            "甲\u200b",
        ]
    ),
    FactType.BOOLEAN: st.booleans(),
    FactType.NUMBER: st.integers() | st.decimals(allow_nan=False, allow_infinity=False),
    FactType.DATE: st.dates(),
}


@pytest.mark.parametrize("id", PACKS)
@given(data=st.data())
def test_decide_never_raises_on_facts_of_the_right_types(id: str, data: st.DataObject) -> None:
    pack = PACKS[id]
    facts = data.draw(
        st.fixed_dictionaries(
            {}, optional={name: _VALUES[spec.type] for name, spec in pack.facts.items()}
        )
    )
    kind = data.draw(st.sampled_from(["certificate", *(p.id for p in pack.pledges), "other"]))
    decision = decide(pack, kind, facts)
    assert decision.reason.strip()
    assert (decision.outcome is Outcome.ADMIT_WITH_CONDITIONS) == bool(decision.conditions)
    assert set(decision.missing).isdisjoint(n for n, v in facts.items() if str(v).strip())


@given(born=st.dates(date(1850, 1, 1), date(2026, 1, 1)), days=st.integers(0, 45000))
def test_gaoping_parents_death_pledge_needs_75_full_years(born: date, days: int) -> None:
    died = date.fromordinal(born.toordinal() + days)
    facts: dict[str, FactValue] = {
        "subject_type": "individual",
        "proof": "kinship-and-parents-death",
        "notice_acknowledged": True,
        "decedent_born": born,
        "decedent_died": died,
    }
    decision = decide(PACKS["gaoping"], "notarial", facts)
    # 75 years on, by the calendar; 29 February has its day on the 28th
    day = 28 if (born.month, born.day) == (2, 29) and (born.year + 75) % 4 else born.day
    assert decision.admitted == (died >= date(born.year + 75, born.month, day))
