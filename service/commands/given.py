"""What is typed on the command line and goes further than this run: said plainly, or refused at once."""

import os
from pathlib import Path
from typing import Any, Final

import click

from credential.legible import legible_name


class _Words(click.ParamType[str]):
    """Kept in the registry, and some of it shown on public pages."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if len(value) > _LONGEST:
            self.fail(f"最多 {_LONGEST} 字，得到 {len(value)} 字", param, ctx)
        if legible_name(value) != value:
            self.fail(f"有换行、连续空格或看不见的字符：{legible_name(value)}", param, ctx)
        return value


_LONGEST: Final = 500
WORDS: Final = _Words()
JOB: Final = click.IntRange(max=2**31 - 1)
"""A job's number, as the registry counts."""


def given_path(value: Any) -> Path:
    """Path() of nothing is the folder at hand."""
    if not value:
        raise click.BadParameter("文件名是空的")
    return Path(value)


def given_text(text: str) -> str:
    """Bytes that are no UTF-8 are no credential either."""
    return os.fsencode(text).decode("utf-8", "replace")
