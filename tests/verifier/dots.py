"""How far honest pages and small dots between digits are apart (verifier/extraction/small_changes.py).

``python -m tests.verifier.dots`` prints, for each style, the most that is added or taken at a figure
and at another character of an honest page, and the least at a dot of each size in any gap of two
digits, in parts of a square of three pixels.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final
from unittest.mock import patch

from certgen.label_pdf import write_labels
from tests.certgen import labels
from tests.verifier import paper
from tests.verifier.test_tricks_dots import MM, square
from verifier.extraction import resetting, small_changes
from verifier.extraction.small_changes import Picture, Pixels

SIDES: Final = (0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4)
"""Millimetres."""
Changes = dict[tuple[int, int], float]
"""Row and column of a pixel, and what is changed around it."""


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "A5", paper.pdf(paper.producer())
    yield "80×60, set by typst", paper.pdf(paper.producer(), paper.LABEL)
    yield "letter", paper.pdf(paper.pledge(), paper.LETTER)
    for style in labels.STYLES:
        file = io.BytesIO()
        write_labels(file, labels.style(style), [[labels.label(style, quantity="1200公斤")]])
        yield style, file.getvalue()


def _changes(data: bytes) -> Changes:
    """Of the first page."""
    found: list[Changes] = []

    def measure(
        picture: Picture, again: Picture, boxes: Sequence[Pixels], _: Sequence[float]
    ) -> list[Pixels]:
        one: Changes = {}
        for line in small_changes._lines(boxes):
            rows, columns = small_changes._differing(picture, again, line)
            changed = small_changes._changed(picture, again, rows, columns)
            places = zip(rows.tolist(), columns.tolist(), strict=True)
            one.update(zip(places, changed.tolist(), strict=True))
        found.append(one)
        return []

    with patch.object(resetting, "small_changes", measure):
        paper.Direct().extract(data)
    return found[0]


def _most(changes: Changes, left: float, top: float, right: float, bottom: float) -> float:
    near = (
        changed
        for (row, column), changed in changes.items()
        if left <= column <= right and top <= row <= bottom
    )
    return max(near, default=0.0)


def _print_row(name: str, data: bytes) -> None:
    evidence = paper.Direct().extract(data)
    page = evidence.pages[0]
    dots = (600 if min(page.width, page.height) < 55 else 300) / 25.4
    glyphs = [glyph for glyph in evidence.glyphs if glyph.page == 1]
    honest = _changes(data)
    most = {True: 0.0, False: 0.0}
    for glyph in glyphs:
        kind = glyph.text in small_changes._FIGURES
        box = [side * dots for side in glyph.box]
        most[kind] = max(most[kind], _most(honest, *box))
    gaps = [
        (right.box[0], right.baseline)
        for left, right in pairwise(glyphs)
        if left.text.isdigit() and right.text.isdigit() and left.baseline == right.baseline
    ]
    sizes = {glyph.size for glyph in glyphs if glyph.text.isdigit()}
    line = [f"{name} ({min(sizes)} to {max(sizes)} pt): figures {most[True]:.3f}"]
    line.append(f"others {most[False]:.3f}; dots:")
    for side in SIDES:
        least = 1.0
        for start in (0, 1):  # every other gap, so that no two dots stand side by side
            drawn = " ".join(
                square(x, page.height - base, side, side) for x, base in gaps[start::2]
            )
            mark = paper.append_content(f"{MM} 0 0 {MM} 0 0 cm 0 g {drawn} f")
            changes = _changes(paper.edit_pdf(data, mark))
            for x, base in gaps[start::2]:
                reach = side / 2 * dots + 1
                middle = (base - side / 2) * dots
                box = x * dots - reach, middle - reach, x * dots + reach, middle + reach
                least = min(least, _most(changes, *box))
        line.append(f"{side} mm {least:.3f},")
    print(" ".join(line).rstrip(","), flush=True)


if __name__ == "__main__":
    for made in _pages():
        _print_row(*made)
