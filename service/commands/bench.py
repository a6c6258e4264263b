"""``zhengxin bench``: measure this machine; every figure beside its floor of the same run."""

import json
from collections.abc import Callable, Mapping
from typing import Final

import click

from benchmarks import bulk, issue, scan, verify
from benchmarks.machine import machine
from benchmarks.measuring import BenchmarkError, Result
from benchmarks.report import machine_line, result_json, result_lines
from service.errors import UserError

_BENCHMARKS: Final[Mapping[str, Callable[[bool], Result]]] = {
    "bulk": lambda quick: bulk.run(bulk.QUICK if quick else bulk.FULL),
    "bulk-100000": lambda quick: bulk.run(bulk.QUICK if quick else bulk.LARGE),
    "issue": lambda quick: issue.run(issue.QUICK if quick else issue.FULL),
    "verify": lambda quick: verify.run(verify.QUICK if quick else verify.FULL),
    "scan": lambda quick: scan.run(scan.QUICK if quick else scan.FULL),
}
_ALL: Final = "all"


_IN_ALL: Final = ("issue", "verify", "scan", "bulk")
"""Not the 100,000 labels: those are asked for by name."""


@click.command()
@click.argument("name", type=click.Choice([*_BENCHMARKS, _ALL]))
@click.option("--json", "as_json", is_flag=True, help="每项一行 JSON")
@click.option("--quick", is_flag=True, help="只看能否运行，数字无意义")
def bench(name: str, *, as_json: bool, quick: bool) -> None:
    """测量性能：签发、核验、扫码，每个数字旁是同一次运行中的下限。用临时目录，不碰主目录。"""
    measured_on = machine()
    if not as_json:
        click.echo(machine_line(measured_on))
    for chosen in _IN_ALL if name == _ALL else [name]:
        try:
            result = _BENCHMARKS[chosen](quick)
        except BenchmarkError as error:
            raise UserError(f"性能测量 {chosen} 未能完成：{error}") from error
        if as_json:
            click.echo(json.dumps(result_json(result, measured_on), ensure_ascii=False))
        else:
            for line in result_lines(result):
                click.echo(line)
