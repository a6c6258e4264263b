"""Every style at its true size is read by two decoders, clean and degraded."""

from typing import Final

import pytest

from tests.certgen.scanning import COMBINED, DIFFERENT, WAYS, read_rates

_SAMPLE: Final = 12
"""Labels of a style, half of them at each resolution; ``python -m tests.certgen.scanning 1000``
takes more."""


@pytest.mark.parametrize("id", DIFFERENT)
@pytest.mark.parametrize("dpi", [203, 300])
def test_the_symbol_is_read(id: str, dpi: int) -> None:
    rates = read_rates(id, range(dpi == 300, _SAMPLE, 2), dpi, COMBINED)
    for (way, decoder), rate in rates.items():
        least = 1.0 if way == "clean" else 0.98
        assert rate >= least, f"{decoder}, {way}: {rate:.0%}"


def test_every_way_of_degrading_changes_the_picture_and_is_read() -> None:
    rates = read_rates("one-box-60x40", range(3), 203)
    assert len(rates) == 2 * len(WAYS)
    assert set(rates.values()) == {1.0}
