"""How a command speaks: whatever strangers put into its words, the terminal obeys none of it."""

import click

from credential.legible import legible


def say(text: str, *, err: bool = False) -> None:
    click.echo(legible(text), err=err)
