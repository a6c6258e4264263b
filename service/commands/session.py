"""One run of the program: whose home, who acts, what time it is, and the passphrase when needed."""

import getpass
import os
import time
from dataclasses import dataclass
from typing import Self

import click

from service.errors import UserError
from service.home import Home
from service.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Session:
    """``who``: for the audit trail; ``at``: Unix seconds when the run began."""

    home: Home
    who: str
    at: int

    @classmethod
    def start(cls, home: Home, who: str | None) -> Self:
        return cls(home, who or getpass.getuser(), int(time.time()))

    def settings(self) -> Settings:
        """Raises UserError where the home folder was not made yet."""
        if not self.home.is_initialised:
            raise UserError(
                f"目录 {self.home.path} 尚未初始化，请先运行：zhengxin --home {self.home.path} init"
            )
        return load_settings(self.home)


def ask_passphrase(*, new: bool = False) -> str:
    """From ZHENGXIN_PASSPHRASE, or typed without echo; twice for a new one."""
    if (passphrase := os.environ.get("ZHENGXIN_PASSPHRASE")) is not None:
        return passphrase
    answer: str = click.prompt("密钥口令", hide_input=True, confirmation_prompt=new)
    return answer
