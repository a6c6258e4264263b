"""Results as JSON for machines and as a table for people."""

from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks.measuring import Figure, Ratio, Result

SCHEMA: Final = "zhengxin-bench/1"


def result_json(result: Result, machine: Mapping[str, str | int | float]) -> dict[str, object]:
    """One object a benchmark; ``rounds`` are the values that the median is of."""
    return {
        "schema": SCHEMA,
        "name": result.name,
        "machine": dict(machine),
        "notes": dict(result.notes),
        "figures": [
            {**_spread(one), "unit": one.unit, "target": one.target, "least": one.least}
            for one in result.figures
        ],
        "ratios": [
            {
                **_spread(one),
                "of": one.of,
                "floor": list(one.floor),
                "target": one.target,
                "least": one.least,
            }
            for one in result.ratios
        ],
        "broken": list(result.broken),
    }


def _spread(value: Figure | Ratio) -> dict[str, object]:
    return {
        "name": value.name,
        "median": _short(value.median),
        "low": _short(min(value.rounds)),
        "high": _short(max(value.rounds)),
        "rounds": [_short(one) for one in value.rounds],
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def result_lines(result: Result) -> Iterator[str]:
    """Medians, and the lowest and highest round in brackets."""
    yield f"{result.name}（{'，'.join(f'{name} {value}' for name, value in result.notes.items())}）"
    for figure in result.figures:
        yield _line(figure, figure.unit, _goal(figure.target, figure.least))
    for ratio in result.ratios:
        yield _line(ratio, "倍", _goal(ratio.target, ratio.least))
    for line in result.broken:
        yield f"  ！{line}"


def _goal(most: float | None, least: float | None) -> str:
    goals = [("≤", most), ("≥", least)]
    return "".join(f"  目标 {sign} {value:g}" for sign, value in goals if value is not None)


def _line(value: Figure | Ratio, unit: str, goal: str) -> str:
    low, high = min(value.rounds), max(value.rounds)
    middle = f"{value.median:>10.4g} {unit:<10}"
    return f"  {value.name:<44}{middle} （{low:.4g} 至 {high:.4g}）{goal}"


def machine_line(machine: Mapping[str, str | int | float]) -> str:
    return (
        f"{machine['cpu']}，{machine['processors']} 核，Python {machine['python']}，"
        f"SQLite {machine['sqlite']}，负载 {machine['load']}（高于 1 时，数字受其他程序影响）"
    )
