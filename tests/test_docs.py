"""The documentation's commands run, its links lead somewhere, and it names nothing that is not there.

Each page runs in a copy of the home folder that one demonstration made, as a reader has after
``make demo``; operator.md begins with an empty one, as an operator does.
"""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import pytest

from service.cli import main, program
from service.commands.demo import PASSPHRASE
from service.sample_subjects import sample_subjects
from service.settings import ENVIRONMENT_ONLY, defaults, variable
from tests.demonstration import demonstrated
from tests.flows.office import cheap_keys

ROOT: Final = Path(__file__).parents[1]
READMES: Final = [ROOT / "README.md", ROOT / "README.en.md"]
PAGES: Final = [*READMES, *sorted((ROOT / "docs").glob("*.md"))]
EVERY_PAGE: Final = [*PAGES, ROOT / "CHANGELOG.md", *sorted(ROOT.glob("*/*/*.md"))]
PICTURES: Final = ROOT / "docs" / "pictures"
FENCE: Final = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
TIME: Final = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d:\d\d")

Run = Callable[..., str]


@dataclass(frozen=True)
class Fence:
    """``name``: of the file to write the body to, where the fence names one."""

    language: str
    name: str
    body: str


def fences(page: Path) -> list[Fence]:
    found = FENCE.finditer(page.read_text("utf-8"))
    infos = [(*match["info"].partition(" "), match["body"]) for match in found]
    return [Fence(language, name, body) for language, _, name, body in infos]


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text("utf-8"))


