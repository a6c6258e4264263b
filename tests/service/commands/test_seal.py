"""service/commands/seal.py: a time of compromise as it is typed."""

import pytest

from service.commands.seal import read_moment
from service.errors import UserError


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_ends_of_the_calendar_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError) as error:
        read_moment(text)
    assert str(error.value) == f"时间“{text}”超出公历 1 年至 9999 年"


def test_a_time_is_that_of_its_zone() -> None:
    assert read_moment("2026-03-05T08:00:00+08:00") == read_moment("2026-03-05T00:00:00Z")
