"""``zhengxin bench``: which benchmarks run, and what is printed."""

import json
import sys
from importlib import import_module

import pytest

from benchmarks.measuring import BenchmarkError, Figure, Result
from service.cli import main
from service.commands import bench as command


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """The benchmarks that ran, with --quick or without."""
    done: list[tuple[str, bool]] = []

    def run(name: str, *, quick: bool) -> Result:
        done.append((name, quick))
        if name == "verify" and quick:
            raise BenchmarkError("HTTP 500")
        return Result(name, (Figure("whole", "ms", (2.0,)),), ())

    monkeypatch.setattr(command, "_measured", run)
    return done


def test_each_that_is_offered_is_there_in_both_sizes() -> None:
    for module, whole in command._BENCHMARKS.values():
        benchmark = import_module(f"benchmarks.{module}")
        assert type(getattr(benchmark, whole)) is type(benchmark.QUICK)
        assert callable(benchmark.run)


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


def test_all_are_each_once_and_bulk_at_its_longest(
    ran: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = _run(capsys, "all", "--json")
    assert status == 0
    names = [name for name, _ in ran]
    assert set(names) == command._BENCHMARKS.keys() - {"bulk", "bulk-10000"}
    assert len(names) == len(set(names))
    assert not any(quick for _, quick in ran)
    objects = [json.loads(line) for line in out.splitlines()]
    assert [one["name"] for one in objects] == names
    assert objects[0]["machine"]["processors"] >= 1


def test_what_is_broken_is_said_when_all_are_done(
    ran: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str, *, quick: bool) -> Result:
        ran.append((name, quick))
        return Result(name, (), (), broken=("one", "two") if name in {"issue", "pile"} else ())

    monkeypatch.setattr(command, "_measured", run)
    status, _, err = _run(capsys, "all")
    assert (status, ran[-1][0]) == (1, "robustness")
    assert err == "错误：issue：有 2 处不该发生的情况，见上\npile：有 2 处不该发生的情况，见上\n"


def test_a_library_that_only_developers_have_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    for module in ("symbols", "symbol_reading"):
        monkeypatch.delitem(sys.modules, f"benchmarks.{module}", raising=False)
    status, _, err = _run(capsys, "symbols")
    assert status == 1
    assert err == (
        "错误：性能测量 symbols 需要开发用的程序库（缺 cv2）：在源码目录运行 make bench\n"
    )


def test_one_is_printed_with_what_it_was_measured_on(
    ran: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, _ = _run(capsys, "issue")
    assert (status, ran) == (0, [("issue", False)])
    machine, head, figure = out.splitlines()
    assert "Python" in machine
    assert head.startswith("issue")
    assert figure.split()[:3] == ["whole", "2", "ms"]


def test_what_could_not_be_measured_is_said(
    ran: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = _run(capsys, "verify", "--quick")
    assert (status, err) == (1, "错误：性能测量 verify 未能完成：HTTP 500\n")


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = _run(capsys, "speed")
    assert status == 2
    assert "issue" in err
