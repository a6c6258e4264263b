"""The text of a flat picture by OCR: rapidocr, of the extra ``ocr``, whose models come in its wheel.

The models' paths are given, so that nothing is looked up or downloaded. Lines are found in a small
copy of the picture (the dear part grows with its area) and read at full size.
"""

import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from verifier.extraction.symbols import Picture

Quad = npt.NDArray[np.float32]
"""Four corners (x, y) of a line in pixels, from the top left clockwise."""
_FIND_IN: Final = 1280
"""Pixels of the longer side in which lines are found: 7 points on A4 are still 10 pixels high."""
_UPRIGHT: Final = 1.5
"""Height to width from which rapidocr's cut turns a line on its side: none of ours is so."""


@dataclass(frozen=True, slots=True)
class Line:
    """``confidences``: of each character, 0 to 1."""

    text: str
    quad: Quad
    confidences: tuple[float, ...]


def is_installed() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def find_lines(picture: Picture) -> list[Quad]:
    """Where lines of text are, in no order."""
    import cv2  # noqa: PLC0415  # comes with the extra

    scale = min(1.0, _FIND_IN / max(picture.shape))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    found = _engine()(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_rec=False)
    if found.boxes is None:
        return []
    return [np.asarray(quad, np.float32) / np.float32(scale) for quad in found.boxes]


def read_line(picture: Picture, quad: Quad) -> Line | None:
    """One line; None where nothing in it can be read."""
    import cv2  # noqa: PLC0415

    cut = _cut(picture, quad)
    if cut is None:
        return None
    read = _engine()(
        cv2.cvtColor(cut, cv2.COLOR_GRAY2BGR), use_det=False, use_rec=True, return_word_box=True
    )
    if read.txts is None or not read.txts[0].strip():
        return None
    text, values = read.txts[0], read.word_results[0].confs
    kept = [(c, float(v)) for c, v in zip(text, values, strict=False) if not c.isspace()]
    return Line("".join(c for c, _ in kept), quad, tuple(round(v, 3) for _, v in kept))


def _cut(picture: Picture, quad: Quad) -> Picture | None:
    import cv2  # noqa: PLC0415

    width = round(float(max(np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3])))))
    height = round(float(max(np.hypot(*(quad[3] - quad[0])), np.hypot(*(quad[2] - quad[1])))))
    if min(width, height) < 4 or height > _UPRIGHT * width:
        return None
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, corners)
    cut = cv2.warpPerspective(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, np.uint8)


@cache
def _engine() -> Any:
    """One a child, made when the first picture needs it: 0.3 s where rapidocr is imported."""
    import cv2  # noqa: PLC0415
    import rapidocr  # noqa: PLC0415

    cv2.setNumThreads(1)
    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            # sizes are chosen here
            "Global.min_side_len": 1,
            "Global.max_side_len": 100_000,
            "Det.limit_type": "min",
            "Det.limit_side_len": 32,
            "Det.model_path": os.fspath(models / "PP-OCRv6_det_small.onnx"),
            "Rec.model_path": os.fspath(models / "PP-OCRv6_rec_small.onnx"),
        }
    )
