"""Steps between two texts, by a table of our own too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def table(value: str, text: str, *, anywhere: bool) -> list[int]:
    """The last row of the table that the definition gives (Wagner and Fischer 1974, Sellers 1980)."""
    row = [0] * (len(text) + 1) if anywhere else list(range(len(text) + 1))
    for character in value:
        above, row = row, [row[0] + 1]
        for place, other in enumerate(text):
            kept = above[place] + (character != other)
            row.append(min(kept, above[place + 1] + 1, row[place] + 1))
    return row


SHORT = st.text("ab草", max_size=9)


@given(value=SHORT, text=SHORT)
def test_steps_are_those_of_the_table(value: str, text: str):
    assert steps_between(value, text) == table(value, text, anywhere=False)[-1]
    assert nearest_in(value, text) == min(table(value, text, anywhere=True))


def test_a_long_value_in_a_page_full_of_text():
    """By the table, minutes."""
    assert nearest_in("我你" * 1_000, "你他" * 100_000) == 1_000
