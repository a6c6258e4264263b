import pytest

from verifier.edit_distance import nearest_in, steps_between


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("草莓", "", 2),
        ("", "草莓", 2),
        ("1200公斤", "1200公斤", 0),
        ("1200公斤", "9200公斤", 1),
        ("1200公斤", "200公斤", 1),
        ("1200公斤", "350公斤", 3),
        ("草莓", "茶鲜叶", 3),
    ],
)
def test_steps_between(one: str, other: str, steps: int):
    assert steps_between(one, other) == steps == steps_between(other, one)


@pytest.mark.parametrize(
    ("value", "text", "steps"),
    [
        ("草莓", "产品名称：草莓，产地", 0),
        ("1200公斤", "共1280公斤整", 1),
        ("草莓", "", 2),
        ("草莓", "茶鲜叶", 2),
    ],
)
def test_nearest_in(value: str, text: str, steps: int):
    assert nearest_in(value, text) == steps
