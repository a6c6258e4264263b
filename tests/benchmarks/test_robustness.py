"""What is counted in the robustness figures, and what is listed as broken; a fuzzed file's sameness."""

import io
import tarfile

import pytest

from benchmarks.measuring import Figure, Result
from benchmarks.report import result_json, result_lines
from benchmarks.robustness_files import Door, Tally
from benchmarks.robustness_foreign import foreign_files
from benchmarks.robustness_fuzz import changed, try_file
from service.cli import main
from service.commands import bench as command
from tests.verifier import paper
from tests.verifier.test_mutants import stage
from verifier.evidence import Evidence


class Broken:
    """An extractor that raises, as none may."""

    def extract(self, _data: bytes) -> Evidence:
        raise ZeroDivisionError("x")


def test_edits_of_bytes():
    data = b"0123456789"
    assert changed(data, [("overwrite", 0.0, 0.0, b"ab")]) == b"ab23456789"
    assert changed(data, [("insert", 0.0, 0.0, b"ab")]) == b"ab0123456789"
    assert changed(data, [("delete", 0.0, 0.0, b"a")]) == b"123456789"
    assert changed(data, [("double", 0.0, 0.0, b"a")]) == b"00123456789"
    assert changed(data, [("cut", 0.5, 1.0, b"a")]) == b"01234"
    assert changed(data, [("flip", 0.0, 0.0, b"\0")]) == b"1123456789"
    assert changed(b"", [("flip", 0.5, 0.5, b"a"), ("move", 0.5, 0.5, b"a")]) == b""


def door(extractor: object) -> Door:
    return Door(stage(), extractor, Tally())


def test_a_file_that_passes_and_says_something_else_is_listed():
    own = stage().papers[0]
    data, other = own.draw(own.document), stage().papers[4]
    entry = door(paper.Direct())
    try_file(entry, "PDF", other.draw(other.document), [("overwrite", 0.0, 0.0, b"%PDF")])
    assert not entry.tally.passed
    assert entry.tally.counts == {"PDF": 1, "PDF, the same in text and picture": 1}
    assert data.startswith(b"%PDF")


def test_an_exception_is_listed():
    entry = door(Broken())
    assert entry.upload("PDF", "a.pdf", b"%PDF-") is None
    assert entry.tally.errors == ["a.pdf: ZeroDivisionError: x"]


def test_a_symbol_of_the_same_credential_is_counted():
    entry = door(paper.Direct())
    text = stage().papers[0].document.qr_text.encode()
    try_file(entry, "QR text", text, [("overwrite", 0.0, 0.0, text[:1])])
    try_file(entry, "QR text", text, [("delete", 1.0, 0.0, b"x")])
    assert entry.tally.counts == {"QR text": 2, "QR text, the same credential": 1}
    assert not entry.tally.passed + entry.tally.errors


def test_files_of_source_packages(tmp_path, monkeypatch):
    with tarfile.open(tmp_path / "sample-1.tar.gz", "w:gz") as archive:
        for name in ("a.pdf", "b.PDF", "c.py"):
            member = tarfile.TarInfo(f"sample-1/{name}")
            member.size = 5
            archive.addfile(member, io.BytesIO(f"%{name}".encode()[:5]))
    monkeypatch.setenv("BENCH_SDISTS", str(tmp_path))
    monkeypatch.setattr("benchmarks.robustness_foreign._HERE", ())
    files = foreign_files(tmp_path / "none", 1)
    assert sorted(name for _, name, _ in files) == ["sample-1/a.pdf", "sample-1/b.PDF"]
    assert {kind for kind, _, _ in files} == {"PDF"}


BROKEN = Result(
    "robustness", (Figure("mutants: passed", "份", (1.0,), 0),), (), {}, ("mutants: x",)
)


def test_what_is_broken_is_printed():
    assert result_json(BROKEN, {})["broken"] == ["mutants: x"]
    lines = list(result_lines(BROKEN))
    assert lines[-1] == "  ！mutants: x"
    assert "目标 ≤ 0" in lines[1]


def test_the_command_fails_where_something_is_broken(monkeypatch, capsys):
    monkeypatch.setattr(command, "_measured", lambda _name, **_: BROKEN)
    with pytest.raises(SystemExit) as ended:
        main(["bench", "robustness"])
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert "！mutants: x" in printed.out
    assert printed.err == "错误：robustness：有 1 处不该发生的情况，见上\n"
