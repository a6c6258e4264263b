"""Results for machines and for people."""

import json

from benchmarks.measuring import Figure, Ratio, Result
from benchmarks.report import machine_line, result_json, result_lines

RESULT = Result(
    "issue",
    (Figure("A5: whole", "ms", (25.0, 20.0, 123.456), 300.0),),
    (Ratio("A5: whole / typst", "A5: whole", ("A5: typst",), (1.25, 1.0, 2.0), 1.5),),
    {"rounds": 3},
)
MACHINE: dict[str, str | int | float] = {
    "cpu": "X",
    "processors": 2,
    "python": "3.11.7",
    "sqlite": "3.40.1",
    "load": 0.5,
}


def test_json_has_every_round_and_what_it_was_measured_on() -> None:
    assert json.loads(json.dumps(result_json(RESULT, MACHINE))) == {
        "schema": "zhengxin-bench/1",
        "name": "issue",
        "machine": MACHINE,
        "notes": {"rounds": 3},
        "figures": [
            {
                "name": "A5: whole",
                "unit": "ms",
                "target": 300.0,
                "least": None,
                "median": 25.0,
                "low": 20.0,
                "high": 123.5,
                "rounds": [25.0, 20.0, 123.5],
            }
        ],
        "ratios": [
            {
                "name": "A5: whole / typst",
                "of": "A5: whole",
                "floor": ["A5: typst"],
                "target": 1.5,
                "least": None,
                "median": 1.25,
                "low": 1.0,
                "high": 2.0,
                "rounds": [1.25, 1.0, 2.0],
            }
        ],
        "broken": [],
    }


def test_lines_have_median_spread_and_target() -> None:
    head, figure, ratio = result_lines(RESULT)
    assert head == "issue（rounds 3）"
    assert figure.split()[:-3] == ["A5:", "whole", "25", "ms", "（20", "至", "123.5）"]
    assert figure.endswith("  目标 ≤ 300")
    assert ratio.split()[-6:] == ["倍", "（1", "至", "2）", "目标", "≤", "1.5"][-6:]
    assert machine_line(MACHINE).startswith("X，2 核，Python 3.11.7，SQLite 3.40.1，负载 0.5")


def test_what_a_ratio_should_reach_is_said() -> None:
    reached = Ratio("rows: ratio_to_floor", "floor", ("rows",), (0.5,), least=0.5)
    *_, line = result_lines(Result("bulk", (), (reached,)))
    assert line.endswith("（0.5 至 0.5）  目标 ≥ 0.5")
