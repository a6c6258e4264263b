"""The house's rules that a machine can check."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: Final[list[str]] = PROJECT["tool"]["setuptools"]["packages"]
LOCKS: Final = ["requirements.lock", "requirements-ocr.lock", "requirements-dev.lock"]


def _run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _committed() -> list[str]:
    listed = _run("git", "ls-files", "-z")
    assert listed.returncode == 0, f"not a git checkout: {listed.stderr}"
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# Modules

MODULES: Final = sorted(
    str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_small_and_says_what_it_is_for(module: str) -> None:
    text = (ROOT / module).read_text("utf-8")
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    assert not tree.body or ast.get_docstring(tree), "a module begins with a docstring"


def test_imports_run_one_way() -> None:
    linted = _run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert linted.returncode == 0, linted.stdout
    assert re.search(r"Contracts: (\d+) kept, 0 broken", linted.stdout), linted.stdout


def test_every_module_of_the_core_has_its_tests() -> None:
    modules = {path.stem for path in (ROOT / "credential").glob("*.py")} - {"__init__"}
    tests = {path.stem for path in (ROOT / "tests" / "credential").glob("test_*.py")}
    assert {f"test_{module}" for module in modules} <= tests


def test_every_folder_of_tests_is_a_package() -> None:
    """Two test files of one name in different folders would otherwise collide."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


# Pinned packages


