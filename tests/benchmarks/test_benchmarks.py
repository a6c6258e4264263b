"""Each benchmark, as small as it goes: its figures and ratios are there. Times are never judged."""

import pytest

from benchmarks import issue, scan, verify
from benchmarks.measuring import BenchmarkError, Result


def shape(result: Result) -> tuple[str, set[str], dict[str, float | None]]:
    """Name, figures, ratios with their targets; and every value is one that can be divided by."""
    names = {figure.name for figure in result.figures}
    for figure in result.figures:
        assert len(figure.rounds) == 1
        assert figure.median > 0
    for ratio in result.ratios:
        assert ratio.median > 0
        assert {ratio.of, *ratio.floor} <= names
    return result.name, names, {ratio.name: ratio.target for ratio in result.ratios}


def test_issue() -> None:
    parts = ("whole", "sign", "segno", "typst", "commit")
    assert shape(issue.run(issue.QUICK)) == (
        "issue",
        {f"{kind}: {part}" for kind in ("A5", "letter") for part in parts},
        {
            "A5: whole / all its parts bare": None,
            "A5: whole / typst alone": None,
            "letter: whole / all its parts bare": None,
            "letter: whole / typst alone": 1.5,
        },
    )


def test_verify() -> None:
    parsers = ("pikepdf", "pdfplumber", "PDFium", "zxing-cpp")
    parts = ("in process", "in a child", *parsers)
    parts += tuple(f"{part}, CPU" for part in ("in process", *parsers))
    assert shape(verify.run(verify.QUICK)) == (
        "verify",
        {f"{kind}: {part}" for kind in ("A5", "80x60", "letter") for part in parts}
        | {"letter in DOCX: in process", "HTTP: PDFs on all processors", "scan: text alone"}
        | {"scan: camera frame 640×480, blurred"}
        | {f"scan: PNG of {pixels} px a module" for pixels in (3, 4, 6)},
        {
            f"{kind}: {way} / its parsers bare": target
            for kind in ("A5", "80x60", "letter")
            for way, target in (("in process", 1.5), ("in a child", None))
        }
        | {
            f"{kind}: in process / its parsers bare, CPU": None
            for kind in ("A5", "80x60", "letter")
        },
    )


def test_scan() -> None:
    kinds = ("first scan", "scan again", "hello")
    assert shape(scan.run(scan.QUICK)) == (
        "scan",
        {f"in process: {kind}" for kind in kinds}
        | {f"served: {kind}{what}" for kind in kinds for what in ("", ", p50", ", p99")},
        {
            "in process: first scan / hello": None,
            "in process: scan again / hello": None,
            "served: hello / first scan": None,
            "served: hello / scan again": None,
        },
    )


def test_a_certificate_is_scanned_first_once_only() -> None:
    with pytest.raises(BenchmarkError, match="too few certificates"):
        scan.run(scan.Size(rounds=1, certificates=3, requests=2))
