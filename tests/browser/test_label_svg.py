"""A label's SVG, shared as the electronic form, is drawn by a real browser and read off its screen."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from benchmarks.symbol_reading import as_signed, by_opencv, by_zxing
from certgen.label_files import Format, LabelFiles
from tests.certgen.labels import label, style

PIXELS_MM = 10


@pytest.mark.parametrize("id", ["one-fruit", "one-fruit-square-25", "one-box-60x40", "one-bundle"])
def test_a_browser_draws_it_at_its_size_and_it_is_read(
    chromium: Browser, tmp_path: Path, id: str
) -> None:
    chosen, one = style(id), label(id)
    file = tmp_path / "label.svg"
    (content,) = LabelFiles(chosen, Format.SVG, 0).draw([one]).pages
    file.write_bytes(content)
    # CSS: 96 pixels are an inch
    page = chromium.new_page(device_scale_factor=PIXELS_MM * 25.4 / 96)
    page.goto(file.as_uri())
    box = page.locator("svg").first.bounding_box()
    shot = page.screenshot()
    page.close()
    assert box is not None
    assert box["width"] == pytest.approx(chosen.width_mm * 96 / 25.4, abs=0.1)
    assert box["height"] == pytest.approx(chosen.height_mm * 96 / 25.4, abs=0.1)
    picture = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))
    side = (chosen.height_mm * PIXELS_MM, chosen.width_mm * PIXELS_MM)
    seen = np.pad(picture[: side[0], : side[1]], 24, constant_values=255)
    for decode in (by_zxing, by_opencv):
        assert {as_signed(text) for text in decode(seen)} == {one.qr_text}
