"""Killed at any moment and run again: nothing printed is unknown, nothing is there twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from credential.certificate_id import parse_certificate_id
from registry.credentials import find_credential
from service import issuing
from service.home import write_file
from service.issuing import PrintedFile
from service.printing import PDF, print_document, stored_document
from tests.flows.office import BASE_URL, DAY, GOOD_ROWS, ISSUED, PASSPHRASE, Place, manifest
from tests.flows.test_issuing import fresh, issued_count

ROOT = Path(__file__).parents[2]
KILLS = 12


@pytest.fixture
def empty(own: Place, tmp_path: Path) -> Place:
    return fresh(tmp_path / "empty", own)


def known(place: Place) -> dict[str, bytes]:
    """Every PDF that is there: known, whole, and as the registry alone prints it below its seal."""
    found = {}
    with place.office() as office:
        pack = office.pack("jiande")
        for path in sorted(place.a5.glob("*.pdf")):
            stored = find_credential(office.registry, parse_certificate_id(path.stem))
            assert stored is not None, f"{path.name} is not on record"
            document = stored_document(stored, BASE_URL)
            printed = print_document(document, pack, pack.style("a5"), PDF).data
            found[path.name] = path.read_bytes()
            # the seal is added to the file's end (ISO 32000-1 §7.5.6)
            assert found[path.name].startswith(printed), f"{path.name} is not what was recorded"
            assert found[path.name].rstrip().endswith(b"%%EOF")
    return found


def test_killed_a_dozen_times_at_random(own: Place, empty: Place) -> None:
    arguments = [str(empty.home.path), str(own.batches), str(empty.a5), str(KILLS), "20260305"]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.flows.killed_office", *arguments],
        cwd=ROOT,
        env=os.environ | {"ZHENGXIN_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.split()
    assert lines.count("killed") >= KILLS // 2, ran.stdout
    half = known(empty)
    assert half, "the kills came too early to show anything"
    recorded = issued_count(empty)
    assert len(half) <= recorded <= GOOD_ROWS

    done = empty.issue("a5", own.batches, empty.a5)
    assert done.status == 0
    lines_of = manifest(empty.a5)
    assert len(lines_of) == len({line["id"] for line in lines_of}) == GOOD_ROWS
    assert issued_count(empty) == GOOD_ROWS, "no row twice"
    assert sum(line["state"] == "issued-before" for line in lines_of) == recorded
    whole = known(empty)
    assert set(whole) == {line["file"] for line in lines_of}
    assert {name: whole[name] for name in half} == half, "what was there stays as it was"


def test_a_crash_between_record_and_file_is_healed(
    own: Place, empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very moment that issue 2 names: recorded, but the file did not leave."""
    written: list[str] = []

    def crash(path: Path, data: bytes) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path.name)
        write_file(path, data)

    monkeypatch.setattr(issuing, "write_file", crash)
    assert empty.issue("a5", own.batches, empty.a5).status == 130
    monkeypatch.undo()
    assert sorted(known(empty)) == sorted(written)
    assert issued_count(empty) == 4, "the fourth is on record and has no file"
    assert empty.issue("a5", own.batches, empty.a5).status == 0
    states = [line["state"] for line in manifest(empty.a5)]
    assert states == ["issued-before"] * 4 + ["issued"] * (GOOD_ROWS - 4)
    assert len(known(empty)) == issued_count(empty) == GOOD_ROWS


def test_no_file_before_the_record(
    own: Place, empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def look(path: Path, data: bytes) -> None:
        if path.suffix == ".pdf":
            with empty.office() as office:
                assert find_credential(office.registry, parse_certificate_id(path.stem)) is not None
            seen.append(len(data))
        write_file(path, data)

    monkeypatch.setattr(issuing, "write_file", look)
    assert empty.issue("a5", own.batches, empty.a5).status == 0
    assert len(seen) == GOOD_ROWS


def test_what_cannot_be_set_is_never_recorded(
    own: Place, empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> PrintedFile:
        raise issuing.PRINT_ERRORS[2]("版面放不下")

    monkeypatch.setattr(issuing, "print_document", broken)
    ran = empty.issue("a5", own.batches, empty.a5)
    assert (ran.status, "第 3 行：版面放不下" in ran.err) == (1, True)
    assert issued_count(empty) == 0
    assert not list(empty.a5.glob("*.pdf"))


def test_the_times_of_issue_stay(own: Place, empty: Place) -> None:
    """Issued again a week later, it is still of the day on which it was issued."""
    empty.issue("a5", own.batches, empty.a5)
    before = known(empty)
    assert empty.issue("a5", own.batches, empty.a5, at=ISSUED + 7 * DAY).status == 0
    assert known(empty) == before
