"""The demonstration as ``make demo SERVE=0`` runs it, on the whole sample; made once a test run."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from service.commands.demo import PASSPHRASE
from tests.flows.office import run
from tests.shared import made_once


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """``home``: to be read only; ``said``: what the program wrote; paths in it begin at ``folder``."""

    folder: Path
    said: str

    @property
    def home(self) -> Path:
        return self.folder / "demo"


def demonstrated() -> Demonstrated:
    folder = made_once("demonstration", _demonstrate)
    return Demonstrated(folder, (folder / "said.txt").read_text("utf-8"))


def _demonstrate(folder: Path) -> None:
    folder.mkdir()
    with contextlib.chdir(folder):
        ran = run("demo", "--home", "demo", "--no-serve", ZHENGXIN_PASSPHRASE=PASSPHRASE)
    assert (ran.status, ran.err) == (0, ""), str(ran)
    (folder / "said.txt").write_text(ran.out, "utf-8")
