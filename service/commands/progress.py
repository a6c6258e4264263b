"""How far a job is, how fast and how long still: one line on a terminal, a line every tenth elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from registry.jobs import Job

_TENTHS: Final = 10
# clears what a longer line left behind; Chinese characters are two columns wide, so spaces won't do
_ERASE: Final = "\x1b[K"


@contextmanager
def shown_progress(clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[Job], None]]:
    """``clock``: seconds. The rate is from the first chunk on: a job gone on with has labels already."""
    began: list[tuple[float, int]] = []
    said = [-1]
    terminal = sys.stderr.isatty()

    def progress(job: Job) -> None:
        now = clock()
        if not began:
            began.append((now, job.done))
            click.echo(f"任务 {job.id}，共 {job.total:,} 枚；Ctrl-C 中断后可以继续", err=True)
        since, before = began[0]
        text = progress_text(job, job.done - before, now - since)
        if terminal:
            click.echo(f"\r{text}{_ERASE}", nl=False, err=True)
            return
        tenth = _TENTHS * job.done // max(job.total, 1)
        if tenth > said[0]:
            said[0] = tenth
            click.echo(text, err=True)

    try:
        yield progress
    except KeyboardInterrupt:
        click.echo(
            "\n已中断；继续：zhengxin jobs list 查看编号，zhengxin jobs resume 编号", err=True
        )
        raise
    finally:
        if began and terminal:
            click.echo(err=True)


def progress_text(job: Job, made: int, seconds: float) -> str:
    """``made``: labels in the last ``seconds``."""
    share = 100 * job.done // max(job.total, 1)
    text = f"{job.done:,}/{job.total:,} 枚 {share}%"
    if made and seconds > 0:
        rate = made / seconds
        text += f"，{rate:,.0f} 枚/秒"
        if job.done < job.total:
            text += f"，约剩 {_duration((job.total - job.done) / rate)}"
    return text if job.done < job.total else f"{text}，正在写出文件"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {whole % 60} 秒" if minutes else f"{whole} 秒"
