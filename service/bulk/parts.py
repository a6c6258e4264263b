"""What a chunk gives to the output: its pages and its lines of the manifest, as bytes until all are there."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import cbor2

from certgen.label_drawing import DrawnPages
from certgen.label_pdf import LabelPdf
from certgen.label_sheet import Sheet
from service.home import write_file

_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """``listing``: number, symbol's text and state of each label, in order."""

    drawn: DrawnPages
    listing: Sequence[tuple[str, str, str]]


def write_part(part: Part) -> bytes:
    listing = cbor2.dumps([list(line) for line in part.listing])
    content = [
        list(part.drawn.pages),
        dict(part.drawn.forms),
        "".join(sorted(part.drawn.characters)),
        zlib.compress(listing, _LEVEL),
    ]
    return cbor2.dumps(content)


def read_part(data: bytes) -> Part:
    """From :func:`write_part`: the registry's or the home folder's own bytes are believed."""
    content: Any = cbor2.loads(data)
    pages, forms, characters, listing = content
    drawn = DrawnPages(tuple(pages), forms, frozenset(characters))
    return Part(drawn, [tuple(line) for line in cbor2.loads(zlib.decompress(listing))])


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
    title: str,
) -> int:
    """Write the one PDF and its manifest (without head), a part in memory at a time; how many labels."""
    whole = LabelPdf(pdf, sheet, title)
    count, page = 0, 1
    # places used up on the first sheet of the part at hand
    before = start - 1
    for part in parts:
        whole.add(part.drawn)
        lines = [
            f"{number},{PDF_NAME},{page + (before + place) // sheet.labels},{qr_text},{state}\r\n"
            for place, (number, qr_text, state) in enumerate(part.listing)
        ]
        manifest.write("".join(lines).encode())
        count += len(part.listing)
        page += len(part.drawn.pages)
        before = 0
    whole.close()
    return count


PDF_NAME: Final = "labels.pdf"