def commands(page: Path) -> list[str]:
    """Lines after ``$`` in console blocks, and all lines of sh blocks."""
    found = []
    for fence in fences(page):
        lines = [line for line in fence.body.splitlines() if line.strip()]
        if fence.language == "console":
            found += [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        elif fence.language == "sh":
            found += [line for line in lines if not line.startswith("#")]
    return found


def test_make_demo_runs_that_demonstration() -> None:
    said = make("demo", "SERVE=0")
    assert said.splitlines()[-1].endswith("/zhengxin demo --home demo --no-serve")


def make(*arguments: str) -> str:
    """What make would do. Raises where there is no such target."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],
        cwd=ROOT,
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# Commands


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Iterator[Run]:
    """``run(line, status=0)`` runs a line of the page ``request.param`` and gives what it printed."""
    page: Path = request.param
    shutil.copytree(demonstrated().home, tmp_path / "demo")
    (tmp_path / "templates").symlink_to(ROOT / "templates")
    for fence in fences(page):
        if fence.name:
            (tmp_path / fence.name).write_text(fence.body, "utf-8")
    if page.name == "benchmarks.md":  # each process loads all that it judges by, for a few files
        monkeypatch.setattr("benchmarks.robustness.default_processes", lambda: 1)
    fresh = page.name == "operator.md"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHENGXIN_HOME", str(tmp_path / ("office" if fresh else "demo")))
    monkeypatch.setenv("ZHENGXIN_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")

    def zhengxin(arguments: list[str], status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        assert ended.value.code == status, f"{shlex.join(arguments)}\n{said.out}{said.err}"
        return said.out

    def one(line: str, status: int = 0) -> str:
        line = fill_in(line, page, zhengxin)
        words = shlex.split(line)
        match words[0].removeprefix(".venv/bin/"):
            case "make":
                return make(*words[1:])
            case "export":  # the test has a home and a passphrase of its own
                return ""
            case "python" if words[0].startswith("."):
                # pytest and docs/pictures.py: not from within a test
                named = [word for word in words if re.match(r"(tests|docs)/", word)]
                assert named
                assert all((ROOT / name).exists() for name in named), line
                return ""
            case "zhengxin" if not re.search(r"[>|;&$]", line):
                expanded = [path for word in words[1:] for path in expand(word)]
                if expanded == ["serve"]:  # does not end; tests/flows/office.py runs what it runs
                    return ""
                return zhengxin(expanded, status)
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == status, f"{line}\n{done.stderr}"
        return done.stdout

    with cheap_keys():
        yield one


def expand(word: str) -> list[str]:
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def fill_in(line: str, page: Path, zhengxin: Callable[[list[str]], str]) -> str:
    """Put real values in the place of what stands in angle brackets."""
    if "<" not in line:
        return line
    scheme = "pledges" if page.name == "notary.md" else "certificates"
    with Path("demo", scheme, "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        numbers = [entry["id"] for entry in csv.DictReader(file)]
    names = Counter(subject.name for subject in sample_subjects())
    household = next(s.name for s in sample_subjects() if s.household and names[s.name] == 1)
    values = {"编号": numbers[-1], "另一编号": numbers[-2], "农户姓名": household}
    if "<kid>" in line:
        signing = [key for key in zhengxin(["keys", "list"]).splitlines() if "certificate" in key]
        values["kid"] = signing[0].split()[0]
    for name, value in values.items():
        line = line.replace(f"<{name}>", value)
    assert not re.search(r"<[^ ]+>", line), f"unknown placeholder: {line}"
    return line


@pytest.mark.parametrize(
    ("run", "page"),
    [(page, page) for page in PAGES if commands(page)],
    indirect=["run"],
    ids=lambda page: page.name,
)
def test_the_commands_of_a_page_run_one_after_the_other(run: Run, page: Path) -> None:
    for line in commands(page):
        # what the demonstration altered does not pass
        run(line, status=1 if "verify demo/altered.pdf" in line else 0)


@pytest.mark.parametrize(
    ("run", "page"),
    [(page, page) for page in READMES],
    indirect=["run"],
    ids=lambda page: page.name,
)
def test_the_readme_shows_what_the_verifier_says(run: Run, page: Path) -> None:
    command = "$ zhengxin verify altered.pdf\n"
    (shown,) = [fence.body for fence in fences(page) if fence.body.startswith(command)]
    said = run("zhengxin verify demo/altered.pdf", status=1)
    assert TIME.sub("", shown) == command + TIME.sub("", said)
    assert "CONTENT_MISMATCH" in shown
    assert "“产品数量”与签发时不符" in shown


def test_the_readmes_name_the_two_commands() -> None:
    for page in READMES:
        assert commands(page)[:2] == ["make demo", "make test"]


# Names


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and isinstance(parameter.type, click.Choice):
            yield from ((*path, str(choice)) for choice in parameter.type.choices)
    for name, child in children(command):
        yield from every_command(child, (*path, name))


def children(command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        yield name, child


def options(command: click.Command) -> set[str]:
    own = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    return own.union(*(options(child) for _, child in children(command)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    known = set(every_command(program))
    for code in re.findall(r"`([^`\n]+)`", prose(page)):
        words = code.split()
        if words[0] == "zhengxin":
            names = tuple(word for word in words[1:] if re.fullmatch(r"[a-z]+", word))
            assert names in known, code
        if words[0] == "make" and len(words) > 1:
            make(*words[1:])
        for option in re.findall(r"(?<!\S)--[a-z-]+", code):
            assert option in options(program) or words[0] in {"make", "docker"}, code


def test_the_settings_documented_are_those_there_are() -> None:
    settings = {variable(name) for name in defaults()}
    program_wide = {p.envvar for p in program.params if isinstance(p.envvar, str)}
    table = re.findall(
        r"^\| `(ZHENGXIN_\w+)`", (ROOT / "docs/operator.md").read_text("utf-8"), re.M
    )
    assert sorted(table) == sorted(settings | program_wide | ENVIRONMENT_ONLY)
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    of_tests = set(re.findall(r"ZHENGXIN_(?:TEST|REWRITE)_\w+", tests))
    for page in EVERY_PAGE:
        named = set(re.findall(r"ZHENGXIN_\w+", page.read_text("utf-8"))) - {"ZHENGXIN_"}
        assert named <= set(table) | of_tests, page.name


def test_the_defaults_documented_are_those_there_are() -> None:
    text = (ROOT / "docs/operator.md").read_text("utf-8")
    for name, default in defaults().items():
        row = re.search(rf"^\| `{variable(name)}` \| ([^|]*)\|", text, re.M)
        assert row, name
        assert f"`{default}`" in row[1] or not default


# Links and pictures


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    text = prose(page)
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|href)="([^"]+)"', text)]
    for link in links:
        if not re.match(r"https?://|#|mailto:", link):
            target = (page.parent / link.partition("#")[0]).resolve()
            assert target.exists(), link
            assert target.is_relative_to(ROOT), link


def test_pictures_are_small_and_all_are_shown() -> None:
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    pictures = sorted(path for path in PICTURES.rglob("*") if path.is_file())
    assert len(pictures) >= 7
    for picture in pictures:
        assert picture.suffix == ".png"
        assert picture.stat().st_size < 150_000, picture.name
        assert f"pictures/{picture.relative_to(PICTURES)}" in shown, picture.name


def test_there_is_a_page_for_each_reader() -> None:
    readers = {"producer", "buyer", "notary", "office", "operator", "developer"}
    assert readers <= {page.stem for page in PAGES}
    for readme in READMES:
        assert all(f"docs/{reader}.md" in readme.read_text("utf-8") for reader in readers)
