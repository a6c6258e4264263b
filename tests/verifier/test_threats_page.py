"""docs/threats.md names tests that there are, and every file of attacks is named there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "threats.md").read_text("utf-8")


def test_every_test_that_the_page_names_is_there() -> None:
    source = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    named = set(re.findall(r"(test_\w+)`", PAGE)) - {"test_threats_"}
    assert len(named) > 80
    assert {name for name in named if f"def {name}(" not in source} == set()


def test_every_file_that_the_page_names_is_there_and_none_is_forgotten() -> None:
    named = set(re.findall(r"`(\w+/[\w/]+\.py)", PAGE))
    assert {name for name in named if not (TESTS / name).is_file()} == set()
    written = {f"verifier/{path.name}" for path in (TESTS / "verifier").glob("test_threats_*.py")}
    assert written - {"verifier/test_threats_page.py"} <= named
