"""From a stored credential to its files: the same record gives the same bytes, today or next year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from certgen.document import Document
from certgen.glyphs import GlyphError
from certgen.letter_docx import render_docx
from certgen.page import PageError, PageStyle, render_pdf
from certgen.printable import FieldError
from certgen.symbol import SymbolError
from credential.certificate_id import format_certificate_id
from credential.claims import decode_claims
from credential.cose import open_sign1
from credential.qr_text import write_qr_text
from registry.credentials import StoredCredential
from scheme.model import Pack, Style

PDF: Final = "pdf"
DOCX: Final = "docx"
PRINT_ERRORS: Final = (FieldError, GlyphError, PageError, SymbolError)
"""This document can't be printed as it is; the messages are for the clerk."""


@dataclass(frozen=True, slots=True)
class PrintedFile:
    name: str
    data: bytes


def document_of(message: bytes, fields: Mapping[str, str], base_url: str) -> Document:
    claims = decode_claims(open_sign1(message).payload)
    return Document(claims, message, write_qr_text(message, base_url), fields)


def stored_document(stored: StoredCredential, base_url: str) -> Document:
    return document_of(stored.message, stored.fields, base_url)


def print_document(document: Document, pack: Pack, style: Style, format: str) -> PrintedFile:
    """One file of a document, named by its number.

    Raises:
        GlyphError, SymbolError, PageError: it can't be printed in this style; the message says why.
    """
    at = document.claims.issued_at
    data = (
        render_docx(document, at=at)
        if format == DOCX
        else render_pdf(document, page_style(pack, style), at=at)
    )
    return PrintedFile(f"{format_certificate_id(document.claims.id)}.{format}", data)


def page_style(pack: Pack, style: Style) -> PageStyle:
    return PageStyle(
        name=style.title,
        template=pack.templates[style.template],
        width_mm=style.width_mm,
        height_mm=style.height_mm,
        module_mm=style.module_mm,
        error=style.error_level,
    )
