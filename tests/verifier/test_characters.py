"""Characters that are drawn otherwise than their code alone says: honest pages with them pass."""

from dataclasses import replace

import pytest

from credential.claims import DIGEST_SIZE, Origin
from credential.fields import fields_digest
from credential.verdict import Indication
from tests import samples
from tests.verifier import paper

ORIGINS = {
    "dashes": "建德市李家镇—沙墩头村——三都———六都",
    "quotation marks": "建德市'甲'村\"乙\"镇ʻ丙‚丁„戊“己”‘庚’",
    "doubled marks": "建德市‼⁇⁈⁉村？！",
    "letters that fonts join": "建德市coffee finch affluent fjord村",
    "widths that are no whole thousandths": "建德市ЖЗИ€村",
}


@pytest.mark.parametrize("style", ["a5", "80x60"])
@pytest.mark.parametrize("name", ORIGINS)
def test_an_honest_page_with_them_passes(name: str, style: str) -> None:
    fields = {**samples.PRODUCER_FIELDS, "origin": ORIGINS[name]}
    claims = replace(samples.PRODUCER, origin=Origin("330182", ORIGINS[name]))
    digest = fields_digest(fields, claims.id, DIGEST_SIZE[claims.profile])
    issued = paper.document(replace(claims, digest=digest), fields)
    verdict = paper.check(
        paper.pdf(issued, paper.STYLES[style]),
        paper.registry(paper.record_of(issued, fields=fields)),
    )
    assert verdict.indication is Indication.PASSED, verdict.worst.findings
