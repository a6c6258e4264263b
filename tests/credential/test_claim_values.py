"""The values that claims are made of refuse what no paper says."""

from decimal import Decimal

import pytest

from credential.claim_values import Quantity, Subject


def test_a_subject_has_a_code_or_a_digest():
    with pytest.raises(ValueError, match="one of the two"):
        Subject()
    with pytest.raises(ValueError, match="one of the two"):
        Subject(uscc="91330182MA2GK7XX0Q", digest=bytes(16))
    assert Subject(digest=bytes(16)).is_natural_person


@pytest.mark.parametrize(
    ("amount", "mantissa", "exponent"), [("500", 500, 0), ("1.50", 15, -1), ("0.001", 1, -3)]
)
def test_a_quantity_is_kept_in_its_shortest_form(amount, mantissa, exponent):
    quantity = Quantity.of(Decimal(amount), "公斤")
    assert (quantity.mantissa, quantity.exponent) == (mantissa, exponent)
    assert quantity.amount == Decimal(amount)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_a_quantity_is_a_positive_number(amount):
    with pytest.raises(ValueError, match="a positive number"):
        Quantity.of(Decimal(amount), "公斤")
