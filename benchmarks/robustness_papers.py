"""Documents for the robustness figures, as the office issues them: every kind, style and form.

Keys and numbers are drawn anew by each run; what is then done to the documents is settled by a seed.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.office import CERTIFICATES, PLEDGES, SampleOffice, label_of, record
from certgen.document import Document
from certgen.label_drawing import Label
from certgen.label_pdf import label_pdf
from certgen.letter_docx import render_docx
from certgen.page import PageStyle, render_pdf
from certgen.seal import prepare_seal, seal_pdf
from certgen.seal_key import make_seal_key
from credential.protocols import Record
from credential.status import Status
from credential.trust import SealCertificate, TrustList
from scheme.model import Style
from service.issuing import issue_rows
from service.printing import page_style, stored_document
from service.trust import current_trust_list

PAGES: Final = ("a5", "label-80x60", "one-coop-a4")
"""Styles of 建德 with the document profile, one of each template and size."""
_SEAL_YEARS: Final = 3
_BLOCK: Final = frozenset({"title", "caption", "number"})
_NUMBER: Final = re.compile("[0-9A-Z-]+")


class NotDrawnError(ValueError):
    """No writer of ours sets such a document."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in one form. ``style``: of a page, of a label, or None for a DOCX."""

    name: str
    document: Document
    style: PageStyle | Style | None

    @property
    def is_page(self) -> bool:
        return isinstance(self.style, PageStyle)

    def draw(self, document: Document) -> bytes:
        """``document``: this one, or it with other words or another symbol.

        Raises:
            GlyphError, PageError, SymbolError, LabelError, NotDrawnError: it can't be set so.
        """
        at = document.claims.issued_at
        if isinstance(self.style, PageStyle):
            return render_pdf(document, self.style, at=at)
        if self.style is None:
            if not document.fields.keys() >= _BLOCK:
                raise NotDrawnError("a DOCX has a title, and words and a number at its symbol")
            return render_docx(document, at=at)
        if not _NUMBER.fullmatch(document.fields.get("number", "")):
            raise NotDrawnError("labels have a number, of numbers' own characters")
        return label_pdf(Label(document.fields, document.qr_text), self.style)


@dataclass(frozen=True, slots=True)
class Known:
    """A registry that holds these documents, all valid (credential.protocols.RecordSource)."""

    records: Mapping[bytes, Record]

    def record(self, identifier: bytes) -> Record | None:
        return self.records.get(identifier)


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a verdict takes, and the documents; goes to other processes. ``at``: Unix seconds.

    ``sealed``: the first page of each style as the office seals it, by its place among the papers.
    """

    papers: tuple[Paper, ...]
    sealed: Mapping[int, bytes]
    trust: TrustList
    records: Known
    at: int

    def alike(self, paper: int) -> tuple[int, ...]:
        """The other papers of the same style."""
        name = self.papers[paper].name
        return tuple(n for n, one in enumerate(self.papers) if one.name == name and n != paper)


def set_stage(office: SampleOffice, each: int, names: Collection[str] = ()) -> Stage:
    """``each``: documents of every style; those of one style differ in every field of their own.
    ``names``: of the papers that are wanted; all, if none is named."""
    certificates = record(office.certificates, each)
    # the first one enters the person in the registry
    issue_rows(office.letters.run, office.letters.batch(1, 1_000_000).ready)
    letters = record(office.letters, each)
    base = office.office.settings.base_url
    documents = [stored_document(one, base) for one in certificates]
    pledges = [stored_document(one, base) for one in letters]
    jiande, gaoping = office.office.pack(CERTIFICATES), office.office.pack(PLEDGES)
    letter = page_style(gaoping, gaoping.style("letter-a4"))
    papers = [
        Paper(style.id, one, page_style(jiande, style))
        for style in jiande.styles
        if style.id in PAGES
        for one in documents
    ]
    papers += [Paper("letter-a4", one, letter) for one in pledges]
    papers += [Paper("certificate DOCX", one, None) for one in documents]
    papers += [Paper("letter DOCX", one, None) for one in pledges]
    papers += [
        Paper(style.id, label_of(one, style, office.certificates, base), style)
        for style in jiande.styles
        if style.layout is not None
        for one in documents
    ]
    papers = [one for one in papers if not names or one.name in names]
    trust, _ = current_trust_list(office.office, office.at)
    issuing = [one for one in trust.keys if "certificate" in one.uses]
    keys = {
        one.issuer: make_seal_key(one.issuer, at=office.at - 1, years=_SEAL_YEARS)
        for one in issuing
    }
    listed = tuple(
        SealCertificate(key.digest, issuer, key.valid_from, key.valid_until)
        for issuer, key in keys.items()
    )
    seals = {scheme: prepare_seal(keys[one.issuer]) for one in issuing for scheme in one.schemes}
    known = Known({one.document.claims.id: _record(one.document, office.at) for one in papers})
    sealed = {
        place: seal_pdf(one.draw(one.document), seals[_scheme(one.document)], at=office.at)
        for place, one in enumerate(papers)
        if one.is_page and (place == 0 or papers[place - 1].name != one.name)
    }
    return Stage(tuple(papers), sealed, replace(trust, seals=listed), known, office.at + 60)


def _scheme(document: Document) -> str:
    pack = document.claims.pack
    assert pack is not None, "a page names the rules it was issued under"
    return pack.scheme


def _record(document: Document, at: int) -> Record:
    return Record(
        id=document.claims.id,
        message_sha256=hashlib.sha256(document.message).digest(),
        recorded_at=at,
        status=Status.VALID,
        fields=document.fields,
    )


def with_words(document: Document, changed: Mapping[str, str | None]) -> Document:
    """Other words on the page, the symbol as it was. None: left out."""
    values = {**document.fields, **changed}
    return replace(document, fields={name: v for name, v in values.items() if v is not None})


def with_symbol_of(shown: Document, other: Document) -> Document:
    return replace(shown, message=other.message, qr_text=other.qr_text)


def names_of(papers: Sequence[Paper]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paper.name for paper in papers))
