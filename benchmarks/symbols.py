"""Whether printed symbols scan: labels of every layout at their true size, clean and degraded.

Half of a layout's labels are rasterised at 203 dpi and half at 300, each is read as it is and after
blur, a skew of 3 degrees and JPEG 60 together, by two decoders. The share is that of the worse one.
"""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from benchmarks.measuring import Figure, Result
from benchmarks.office import CERTIFICATES, label_of, record, sample_office
from benchmarks.symbol_reading import COMBINED, DECODERS, read_counts
from certgen.label_drawing import Label
from scheme.model import Style
from service.bulk.pool import default_processes
from service.printing import stored_document

_DPI: Final = (203, 300)
_LEAST: Final = {COMBINED[0]: 100.0, COMBINED[1]: 98.0}
"""Per cent."""


@dataclass(frozen=True, slots=True)
class Size:
    """``labels``: of each layout, half of them at each resolution."""

    labels: int


FULL: Final = Size(labels=1000)
QUICK: Final = Size(labels=2)


def run(size: Size) -> Result:
    with sample_office(subjects=200) as office:
        desk = office.certificates
        base = office.office.settings.base_url
        documents = [stored_document(one, base) for one in record(desk, size.labels)]
        styles = different_layouts(office.office.pack(CERTIFICATES).styles)
        labels = {
            style.id: [
                Label(paper.fields, paper.qr_text)
                for paper in (label_of(one, style, desk, base) for one in documents)
            ]
            for style in styles
        }
    counts = _counted(styles, labels)
    figures = [
        _share(style.id, way, counts[style.id], size.labels) for style in styles for way in COMBINED
    ]
    missed = [
        f"{one.name}：{one.median:g} %，应不少于 {one.least:g} %"
        for one in figures
        if one.least is not None and one.median < one.least
    ]
    notes: dict[str, str | int | float] = {
        "labels_of_each": size.labels,
        "dpi": "203 and 300",
        "decoders": " and ".join(DECODERS),
    }
    return Result("symbols", tuple(figures), (), notes, tuple(missed))


def different_layouts(styles: Sequence[Style]) -> list[Style]:
    """Label styles without those that look like another one (一蛋一证 like 一果一证)."""
    labels = [style for style in styles if style.layout is not None]
    layouts = [style.layout for style in labels]
    return [style for n, style in enumerate(labels) if style.layout not in layouts[:n]]


def _counted(
    styles: Sequence[Style], labels: dict[str, list[Label]]
) -> dict[str, list[dict[tuple[str, str], int]]]:
    """By style, one table for each resolution: labels read rightly, by way and decoder."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(default_processes(), mp_context=context) as pool:
        asked = {
            style.id: [
                pool.submit(read_counts, labels[style.id][half::2], style, dpi, COMBINED)
                for half, dpi in enumerate(_DPI)
            ]
            for style in styles
        }
        return {id: [one.result() for one in halves] for id, halves in asked.items()}


def _share(id: str, way: str, halves: Sequence[dict[tuple[str, str], int]], labels: int) -> Figure:
    read = min(sum(half[way, decoder] for half in halves) for decoder in DECODERS)
    return Figure(f"{id}: {way}", "%", (100 * read / labels,), least=_LEAST[way])
