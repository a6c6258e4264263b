"""Which output goes with which options; what is in the files is shown in test_label_picture.py."""

from typing import Any

import pytest

from certgen.label_drawing import LabelDrawer
from certgen.label_files import Format, FormatError, LabelFiles, make_drawer
from certgen.label_sheet import A4_SHEETS, SheetError
from tests.certgen.labels import label, style

BAG = "one-bag-70x37"


@pytest.mark.parametrize(
    ("format", "dpi", "dots"),
    [
        ("png", None, 300),
        ("zpl", None, 203),
        ("tspl", 300, 300),
        ("png", 600, 600),
        ("svg", None, 0),
    ],
)
def test_single_labels(format: str, dpi: int | None, dots: int) -> None:
    drawer = make_drawer(style(BAG), format=format, dpi=dpi)
    assert drawer == LabelFiles(style(BAG), Format(format), dots)
    assert (drawer.sheet.width, drawer.sheet.height, drawer.sheet.labels) == (70, 37, 1)


def test_a_pdf_on_a_sheet() -> None:
    drawer = make_drawer(style(BAG), sheet="24", start=5)
    assert isinstance(drawer, LabelDrawer)
    assert (drawer.sheet, drawer.start) == (A4_SHEETS[24], 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "bmp"}, "没有“bmp”这种格式，可用：pdf、png、svg、zpl、tspl"),
        ({"dpi": 300}, "PDF 不分点数，去掉 --dpi；png、zpl、tspl 才用它"),
        ({"format": "svg", "dpi": 300}, "SVG 不分点数，去掉 --dpi；png、zpl、tspl 才用它"),
        ({"format": "zpl", "dpi": 150}, "每英寸点数应为 203、300、600，得到 150"),
        (
            {"format": "zpl", "sheet": "24"},
            "ZPL 是单枚输出，不能与 --sheet、--start 同用；标签纸请用 PDF",
        ),
        (
            {"format": "png", "start": 2},
            "PNG 是单枚输出，不能与 --sheet、--start 同用；标签纸请用 PDF",
        ),
        ({"start": 2}, "起始位置（--start）只用于标签纸，请同时写明 --sheet"),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError) as refused:
        make_drawer(style(BAG), **options)
    assert str(refused.value) == message


def test_a_label_larger_than_its_place() -> None:
    with pytest.raises(SheetError, match=r"标签纸每格只有 38\.1×21\.2 mm"):
        make_drawer(style(BAG), sheet="65")


def test_each_label_is_one_file_whatever_its_place() -> None:
    labels = [label("one-egg-square", seed) for seed in range(3)]
    drawer = LabelFiles(style("one-egg-square"), Format.ZPL, 300)
    files = drawer.draw(labels).pages
    assert len(set(files)) == 3
    assert drawer.draw(labels[1:], 1).pages == files[1:]
