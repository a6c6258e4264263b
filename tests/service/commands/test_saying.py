"""Whatever a stranger names a file, the clerk's terminal shows it and does nothing else."""

from pathlib import Path

import pytest

import service
from service.commands.saying import say

SERVICE = Path(service.__file__).parent


def test_a_terminal_is_told_nothing_but_words(capfd: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[8m.pdf：不通过\n二")
    say("\x9b8m", err=True)
    assert capfd.readouterr() == ("a\\u001b[8m.pdf：不通过\n二\n", "\\u009b8m\n")


def test_all_commands_speak_so() -> None:
    """The progress of a job moves its own line, and has no word of anybody else."""
    spoken = {
        path.name
        for path in SERVICE.rglob("*.py")
        if "click.echo(" in path.read_text("utf-8") or "click.secho(" in path.read_text("utf-8")
    }
    assert spoken == {"saying.py", "progress.py"}
