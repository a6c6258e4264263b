"""The bulk benchmark: every figure of issue 3 is there, and they agree with each other. No time is judged."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import bulk, bulk_runs, common_pipeline, issue
from benchmarks.bulk_runs import (
    CommandRun,
    FloorRun,
    IssueRun,
    SampleLabel,
    bare_labels,
    issue_tables,
    whole_command,
)
from benchmarks.common_pipeline import CommonPipeline, PipelineMissingError, measure_common
from benchmarks.measuring import Figure, Ratio, Result
from service.bulk.pool import default_processes

LETTER = {"letter: whole", "letter: typst"}
SIZE = bulk.Size(200, (100, 200), 2, 5, 1, issue.QUICK)


def _figures(result: Result) -> dict[str, Figure]:
    return {figure.name: figure for figure in result.figures}


def _ratios(result: Result) -> dict[str, float]:
    return {ratio.name: ratio.median for ratio in result.ratios}


def test_a_tiny_run_has_every_figure() -> None:
    result = bulk.run(bulk.QUICK)
    kinds, count = ("rows", "pieces"), bulk.QUICK.headline
    figures, ratios = _figures(result), _ratios(result)
    assert set(figures) == LETTER | {
        "floor: a label",
        "floor: CPU a label",
        "floor: speed",
        "start of a run, not counted",
        f"zhengxin issue, {count} pieces: whole command",
        f"zhengxin issue, {count} pieces: CPU of it",
        "common pipeline, one document: a label",
        "common pipeline, a document each: a label",
        *(f"{kind}: speed" for kind in kinds),
        *(f"{kind}, {count}: a label" for kind in kinds),
        *(f"{kind}, {count}: CPU a label" for kind in kinds),
        *(f"{kind}, {count}: peak of the parent" for kind in kinds),
        *(f"{kind}, {count}: peak of a worker" for kind in kinds),
    }
    goals = {ratio.name: (ratio.target, ratio.least) for ratio in result.ratios}
    assert goals == {
        **{f"{kind}: ratio_to_floor": (None, 0.5) for kind in kinds},
        **{f"{kind}: floor's CPU / its own": (None, None) for kind in kinds},
        **{f"{kind}: dearest / cheapest length": (1.15, None) for kind in kinds},
        **{f"{kind}: dearest / cheapest length, CPU": (1.15, None) for kind in kinds},
        **{f"common pipeline / {kind}": (None, 50.0) for kind in kinds},
        "letter: whole / typst alone": (1.5, None),
    }
    for kind in kinds:
        # the product does all that its floor does, and more
        assert 0 < ratios[f"{kind}: ratio_to_floor"] < 1
        assert 0 < ratios[f"{kind}: floor's CPU / its own"] < 1
        cost = figures[f"{kind}, {count}: a label"].median
        assert figures[f"{kind}: speed"].median == pytest.approx(1e6 / cost)
        # an interpreter with the libraries, in megabytes
        assert 30 < figures[f"{kind}, {count}: peak of the parent"].median < 2000
        assert result.notes[f"{kind}_cost_varies_percent"] == 0.0
        assert result.notes[f"{kind}_cpu_varies_percent"] == 0.0
    assert result.notes["processes"] == default_processes()


def _canned(
    monkeypatch: pytest.MonkeyPatch, common: Callable[[], CommonPipeline]
) -> list[tuple[str, int]]:
    """Runs that take what they are said to: 300 µs a label in long jobs, 360 in short ones."""
    done: list[tuple[str, int]] = []
    homes: set[str] = set()

    def fresh(work: object, *said: Any) -> object:
        if work is bare_labels:
            done.append(("floor", said[2]))
            return FloorRun(180e-6, 330e-6)
        if work is issue_tables:
            home, tables, labels, _processes = said
            # a registry of its own, that no run has written to
            assert home.name not in homes
            homes.add(home.name)
            assert all(table.exists() for table in tables)
            done.append((tables[0].name.partition("-")[0], labels))
            seconds = (360e-6 if labels == 100 else 300e-6) * labels
            return IssueRun(1.5, seconds, 2 * seconds, 150.0, 120.0 + labels)
        if work is whole_command:
            done.append(("command", 100))
            return CommandRun(1.2, 0.9)
        assert work is measure_common
        return common()

    ratio = Ratio("letter: whole / typst alone", "letter: whole", ("letter: typst",), (1.3,), 1.5)
    letter = tuple(Figure(name, "ms", (60.0,)) for name in sorted(LETTER))
    monkeypatch.setattr(bulk, "fresh_process", fresh)
    monkeypatch.setattr(issue, "run", lambda _size: Result("issue", letter, (ratio,)))
    return done


def test_ratios_are_of_the_headline_and_flatness_of_all_lengths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = _canned(monkeypatch, lambda: CommonPipeline(0.03, 0.045))
    result = bulk.run(SIZE)
    a_round = [("floor", 200), ("rows", 100), ("rows", 200), ("pieces", 100), ("pieces", 200)]
    assert done == [*a_round, ("command", 100)] * 2
    ratios, figures = _ratios(result), _figures(result)
    for kind in ("rows", "pieces"):
        assert ratios[f"{kind}: ratio_to_floor"] == pytest.approx(0.6)
        assert ratios[f"{kind}: floor's CPU / its own"] == pytest.approx(0.55)
        assert ratios[f"{kind}: dearest / cheapest length"] == pytest.approx(1.2)
        assert ratios[f"{kind}: dearest / cheapest length, CPU"] == pytest.approx(1.2)
        assert result.notes[f"{kind}_cost_varies_percent"] == 20.0
        # the faster of the two ways that most people would go
        assert ratios[f"common pipeline / {kind}"] == pytest.approx(100)
        assert figures[f"{kind}: speed"].median == pytest.approx(1 / 300e-6)
        assert figures[f"{kind}, 200: peak of a worker"].rounds == (320.0, 320.0)


def test_without_weasyprint_it_says_so_and_leaves_the_figure_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> CommonPipeline:
        raise PipelineMissingError("cannot load library 'libpango-1.0-0'")

    _canned(monkeypatch, missing)
    result = bulk.run(SIZE)
    assert result.notes["common_pipeline"] == (
        "没有测：WeasyPrint 或其系统库 Pango 不可用（cannot load library 'libpango-1.0-0'）"
    )
    assert not [name for name in (*_figures(result), *_ratios(result)) if "common" in name]


@pytest.mark.parametrize("error", [ImportError, OSError])
def test_a_library_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def load() -> None:
        raise error("no pango\nlong advice")

    monkeypatch.setattr(common_pipeline, "_weasyprint", load)
    with pytest.raises(PipelineMissingError, match=r"^no pango$"):
        measure_common(SampleLabel(b"", {}, b""), 1, 1, 1)


def test_the_floor_is_spared_what_the_job_is_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    spared: list[bool] = []
    monkeypatch.setattr(bulk_runs, "search_seldom", lambda: spared.append(True))
    monkeypatch.setattr(bulk_runs, "_floor", [])
    bulk_runs._start(*[None] * 2)  # type: ignore[list-item]
    assert spared == [True]
