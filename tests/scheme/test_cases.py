"""Every case of every pack: what an office wrote down is what the rules decide."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from scheme.admission import decide
from scheme.pack import CASES_FILE
from service.packs import load_packs

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates"
PACKS: Final = load_packs(FOLDER)


def _entries(key: str) -> list[Any]:
    found = []
    for id in PACKS:
        for entry in tomllib.loads((FOLDER / id / CASES_FILE).read_text("utf-8")).get(key, []):
            found.append(pytest.param(id, entry, id=f"{id}: {entry.get('name', key)}"))
    return found


@pytest.mark.parametrize(("id", "case"), _entries("cases"))
def test_case(id: str, case: dict[str, Any]) -> None:
    expected = {"name", "kind", "facts", "outcome", "rule", "reason", "conditions"}
    assert set(case) <= expected, "unknown key in cases.toml"
    decision = decide(PACKS[id], case["kind"], case["facts"])
    assert (decision.outcome, decision.rule) == (case["outcome"], case["rule"]), decision.reason
    assert [words for words in case["reason"] if words not in decision.reason] == []
    assert case["reason"], "a case says which words the reason has"
    assert list(decision.conditions) == case.get("conditions", [])


@pytest.mark.parametrize(("id", "published"), _entries("published"))
def test_published_counts_name_grades_of_the_pack(id: str, published: dict[str, Any]) -> None:
    pack = PACKS[id]
    counts = {pack.grade(code).id: count for code, count in published["grades"].items()}
    assert list(counts) == [grade.id for grade in pack.grades]
    assert sum(counts.values()) == published["total"]


@pytest.mark.parametrize("id", PACKS)
def test_every_rule_has_a_case(id: str) -> None:
    pack = PACKS[id]
    decided = {
        (p.values[1]["kind"], p.values[1]["rule"]) for p in _entries("cases") if p.values[0] == id
    }
    kinds = {"certificate": pack.certificate.rules} if pack.certificate is not None else {}
    kinds |= {pledge.id: pledge.rules for pledge in pack.pledges}
    rules = {(kind, rule.id) for kind, rules in kinds.items() for rule in rules}
    assert rules - decided == set()
