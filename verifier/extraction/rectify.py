"""Laying a scan or photograph flat: the paper's edge where it is seen, upright by the QR symbol."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from verifier.extraction.symbols import Picture

Corners = Sequence[tuple[float, float]]
Points = npt.NDArray[np.float64]
Transform = npt.NDArray[np.float64]
"""3 x 3, from pixels of the picture to pixels of the flat one."""
_LOOK_IN: Final = 800
"""Pixels of the longer side in which the paper's edge is looked for."""
_LEAST: Final = 0.12
"""Part of the picture that paper with an edge covers."""
_MOST: Final = 0.97
_LONGEST: Final = 4000
"""Pixels of the flat picture's longer side: 340 dots an inch on A4."""
_LEVEL: Final = math.radians(0.3)
"""As exact as a symbol's corners are."""


def flatten(picture: Picture, symbol: Corners | None) -> tuple[Picture, Transform]:
    """``symbol``: corners of one, from its own top left clockwise; None where the page has none."""
    import cv2  # noqa: PLC0415  # comes with the extra

    paper = None if symbol is None else _paper(picture, symbol)
    first = np.eye(3) if paper is None else _to_rectangle(paper)
    corners = _rectangle(picture.shape[1] - 1, picture.shape[0] - 1) if paper is None else paper
    if symbol is not None:
        angle = _angle(move(first, np.array(symbol, float)))
        quarter = round(angle / (math.pi / 2)) * (math.pi / 2)
        if paper is not None or abs(angle - quarter) < _LEVEL:
            angle = quarter
        first = _rotation(-angle) @ first
    turned = move(first, corners)
    low, high = turned.min(0), turned.max(0)
    scale = min(1.0, _LONGEST / float((high - low).max()))
    transform = (
        np.array([[scale, 0, -low[0] * scale], [0, scale, -low[1] * scale], [0, 0, 1]]) @ first
    )
    if np.allclose(transform, np.eye(3)):
        return picture, transform
    # from the middle of the first pixel to the middle of the last
    size = round((high[0] - low[0]) * scale) + 1, round((high[1] - low[1]) * scale) + 1
    flat = cv2.warpPerspective(
        picture, transform, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8), transform


def move(transform: Transform, points: Points) -> Points:
    """``points``: n x 2."""
    ones = np.hstack([points, np.ones((len(points), 1))]) @ transform.T
    return np.asarray(ones[:, :2] / ones[:, 2:])


def _rectangle(width: float, height: float) -> Points:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], float)


def _rotation(angle: float) -> Transform:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _angle(symbol: Points) -> float:
    """Of the symbol's top and bottom edges, to the horizontal."""
    across = (symbol[1] - symbol[0]) + (symbol[2] - symbol[3])
    return math.atan2(float(across[1]), float(across[0]))


def _to_rectangle(paper: Points) -> Transform:
    import cv2  # noqa: PLC0415

    width = max(math.dist(paper[0], paper[1]), math.dist(paper[3], paper[2]))
    height = max(math.dist(paper[0], paper[3]), math.dist(paper[1], paper[2]))
    target = _rectangle(width, height).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(paper.astype(np.float32), target), float)


def _paper(picture: Picture, symbol: Corners) -> Points | None:
    """The bright quadrilateral around the symbol, if there is just that."""
    import cv2  # noqa: PLC0415

    scale = min(1.0, _LOOK_IN / max(picture.shape))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.GaussianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), (7, 7), 0)
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    middle = np.mean(np.array(symbol, float), axis=0) * scale
    point = (float(middle[0]), float(middle[1]))
    for outline in outlines:
        hull = cv2.convexHull(outline)
        part = cv2.contourArea(hull) / (size[0] * size[1])
        if not _LEAST <= part <= _MOST or cv2.pointPolygonTest(hull, point, False) < 0:
            continue
        rough = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True)
        fits = cv2.contourArea(outline) / cv2.contourArea(hull)
        if len(rough) == 4 and fits > 0.9:
            return _in_order(np.asarray(rough, float).reshape(4, 2) / scale)
    return None


def _in_order(corners: Points) -> Points:
    """Clockwise from the top left."""
    middle = corners.mean(0)
    around = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(around)]
    first = int(np.argmin(ordered.sum(1)))
    return np.roll(ordered, -first, axis=0)
