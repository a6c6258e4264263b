"""The pipeline that most people would write: segno as it comes, an HTML page, WeasyPrint.

Its labels have the product's size, fields, signature and font, and are made in as many processes;
there is no table to read and no registry. It is measured as one document of many pages and as a
document a label. WeasyPrint is no part of the product: it stands in the developers' lock alone.
"""

import html
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import segno
from pylopdf_fonts_zh_cn import sans_path

from benchmarks.bulk_runs import SampleLabel
from benchmarks.office import BASE_URL
from credential.certificate_id import format_certificate_id, new_certificate_id
from credential.cose import Ed25519Signer, sign1
from credential.fields import FIELDS
from credential.qr_text import write_qr_text

_CSS: Final = f"""
@font-face {{ font-family: label; src: url({sans_path().as_uri()}); }}
@page {{ size: 60mm 40mm; margin: 1.5mm; }}
body {{ margin: 0; font: 4.75pt/1.2 label; }}
section {{ position: relative; height: 37mm; break-after: page; }}
img {{ position: absolute; right: 0; top: 0; width: 25.5mm; image-rendering: pixelated; }}
p {{ margin: 0; width: 30mm; }}
p.title {{ font-size: 8pt; }}
"""
_BARE: Final = frozenset({"title", "caption", "promise"})
"""Printed without their names."""


class PipelineMissingError(Exception):
    """WeasyPrint, or Pango under it, is not on this machine."""


@dataclass(frozen=True, slots=True)
class CommonPipeline:
    """Seconds a label, both ways."""

    one_document: float
    document_each: float


def measure_common(sample: SampleLabel, pages: int, each: int, processes: int) -> CommonPipeline:
    """``pages``: of the one document, in each process; ``each``: documents of one label, likewise.

    Raises PipelineMissingError.
    """
    try:
        _weasyprint()
    except (ImportError, OSError) as error:
        raise PipelineMissingError(str(error).strip().splitlines()[0]) from error
    with ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("fork"),
        initializer=_start,
        initargs=(sample,),
    ) as pool:

        def seconds(work: Callable[[int], int], labels: int) -> float:
            began = time.perf_counter()
            done = sum(pool.map(work, [labels] * processes))
            return (time.perf_counter() - began) / done

        # the library is loaded and the font found before anything is timed
        seconds(_one_document, 1)
        return CommonPipeline(seconds(_one_document, pages), seconds(_document_each, each))


def _weasyprint() -> Any:
    import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415  # not on every machine

    return weasyprint


@dataclass(frozen=True, slots=True)
class _Writer:
    sample: SampleLabel
    signer: Ed25519Signer
    weasyprint: Any
    fonts: Any
    sheet: Any

    def pdf(self, first: int, labels: int) -> bytes:
        sections = "".join(self._section(place) for place in range(first, first + labels))
        page = self.weasyprint.HTML(string=f"<meta charset=utf-8><body>{sections}")
        data: bytes = page.write_pdf(stylesheets=[self.sheet], font_config=self.fonts)
        return data

    def _section(self, place: int) -> str:
        sample = self.sample
        identifier = new_certificate_id(int(time.time()), place.to_bytes(6, "big"))
        payload = sample.payload.replace(sample.identifier, identifier)
        qr_text = write_qr_text(sign1(payload, self.signer), BASE_URL)
        symbol = segno.make(qr_text, error="m").png_data_uri(scale=4)
        fields = {**sample.fields, "number": format_certificate_id(identifier)}
        lines = "".join(_line(name, value) for name, value in fields.items())
        return f'<section><img src="{symbol}">{lines}</section>'


def _line(name: str, value: str) -> str:
    label = "" if name in _BARE else FIELDS[name].label
    text = html.escape(f"{label}：{value}" if label else value)
    return f'<p class="{name}">{text}</p>'


_writer: list[_Writer] = []


def _start(sample: SampleLabel) -> None:
    _writer[:] = [make_writer(sample)]


def make_writer(sample: SampleLabel) -> _Writer:
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheet = weasyprint.CSS(string=_CSS, font_config=fonts)
    return _Writer(sample, Ed25519Signer.from_seed(bytes(32)), weasyprint, fonts, sheet)


def _one_document(labels: int) -> int:
    _writer[0].pdf(0, labels)
    return labels


def _document_each(labels: int) -> int:
    for place in range(labels):
        _writer[0].pdf(place, 1)
    return labels
