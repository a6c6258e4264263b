import io

import pdfplumber
import pikepdf
import pypdfium2
import pytest
import zxingcpp

from certgen.calibration import EDGE_MARKS, MODULES_MM, calibration_pdf
from certgen.label_parts import MM


def test_the_symbols_say_their_size_and_have_it() -> None:
    pdf = calibration_pdf()
    with pypdfium2.PdfDocument(pdf) as opened:
        picture = opened[0].render(scale=600 / 72).to_pil()
    texts = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert sorted(texts) == sorted(f"证信打印校准：每格 {size:g} 毫米" for size in MODULES_MM)
    with pdfplumber.open(io.BytesIO(pdf)) as plumbed:
        (page,) = plumbed.pages
        sizes = [image["width"] * MM / image["srcsize"][0] for image in page.images]
        assert sizes == pytest.approx(list(MODULES_MM), abs=0.0005)
        frames = [rect["width"] * MM for rect in page.rects]
        assert frames == pytest.approx([61 * size for size in MODULES_MM], abs=0.01)


def test_the_rulers_are_true() -> None:
    with pdfplumber.open(io.BytesIO(calibration_pdf())) as opened:
        assert opened.metadata["Title"] == "打印校准页"
        (page,) = opened.pages
        upright = sorted(line["x0"] for line in page.lines if line["x0"] == line["x1"])
        level = sorted({line["top"] for line in page.lines if 5 < line["width"] * MM < 7})
    # without the marks at the edges
    upright = [x for x in upright if 15 < x * MM < 195]
    assert len(upright) == 151
    assert (upright[-1] - upright[0]) * MM == pytest.approx(150, abs=0.001)
    assert (level[-1] - level[0]) * MM == pytest.approx(220, abs=0.001)


def test_marks_at_each_edge_show_where_a_printer_stops() -> None:
    with pdfplumber.open(io.BytesIO(calibration_pdf())) as opened:
        (page,) = opened.pages
        short = [line for line in page.lines if max(line["width"], line["height"]) * MM < 3.1]
        width, height = page.width, page.height
    sides = {
        "left": [line["x0"] for line in short if line["x1"] * MM < 9],
        "right": [width - line["x0"] for line in short if line["x0"] * MM > 200],
        "top": [line["top"] for line in short if line["bottom"] * MM < 9],
        "bottom": [height - line["top"] for line in short if line["top"] * MM > 287],
    }
    for side, marks in sides.items():
        far = sorted(mark * MM for mark in marks)
        assert far == pytest.approx(range(1, EDGE_MARKS + 1), abs=0.01), side


def test_the_page_is_sound_and_nothing_overlaps_its_edge() -> None:
    with pikepdf.open(io.BytesIO(calibration_pdf())) as opened:
        assert opened.check_pdf_syntax() == []
    with pdfplumber.open(io.BytesIO(calibration_pdf())) as plumbed:
        (page,) = plumbed.pages
        assert (page.width * MM, page.height * MM) == pytest.approx((210, 297), abs=0.01)
        assert max(char["x1"] for char in page.chars) * MM < 202
    assert calibration_pdf() == calibration_pdf()
