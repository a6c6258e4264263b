"""Every style at its true size is read by two decoders, clean and degraded."""

from typing import Final

import pytest

from benchmarks.symbol_reading import COMBINED, WAYS, read_counts
from benchmarks.symbols import different_layouts
from tests.certgen.labels import jiande, label, style

_SAMPLE: Final = 6
"""Labels of a style at each resolution; ``zhengxin bench symbols`` takes a thousand."""


@pytest.mark.parametrize("id", [style.id for style in different_layouts(jiande().styles)])
@pytest.mark.parametrize("dpi", [203, 300])
def test_the_symbol_is_read(id: str, dpi: int) -> None:
    labels = [label(id, seed) for seed in range(dpi == 300, 2 * _SAMPLE, 2)]
    for (way, decoder), read in read_counts(labels, style(id), dpi, COMBINED).items():
        assert read == _SAMPLE, f"{decoder}, {way}: {read} of {_SAMPLE}"


def test_every_way_of_degrading_changes_the_picture_and_is_read() -> None:
    labels = [label("one-box-60x40", seed) for seed in range(3)]
    counts = read_counts(labels, style("one-box-60x40"), 203)
    assert len(counts) == 2 * len(WAYS)
    assert set(counts.values()) == {3}
