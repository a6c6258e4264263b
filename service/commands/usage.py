"""What click says in English about a wrong command line, in Chinese."""

import re
from collections.abc import Callable
from typing import Final

import click

_Words = Callable[[re.Match[str]], str]


def _said(words: str) -> _Words:
    return lambda found: words.format(*found.groups())


_VALUE: Final[tuple[tuple[str, _Words], ...]] = (
    (r"(?:File|Path) '(.*)' does not exist\.", _said("文件 {0} 不存在")),
    (r"Directory '(.*)' does not exist\.", _said("文件夹 {0} 不存在")),
    (r"(?:File|Path) '(.*)' is a directory\.", _said("{0} 是文件夹，应为文件")),
    (r"Directory '(.*)' is a file\.", _said("{0} 是文件，应为文件夹")),
    (r"(?:File|Path|Directory) '(.*)' is not readable\.", _said("没有读 {0} 的权限")),
    (r"(?:File|Path|Directory) '(.*)' is not writable\.", _said("没有写 {0} 的权限")),
    (r"'(.*)' is not a valid integer(?: range)?\.", _said("应为整数，得到 {0}")),
    (r"'(.*)' is not a valid float\.", _said("应为数字，得到 {0}")),
    (r"(\S+) is not in the range (.*)\.", _said("应在 {1} 之内，得到 {0}")),
    (r"'(.*)' is not one of (.*)\.", _said("可用的是 {1}，得到 {0}")),
)
"""Of one option or argument; click's own sentences (click/types.py)."""

_LINE: Final[tuple[tuple[str, _Words], ...]] = (
    (r"Option '(.*)' requires an argument\.", _said("选项 {0} 后面缺少内容")),
    (r"Option '(.*)' does not take a value\.", _said("选项 {0} 后面不带内容")),
    (r"Got unexpected extra arguments? \((.*)\)", _said("多出了 {0}")),
    (r"Missing command\.", _said("缺少命令")),
)
"""Of the whole line (click/parser.py, click/core.py)."""


def usage_words(error: click.ClickException) -> str:
    """Several lines: how the command is called, and what is wrong. A sentence of click that is not
    known here stays as it is."""
    wrong = f"错误：{_wrong(error)}"
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return wrong
    usage = context.get_usage().replace("Usage: ", "用法：", 1)
    return f"{usage}\n全部选项：{context.command_path} --help\n{wrong}"


def _wrong(error: click.ClickException) -> str:
    match error:
        case click.MissingParameter():
            return f"缺少 {_name(error)}"
        case click.BadParameter():
            return f"{_name(error)}：{_translated(error.message, _VALUE)}"
        case click.NoSuchOption():
            near = f"，是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有选项 {error.option_name}{near}"
        case click.exceptions.NoSuchCommand():
            near = f"，是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有命令 {error.command_name}{near}"
        case _:
            return _translated(error.format_message(), _LINE)


def _name(error: click.BadParameter) -> str:
    """--input, KID"""
    if isinstance(error.param, click.Argument):
        # click would name one by all that it may be
        return str(error.param.name).upper()
    hint = error.param_hint
    if hint is None and error.param is not None:
        hint = error.param.get_error_hint(error.ctx)
    return (hint if isinstance(hint, str) else "、".join(hint or ())).replace("'", "")


def _translated(sentence: str, known: tuple[tuple[str, _Words], ...]) -> str:
    for pattern, words in known:
        if (found := re.fullmatch(pattern, sentence, re.DOTALL)) is not None:
            return words(found)
    return sentence
