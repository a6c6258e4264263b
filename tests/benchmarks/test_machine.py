"""What the figures were measured on."""

from pathlib import Path

from benchmarks.machine import cpu_model, machine


def test_the_cpu_is_named(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: other\n")
    assert cpu_model(cpuinfo) == "Some CPU @ 2 GHz"
    assert cpu_model(tmp_path / "none")


def test_the_versions_that_matter_are_there() -> None:
    said = machine()
    assert {"cpu", "processors", "system", "python", "sqlite", "load"} < said.keys()
    assert {"typst", "segno", "pdfplumber", "cryptography", "starlette"} < said.keys()
    assert all(value != "" for value in said.values())
