"""``zhengxin bench``: measure this machine; every figure beside its floor of the same run."""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from benchmarks.machine import machine
from benchmarks.measuring import BenchmarkError, Result
from benchmarks.report import machine_line, result_json, result_lines
from service.commands.saying import say
from service.errors import UserError

_BENCHMARKS: Final[Mapping[str, tuple[str, str]]] = {
    "bulk": ("bulk", "FULL"),
    "bulk-10000": ("bulk", "SHORT"),
    "bulk-1000000": ("bulk", "LONG"),
    "issue": ("issue", "FULL"),
    "verify": ("verify", "FULL"),
    "isolation": ("isolation", "FULL"),
    "pile": ("pile", "FULL"),
    "scan": ("scan", "FULL"),
    "symbols": ("symbols", "FULL"),
    "robustness": ("robustness", "FULL"),
}
"""Module in benchmarks and the name of its whole size. Only what is asked for is imported: symbols
and robustness want OpenCV and hypothesis, which come with the development dependencies."""
_ALL: Final = "all"
_OTHER_LENGTHS: Final = frozenset({"bulk", "bulk-10000"})
"""What bulk-1000000 measures too."""
_IN_ALL: Final = tuple(name for name in _BENCHMARKS if name not in _OTHER_LENGTHS)


@click.command()
@click.argument("name", type=click.Choice([*_BENCHMARKS, _ALL]))
@click.option("--json", "as_json", is_flag=True, help="每项一行 JSON")
@click.option("--quick", is_flag=True, help="只看能否运行，数字无意义")
def bench(name: str, *, as_json: bool, quick: bool) -> None:
    """测量性能：签发、核验、扫码、成批标签（最长一万、十万、一百万枚），每个数字旁是同一次运行中的下限；
    isolation 核验时另有炸弹文件；symbols 打印的二维码能否扫出；robustness 成批核验伪造、外来和损坏的文件；
    后两种有不该发生的即以状态 1 结束。all 逐项全部做一遍，很久。用临时目录，不碰主目录。"""
    measured_on = machine()
    if not as_json:
        say(machine_line(measured_on))
    broken: list[str] = []
    for chosen in _IN_ALL if name == _ALL else [name]:
        try:
            result = _measured(chosen, quick=quick)
        except BenchmarkError as error:
            raise UserError(f"性能测量 {chosen} 未能完成：{error}") from error
        if as_json:
            say(json.dumps(result_json(result, measured_on), ensure_ascii=False))
        else:
            for line in result_lines(result):
                say(line)
        if result.broken:
            broken.append(f"{chosen}：有 {len(result.broken)} 处不该发生的情况，见上")
    if broken:
        raise UserError("\n".join(broken))


def _measured(name: str, *, quick: bool) -> Result:
    module, whole = _BENCHMARKS[name]
    try:
        benchmark = import_module(f"benchmarks.{module}")
    except ModuleNotFoundError as error:
        raise UserError(
            f"性能测量 {name} 需要开发用的程序库（缺 {error.name}）：在源码目录运行 make bench"
        ) from error
    result = benchmark.run(getattr(benchmark, "QUICK" if quick else whole))
    assert isinstance(result, Result)
    return result