def _locked(name: str) -> dict[str, tuple[set[str], int]]:
    """Package -> its pinned versions (more than one by marker) and how many hashes it has."""
    pinned: dict[str, tuple[set[str], int]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip()):
        head = re.match(r"([a-z0-9][a-z0-9.-]*)==([^\s;\\]+)", block)
        assert head, f"{name}: not a pin: {block[:60]}"
        hashes = len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))
        versions, fewest = pinned.get(head[1], (set(), hashes))
        pinned[head[1]] = versions | {head[2]}, min(fewest, hashes)
    return pinned


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", [*LOCKS, "tests/interop/python/requirements.lock"])
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    pinned = _locked(lock)
    assert pinned
    assert [name for name, (_, hashes) in pinned.items() if hashes == 0] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (LOCKS[0], PROJECT["project"]["dependencies"]),
        (LOCKS[1], PROJECT["project"]["optional-dependencies"]["ocr"]),
        (LOCKS[2], PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_the_locks_pin_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    pinned = _locked(lock)
    for requirement in map(Requirement, wanted):
        name = _canonical(requirement.name)
        assert name in pinned, f"{name}: run make lock"
        for version in pinned[name][0]:
            assert requirement.specifier.contains(version), f"{name} {version}"


@pytest.mark.parametrize("lock", LOCKS[:-1])
def test_all_locks_pin_the_same_versions(lock: str) -> None:
    shipped, tested = _locked(lock), _locked(LOCKS[-1])
    assert {name: pin[0] for name, pin in shipped.items()} == {
        name: tested[name][0] for name in shipped
    }


def _import_with(names: list[str], lock: str) -> "subprocess.CompletedProcess[str]":
    """Import modules where only what a lock file pins can be imported, and nothing of the tests."""
    shipped = _locked(lock).keys()
    kept_out = sorted(
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not {_canonical(owner) for owner in owners} & shipped
    )
    script = f"""
import importlib, sys
class KeptOut:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {kept_out!r}:
            raise ModuleNotFoundError(name + " is not in {lock}", name=name)
sys.meta_path.insert(0, KeptOut())
for name in {names!r}:
    importlib.import_module(name)
"""
    return _run(sys.executable, "-c", script)


SHIPPED: Final = [
    module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for module in MODULES
    if not module.startswith(("benchmarks/", "registry/migrations/"))
]


def test_what_is_shipped_needs_nothing_that_only_the_tests_install() -> None:
    """A library of ours imported one that only the development lock named: the demo stood still."""
    kept_out = _import_with(["hypothesis"], LOCKS[0])
    assert "hypothesis is not in requirements.lock" in kept_out.stderr
    imported = _import_with(SHIPPED, LOCKS[0])
    assert imported.returncode == 0, imported.stderr


def test_the_npm_lock_has_integrity_and_no_registry() -> None:
    text = (ROOT / "tests/interop/node/package-lock.json").read_text("utf-8")
    assert text.count('"node_modules/') == text.count('"integrity": "sha512-') > 0
    assert '"resolved"' not in text


# Licences of what is shipped

LGPL: Final = {
    "psycopg": "used as a library, unchanged and replaceable",
    "psycopg-binary": "used as a library, unchanged and replaceable",
    "psycopg-pool": "used as a library, unchanged and replaceable",
}


def _licence(name: str) -> str | None:
    try:
        metadata = importlib.metadata.metadata(name).json
    except importlib.metadata.PackageNotFoundError:
        return None
    classifiers = [c for c in metadata.get("classifier", []) if c.startswith("License ::")]
    # the free field may hold a whole text: its first line names the licence
    free = str(metadata.get("license", "")).strip().split("\n")[0]
    return str(metadata.get("license_expression", "")) or " ".join([*classifiers, free]).strip()


def test_nothing_shipped_is_under_the_gpl() -> None:
    lesser = set()
    for name in _locked(LOCKS[0]):
        licence = _licence(name)
        if licence is None:  # for another system only
            continue
        assert licence, f"{name} names no licence"
        if re.search(r"LGPL|Lesser General", licence):
            lesser.add(name)
        else:
            assert not re.search(r"A?GPL|Affero|General Public", licence), f"{name}: {licence}"
    assert lesser == set(LGPL)


# Secrets

_PRIVATE = "PRIVATE " + "KEY"
SECRET_TEXT: Final = {
    "a private key": re.compile(rf"-----BEGIN ([A-Z0-9]+ )*{_PRIVATE}".encode()),
    "the private half of a JWK": re.compile(rb'"d"\s*:\s*"[A-Za-z0-9_-]{43}"'),
    "a stored private key": re.compile(rb'"format"\s*:\s*"zhengxin-(private-key|secret)/'),
    "an access key": re.compile(rb"\b(AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|sk-[A-Za-z0-9]{32,})\b"),
    "a password in a URL": re.compile(
        rb"postgres(ql)?(\+\w+)?://\w+:[^@\s/'\"${]+@(?!127\.0\.0\.1|localhost|host\b|\w*\.?example)"
    ),
}
SECRET_NAME: Final = re.compile(
    r"(\.pem|\.key|\.p12|\.pfx|\.jks|(^|/)id_(rsa|ed25519)|(^|/)\.env)$"
)


def _secrets(name: str, content: bytes) -> list[str]:
    found = [what for what, pattern in SECRET_TEXT.items() if pattern.search(content)]
    return found + (["its name"] if SECRET_NAME.search(name) else [])


def test_nothing_secret_is_committed() -> None:
    committed = _committed()
    assert len(committed) > 30
    found = {name: _secrets(name, (ROOT / name).read_bytes()) for name in committed}
    assert {name: what for name, what in found.items() if what} == {}


def test_secrets_would_be_noticed() -> None:
    assert _secrets("a", f"-----BEGIN {_PRIVATE}-----".encode()) == ["a private key"]
    assert _secrets("a", f"-----BEGIN ENCRYPTED {_PRIVATE}-----".encode()) == ["a private key"]
    assert _secrets("a", b'"d": "' + b"A" * 43 + b'"') == ["the private half of a JWK"]
    assert _secrets("a", b'{"format": "zhengxin-' + b'private-key/1"}') == ["a stored private key"]
    assert _secrets("a", b"postgresql://" + b"office:kT9x81qq@db/x") == ["a password in a URL"]
    assert _secrets("keys/root.key", b"") == ["its name"]
    assert _secrets("keys/trust-list.cose", b"") == []


def test_the_keys_folder_holds_only_what_is_public() -> None:
    kept = {name for name in _committed() if name.startswith("keys/")}
    assert kept <= {"keys/README.md", "keys/trust-list.cose", "keys/root.cose"}


# Running in CI

GOOD: Final = "def test_good(): pass\n"
SKIPPED: Final = """
import pytest
@pytest.mark.skip(reason="needs a browser: apt-get install chromium")
def test_browser(): pass
"""
SKIPPED_WHOLE: Final = "import pytest; pytest.importorskip('no_such_module')"


# in this process ("0"), and in a worker that reports to it
@pytest.mark.parametrize(
    ("workers", "ci", "modules", "status"),
    [
        ("0", "true", (GOOD, SKIPPED, SKIPPED_WHOLE), 1),
        ("1", "true", (GOOD, SKIPPED, SKIPPED_WHOLE), 1),
        ("1", "true", (GOOD,), 0),
        ("1", "false", (SKIPPED,), 0),
    ],
    ids=["skips", "skips in a worker", "none", "not in CI"],
)
def test_a_skipped_test_fails_the_run_in_ci_and_is_named(
    tmp_path: Path, workers: str, ci: str, modules: tuple[str, ...], status: int
) -> None:
    for number, module in enumerate([GOOD, *modules]):
        (tmp_path / f"test_{number}.py").write_text(module, "utf-8")
    options = ["-p", "xdist", "-p", "tests.conftest", "-p", "no:cacheprovider", "-n", workers]
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, f"--rootdir={tmp_path}"]
    # other plugins only take time to load
    run = _run(*command, *options, str(tmp_path), CI=ci, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert run.returncode == status, run.stdout + run.stderr
    _, _, said = run.stdout.partition("skipped in CI: this fails the run")
    assert ("test_browser: Skipped: needs a browser" in said) is (status == 1)
    assert ("could not import 'no_such_module'" in said) is (status == 1)
    assert re.search(r"passed.* in [\d.]+s", run.stdout.strip().splitlines()[-1])


def test_the_ci_script_is_sound_shell_and_runs_the_readme_command() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text("utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert _run("bash", "-n", str(script)).returncode == 0
    assert re.search(r"^make check$", text, re.MULTILINE)
    assert re.search(r"^make test$", text, re.MULTILINE)


# Decisions

DECISIONS: Final = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    for path in DECISIONS:
        title = path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        assert f"[{title}]({path.name})" in index


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_and_at_what_cost(path: Path) -> None:
    text = path.read_text("utf-8")
    for heading in ("## Decision", "## Why", "## Consequences"):
        assert heading in text
