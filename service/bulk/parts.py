"""What a chunk gives to the output: its pages and its lines of the manifest, as bytes until all are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

import cbor2

from certgen.label_drawing import DrawnPages
from certgen.label_pdf import LabelPdf
from certgen.label_sheet import Sheet
from service.home import write_file

PDF_NAME: Final = "labels.pdf"
_PAGE: Final = "\0"
"""Stands for a page's number until it is known how many pages come before."""


@dataclass(frozen=True, slots=True)
class Part:
    """``lines``: of the manifest, all but the pages of the file, in the order of the labels."""

    drawn: DrawnPages
    lines: str

    @property
    def labels(self) -> int:
        return self.lines.count(_PAGE)


def manifest_lines(labels: Iterable[tuple[str, str, str]]) -> str:
    """``labels``: number, symbol's text and state of each."""
    return "".join(
        [f"{number},{PDF_NAME},{_PAGE},{text},{state}\r\n" for number, text, state in labels]
    )


def numbered(lines: str, pages: Iterable[int]) -> str:
    """The lines with their pages, one each."""
    between = lines.split(_PAGE)
    return "".join(chain.from_iterable(zip(between, [*map(str, pages), ""], strict=True)))


def write_part(part: Part) -> bytes:
    drawn = part.drawn
    characters = "".join(sorted(drawn.characters))
    return cbor2.dumps([drawn.pages, dict(drawn.forms), characters, part.lines])


def read_part(data: bytes) -> Part:
    """From :func:`write_part`: the registry's or the home folder's own bytes are believed."""
    content: Any = cbor2.loads(data)
    pages, forms, characters, lines = content
    return Part(DrawnPages(tuple(pages), forms, frozenset(characters)), lines)


def part_file(folder: Path, chunk: int) -> Path:
    return folder / f"part-{chunk:06}"


def save_part(folder: Path, chunk: int, data: bytes) -> None:
    """Personal data: for the owner only."""
    write_file(part_file(folder, chunk), data, mode=0o600)


def join_parts(
    parts: Iterable[Part],
    pdf: BinaryIO,
    manifest: BinaryIO,
    *,
    sheet: Sheet,
    start: int,
) -> int:
    """Write the one PDF and its manifest (without head), a part in memory at a time; how many labels."""
    whole = LabelPdf(pdf, sheet)
    count, page = 0, 1
    # places used up on the first sheet of the part at hand
    before = start - 1
    for part in parts:
        whole.add(part.drawn)
        labels, up = part.labels, sheet.labels
        pages = [page + place // up for place in range(before, before + labels)]
        manifest.write(numbered(part.lines, pages).encode())
        count += labels
        page += len(part.drawn.pages)
        before = 0
    whole.close()
    return count
