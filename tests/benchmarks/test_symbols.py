"""``zhengxin bench symbols``: every layout once, and what was not read is said."""

import pytest

from benchmarks import symbols
from benchmarks.symbol_reading import COMBINED, DECODERS
from tests.certgen.labels import jiande


def test_each_layout_is_read_and_what_is_not_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    styles = symbols.different_layouts(jiande().styles)
    read = {(way, decoder): 1 for way in COMBINED for decoder in DECODERS}
    missed = read | {(COMBINED[0], "OpenCV"): 0}
    monkeypatch.setattr(
        symbols,
        "_counted",
        lambda styles, _labels: {
            style.id: [read, missed if style.id == "one-bag" else read] for style in styles
        },
    )
    result = symbols.run(symbols.QUICK)
    assert [one.name for one in result.figures] == [
        f"{style.id}: {way}" for style in styles for way in COMBINED
    ]
    assert {one.median for one in result.figures if one.name != "one-bag: clean"} == {100.0}
    assert result.broken == ("one-bag: clean：50 %，应不少于 100 %",)


def test_layouts_that_look_alike_are_counted_once() -> None:
    layouts = [style.layout for style in symbols.different_layouts(jiande().styles)]
    assert None not in layouts
    assert all(layouts.count(one) == 1 for one in layouts)
    assert {style.id for style in jiande().styles if style.layout not in layouts} == {
        style.id for style in jiande().styles if style.layout is None
    }
