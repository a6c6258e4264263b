"""What is typed and kept, or leads to a file."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.cli import program
from service.commands.given import JOB, WORDS, given_path, given_text
from service.commands.verify import verify_files


@pytest.mark.parametrize(
    "said", ["a\x1b[31m", "一\n二", "\u202e反", "a\u200b", "\udcff", "很  空", "a\u00a0b"]
)
def test_words_that_are_kept_are_seen_whole(said: str) -> None:
    with pytest.raises(click.BadParameter, match="有换行、连续空格或看不见的字符") as refused:
        WORDS.convert(said, None, None)
    assert refused.value.message.isprintable()


def test_words_have_an_end() -> None:
    assert WORDS.convert("填错 了，见 ①", None, None) == "填错 了，见 ①"
    assert WORDS.convert("长" * 500, None, None) == "长" * 500
    with pytest.raises(click.BadParameter, match="最多 500 字，得到 501 字"):
        WORDS.convert("长" * 501, None, None)


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = [(path, group)]
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        inner = f"{path} {name}".strip()
        found += (
            commands(command, inner) if isinstance(command, click.Group) else [(inner, command)]
        )
    return found


def test_whatever_is_kept_is_given_so() -> None:
    kept = {"reason", "who", "evidence"}
    given = [
        (path, option.name, option.type)
        for path, command in commands(program)
        for option in command.params
        if option.name in kept
    ]
    assert len(given) >= 11
    assert [(path, name) for path, name, kind in given if kind is not WORDS] == []


def test_a_number_that_no_job_can_have() -> None:
    assert JOB.convert("2147483647", None, None) == 2147483647
    with pytest.raises(click.BadParameter, match="not in the range"):
        JOB.convert("99999999999999999999", None, None)


def test_no_name_is_no_file() -> None:
    """It would be the folder at hand, with all that is in it."""
    assert given_path("a.pdf") == Path("a.pdf")
    ran = CliRunner().invoke(verify_files, [""], standalone_mode=False)
    assert isinstance(ran.exception, click.BadParameter)
    assert ran.exception.message == "文件名是空的"


def test_text_that_is_no_text_can_be_verified() -> None:
    assert given_text("https://例/1/9") == "https://例/1/9"
    assert given_text("\udcff\udcfe").encode() == "\ufffd\ufffd".encode()
