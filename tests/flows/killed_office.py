"""An office that issues a table and is killed, again and again.

A process of its own: it loads everything once, then forks a child for each kill. Standard output:
one line a round, whether the child had ended before.
"""

import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from service.cli import main
from service.home import Home
from service.keystore import open_key, stored_keys
from service.office import open_office
from service.settings import load_settings
from service.signing import digest_key
from tests.remembered import remember

import_module("service.commands.issue")  # before the forks: the program imports it when it is asked

LONGEST = 60.0


def issue(home: str, table: str, out: str) -> None:
    options = ["issue", "--scheme", "jiande", "--style", "a5", "--input", table, "--out", out]
    main(["--home", home, *options])


def fork(home: str, table: str, out: str) -> int:
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            issue(home, table, out)
        except SystemExit as ended:
            os._exit(int(ended.code or 0))
        finally:
            os._exit(70)
    return child


def learn(home: Home, passphrase: str) -> None:
    """Keys and packs, remembered before the forks: a child is killed at its work."""
    remember()
    with open_office(home, load_settings(home, {})) as office:
        digest_key(office, passphrase)
    for stored in stored_keys(home.private_keys):
        open_key(home.private_keys, stored.public_key.kid, passphrase)


def rounds(home: str, table: str, out: str, count: int, seed: int) -> None:
    learn(Home(Path(home)), os.environ["ZHENGXIN_PASSPHRASE"])
    drawn = random.Random(seed)
    for number in range(count):
        child = fork(home, table, out)
        wanted = len(list(Path(out).glob("*.pdf"))) + drawn.randrange(3)
        until = time.monotonic() + LONGEST
        # until so many files are there, and then a moment more: kills come at every step of a row
        while len(list(Path(out).glob("*.pdf"))) < wanted and time.monotonic() < until:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                break
            time.sleep(0.004)
        time.sleep(drawn.random() * 0.06 + (0.15 if wanted == 0 else 0))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(number, "ended" if os.WIFEXITED(status) else "killed", flush=True)


if __name__ == "__main__":
    rounds(*sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5]))
