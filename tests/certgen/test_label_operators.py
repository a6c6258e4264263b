"""What is drawn beside text: numbers to a hundredth of a point, a symbol that fills its box."""

import pytest

from certgen.label_operators import number, start, symbol_place
from certgen.label_parts import MM


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, b"1"), (10.0, b"10"), (0.5, b"0.5"), (1.006, b"1.01"), (0, b"0")]
)
def test_a_number_is_as_short_as_it_can_be(value: float, written: bytes) -> None:
    assert number(value) == written


def test_a_line_starts_where_it_is_told_in_points() -> None:
    assert start(25.4, 12.7) == b"1 0 0 1 72 36 Tm "


def test_the_modules_fill_the_box_but_for_the_quiet_zone() -> None:
    drawn = symbol_place(21, 1.0, 2.0, 29.0, 40.0).split()
    side, left, bottom = (float(drawn[place]) * MM for place in (1, 5, 6))
    # 29 modules of a millimetre, four of them white on each side
    assert (side, left, bottom) == pytest.approx((21, 5, 13), abs=0.005)
    assert drawn[drawn.index(b"/W") + 1] == drawn[drawn.index(b"/H") + 1] == b"21"
