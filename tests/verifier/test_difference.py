import pytest

from verifier.difference import Kind, Part, difference

SAME, GONE, ADDED = Kind.SAME, Kind.GONE, Kind.ADDED


@pytest.mark.parametrize(
    ("expected", "found", "parts"),
    [
        ("500公斤", "800公斤", [(GONE, "5"), (ADDED, "8"), (SAME, "00公斤")]),
        ("甲 乙", "甲\n乙", [(SAME, "甲 乙")]),
        ("甲：乙", "甲:乙", [(SAME, "甲：乙")]),
        ("一二 三四", "一二\n三五", [(SAME, "一二 三"), (GONE, "四"), (ADDED, "五")]),
        ("甲", "", [(GONE, "甲")]),
        ("", "甲", [(ADDED, "甲")]),
        ("", "", []),
        ("²", "2", [(GONE, "²"), (ADDED, "2")]),
        ("甲" * 4001, "乙", [(GONE, "甲" * 4001), (ADDED, "乙")]),
    ],
)
def test_a_difference_in_reading_order(
    expected: str, found: str, parts: list[tuple[Kind, str]]
) -> None:
    assert difference(expected, found) == tuple(Part(kind, text) for kind, text in parts)
