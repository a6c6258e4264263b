"""Look-alike characters are named; a plain difference is not called one."""

import pytest

from verifier.lookalikes import lookalikes


@pytest.mark.parametrize(
    ("expected", "found"),
    [("己", "已"), ("未", "末"), ("日", "曰"), ("A级", "А级"), ("1200", "I2O0"), ("壹", "壱")],
)
def test_pairs(expected, found):
    pairs = lookalikes(expected, found)
    assert pairs
    assert all(a in expected and b in found for a, b in pairs)


@pytest.mark.parametrize(
    ("expected", "found"),
    [("草莓", "草莓"), ("1200", "9200"), ("己方", "已方方"), ("己甲", "已乙")],
)
def test_others(expected, found):
    assert lookalikes(expected, found) == []
