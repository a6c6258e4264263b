"""What a clerk sees of a running job: how far, how fast, how long still."""

from collections.abc import Iterator

import pytest

from registry.jobs import Job, JobState
from service.commands.progress import progress_text, shown_progress
from tests.samples import AT


def job(done: int, total: int = 1000) -> Job:
    return Job(
        id=7,
        scheme="jiande",
        style="one-box-60x40",
        kid=b"",
        input_sha256=b"",
        options={},
        who="王科员",
        total=total,
        done=done,
        refused=0,
        state=JobState.RUNNING,
        reason="",
        created_at=AT,
        updated_at=AT,
    )


@pytest.mark.parametrize(
    ("done", "total", "made", "seconds", "text"),
    [
        (1000, 100_000, 0, 0.0, "1,000/100,000 枚 1%"),
        (21_000, 100_000, 20_000, 10.0, "21,000/100,000 枚 21%，2,000 枚/秒，约剩 40 秒"),
        (21_000, 100_000, 20_000, 40.0, "21,000/100,000 枚 21%，500 枚/秒，约剩 2 分 38 秒"),
        (2000, 1_000_000, 1000, 10.0, "2,000/1,000,000 枚 0%，100 枚/秒，约剩 2 小时 46 分"),
        (999, 1000, 999, 0.5, "999/1,000 枚 99%，1,998 枚/秒，约剩 1 秒"),
        (1000, 1000, 500, 2.0, "1,000/1,000 枚 100%，250 枚/秒，正在写出文件"),
        # every row refused after all
        (0, 0, 0, 1.0, "0/0 枚 0%，正在写出文件"),
    ],
)
def test_how_far_how_fast_how_long(
    done: int, total: int, made: int, seconds: float, text: str
) -> None:
    assert progress_text(job(done, total), made, seconds) == text


def _seconds() -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += 1


def test_a_line_every_tenth_where_it_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    ticks = _seconds()
    with shown_progress(lambda: next(ticks)) as progress:
        for done in range(10, 1001, 10):
            progress(job(done))
    head, *lines = capsys.readouterr().err.splitlines()
    assert head == "任务 7，共 1,000 枚；Ctrl-C 中断后可以继续"
    assert len(lines) == 11
    assert lines[0] == "10/1,000 枚 1%"
    assert lines[1] == "100/1,000 枚 10%，10 枚/秒，约剩 1 分 30 秒"
    assert lines[-1] == "1,000/1,000 枚 100%，10 枚/秒，正在写出文件"


def test_one_line_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    ticks = _seconds()
    with shown_progress(lambda: next(ticks)) as progress:
        for done in (500, 750, 1000):
            progress(job(done))
    written = capsys.readouterr().err
    assert written.count("\n") == 2
    assert written.splitlines()[0] == "任务 7，共 1,000 枚；Ctrl-C 中断后可以继续"
    assert "\r750/1,000 枚 75%，250 枚/秒，约剩 1 秒\x1b[K\r" in written
    assert written.endswith("正在写出文件\x1b[K\n")


def test_an_interrupt_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), shown_progress() as progress:
        progress(job(10))
        raise KeyboardInterrupt
    assert "已中断；继续：zhengxin jobs list 查看编号" in capsys.readouterr().err
