"""Issuing: a table's row to a PDF on disk, against its bare parts on the same page.

The whole: row read, decided, signed, set, recorded (SQLite, synchronous FULL), file written. The
floor: the same page's signature, symbol, typst and one commit, each library called alone.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Final

import segno
import typst
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.measuring import (
    BenchmarkError,
    Figure,
    Prepare,
    Ratio,
    Result,
    Work,
    alternate,
    milliseconds,
    ratio,
)
from benchmarks.office import Desk, sample_office
from certgen.document import Document

# its own parts: the floor is the very call that setting a page comes down to
from certgen.page import _ROOT, SYMBOL_SHARE, _page_json, page_fonts
from certgen.symbol import fit_symbol
from credential.certificate_id import new_certificate_id
from credential.claims import StatusReference
from credential.cose import open_sign1
from registry.issuing import Allotment
from service.issuing import issue_rows
from service.printing import document_of, page_style

_LETTER_TARGET: Final = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    """``rows``: in each table, a table a round."""

    rounds: int
    rows: int


FULL: Final = Size(rounds=25, rows=3)
QUICK: Final = Size(rounds=1, rows=1)


def run(size: Size) -> Result:
    with sample_office(subjects=200) as office:
        certificate = _measure("A5", office.certificates, size, None)
        letter = _measure("letter", office.letters, size, _LETTER_TARGET)
    figures = (*certificate[0], *letter[0])
    notes = {"rows_a_round": size.rows, "rounds": size.rounds}
    return Result("issue", figures, (*certificate[1], *letter[1]), notes)


def _measure(
    name: str, desk: Desk, size: Size, target: float | None
) -> tuple[list[Figure], list[Ratio]]:
    numbers = count(step=size.rows)

    def whole(_round: int) -> Work:
        table = desk.table(size.rows, next(numbers))

        def work() -> int:
            report = issue_rows(desk.run, desk.judged(table).ready)
            if report.refused:
                raise BenchmarkError(report.refused[0].message)
            return len(report.issued)

        return work

    with _parts(desk, size.rows, numbers) as parts:
        taken = alternate({"whole": whole, **parts}, size.rounds)
    figures = {case: milliseconds(f"{name}: {case}", values) for case, values in taken.items()}
    floor = [figures[case] for case in parts]
    return list(figures.values()), [
        ratio(f"{name}: whole / all its parts bare", figures["whole"], *floor),
        ratio(f"{name}: whole / typst alone", figures["whole"], figures["typst"], target=target),
    ]


@contextmanager
def _parts(desk: Desk, rows: int, numbers: Iterator[int]) -> Iterator[dict[str, Prepare]]:
    """Each library alone, on documents of the same kind that nothing has set before."""
    key = Ed25519PrivateKey.generate()
    fonts = page_fonts()
    style = page_style(desk.run.pack, desk.run.style)
    template = style.template.encode()
    file = desk.run.office.home.path / f"floor-{desk.run.pack.id}.sqlite"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE floor (id BLOB PRIMARY KEY, message BLOB, fields TEXT)")

    def sign(_round: int) -> Work:
        texts = [open_sign1(one.message).to_be_signed for one in _documents(desk, rows, numbers)]
        return lambda: len([key.sign(text) for text in texts])

    def symbol(_round: int) -> Work:
        documents = _documents(desk, rows, numbers)
        texts = [one.qr_text.rpartition("/") for one in documents]

        def work() -> int:
            for address, slash, digits in texts:
                segments = [address + slash, digits]
                segno.make_qr(segments, error="M", mask=2, boost_error=False)  # type: ignore[arg-type]  # one segment an item
            return len(texts)

        return work

    def page(_round: int) -> Work:
        box = style.width_mm * SYMBOL_SHARE
        pages = [
            _page_json(one, style, fit_symbol(one.qr_text, box, style.module_mm, best=style.error))
            for one in _documents(desk, rows, numbers)
        ]

        def work() -> int:
            for inputs in pages:
                typst.compile(
                    template,
                    root=_ROOT,
                    font_paths=fonts,
                    sys_inputs={"document": inputs},
                    pdf_standards="a-3u",
                    timestamp=desk.run.at,
                )
            return len(pages)

        return work

    def commit(_round: int) -> Work:
        documents = _documents(desk, rows, numbers)
        values = [(d.claims.id, d.message, json.dumps(dict(d.fields))) for d in documents]

        def work() -> int:
            for row in values:
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO floor VALUES (?, ?, ?)", row)
                database.execute("COMMIT")
            return len(values)

        return work

    try:
        yield {"sign": sign, "segno": symbol, "typst": page, "commit": commit}
    finally:
        database.close()


def _documents(desk: Desk, rows: int, numbers: Iterator[int]) -> Sequence[Document]:
    """Signed and printable, never recorded: with numbers drawn here."""
    first = next(numbers)
    base_url = desk.run.office.settings.base_url
    documents = []
    for place, row in enumerate(desk.batch(rows, first).ready, start=first):
        identifier = new_certificate_id(desk.run.at, place.to_bytes(6, "big"))
        new = row.sign(Allotment(identifier, StatusReference(1, place)))
        documents.append(document_of(new.message, new.fields, base_url))
    return documents
