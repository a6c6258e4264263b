"""What a clerk types for a policy and a time."""

import pytest

from credential.policy import ARCHIVE, BUYER, NOTARY
from service.asking import read_policy
from service.errors import UserError
from tests.samples import AT, DAY


def test_a_policy_by_its_name() -> None:
    assert read_policy("notary", "", AT) == (NOTARY, None)
    assert read_policy("buyer", "", AT) == (BUYER, None)
    assert read_policy("archive", "", AT) == (ARCHIVE, AT)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # AT: 2026-03-05 10:00:00 in Asia/Shanghai
        ("2026-03-04", AT - 10 * 3600 - 1),
        ("2026-03-05T10:00", AT),
        ("2026-03-05", AT + 60),
        ("2026-03-05 09:59:59", AT - 1),
        ("2026-03-05T02:00:00+00:00", AT),
    ],
)
def test_a_time_in_the_past(text: str, moment: int) -> None:
    assert read_policy("archive", text, AT + 60) == (ARCHIVE, moment)


@pytest.mark.parametrize(
    ("policy", "text", "words"),
    [
        ("mine", "", "没有核验策略“mine”，可用：notary、buyer、archive"),
        ("notary", "2026-03-04", "策略 notary 只看现在"),
        ("archive", "2026-03-06", "时间 2026-03-06 在将来"),
        ("archive", "去年", "时间应写作 2026-05-01 或 2026-05-01T14:30，得到 “去年”"),
    ],
)
def test_what_is_refused(policy: str, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_policy(policy, text, AT + DAY // 24)


@pytest.mark.parametrize(
    "text",
    [
        *("20260304", "2026-W10-3", "20260304T1000", "2026-03-04T10", "2026-03-04T10:00:00.5"),
        *("1999-12-31", "0001-01-01T00:00+14:00", "2026-02-30", "２０２６-03-04"),
    ],
)
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(UserError) as refused:
        read_policy("archive", text, AT)
    assert str(refused.value) == f"时间应写作 2026-05-01 或 2026-05-01T14:30，得到 “{text}”"
